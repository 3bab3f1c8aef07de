"""Telling a buyer what happened to an order, each thing once, in the language of the order.

The log of events says what happened; `order_news` what was told already. So it does not matter how often, how late or
in what order the job runs, or where it was killed: a row and its message are kept together or not at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from core.db import db
from core.i18n import speaking
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages
from orders.models.news import OrderNews
from orders.models.orders import (
    AT_COUNTER,
    DeliveryKind,
    Order,
    OrderEvent,
    PaymentMethod,
    SellerOrder,
)
from orders.models.payments import Payment, PayState, Refund, RefundState
from orders.news_words import News, NewsFacts, wording
from orders.states import Axis, Fulfilment, Lifecycle

NEWS_KIND: Final = "orders.news"
_OF_EVENTS: Final[dict[tuple[Axis, str], News]] = {
    (Axis.LIFECYCLE, Lifecycle.CONFIRMED): News.CONFIRMED,
    (Axis.LIFECYCLE, Lifecycle.CANCELLED): News.CANCELLED,
    (Axis.FULFILMENT, Fulfilment.HANDED_OVER): News.HANDED_OVER,
    (Axis.FULFILMENT, Fulfilment.DELIVERED): News.DELIVERED,
    (Axis.FULFILMENT, Fulfilment.FAILED_ATTEMPT): News.FAILED_ATTEMPT,
}


def tell_buyer(order_id: int, *, link: str, host: str, now: datetime) -> int:
    """Write to the buyer whatever happened to the order and was not told yet; how many messages that made.

    link: absolute address of the order's page, for e-mails. host: where a telephone can look the order up. Nothing is
    written for an order that is unknown or whose personal data were erased.
    """
    order = db.session.scalar(
        select(Order)
        .where(Order.id == order_id, Order.erased_at.is_(None))
        .options(selectinload(Order.seller_orders).selectinload(SellerOrder.producer))
    )
    if order is None:
        return 0
    told = 0
    for key, facts in _happened(order, link=link, host=host):
        if note_news(order.id, key, now):
            _write(order, facts, now)
            told += 1
    return told


def _happened(order: Order, *, link: str, host: str) -> Iterator[tuple[str, NewsFacts]]:
    common: dict[str, Any] = {"code": order.code, "link": link, "host": host}
    is_cod = order.method == PaymentMethod.COD
    if _is_taken_along(order):  # the buyer stood there: the receipt is news, the rest is not
        yield from _came(order, common)
        yield from _went(order, common)
        return
    yield (
        "placed",
        NewsFacts(News.PLACED_COD if is_cod else News.PLACED, amount_vnd=order.total_vnd, **common),
    )
    yield from _came(order, common)
    parcels = {each.id: each for each in order.seller_orders}
    for event in _events(parcels):
        news = _OF_EVENTS.get((Axis(event.axis), event.to_state))
        if news is None:
            continue
        parcel = parcels[event.seller_order_id]
        # A parcel may fail at the door more than once; every other thing happens to it once.
        key = f"{news}:{event.id if news is News.FAILED_ATTEMPT else parcel.id}"
        yield (
            key,
            NewsFacts(
                news,
                producer=parcel.producer.name,
                reason=event.reason or "",
                is_paid=parcel.payment in ("paid", "partially_refunded"),
                **common,
            ),
        )
    yield from _went(order, common)


def _is_taken_along(order: Order) -> bool:
    """Whether it was sold over a counter (orders.operations.counter)."""
    kinds = {each.delivery_kind for each in order.seller_orders}
    return order.method in AT_COUNTER and kinds == {DeliveryKind.PICKUP_FAIR.value}


def _came(order: Order, common: dict[str, Any]) -> Iterator[tuple[str, NewsFacts]]:
    for payment in _paid(order.id):
        if payment.method != PaymentMethod.COD:
            yield f"paid:{payment.id}", NewsFacts(News.PAID, amount_vnd=payment.amount_vnd, **common)


def _went(order: Order, common: dict[str, Any]) -> Iterator[tuple[str, NewsFacts]]:
    for refund in _refunds(order.id):
        yield f"refunded:{refund.id}", NewsFacts(News.REFUNDED, amount_vnd=refund.amount_vnd, **common)


def _events(numbers: Iterable[int]) -> Sequence[OrderEvent]:
    moved = select(OrderEvent).where(OrderEvent.seller_order_id.in_(numbers)).order_by(OrderEvent.id)
    return db.session.scalars(moved).all()


def _paid(order_id: int) -> Sequence[Payment]:
    paid = select(Payment).where(Payment.order_id == order_id, Payment.state == PayState.PAID)
    return db.session.scalars(paid.order_by(Payment.id)).all()


def _refunds(order_id: int) -> Sequence[Refund]:
    done = or_(Refund.state == RefundState.SENT, Refund.state == RefundState.SETTLED)
    sent = select(Refund).join(Refund.payment).where(Payment.order_id == order_id, done)
    return db.session.scalars(sent.order_by(Refund.id)).all()


def note_news(order_id: int, key: str, now: datetime) -> bool:
    """Whether this is news: of two that note the same, one does."""
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    noted = db.session.execute(
        of_dialect.insert(OrderNews)
        .values(order_id=order_id, key=key, told_at=now)
        .on_conflict_do_nothing()
        .returning(OrderNews.key)
    )
    return noted.first() is not None


def _write(order: Order, facts: NewsFacts, now: datetime) -> None:
    to = order.email or (order.phone if order.phone and can_take_messages(order.phone) else None)
    if not to:
        return
    is_email = "@" in to
    with speaking(order.language):
        subject, text = wording(facts, is_email=is_email)
    enqueue_message(
        to=to,
        channel=Channel.EMAIL if is_email else Channel.SMS,
        kind=NEWS_KIND,
        subject=subject,
        text=text,
        values={"code": order.code, "text": text},
        now=now,
    )
