"""Packs of a counter sale come back once: over the table, or as a return that the buyer asked for."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.actors import Actor
from catalog.models import Variant
from core import clock
from core.db import db, transaction
from ledger.models import Journal
from orders.errors import InvalidReturnError, NotUndoneError
from orders.models.orders import SellerOrder
from orders.models.payments import Refund
from orders.models.returns import ReturnRequest
from orders.models.slices import CounterSale, CounterUndo
from orders.operations.counter_undo import undo_counter_sale
from orders.operations.returns import ReturnWish, answer_return, ask_return, receive_return, withdraw_return
from orders.return_rules import ReturnState
from tests.catalog.test_office_races import at_once
from tests.orders.counter_shop import sell, stands, taken_along, undo, violations
from tests.people import make_user


def wish(part: SellerOrder, key: str = "k1") -> ReturnWish:
    return ReturnWish(key, "faulty", "Hộp bị móp.", {part.lines[0].id: 3})


def ask(part: SellerOrder, key: str = "k1") -> ReturnRequest:
    with transaction():
        return ask_return(part, wish(part, key), by=None, now=clock.now())


def rows() -> tuple[int, ...]:
    db.session.rollback()
    counted = (CounterUndo, Refund, Journal, ReturnRequest)
    return tuple(db.session.scalar(select(func.count()).select_from(each)) or 0 for each in counted)


@pytest.fixture
def by(db_session: Any) -> Actor:
    return Actor(user_id=make_user().id)


@pytest.fixture
def variant(db_session: Any) -> Variant:
    return taken_along(on_hand=20, packs=12)


def test_a_sale_with_an_open_return_is_not_undone(variant: Variant, by: Actor) -> None:
    part = sell((variant, 3))
    request = ask(part)
    with transaction():
        answer_return(request, ReturnState.ACCEPTED, "Được", by=by, now=clock.now())
    before = rows()

    with pytest.raises(NotUndoneError) as refused:
        undo(part)

    assert refused.value.facts["reason"] == "return"
    assert rows() == before
    assert stands(variant) == (8, 0, 12, 3, 0)
    with transaction():
        receive_return(request, {part.lines[0].id: 3}, {}, by=by, now=clock.now())
    assert stands(variant) == (11, 0, 12, 3, 0)
    assert violations() == []


def test_a_sale_whose_return_was_withdrawn_is_undone(variant: Variant) -> None:
    part = sell((variant, 3))
    request = ask(part)
    with transaction():
        withdraw_return(request, by=None, now=clock.now())

    assert undo(part) is True

    assert stands(variant) == (8, 0, 12, 0, 0)
    assert violations() == []


def test_nothing_of_an_undone_sale_is_asked_or_taken_back_again(variant: Variant, by: Actor) -> None:
    part, former = sell((variant, 3)), sell((variant, 2))
    undo(part)
    with transaction():  # as both could be had once: the return was accepted, then the sale undone
        request = ask_return(
            former, ReturnWish("k2", "faulty", "Móp.", {former.lines[0].id: 2}), by=None, now=clock.now()
        )
        answer_return(request, ReturnState.ACCEPTED, "Được", by=by, now=clock.now())
        db.session.add(CounterUndo(seller_order_id=former.id, reason="x", undone_at=clock.now()))
    before, stood = rows(), stands(variant)

    with pytest.raises(InvalidReturnError) as asked:
        ask(part)
    with pytest.raises(InvalidReturnError) as received, transaction():
        receive_return(request, {former.lines[0].id: 2}, {}, by=by, now=clock.now())

    assert [(each.value.facts["field"], each.value.facts["reason"]) for each in (asked, received)] == [
        ("order", "undone")
    ] * 2
    assert (rows(), stands(variant)) == (before, stood)


def test_undone_and_asked_back_at_once_one_of_them_wins(app: Flask, variant: Variant) -> None:
    number = sell((variant, 3)).id
    db.session.rollback()

    def undone() -> None:
        part = db.session.get_one(SellerOrder, number)
        undo_counter_sale(part, reason="x", by=None, now=clock.now())

    def asked() -> None:
        part = db.session.get_one(SellerOrder, number)
        ask_return(part, wish(part), by=None, now=clock.now())

    ends = at_once(app, [undone, asked, undone, asked])

    undos, _refunds, _journals, requests = rows()
    assert undos + requests == 1
    assert ends["done"] == 2  # the winner's act, and the same once more
    assert db.session.scalar(select(func.count()).select_from(CounterSale)) == 1
    assert violations() == []
