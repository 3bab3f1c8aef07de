"""Telephones of booths: paired, taken over, ended; what a pack holds."""

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from accounts.models import Membership
from core import clock
from core.db import db, transaction
from orders.models.orders import Order
from promotion.models.counter import BoothDevice, BoothReference
from promotion.queries.booths import list_own_booths
from tests.factories import make_producer
from tests.people import actor, browser_of, make_member, make_user
from tests.promotion.booth_shop import Telephone, make_booth, make_fair, make_telephone, pair, slice_of
from tests.promotion.test_sync import lay_out


def test_a_pack_holds_goods_codes_and_keys_of_receipts(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 20)

    pack = telephone.ask_pack().get_json()

    assert [each["variant_id"] for each in pack["goods"]] == [telephone.variants[0].id]
    assert pack["goods"][0]["slice_left"] == 0
    assert pack["goods"][0]["price_vnd"] == 100_000
    assert pack["goods"][0]["is_sellable"] is True
    assert len(pack["references"]) == len(set(pack["references"])) == 100
    assert set(pack["receipts"]["keys"]) == set(pack["references"])
    assert all(len(key) == 22 for key in pack["receipts"]["keys"].values())
    assert pack["receipts"]["link_base"].endswith("/receipts/")
    assert pack["fair"]["slug"] == telephone.booth.fair.slug
    assert len(pack["provinces"]) == 34
    assert pack["references"] == telephone.pack["references"]


def test_another_telephone_takes_over_and_the_old_one_gets_no_pack(app: Flask, db_session: Any) -> None:
    first = make_telephone(app)

    second = pair(app, first.booth, first.owner, first.variants, name="Máy của Lan")

    assert second.ask_pack().status_code == 200
    assert first.ask_pack().status_code == 403
    assert set(second.pack["references"]).isdisjoint(first.pack["references"])
    alive = db.session.query(BoothDevice).filter(BoothDevice.ended_at.is_(None)).all()
    assert [each.name for each in alive] == ["Máy của Lan"]


def test_who_left_the_team_sells_no_more_with_the_telephone_they_paired(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app)
    with transaction():
        membership = db.session.query(Membership).filter_by(user_id=telephone.owner.id).one()
        membership.ended_at = clock.now()

    assert telephone.ask_pack().status_code == 401


def test_no_token_and_a_wrong_one_are_answered_alike_and_a_token_is_not_kept(
    app: Flask, db_session: Any
) -> None:
    telephone = make_telephone(app)
    client = app.test_client()

    without = client.get("/api/v1/booth/pack")
    wrong = client.get("/api/v1/booth/pack", headers={"Authorization": "Bearer booth_nothing"})

    assert without.status_code == wrong.status_code == 401
    assert telephone.token not in str(db.session.query(BoothDevice.token_hash).all())


