"""The same outbox sent twice at once, and a program that is killed half-way: everything is booked exactly once."""

from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

import promotion.operations.sync as taking
from core.db import db
from orders.models.orders import Order
from promotion.models.counter import BoothItem
from tests.orders.counter_shop import violations
from tests.promotion.booth_shop import make_telephone, slice_of
from tests.promotion.test_sync import lay_out


def test_one_outbox_sent_twice_at_once_is_booked_once(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    items = [telephone.sale((telephone.variants[0], 1)) for _ in range(6)]
    gate, answers = Barrier(2), []

    def send() -> None:
        gate.wait()
        answers.append(telephone.send(*items).get_json()["results"])

    db.session.rollback()
    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers[0] == answers[1]
    assert {each["outcome"] for each in answers[0]} == {"booked"}
    assert slice_of(telephone, telephone.variants[0]) == (12, 6, 0)
    assert db.session.query(Order).count() == db.session.query(BoothItem).count() == 6
    assert violations() == []


class Killed(BaseException):
    """The program ends here, whatever it was doing."""


@pytest.mark.parametrize("step", ["book_sale", "result_of"])
def test_what_broke_off_half_way_and_is_sent_again_is_booked_once(
    app: Flask, db_session: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    items = [telephone.sale((telephone.variants[0], 1)) for _ in range(4)]
    real, calls = getattr(taking, step), []

    def dying(*arguments: Any, **facts: Any) -> Any:
        done = real(*arguments, **facts)
        calls.append(done)
        if len(calls) == 3:
            raise Killed
        return done

    monkeypatch.setattr(taking, step, dying)
    with pytest.raises(Killed):
        telephone.send(*items)
    db.session.rollback()
    assert db.session.query(Order).count() == db.session.query(BoothItem).count() == 2
    monkeypatch.setattr(taking, step, real)

    results = telephone.sync(*items)

    assert [each["outcome"] for each in results] == ["booked"] * 4
    assert slice_of(telephone, telephone.variants[0]) == (12, 4, 0)
    assert db.session.query(Order).count() == 4
    assert violations() == []
