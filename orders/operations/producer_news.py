"""What producers are told of their orders: their systems of every step, their people of what they have to do."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.models import Membership, User
from accounts.operations.notices import notify_user
from catalog.models.webhooks import EventKind
from catalog.operations.webhooks import announce
from core.db import db
from core.i18n import format_date, format_money, format_time, speaking
from core.i18n import gettext as _
from core.jobs.queue import enqueue
from orders.models.news import OrderNews
from orders.models.orders import SellerOrder
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.timer_terms import CANCEL_AFTER_REMINDER, CONFIRM_WITHIN, WORKABLE_PAYMENTS

ALERT_JOB: Final = "orders.alert_producers"
_KINDS: Final[dict[tuple[Axis, str], EventKind]] = {
    (Axis.PAYMENT, PaymentState.PAID): EventKind.ORDER_PAID,
    (Axis.LIFECYCLE, Lifecycle.CANCELLED): EventKind.ORDER_CANCELLED,
    (Axis.FULFILMENT, Fulfilment.HANDED_OVER): EventKind.ORDER_HANDED_OVER,
    (Axis.FULFILMENT, Fulfilment.DELIVERED): EventKind.ORDER_DELIVERED,
}


def tell_producer(seller_order: SellerOrder, axis: Axis, to_state: str, *, now: datetime) -> None:
    """Tell the producer's systems of a move, and have a job write to its people once an order is paid."""
    kind = _KINDS.get((axis, to_state))
    if kind is not None:
        announce(kind, producer_id=seller_order.producer_id, facts=_facts(seller_order), now=now)
    if kind is EventKind.ORDER_PAID:
        enqueue(ALERT_JOB, key=str(seller_order.order_id), order_id=seller_order.order_id, now=now)


def alert_producers(order_id: int, *, now: datetime) -> int:
    """Write to the people of every producer whose part of the order may be worked on now; to how many producers.

    Each hears once of each part: an order paid at the door when it is placed, others when they are paid. Their
    systems are told of every new order at once.
    """
    alerted = 0
    parts = select(SellerOrder).where(SellerOrder.order_id == order_id).order_by(SellerOrder.id)
    for part in db.session.scalars(parts).all():
        if _note(part, "placed_at_producer", now):
            announce(
                EventKind.ORDER_PLACED, producer_id=part.producer_id, facts=_facts(part), now=part.placed_at
            )
        is_new = part.lifecycle == Lifecycle.PLACED and part.payment in WORKABLE_PAYMENTS
        if is_new and _note(part, "alerted", now):
            _tell_of_new(part, now)
            alerted += 1
    return alerted


def remind_producer_of(seller_order: SellerOrder, *, now: datetime) -> None:
    """Write to the producer's people that an order waits for their word, and until when."""
    until = now + CANCEL_AFTER_REMINDER
    for user in _team(seller_order.producer_id):
        with speaking(user.language):
            subject = _("Order %(code)s waits for you", code=seller_order.code)
            text = _(
                "Order %(code)s has waited a day for your word. Confirm it by %(time)s on %(day)s, or it is"
                " cancelled and the buyer gets the money back.",
                code=seller_order.code,
                time=format_time(until),
                day=format_date(until),
            )
            notify_user(user.id, subject, text, now=now)


def _tell_of_new(part: SellerOrder, now: datetime) -> None:
    until = now + CONFIRM_WITHIN
    for user in _team(part.producer_id):
        with speaking(user.language):
            subject = _("New order %(code)s", code=part.code)
            text = _(
                "New order %(code)s, %(amount)s. Please confirm it by %(time)s on %(day)s, in your workspace"
                " under Orders.",
                code=part.code,
                amount=format_money(part.total_vnd),
                time=format_time(until),
                day=format_date(until),
            )
            notify_user(user.id, subject, text, now=now)


def _facts(part: SellerOrder) -> dict[str, str]:
    """Nothing about the buyer: these rows could not be erased."""
    return {
        "order": part.code,
        "lifecycle": part.lifecycle,
        "payment": part.payment,
        "fulfilment": part.fulfilment,
    }


def _team(producer_id: int) -> Iterator[User]:
    members = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == producer_id,
            Membership.ended_at.is_(None),
            Membership.is_assisting.is_(False),
            User.erased_at.is_(None),
        )
        .order_by(Membership.id)
    )
    yield from db.session.scalars(members).unique().all()


def _note(part: SellerOrder, what: str, now: datetime) -> bool:
    """Whether this is new: of two jobs that note the same, one does."""
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    noted = db.session.execute(
        of_dialect.insert(OrderNews)
        .values(order_id=part.order_id, key=f"{what}:{part.id}", told_at=now)
        .on_conflict_do_nothing()
        .returning(OrderNews.key)
    )
    return noted.first() is not None
