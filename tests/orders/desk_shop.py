"""A shop with an order desk: its product, its owner, orders that come in, and what is asked of them again and again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEvent
from core import clock
from core.db import db, transaction
from core.invariants import check_all
from orders.invariants import stock as stock_invariants
from orders.models.orders import OrderEvent, SellerOrder
from orders.models.payments import Payment
from orders.models.shipments import BookingState
from orders.operations.desk import confirm_order, hand_over, pack_order
from orders.operations.payment import open_payments, record_payment
from orders.operations.shipments import open_shipment
from orders.operations.transitions import OrderActor
from tests.factories import make_product
from tests.order_factories import make_order
from tests.people import actor, make_member


@pytest.fixture
def product(db_session):
    return make_product(
        variants=[{"on_hand": 10}, {"label": "1 kg", "price_vnd": 200_001, "on_hand": 10}],
    )


@pytest.fixture
def owner(product):
    return actor(make_member(product.producer))


@pytest.fixture(autouse=True)
def _books_agree(db_session):
    yield
    db.session.rollback()
    assert stock_invariants.LIVE
    assert [each.violations for each in check_all(["I1", "I2"])] == [(), ()]


@pytest.fixture
def place(product):
    def make(*quantities, method="cod", **facts):
        wanted = list(zip(product.variants, quantities or (2,), strict=False))
        order = make_order(*wanted, method=method, **facts)
        with transaction():
            until = None if method == "cod" else clock.now() + timedelta(hours=24)
            open_payments(order, now=clock.now(), expires_at=until)
        return order.seller_orders[0]

    return make


def pay(part):
    payment = db.session.scalars(select(Payment).filter_by(order_id=part.order_id)).one()
    with transaction():
        record_payment(payment, payment.amount_vnd, source=OrderActor.BANK, key="line:1", now=clock.now())


def do(act, part, *args, **facts):
    with transaction():
        return act(part, *args, now=clock.now(), **facts)


def stands(part):
    db.session.rollback()
    row = db.session.get_one(SellerOrder, part.id, populate_existing=True)
    return row.lifecycle, row.payment, row.fulfilment


def packs_of(product, place=0):
    variant = product.variants[place]
    db.session.refresh(variant)
    return variant.on_hand, variant.reserved


def verbs():
    db.session.rollback()
    rows = select(AuditEvent.verb).where(AuditEvent.verb.like("orders.%")).order_by(AuditEvent.seq)
    return list(db.session.scalars(rows))


def events_of(part):
    rows = select(OrderEvent).where(OrderEvent.seller_order_id == part.id, OrderEvent.from_state != "")
    return [(each.to_state, each.actor) for each in db.session.scalars(rows.order_by(OrderEvent.id))]


def book(part, number="GHN12345"):
    """The system of a carrier gave a number, and is to collect what is due now."""
    with transaction():
        shipment = open_shipment(part, carrier="ghn", is_by_system=False, now=clock.now())
        shipment.booking, shipment.tracking_number = BookingState.BOOKED.value, number
    return shipment


def send(part, owner):
    do(confirm_order, part, by=owner)
    do(pack_order, part, by=owner)
    do(hand_over, part, by=owner)
