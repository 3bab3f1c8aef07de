"""Many who want the same goods at the same moment: on the real operations, all let go by one barrier."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from catalog.models import Variant
from core import clock
from core.db import db, transaction
from core.invariants import check_all
from orders.errors import ShortStockError
from orders.invariants import stock as stock_invariants
from orders.models.orders import Order, SellerOrder
from orders.models.stock import LineLot, StockHold
from orders.operations.stock import commit_holds, expire_holds, hold_lines, release_line, ship_holds
from tests.factories import make_product
from tests.order_factories import make_order, new_order
from traceability.operations.lots import open_lot

BUYERS = 60


def at_once(app, *acts):
    """What each of `acts` gave or raised, all begun at the same moment, each with a session of its own."""
    gate, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    outcomes[place] = act()
            except Exception as error:  # noqa: BLE001 - whatever it was is what the test looks at
                outcomes[place] = type(error).__name__

    db.session.rollback()
    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return outcomes


def buy(*wanted):
    """An act that orders so many packs of each variant, in that order, for payment later."""

    def act():
        lines = [(db.session.get_one(Variant, variant_id), packs) for variant_id, packs in wanted]
        order = new_order(lines, method="cod")
        hold_lines(order.seller_orders, expires_at=None, now=clock.now())
        return "bought"

    return act


@pytest.fixture(autouse=True)
def _books_agree(db_session):
    yield
    db.session.rollback()
    assert [(each.name, each.violations) for each in check_all(["I1", "I2"])] == [("I1", ()), ("I2", ())]
    assert stock_invariants.LIVE


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def packs_of(variant_id):
    row = db.session.get_one(Variant, variant_id, populate_existing=True)
    return row.on_hand, row.reserved


def test_of_sixty_buyers_of_ten_packs_ten_get_one(app, db_session):
    variant_id = make_product(variants=[{"on_hand": 10}]).variants[0].id

    outcomes = at_once(app, *[buy((variant_id, 1))] * BUYERS)

    assert Counter(outcomes) == {"bought": 10, ShortStockError.__name__: 50}
    assert packs_of(variant_id) == (10, 10)
    assert count(Order) == count(StockHold) == 10


def test_two_lines_of_one_pack_never_take_more_than_there_is(app, db_session):
    product = make_product(variants=[{"on_hand": 10}])
    variant_id = product.variants[0].id
    with transaction():
        open_lot(product, "L1", 7, now=clock.now())

    outcomes = at_once(app, *[buy((variant_id, 1), (variant_id, 2))] * 12)

    assert Counter(outcomes) == {"bought": 3, ShortStockError.__name__: 9}
    assert packs_of(variant_id) == (10, 9)
    assert db.session.scalar(select(func.sum(LineLot.quantity))) == 7


def test_baskets_in_opposite_order_wait_in_turn_and_never_in_a_ring(app, db_session):
    first, second = (make_product(variants=[{"on_hand": 10}]).variants[0].id for _each in range(2))

    acts = [buy((first, 1), (second, 1)), buy((second, 1), (first, 1))] * 10
    outcomes = at_once(app, *acts)

    assert Counter(outcomes) == {"bought": 10, ShortStockError.__name__: 10}
    assert (packs_of(first), packs_of(second)) == ((10, 10), (10, 10))


def test_a_payment_and_the_end_of_the_hold_at_once_leave_it_committed_or_released(app, db_session):
    for _round in range(5):
        variant = make_product(variants=[{"on_hand": 3}]).variants[0]
        order = make_order((variant, 2), method="vietqr")
        part_id, variant_id = order.seller_orders[0].id, variant.id
        ends_at = db.session.scalars(select(StockHold.expires_at).filter_by(seller_order_id=part_id)).one()

        paid, _expired = at_once(
            app,
            lambda part_id=part_id: commit_holds(db.session.get_one(SellerOrder, part_id), now=clock.now()),
            lambda ends_at=ends_at: expire_holds(ends_at),
        )

        (state,) = db.session.scalars(select(StockHold.state).filter_by(seller_order_id=part_id))
        assert (paid, state) in {(True, "committed"), (False, "released")}
        assert packs_of(variant_id) == (3, 2 if paid else 0)


def test_sending_and_cancelling_a_line_at_once_do_one_of_them(app, db_session):
    variant = make_product(variants=[{"on_hand": 3}]).variants[0]
    part = make_order((variant, 2)).seller_orders[0]
    part_id, variant_id = part.id, variant.id

    outcomes = at_once(
        app,
        lambda: ship_holds(db.session.get_one(SellerOrder, part_id), now=clock.now()),
        lambda: release_line(db.session.get_one(SellerOrder, part_id).lines[0], 2, now=clock.now()),
    )

    assert packs_of(variant_id) in {(1, 0), (3, 0)}
    assert outcomes in ([None, "NotHeldError"], [None, None])


def test_ten_who_send_the_same_order_send_it_once(app, db_session):
    variant = make_product(variants=[{"on_hand": 3}]).variants[0]
    part_id, variant_id = make_order((variant, 2)).seller_orders[0].id, variant.id

    outcomes = at_once(
        app, *[lambda: ship_holds(db.session.get_one(SellerOrder, part_id), now=clock.now())] * 10
    )

    assert outcomes == [None] * 10
    assert packs_of(variant_id) == (1, 0)
