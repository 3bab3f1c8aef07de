"""Telephones of booths: paired, taken over, ended; what a pack holds."""

from datetime import timedelta
from typing import Any

from flask import Flask

from accounts.models import Membership
from core import clock
from core.db import db, transaction
from promotion.models.counter import BoothDevice, BoothReference
from tests.factories import make_producer
from tests.people import browser_of, make_member, make_user
from tests.promotion.booth_shop import make_booth, make_fair, make_telephone, pair


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
