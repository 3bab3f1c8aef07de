"""Points of introduction and sale: hours, who keeps them, what they hold, pick-up there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.db import db, transaction
from orders.models.delivery import PickupPoint
from promotion.errors.points import InvalidHoursError, InvalidPointError
from promotion.models.points import PointProduct, SalesPoint
from promotion.opening_hours import is_open, kept, read_week, same_days, week_of
from promotion.operations.points import (
    SalesPointFacts,
    save_sales_point,
    set_point_goods,
    withdraw_sales_point,
)
from promotion.queries.points import count_points_with, list_sales_points
from tests.factories import make_producer, make_product
from tests.people import actor, browser_of, make_administrator, make_member, make_officer

WEEK = read_week(["07:30-11:30, 13:30-17:00"] * 5 + ["8-12", ""])
FACTS = SalesPointFacts(
    kind="shop",
    name="Cửa hàng OCOP Ba Đình",
    name_en=None,
    run_by="Hội Nông dân Ba Đình",
    address="Số 1 phố Đội Cấn",
    province_code="01",
    commune_code="00004",
    latitude=Decimal("21.033333"),
    longitude=Decimal("105.819444"),
    hours=WEEK,
    holidays_note=None,
    phone="0912345678",
    keeper_slug=None,
    decision_number=None,
    decided_on=None,
    decided_by=None,
    is_pickup=False,
)


@pytest.fixture
def officer(db_session):
    return make_officer("province", "01")


@pytest.fixture
def point(officer, clock):
    with transaction():
        return save_sales_point(None, FACTS, by=actor(officer), now=clock.now())


def test_hours_are_read_as_people_write_them():
    assert WEEK[0] == ((450, 690), (810, 1020))
    assert read_week(["7h30 - 11h30; 13.30–24:00"] + [""] * 6)[0] == ((450, 690), (810, 1440))
    assert [(each.first, each.last, each.text) for each in same_days(WEEK)] == [
        (0, 4, "07:30–11:30, 13:30–17:00"),
        (5, 5, "08:00–12:00"),
        (6, 6, ""),
    ]
    assert week_of(kept(WEEK)) == WEEK


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sáng", "form"),
        ("08:00", "form"),
        ("08:61-09:00", "form"),
        ("08:00-24:01", "form"),
        ("17:00-08:00", "order"),
        ("08:00-08:00", "order"),
        ("08:00-12:00, 11:59-13:00", "overlap"),
        ("1-2,3-4,5-6,7-8", "form"),
        ("٠٨:٠٠-٠٩:٠٠", "form"),
    ],
)
def test_hours_that_cannot_be_are_refused(text, reason):
    with pytest.raises(InvalidHoursError) as refused:
        read_week(["", text, "", "", "", "", ""])

    assert (refused.value.day, refused.value.reason) == (1, reason)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T00:29:59", False),  # Monday 07:29:59 in Vietnam
        ("2026-11-23T00:30:00", True),
        ("2026-11-23T04:29:59", True),
        ("2026-11-23T04:30:00", False),
        ("2026-11-22T03:00:00", False),  # Sunday
        ("2026-11-27T17:30:00", False),  # Saturday 00:30 in Vietnam
    ],
)
def test_a_point_is_open_from_its_first_minute_to_before_its_last(at, expected):
    assert is_open(WEEK, datetime.fromisoformat(at).replace(tzinfo=UTC)) is expected


def test_a_point_is_shown_with_its_place_and_nothing_verified(client, point, db_session):
    page = client.get(f"/points/{point.slug}").text

    assert point.slug == "cua-hang-ocop-ba-dinh"
    assert "Phường Ba Đình, Hà Nội" in page
    assert "Chưa có quyết định" in page or "No decision that recognises" in page
    assert client.get("/points/x").status_code == 404
    assert "Set-Cookie" not in client.get("/points").headers


def test_a_second_point_of_a_name_gets_an_address_of_its_own(officer, point, clock):
    with transaction():
        other = save_sales_point(None, FACTS, by=actor(officer), now=clock.now())

    assert other.slug == "cua-hang-ocop-ba-dinh-2"


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"province_code": "86", "commune_code": None}, "province_code", "not_yours"),
        ({"province_code": "99"}, "province_code", "unknown"),
        ({"commune_code": "28789"}, "commune_code", "unknown"),
        ({"longitude": None}, "latitude", "incomplete"),
        ({"latitude": Decimal(0)}, "latitude", "out_of_range"),
        ({"decision_number": "1/QĐ"}, "decision_number", "incomplete"),
        (
            {"decision_number": "1/QĐ", "decided_on": date(2026, 11, 23), "decided_by": "UBND"},
            "decided_on",
            "future",
        ),
        ({"name": ""}, "name", "missing"),
        ({"name": "a" * 121}, "name", "too_long"),
        ({"kind": "<b>"}, "kind", "unknown"),
        ({"keeper_slug": "khong-co"}, "keeper_slug", "unknown"),
        ({"is_pickup": True, "hours": ((),) * 7}, "hours", "missing"),
    ],
)
def test_a_point_that_cannot_be_is_refused_and_not_kept(officer, clock, change, field, reason):
    with pytest.raises(InvalidPointError) as refused, transaction():
        save_sales_point(None, replace(FACTS, **change), by=actor(officer), now=clock.now())

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert db.session.scalar(select(func.count()).select_from(SalesPoint)) == 0
    assert db.session.scalar(select(func.count()).select_from(PickupPoint)) == 0


def test_what_a_point_holds_is_told_on_its_page_and_the_products(client, officer, point, clock):
    product, hidden = make_product(name="Trà sen"), make_product(is_listed=False)
    before = client.get(f"/products/{product.slug}").text
    with transaction():
        set_point_goods(point, [product.id, hidden.id, 999_999], by=actor(officer), now=clock.now())

    assert "/points?product=" not in before
    assert f"/points?product={product.slug}" in client.get(f"/products/{product.slug}").text
    assert "Trà sen" in client.get(f"/points/{point.slug}").text
    assert [line.goods_count for line in list_sales_points(clock.now(), product_slug=product.slug)] == [1]
    assert list_sales_points(clock.now(), product_slug="x") == ()
    assert db.session.scalars(select(PointProduct.product_id)).all() == [product.id]


def test_a_keeper_changes_its_own_goods_only(app, officer, clock):
    ours, theirs = make_producer(), make_producer()
    own, foreign = make_product(producer=ours), make_product(producer=theirs)
    keeper, facts = actor(officer), replace(FACTS, keeper_slug=ours.slug)
    with transaction():
        kept_point = save_sales_point(None, facts, by=keeper, now=clock.now())
        set_point_goods(kept_point, [foreign.id], by=keeper, now=clock.now())
    browser = browser_of(app, make_member(ours))

    token = _token(browser.get(f"/workspace/{ours.id}/points").text)
    sent = {"csrf_token": token, "product_id": [str(own.id), str(foreign.id), "x", "9" * 30]}
    answer = browser.post(f"/workspace/{ours.id}/points/{kept_point.id}/goods", data=sent)

    assert answer.status_code == 303
    assert set(db.session.scalars(select(PointProduct.product_id))) == {own.id, foreign.id}
    other = browser_of(app, make_member(theirs))
    sent["csrf_token"] = _token(other.get(f"/workspace/{theirs.id}/listings").text) or token
    assert other.post(f"/workspace/{theirs.id}/points/{kept_point.id}/goods", data=sent).status_code in {
        400,
        404,
    }


def test_orders_can_be_fetched_at_a_point_until_it_is_withdrawn(officer, clock):
    with transaction():
        pickup = save_sales_point(None, replace(FACTS, is_pickup=True), by=actor(officer), now=clock.now())
    place = db.session.scalars(select(PickupPoint)).one()

    assert (place.name, place.address) == (FACTS.name, "Số 1 phố Đội Cấn, Phường Ba Đình")
    assert place.hours.startswith("T2 07:30–11:30, 13:30–17:00; T3 ")
    assert [line.is_pickup for line in list_sales_points(clock.now())] == [True]
    with transaction():
        withdraw_sales_point(pickup, by=actor(officer), now=clock.now())
        withdraw_sales_point(pickup, by=actor(officer), now=clock.now())
    assert place.withdrawn_at == clock.now()
    assert list_sales_points(clock.now()) == ()
    assert count_points_with(1) == 0


def test_officers_keep_points_of_their_province_only_and_administrators_all(app, point):
    stranger = browser_of(app, make_officer("province", "86"))
    administrator = browser_of(app, make_administrator())

    assert stranger.get(f"/office/points/{point.id}").status_code == 404
    assert point.name not in stranger.get("/office/points").text
    assert administrator.get(f"/office/points/{point.id}").status_code == 200


def test_the_form_keeps_a_point_and_tells_what_is_wrong(app, officer):
    browser = browser_of(app, officer)
    typed = {
        "csrf_token": _token(browser.get("/office/points/new").text),
        "kind": "shop",
        "name": "Điểm <b>OCOP</b>",
        "run_by": "HTX",
        "address": "Số 1",
        "province_code": "01",
        "hours_0": "sáng",
    }

    refused = browser.post("/office/points", data=typed)
    saved = browser.post("/office/points", data=typed | {"hours_0": "8-17"})

    assert refused.status_code == 422
    assert "sáng" in refused.text
    assert saved.status_code == 303
    page = browser.get(f"/points/{db.session.scalars(select(SalesPoint.slug)).one()}").text
    assert "Điểm &lt;b&gt;OCOP&lt;/b&gt;" in page


def _token(text):
    return text.partition('name="csrf_token" value="')[2].partition('"')[0]
