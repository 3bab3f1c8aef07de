"""Whatever happens at a booth and in the web shop, in whatever order: books of goods and money agree afterwards."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from orders.errors import NotUndoneError, ShortStockError, SliceShortError
from orders.models.orders import SellerOrder
from orders.models.slices import CounterSale
from orders.operations.slices import allot, bring_back, correct_count
from orders.queries.slices import left_at
from tests.order_factories import make_order
from tests.orders.counter_shop import PLACE, sell, send_home, settle, stands, taken_along, undo, violations

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("sell", "transfer", "send", "undo", "allot", "back", "count", "web", "settle")),
        st.integers(1, 5),
    ),
    min_size=3,
    max_size=12,
)
RULES = ("I1", "I2", "I3", "I3d", "I3e", "I4", "I5", "I5b", "I5c", "I5d", "I6", "I7", "I19", "I30")


def latest(packs: int) -> SellerOrder | None:
    """One of the latest sales at the counter."""
    of_counter = select(SellerOrder).join(CounterSale, CounterSale.seller_order_id == SellerOrder.id)
    found = db.session.scalars(of_counter.order_by(SellerOrder.id.desc()).limit(packs)).all()
    return found[-1] if found else None


def at_counter(act: Any, packs: Any, *more: str) -> None:
    with transaction():
        act(PLACE, packs, *more, by=None, now=clock.now())


def do(what: str, packs: int, variant: Any) -> None:
    if what in {"sell", "transfer"}:
        sell((variant, packs), method="cash" if what == "sell" else "transfer")
    elif what == "send":
        send_home((variant, packs), method="cod" if packs % 2 else "cash")
    elif what == "web":
        make_order((variant, packs))
    elif what == "allot":
        at_counter(allot, {variant.id: packs})
    elif what == "back":
        at_counter(bring_back, {variant.id: packs})
    elif what == "count":
        left = left_at(PLACE, [variant.id])[variant.id]
        at_counter(correct_count, {variant.id: max(0, left + packs - 3)}, "đếm")
    elif (part := latest(packs)) is not None:
        settle(part) if what == "settle" else undo(part)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_day_at_a_booth_leaves_books_that_agree(db_session: Any, steps: list[tuple[str, int]]) -> None:
    variant = taken_along(on_hand=14, packs=6)

    for what, packs in steps:
        try:
            do(what, packs, variant)
        except (ShortStockError, SliceShortError, NotUndoneError):
            db.session.rollback()
        on_hand, reserved, allotted, sold, returned = stands(variant)
        assert on_hand >= reserved >= 0
        assert allotted - sold - returned >= 0

    assert violations(*RULES) == []
