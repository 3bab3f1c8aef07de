"""What orders hold: of the goods and of their lots, each thing once, whoever else wants them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.invariants import check_all
from orders.errors import NotHeldError, ShortStockError
from orders.invariants import stock as stock_invariants
from orders.models.stock import LineLot, LotTake, StockHold
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
from tests.order_factories import make_order, new_order
from traceability.operations.lots import open_lot
from traceability.operations.recalls import recall_lot


@pytest.fixture
def variant(db_session):
    return make_product(variants=[{"on_hand": 10}]).variants[0]


def packs_of(variant):
    db.session.refresh(variant)
    return variant.on_hand, variant.reserved


def holds_of(order):
    rows = select(StockHold).where(StockHold.seller_order_id.in_([each.id for each in order.seller_orders]))
    found = db.session.scalars(rows.order_by(StockHold.id).execution_options(populate_existing=True))
    return [(hold.quantity, hold.state) for hold in found]


def lots_of(line):
    rows = select(LineLot).where(LineLot.line_id == line.id).execution_options(populate_existing=True)
    return {row.lot_id: (row.quantity, row.returned_quantity) for row in db.session.scalars(rows)}


def taken():
    rows = select(LotTake).execution_options(populate_existing=True)
    return {row.lot_id: row.taken for row in db.session.scalars(rows) if row.taken}


def make_lot(product, code, quantity, days=None):
    with transaction():
        return open_lot(
            product,
            code,
            quantity,
            now=clock.now(),
            expires_on=None if days is None else clock.today() + timedelta(days=days),
        )


@pytest.fixture(autouse=True)
def _books_agree(db_session):
    """After every test of this file the books of stock agree."""
    yield
    db.session.rollback()
    assert [(each.name, each.violations) for each in check_all(["I1", "I2"])] == [("I1", ()), ("I2", ())]
    assert stock_invariants.LIVE == ("held", "committed")


def only(order):
    (part,) = order.seller_orders
    return part


def test_goods_to_be_paid_at_the_door_are_held_without_an_end(variant):
    order = make_order((variant, 4))

    assert holds_of(order) == [(4, "committed")]
    assert packs_of(variant) == (10, 4)


def test_two_lines_of_one_pack_are_counted_together(variant):
    make_order((variant, 5), (variant, 5))
    assert packs_of(variant) == (10, 10)

    with pytest.raises(ShortStockError) as short:
        make_order((variant, 1), (variant, 1))

    assert short.value.facts["shortfalls"] == {variant.id: 0}
    assert packs_of(variant) == (10, 10)


def test_where_one_line_falls_short_nothing_is_held(variant):
    scarce = make_product(variants=[{"on_hand": 1}]).variants[0]

    with transaction():
        order = new_order([(variant, 2), (scarce, 2)])
        with pytest.raises(ShortStockError) as short:
            hold_lines(order.seller_orders, expires_at=None, now=clock.now())

    assert short.value.facts["shortfalls"] == {scarce.id: 1}
    assert (packs_of(variant), packs_of(scarce), holds_of(order)) == ((10, 0), (1, 0), [])


def test_paid_goods_stay_held_and_leave_the_stock_when_they_are_sent(variant):
    part = only(order := make_order((variant, 4), method="vietqr"))

    with transaction():
        assert commit_holds(part, now=clock.now())
    assert holds_of(order) == [(4, "committed")]
    for _twice in range(2):
        with transaction():
            ship_holds(part, now=clock.now())

    assert holds_of(order) == [(4, "shipped")]
    assert packs_of(variant) == (6, 0)


def test_goods_that_are_not_paid_for_cannot_be_sent(variant):
    part = only(order := make_order((variant, 4), method="vietqr"))

    with pytest.raises(NotHeldError), transaction():
        ship_holds(part, now=clock.now())

    assert (holds_of(order), packs_of(variant)) == ([(4, "held")], (10, 4))


def test_a_cancelled_order_gives_its_goods_back_once(variant):
    part = only(order := make_order((variant, 4)))

    for _twice in range(2):
        with transaction():
            release_holds(part, now=clock.now())

    assert (holds_of(order), packs_of(variant)) == ([(4, "released")], (10, 0))


def test_goods_not_paid_for_in_time_go_back_on_sale(variant, clock):
    late = make_order((variant, 4), method="vietqr")
    clock.move(timedelta(days=1))
    fresh = make_order((variant, 1), method="vietqr")

    with transaction():
        assert expire_holds(clock.now()) == 1
    with transaction():
        assert expire_holds(clock.now()) == 0

    assert (holds_of(late), holds_of(fresh)) == ([(4, "released")], [(1, "held")])
    assert packs_of(variant) == (10, 1)


def test_an_order_paid_late_holds_again_what_is_still_there(variant):
    part = only(order := make_order((variant, 4), method="vietqr"))
    with transaction():
        release_holds(part, now=clock.now())

    with transaction():
        assert not commit_holds(part, now=clock.now())
        assert rehold(part, now=clock.now())

    assert holds_of(order) == [(4, "released"), (4, "committed")]
    assert packs_of(variant) == (10, 4)


def test_an_order_paid_too_late_gets_nothing_and_takes_nothing(variant):
    part = only(order := make_order((variant, 4), method="vietqr"))
    with transaction():
        release_holds(part, now=clock.now())
    make_order((variant, 7))

    with transaction():
        assert not rehold(part, now=clock.now())

    assert holds_of(order) == [(4, "released")]
    assert packs_of(variant) == (10, 7)


def test_part_of_a_line_is_cancelled_and_the_rest_is_still_held(variant):
    order = make_order((variant, 4))
    (line,) = only(order).lines

    with transaction():
        release_line(line, 1, now=clock.now())
    assert (line.cancelled_quantity, holds_of(order), packs_of(variant)) == (1, [(3, "committed")], (10, 3))
    with pytest.raises(NotHeldError), transaction():
        release_line(line, 4, now=clock.now())
    assert (line.cancelled_quantity, packs_of(variant)) == (1, (10, 3))
    with transaction():
        release_line(line, 3, now=clock.now())
    with transaction():
        ship_holds(only(order), now=clock.now())

    assert (line.cancelled_quantity, holds_of(order), packs_of(variant)) == (4, [(3, "released")], (10, 0))


def test_a_lot_first_to_expire_is_taken_first_and_none_that_ends_before_delivery(variant):
    late = make_lot(variant.product, "L3", 100, days=90)
    soon = make_lot(variant.product, "L2", 3, days=30)
    make_lot(variant.product, "L1", 100, days=3)  # promised until the fourth day from now

    order = make_order((variant, 2), (variant, 4))

    first, second = only(order).lines
    assert lots_of(first) == {soon.id: (2, 0)}
    assert lots_of(second) == {soon.id: (1, 0), late.id: (3, 0)}
    assert taken() == {soon.id: 3, late.id: 3}


def test_packs_beyond_all_lots_come_from_no_recorded_lot(variant):
    lot = make_lot(variant.product, "L1", 3)

    (line,) = only(make_order((variant, 5))).lines

    assert lots_of(line) == {lot.id: (3, 0)}


def test_what_a_line_gives_up_goes_back_to_the_lot_that_expires_last(variant):
    soon = make_lot(variant.product, "L1", 3, days=30)
    late = make_lot(variant.product, "L2", 3, days=60)
    order = make_order((variant, 7))  # one of no lot
    (line,) = only(order).lines

    with transaction():
        release_line(line, 1, now=clock.now())
    assert lots_of(line) == {soon.id: (3, 0), late.id: (3, 0)}
    with transaction():
        release_line(line, 2, now=clock.now())
    assert lots_of(line) == {soon.id: (3, 0), late.id: (1, 0)}
    with transaction():
        release_holds(only(order), now=clock.now())

    assert taken() == {}


def test_nothing_is_sold_of_a_product_while_a_lot_of_it_is_recalled(variant):
    lot = make_lot(variant.product, "L1", 3)
    make_lot(variant.product, "L2", 50)
    with transaction():
        recall_lot(lot, reason="Nhãn sai", instruction="Không dùng", contact="0294", now=clock.now())

    with pytest.raises(ShortStockError) as short:
        make_order((variant, 1))

    assert short.value.facts["shortfalls"] == {variant.id: 0}
    assert packs_of(variant) == (10, 0)


@pytest.mark.parametrize(("sellable", "after"), [(True, (8, 0)), (False, (6, 0))])
def test_what_comes_back_is_sold_again_only_if_it_can_be(variant, sellable, after):
    lot = make_lot(variant.product, "L1", 3)
    part = only(make_order((variant, 4)))
    (line,) = part.lines
    with transaction():
        ship_holds(part, now=clock.now())

    with transaction():
        restock_line(line, 2, sellable=sellable, now=clock.now())

    assert packs_of(variant) == after
    assert lots_of(line) == {lot.id: (3, 2 if sellable else 0)}


def test_what_was_not_sent_cannot_come_back(variant):
    (line,) = only(make_order((variant, 4))).lines

    with pytest.raises(NotHeldError), transaction():
        restock_line(line, 1, sellable=True, now=clock.now())

    assert packs_of(variant) == (10, 4)
