"""What fair mode holds about people is told, forgotten on request and after its time."""

from datetime import timedelta
from typing import Any

from flask import Flask

from core import clock
from core.db import db, transaction
from promotion.models.counter import BoothDevice, BoothItem
from promotion.operations.booth_personal_facts import BoothFacts, OldWaiting
from tests.people import make_user
from tests.promotion.booth_shop import make_telephone


def test_a_buyer_of_a_sale_that_waits_is_told_of_it_and_forgotten(app: Flask, db_session: Any) -> None:
    telephone, buyer = make_telephone(app, 1), make_user(phone="+84912345679")
    sale = telephone.sale((telephone.variants[0], 5), phone="0912 345 679")
    other = telephone.sale((telephone.variants[0], 5), phone="0912 345 678")
    telephone.sync(sale, other)

    told = BoothFacts().export(buyer.id)
    with transaction():
        BoothFacts().erase(buyer.id, clock.now())
        BoothFacts().erase(telephone.owner.id, clock.now())

    assert [each["buyer"] for each in told["waiting"]] == [None]
    assert "phone" not in db.session.get_one(BoothItem, sale["id"]).payload
    assert db.session.get_one(BoothItem, other["id"]).payload["phone"] == "0912 345 678"
    assert db.session.query(BoothDevice.name).one() == ("",)


def test_buyers_of_sales_that_waited_too_long_are_forgotten(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 1)
    sale = telephone.sale((telephone.variants[0], 5), phone="0912345678")
    telephone.sync(sale)
    before, later = clock.now(), clock.now() + timedelta(seconds=1)

    assert OldWaiting().count_older(before) == 0
    with transaction():
        assert OldWaiting().delete_older(later) == 1

    assert OldWaiting().count_older(later) == 0
    assert db.session.get_one(BoothItem, sale["id"]).outcome == "conflict"
