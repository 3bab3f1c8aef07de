"""Selling at a fair in the workspace: goods, telephones, what waits for a word, counts; and receipts by address."""

import re
from typing import Any

import pytest
from flask import Flask

from core.db import db
from orders.models.orders import Order
from orders.models.slices import StockSlice
from promotion.models.counter import BoothDecision, BoothItem, BoothReference
from tests.factories import make_product
from tests.orders.counter_shop import violations
from tests.people import browser_of, make_member
from tests.promotion.booth_shop import Telephone, make_telephone, slice_of
from tests.promotion.test_sync import lay_out


def address(telephone: Telephone, more: str = "") -> str:
    return f"/workspace/{telephone.producer.id}/fairs/{telephone.booth.fair_id}/counter{more}"


def test_goods_are_taken_along_and_brought_back_by_one_form_each(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 10, 10)
    rice, tea = telephone.variants

    taken = telephone.client.post(
        address(telephone, "/allotments"), data={f"packs-{rice.id}": "6", f"packs-{tea.id}": ""}
    )
    page = telephone.client.get(address(telephone)).text
    assert slice_of(telephone, rice) == (6, 0, 0)
    back = telephone.client.post(address(telephone, "/bringing-back"))
    again = telephone.client.post(address(telephone, "/bringing-back"))

    assert [answer.status_code for answer in (taken, back, again)] == [303] * 3
    assert "4" in page
    assert slice_of(telephone, rice) == (6, 0, 6)
    assert db.session.query(StockSlice).count() == 1
    assert violations() == []


@pytest.mark.parametrize(
    ("typed", "status"), [("11", 409), ("", 422), ("-1", 422), ("một", 422), ("9" * 12, 422)]
)
def test_what_cannot_be_taken_along_is_told_and_kept_in_the_form(
    app: Flask, db_session: Any, typed: str, status: int
) -> None:
    telephone = make_telephone(app, 10)

    answer = telephone.client.post(
        address(telephone, "/allotments"), data={f"packs-{telephone.variants[0].id}": typed}
    )

    assert answer.status_code == status
    assert f'value="{typed}"' in answer.text
    assert db.session.query(StockSlice).count() == 0


def test_packs_are_taken_along_once_however_often_the_form_is_sent(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 20)
    (rice,) = telephone.variants
    colleague = browser_of(app, make_member(telephone.producer))
    stale = {f"packs-{rice.id}": "6", "seen": seen_on(telephone)}

    first = telephone.client.post(address(telephone, "/allotments"), data=stale)
    second = telephone.client.post(address(telephone, "/allotments"), data=stale)
    of_another = colleague.post(address(telephone, "/allotments"), data=stale)
    others = telephone.client.post(address(telephone, "/allotments"), data=stale | {f"packs-{rice.id}": "3"})

    assert [answer.status_code for answer in (first, second, of_another, others)] == [303, 303, 409, 409]
    assert 'value="3"' in others.text
    assert slice_of(telephone, rice) == (6, 0, 0)

    more = stale | {"seen": seen_on(telephone)}
    assert colleague.post(address(telephone, "/allotments"), data=more).status_code == 303
    assert slice_of(telephone, rice) == (12, 0, 0)
    assert violations() == []


def seen_on(telephone: Telephone) -> str:
    """What the form says that it knows of."""
    found = re.search(r'name="seen" value="(\d+)"', telephone.client.get(address(telephone)).text)
    assert found
    return found[1]


def test_goods_of_another_producer_are_not_taken_along(app: Flask, db_session: Any) -> None:
    telephone, foreign = make_telephone(app, 10), make_product().variants[0]

    answer = telephone.client.post(address(telephone, "/allotments"), data={f"packs-{foreign.id}": "1"})

    assert answer.status_code == 422
    assert db.session.query(StockSlice).count() == 0