def test_only_members_of_the_producer_pair_and_only_where_something_is_sold(
    app: Flask, db_session: Any
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    producer = make_producer()
    owner = make_member(producer)
    today = clock.today()
    over = make_fair(
        starts_on=today - timedelta(days=3),
        ends_on=today - timedelta(days=1),
        register_until_on=today - timedelta(days=3),
    )
    called_off = make_fair(cancelled_at=clock.now(), cancelled_by_id=owner.id, cancel_reason="Bão")
    closed = [
        make_booth(producer, state="registered"),
        make_booth(producer, called_off),
        make_booth(producer, over),
    ]
    people = [owner, owner, owner, make_member(make_producer()), make_user()]
    wanted = [*closed, closed[0], closed[0]]

    answers = [
        browser_of(app, person).post(
            "/api/v1/booth/devices", json={"participation_id": booth.id, "name": "Máy"}
        )
        for person, booth in zip(people, wanted, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409, 404, 404]
    assert db.session.query(BoothDevice).count() == db.session.query(BoothReference).count() == 0


def test_pairing_without_the_token_of_the_form_is_refused(app: Flask, db_session: Any) -> None:
    booth = make_booth(make_producer())
    client = browser_of(app, make_member(booth.producer))

    answer = client.post("/api/v1/booth/devices", json={"participation_id": booth.id, "name": "Máy"})

    assert answer.status_code == 400
    assert db.session.query(BoothDevice).count() == 0


def test_what_was_not_sent_at_the_fair_is_sent_after_it_by_a_telephone_paired_again(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    clock.move(timedelta(days=2))
    sale = telephone.sale((telephone.variants[0], 2))
    telephone.client.post(
        f"/workspace/{telephone.producer.id}/fairs/{telephone.booth.fair_id}/counter/devices/{db.session.query(BoothDevice.id).scalar()}/ending"
    )
    clock.move(timedelta(days=1))
    assert telephone.send(sale).status_code == 401
    (offered,) = list_own_booths(actor(telephone.owner), clock.today())
    pages = [
        telephone.client.get(path).text for path in ("/booth/booths", f"/booth/{telephone.booth.id}/phone")
    ]

    again = pair(app, telephone.booth, telephone.owner, telephone.variants)

    assert (offered.participation.id, offered.sends_only) == (telephone.booth.id, True)
    assert all("Ở đây không bán nữa" in page for page in pages)
    assert again.pack["sends_only"] is True
    assert again.pack["references"] == []
    assert [(each["is_sellable"], each["why_not"]) for each in again.pack["goods"]] == [(False, "closed")]
    assert [each["outcome"] for each in again.sync(sale)] == ["booked"]
    assert slice_of(again, again.variants[0]) == (12, 2, 0)
    assert again.ask_pack().get_json()["references"] == []


def asking(telephone: Telephone) -> TestResponse:
    """What is answered to whoever wants to pair a telephone at the booth."""
    wanted = {"participation_id": telephone.booth.id, "name": "Máy"}
    return browser_of(telephone.app, telephone.owner).post("/api/v1/booth/devices", json=wanted)


def test_a_telephone_is_paired_for_sending_for_thirty_days_and_only_where_one_sold(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone, never = make_telephone(app, 20), make_telephone(app, 20)
    with transaction():
        db.session.query(BoothReference).filter(BoothReference.code.in_(never.pack["references"])).delete()
        db.session.query(BoothDevice).filter_by(participation_id=never.booth.id).delete()
    clock.move(timedelta(days=32))  # the fair ended two days after today
    last = pair(app, telephone.booth, telephone.owner, telephone.variants)
    refused = asking(never)
    clock.move(timedelta(days=1))
    late = asking(last)

    assert last.pack["sends_only"] is True
    assert [answer.status_code for answer in (refused, late)] == [409, 409]
    assert list_own_booths(actor(telephone.owner), clock.today()) == ()
    assert db.session.query(BoothDevice).count() == 2


def test_a_fair_that_was_cancelled_and_a_booth_that_withdrew_still_take_what_was_sold(
    app: Flask, db_session: Any
) -> None:
    cancelled, withdrew = make_telephone(app, 20), make_telephone(app, 20)
    for telephone in (cancelled, withdrew):
        lay_out(telephone, 3)
        assert telephone.ask_pack().get_json()["sends_only"] is False
    sales = [telephone.sale((telephone.variants[0], 1)) for telephone in (cancelled, withdrew)]
    with transaction():
        fair = cancelled.booth.fair
        fair.cancelled_at, fair.cancelled_by_id, fair.cancel_reason = clock.now(), cancelled.owner.id, "Bão"
        withdrew.booth.state = "withdrawn"

    again = [pair(app, each.booth, each.owner, each.variants) for each in (cancelled, withdrew)]

    assert [each.pack["sends_only"] for each in again] == [True, True]
    booked = [each.sync(sale)[0]["outcome"] for each, sale in zip(again, sales, strict=True)]
    assert booked == ["booked", "booked"]
    assert db.session.query(Order).count() == 2
