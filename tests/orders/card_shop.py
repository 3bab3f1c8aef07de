"""Orders to be paid by card, with the imitation of Stripe behind them."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from catalog.models import Variant
from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.models import Job
from core.jobs.registry import handlers
from ledger.chart import AccountKind
from ledger.models import Journal
from ledger.queries import get_balance_vnd
from orders.gateways.base import PaymentFacts
from orders.models.notices import PaymentNotice
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment
from orders.operations.card_notices import ASK_JOB
from orders.operations.payment import open_payments
from orders.operations.stock import hold_lines
from tests.conftest import MakeApp
from tests.factories import make_product
from tests.fakes.stripe_server import StripeServer, send, stripe_server
from tests.order_factories import make_order

RETURN_URL = "http://market.test/orders/a-token"


@dataclass
class CardShop:
    """A shop that takes cards. client: through which Stripe's notices come."""

    app: Flask
    client: FlaskClient
    stripe: StripeServer

    def order(self, quantity: int = 2, variant: Variant | None = None) -> Payment:
        """An order of so many packs, its goods held for 15 minutes, its payment asked for."""
        pack = variant or make_product(variants=[{"on_hand": 10}]).variants[0]
        order = make_order((pack, quantity), method="stripe", is_held=False)
        with transaction():
            payment = open_payments(order, now=clock.now())[0]
            hold_lines(order.seller_orders, expires_at=payment.expires_at, now=clock.now())
        return payment

    def start(self, payment: Payment, **facts: Any) -> str:
        """Open Stripe's page for `payment` and note its session, as the till does."""
        started = self.stripe.gateway().start(replace(facts_of(payment), **facts), RETURN_URL)
        assert started.external_id is not None
        with transaction():
            db.session.get_one(Payment, payment.id).external_id = started.external_id
        return started.external_id

    def paid_letter(self, payment: Payment) -> bytes:
        """The buyer pays; the notice that says so, which nobody has heard yet."""
        self.stripe.world.pay(self.start(payment))
        return self.stripe.letters("checkout.session.completed")[-1]

    def hear(self, *letters: bytes) -> list[int]:
        """Deliver notices; the statuses of the answers."""
        return [send(self.client, raw).status_code for raw in letters]

    def work(self, *names: str) -> None:
        """Do the jobs called `names` (by default: those that ask about notices) that were asked for."""
        due = select(Job.name, Job.payload).where(Job.name.in_(names or [ASK_JOB]))
        asked = db.session.execute(due.order_by(Job.id)).all()
        with transaction():
            db.session.execute(delete(Job).where(Job.name.in_(names or [ASK_JOB])))
        for name, payload in asked:
            handlers[name](**payload)


def facts_of(payment: Payment) -> PaymentFacts:
    return PaymentFacts(
        payment_id=payment.id,
        reference=payment.reference,
        attempt=payment.attempt,
        amount_vnd=payment.amount_vnd,
        order_code=payment.order.code,
        language="vi",
        email=None,
        expires_at=payment.expires_at,
    )


def state_of(payment: Payment) -> tuple[str, tuple[str, ...], int]:
    """State of the payment, of its parts, and what came in; as stored."""
    db.session.rollback()
    fresh = db.session.get_one(Payment, payment.id, populate_existing=True)
    parts = db.session.scalars(
        select(SellerOrder.payment).where(SellerOrder.order_id == fresh.order_id).order_by(SellerOrder.id)
    )
    return fresh.state, tuple(parts), fresh.received_vnd


def notices() -> list[tuple[str, str | None]]:
    """State and reason of every notice, in the order in which they came."""
    db.session.rollback()
    rows = db.session.execute(select(PaymentNotice.state, PaymentNotice.reason).order_by(PaymentNotice.id))
    return [(state, reason) for state, reason in rows]


def money(order_id: int) -> dict[str, int]:
    """What the ledger says of the processor's account and of an order, without what is nothing."""
    db.session.rollback()
    told = {
        "processor": get_balance_vnd(AccountKind.CARD_PROCESSOR),
        "fees": get_balance_vnd(AccountKind.PROCESSOR_FEES),
        "funds": get_balance_vnd(AccountKind.BUYER_FUNDS, f"order:{order_id}"),
        "refunds_due": get_balance_vnd(AccountKind.REFUNDS_DUE, f"order:{order_id}"),
    }
    return {name: amount for name, amount in told.items() if amount}


def journal_count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Journal)) or 0


def forget(server: StripeServer) -> None:
    """Let the imitation be as new."""
    server.fake.faults.clear()
    server.fake.begin_anew(server.base)


@pytest.fixture(scope="session")
def _imitation() -> Iterator[StripeServer]:
    with stripe_server() as server:
        yield server


@pytest.fixture
def shop(settings: Settings, make_app: MakeApp, _imitation: StripeServer) -> Iterator[CardShop]:
    """A shop that takes cards, with a Stripe that has forgotten the tests before."""
    forget(_imitation)
    app = make_app(replace(settings, cards=_imitation.settings))
    for name in app.extensions["job_modules"]:
        importlib.import_module(name)
    with app.app_context():
        yield CardShop(app, app.test_client(), _imitation)


__all__ = [
    "CardShop",
    "Order",
    "_imitation",
    "facts_of",
    "journal_count",
    "money",
    "notices",
    "shop",
    "state_of",
]
