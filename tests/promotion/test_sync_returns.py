"""A telephone undoes a sale whose buyer asked for a return: refused in words, and nothing waits behind it."""

from typing import Any

from flask import Flask

from core import clock
from core.db import db, transaction
from orders.models.orders import SellerOrder
from orders.models.slices import CounterUndo
from orders.operations.returns import ReturnWish, ask_return
from tests.orders.counter_shop import violations
from tests.promotion.booth_shop import make_telephone, slice_of
from tests.promotion.test_sync import lay_out


def test_a_sale_with_an_open_return_is_not_undone_and_keeps_nothing_behind_it(
    app: Flask, db_session: Any
) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 9)
    rice = telephone.variants[0]
    sale = telephone.sale((rice, 2))
    telephone.sync(sale)
    part = db.session.query(SellerOrder).one()
    with transaction():
        wish = ReturnWish("k1", "faulty", "Móp.", {part.lines[0].id: 1})
        ask_return(part, wish, by=None, now=clock.now())

    answers = telephone.sync(telephone.undo(sale), telephone.sale((rice, 1)))

    assert [each["outcome"] for each in answers] == ["refused", "booked"]
    assert "settle that return at the order desk" in answers[0]["words_en"]
    assert db.session.query(CounterUndo).count() == 0
    assert slice_of(telephone, rice) == (9, 3, 0)
    assert violations() == []