@pytest.mark.parametrize(
    ("choice", "status", "outcome", "stands"),
    [
        ("correct", 303, "booked", (9, 9, 0)),
        ("drop", 303, "refused", (3, 0, 0)),
        ("shop", 409, "conflict", (3, 0, 0)),
        ("guess", 422, "conflict", (3, 0, 0)),
    ],
)
def test_a_sale_for_which_goods_are_missing_is_settled_by_a_word(
    app: Flask, db_session: Any, choice: str, status: int, outcome: str, stands: tuple[int, int, int]
) -> None:
    telephone = make_telephone(app, 4)
    lay_out(telephone, 3)
    sale = telephone.sale((telephone.variants[0], 9), phone="0912345678")
    telephone.sync(sale)
    page = telephone.client.get(address(telephone)).text
    assert "9 ×" in page

    act = address(telephone, f"/items/{sale['id']}/decision")
    answer = telephone.client.post(act, data={"choice": choice})
    again = telephone.client.post(act, data={"choice": "drop"}) if status == 303 else None

    assert answer.status_code == status
    assert again is None or again.location.endswith("done=decided_before")
    db.session.rollback()
    item = db.session.get_one(BoothItem, sale["id"])
    assert item.outcome == outcome
    assert ("phone" in item.payload) is (outcome == "conflict")
    assert slice_of(telephone, telephone.variants[0]) == stands
    assert db.session.query(Order).count() == (outcome == "booked")
    decisions = db.session.query(BoothDecision).all()
    assert [(each.choice, each.by_id) for each in decisions] == (
        [(choice, telephone.owner.id)] if status == 303 else []
    )
    assert telephone.sync(sale)[0]["outcome"] == outcome
    assert violations() == []


def test_goods_that_came_into_the_shop_meanwhile_settle_a_sale(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 4)
    lay_out(telephone, 4)
    sale = telephone.sale((telephone.variants[0], 5))
    telephone.sync(sale)
    telephone.client.post(
        f"/workspace/{telephone.producer.id}/stock/{telephone.variants[0].id}",
        data={"act": "some", "count": "1", "seen": "0"},
    )

    answer = telephone.client.post(
        address(telephone, f"/items/{sale['id']}/decision"), data={"choice": "shop"}
    )

    assert answer.status_code == 303
    assert slice_of(telephone, telephone.variants[0]) == (5, 5, 0)


def test_of_another_producers_booth_nothing_is_found(app: Flask, db_session: Any) -> None:
    telephone, other = make_telephone(app, 4), make_telephone(app, 4)
    lay_out(telephone, 3)
    sale = telephone.sale((telephone.variants[0], 9))
    telephone.sync(sale)
    helper = browser_of(app, make_member(telephone.producer, "packer"))

    assert helper.get(address(telephone)).status_code == 200
    for path in (address(telephone), address(telephone, "/day-ends/1"), address(other, "/day-ends/1")):
        assert other.client.get(path).status_code == 404
    acts = ("/allotments", "/bringing-back", "/devices/1/ending", f"/items/{sale['id']}/decision")
    for act in acts:
        assert other.client.post(address(telephone, act), data={"choice": "drop"}).status_code == 404
    foreign = address(other, f"/items/{sale['id']}/decision")
    assert other.client.post(foreign, data={"choice": "drop"}).status_code == 404
    assert telephone.sync(sale)[0]["outcome"] == "conflict"


def test_a_receipt_waits_for_its_sale_and_needs_the_whole_address(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 4)
    lay_out(telephone, 3)
    sale = telephone.sale((telephone.variants[0], 1))
    key = telephone.pack["receipts"]["keys"][sale["reference"]]
    other = telephone.pack["references"][0]
    visitor = app.test_client()

    before = visitor.get(f"/receipts/{sale['reference']}/{key}")
    telephone.sync(sale)
    after = visitor.get(f"/receipts/{sale['reference']}/{key}")
    page = visitor.get(after.location)

    assert (before.status_code, after.status_code, page.status_code) == (200, 302, 200)
    assert sale["reference"] in page.text
    assert "Tiền mặt tại gian hàng" in page.text
    for wrong in (f"{sale['reference']}/x", f"{other}/{key}", f"OC{'2' * 200}/{key}", "OC1/%00"):
        assert visitor.get(f"/receipts/{wrong}").status_code == 404
    assert db.session.query(BoothReference).filter(BoothReference.used_at.is_not(None)).count() == 1
