"""Telling both sides of a trade what happened, in their own language, by the way that reaches them.

A message is a row of the outbox in the transaction of what it tells of: neither can be without the other.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.models import Membership, User
from accounts.operations.notices import notify_user
from core.db import db
from core.i18n import format_money, speaking
from core.i18n import gettext as _
from orders.models.orders import Order
from orders.models.payments import Payment
from promotion.models.trade import Quotation, QuotationEnd, Rfq, TradeAccount, TradeNews
from promotion.permissions.trade import WRITERS

Words = Callable[[], tuple[str, str]]
"""Subject and text, in the language that is spoken while it is called."""


def tell_buyer(account: TradeAccount, words: Words, *, now: datetime) -> None:
    """Write to the person who acts for the firm."""
    user = db.session.get_one(User, account.owner_id)
    with speaking(user.language):
        subject, text = words()
    notify_user(user.id, subject, text, now=now)


def tell_producer(producer_id: int, words: Words, *, now: datetime) -> None:
    """Write to those who trade for the producer: owners and editors, not who only assists."""
    members = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == producer_id,
            Membership.role.in_(WRITERS),
            Membership.ended_at.is_(None),
            Membership.is_assisting.is_(False),
            User.erased_at.is_(None),
        )
        .order_by(Membership.id)
    )
    for user in db.session.scalars(members).unique().all():
        with speaking(user.language):
            subject, text = words()
        notify_user(user.id, subject, text, now=now)


def tell_of_deposit(order_id: int, *, now: datetime) -> bool:
    """The order of a quotation is confirmed: tell both sides, once. Whether there was something to tell."""
    found = _quotation_of(order_id)
    if found is None or not _note(f"deposit:{order_id}", now):
        return False
    rfq, number = found.rfq, found.number
    amount = format_money(found.deposit_vnd)

    def to_producer() -> tuple[str, str]:
        return _("Deposit paid for quotation %(number)s", number=number), _(
            "The deposit of %(amount)s for quotation %(number)s is there. %(firm)s waits for its goods: please prepare"
            " them and say when they are ready, in your workspace under Trade buyers.",
            amount=amount,
            number=number,
            firm=rfq.account.name,
        )

    def to_buyer() -> tuple[str, str]:
        return _("Your order from quotation %(number)s is confirmed", number=number), _(
            "The deposit of %(amount)s for quotation %(number)s is there. %(producer)s prepares your goods.",
            amount=amount,
            number=number,
            producer=rfq.producer.name,
        )

    tell_producer(rfq.producer_id, to_producer, now=now)
    tell_buyer(rfq.account, to_buyer, now=now)
    return True


def tell_of_readiness(order_id: int, *, link: str, now: datetime) -> bool:
    """The goods are ready: ask the buyer for the rest, once. link: where it is paid. Whether that was new."""
    found = _quotation_of(order_id)
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order_id)).first()
    if found is None or payment is None or not payment.asked_vnd or not _note(f"ready:{order_id}", now):
        return False
    left_vnd, order = payment.asked_vnd, db.session.get_one(Order, order_id)

    def words() -> tuple[str, str]:
        return _("Your goods are ready: order %(code)s", code=order.code), _(
            "The goods of quotation %(number)s are ready. Please pay the rest, %(amount)s, with the memo %(code)s; then"
            " they leave. %(link)s",
            number=found.number,
            amount=format_money(left_vnd),
            code=payment.reference,
            link=link,
        )

    tell_buyer(found.rfq.account, words, now=now)
    return True


def tell_of_request(rfq: Rfq, *, now: datetime) -> None:
    """A producer has a new request."""

    def words() -> tuple[str, str]:
        return _("A trade buyer asks for a quotation"), _(
            "%(firm)s asks you for a quotation (request %(number)s). Please answer in your workspace under Trade"
            " buyers.",
            firm=rfq.account.name,
            number=rfq.id,
        )

    tell_producer(rfq.producer_id, words, now=now)


def _quotation_of(order_id: int) -> Quotation | None:
    accepted = select(Quotation).join(QuotationEnd).where(QuotationEnd.order_id == order_id)
    return db.session.scalar(accepted)


def _note(key: str, now: datetime) -> bool:
    """Whether this is news: of two jobs that note the same, one does."""
    table: Any = TradeNews.__table__
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    noted = db.session.execute(
        of_dialect.insert(table).values(key=key, told_at=now).on_conflict_do_nothing().returning(table.c.key)
    )
    return noted.first() is not None
