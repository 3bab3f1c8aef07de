"""Whatever buyers, producers and the clock do in whatever order, the books of stock agree after every step."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.errors import InvalidFactError
from catalog.models import Variant
from catalog.operations.stock import count_stock
from core import clock
from core.db import db, transaction
from core.invariants import check_all
from orders.errors import NotHeldError, ShortStockError
from orders.invariants import stock as stock_invariants
from orders.models.orders import OrderLine, SellerOrder
from orders.operations.stock import (
    commit_holds,
    expire_holds,
    hold_lines,
    rehold,
    release_holds,
    release_line,
    restock_line,
    ship_holds,
)
from tests.factories import make_product
from tests.order_factories import new_order
from traceability.operations.lots import open_lot


class _UndoneError(Exception):
    """A crash before the transaction was kept."""


@pytest.mark.slow
def test_the_books_of_stock_agree_after_every_step(db_session):
    assert stock_invariants.LIVE
    run_state_machine_as_test(
        StockStory,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


class StockStory(RuleBasedStateMachine):
    """Two packs of one product, a lot, and orders that are held, paid, sent, cut, cancelled, brought back."""

    def __init__(self):
        super().__init__()
        product = make_product(variants=[{"on_hand": 5}, {"label": "1 kg", "on_hand": 4}])
        with transaction():
            open_lot(product, "L1", 6, now=clock.now())
        self.variants = [variant.id for variant in product.variants]
        self.parts = []

    def _do(self, act, crash):
        try:
            with transaction():
                act()
                if crash:
                    raise _UndoneError
        except (_UndoneError, NotHeldError, ShortStockError, InvalidFactError):
            return False
        return True

    @rule(packs=st.lists(st.integers(0, 3), min_size=2, max_size=2), paid=st.booleans(), crash=st.booleans())
    def buy(self, packs, paid, crash):
        made = []

        def act():
            wanted = [
                (db.session.get_one(Variant, variant_id), count)
                for variant_id, count in zip(self.variants, packs, strict=True)
                if count
            ]
            if not wanted:
                return
            order = new_order(wanted, method="cod" if paid else "vietqr")
            hold_lines(order.seller_orders, expires_at=None if paid else clock.now(), now=clock.now())
            made.append(order.seller_orders[0].id)

        if self._do(act, crash):
            self.parts += made

    @precondition(lambda self: self.parts)
    @rule(
        data=st.data(),
        act=st.sampled_from([commit_holds, rehold, release_holds, ship_holds]),
        crash=st.booleans(),
    )
    def move(self, data, act, crash):
        part_id = data.draw(st.sampled_from(self.parts))
        self._do(lambda: act(db.session.get_one(SellerOrder, part_id), now=clock.now()), crash)

    @precondition(lambda self: self.parts)
    @rule(data=st.data(), packs=st.integers(0, 3), cut=st.booleans(), crash=st.booleans())
    def change_line(self, data, packs, cut, crash):
        part_id = data.draw(st.sampled_from(self.parts))

        def act():
            line = db.session.query(OrderLine).filter_by(seller_order_id=part_id).first()
            if cut:
                release_line(line, packs, now=clock.now())
            else:
                restock_line(line, packs, sellable=True, now=clock.now())

        self._do(act, crash)

    @rule(crash=st.booleans())
    def time_passes(self, crash):
        self._do(lambda: expire_holds(clock.now()), crash)

    @rule(place=st.integers(0, 1), packs=st.integers(0, 8), crash=st.booleans())
    def count(self, place, packs, crash):
        variant_id = self.variants[place]
        self._do(
            lambda: count_stock(db.session.get_one(Variant, variant_id), packs, by=None, now=clock.now()),
            crash,
        )

    @invariant()
    def books_agree(self):
        db.session.rollback()
        assert [each.violations for each in check_all(["I1", "I2"])] == [(), ()]
