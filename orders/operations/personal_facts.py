"""What orders hold about people: told on request; emptied on request once nothing is under way, or after 13 months.

An order keeps goods, amounts and states for ever: the books need them, and so does the link that its buyer kept. Who
bought, where it went and what was written goes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from accounts.models import User
from catalog.operations.personal_facts import words_that_tell
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import PersonalFile, kept_for, personal_data
from core.text import fold
from orders.models.bank import BankLine
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment, Refund, RefundState
from orders.models.returns import Dispute, ReturnEvent, ReturnPicture, ReturnRequest
from orders.models.reviews import Review, ReviewPicture
from orders.queries.own_orders import is_own_to
from orders.states import Lifecycle

PEOPLE_KEPT: Final = timedelta(days=396)
"""13 months after the order (docs/limits.md): returns, disputes and questions of the year's end are over by then."""
NOBODY: Final = "—"
_UNDER_WAY: Final = (Lifecycle.PLACED.value, Lifecycle.CONFIRMED.value, Lifecycle.DISPUTED.value)
_AT_ONCE: Final = 500


@personal_data("orders.orders", _("Orders"))
class Orders:
    """Orders of the account, and of the verified number while they name anybody; photographs of their returns."""

    def export(self, user_id: int) -> Any:
        return [_told(order) for order in db.session.scalars(_of(user_id))]

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        own = [order.id for order in db.session.scalars(_of(user_id))]
        rows = db.session.execute(
            select(ReturnPicture.sha256, ReturnPicture.return_id, ReturnPicture.position)
            .join(ReturnRequest, ReturnRequest.id == ReturnPicture.return_id)
            .join(SellerOrder, SellerOrder.id == ReturnRequest.seller_order_id)
            .where(SellerOrder.order_id.in_(own))
        )
        return [PersonalFile(row.sha256, f"return-{row.return_id}-{row.position}.webp") for row in rows]

    def erase(self, user_id: int, now: datetime) -> None:
        own = _of(user_id).where(Order.erased_at.is_(None))
        empty_orders([order.id for order in db.session.scalars(own.where(~_is_under_way()))], now)
        # What was ordered as a guest is found by a number that nobody knows from now on.
        left = [order.id for order in db.session.scalars(own)]
        guests = update(Order).where(Order.id.in_(left)).values(user_id=user_id)
        db.session.execute(guests.execution_options(synchronize_session="fetch"))


@personal_data("orders.reviews", _("Reviews you wrote"))
class Reviews:
    """What was said of goods stays for other buyers, without its author and photographs, and words that name them."""

    def export(self, user_id: int) -> Any:
        own = select(Review).where(Review.by_id == user_id).order_by(Review.id)
        return [
            {
                "product": each.product.name,
                "rating": each.rating,
                "text": each.text,
                "author": each.author,
                "reply": each.reply,
                "at": each.written_at.isoformat(),
            }
            for each in db.session.scalars(own)
        ]

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        rows = db.session.execute(
            select(ReviewPicture.sha256, ReviewPicture.review_id, ReviewPicture.position)
            .join(Review, Review.id == ReviewPicture.review_id)
            .where(Review.by_id == user_id)
        )
        return [PersonalFile(row.sha256, f"review-{row.review_id}-{row.position}.webp") for row in rows]

    def erase(self, user_id: int, now: datetime) -> None:
        told = list(words_that_tell(db.session.get_one(User, user_id)))
        own = list(db.session.scalars(select(Review).where(Review.by_id == user_id)))
        pictures = ReviewPicture.review_id.in_([each.id for each in own])
        db.session.execute(delete(ReviewPicture).where(pictures))
        for each in own:
            each.author, each.by_id = NOBODY, None
            if _names(told, each.text):
                each.text = ""
            if each.reply is not None and _names(told, each.reply):
                each.reply = each.replied_at = each.replied_by_id = None
        db.session.flush()
        db.session.expire_all()


@kept_for("orders.people", PEOPLE_KEPT)
class OldOrders:
    """Names, numbers, addresses and letters of orders that are over."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count()).where(*_older(before))) or 0

    def delete_older(self, before: datetime) -> int:
        numbers = list(db.session.scalars(select(Order.id).where(*_older(before))))
        for start in range(0, len(numbers), _AT_ONCE):
            empty_orders(numbers[start : start + _AT_ONCE], before + PEOPLE_KEPT)
        return len(numbers)


def empty_orders(order_ids: Sequence[int], now: datetime) -> None:
    """Take away what tells who ordered and what was written; harmless when repeated."""
    if not order_ids:
        return
    parts = select(SellerOrder.id).where(SellerOrder.order_id.in_(order_ids))
    returns = select(ReturnRequest.id).where(ReturnRequest.seller_order_id.in_(parts))
    payments = select(Payment.id).where(Payment.order_id.in_(order_ids))
    statements = (
        update(Order)
        .where(Order.id.in_(order_ids))
        .values(
            name="",
            phone="",
            email=None,
            commune_code=None,
            commune=None,
            street=None,
            landmark=None,
            note=None,
            invoice=None,
            erased_at=now,
        ),
        delete(ReturnPicture).where(ReturnPicture.return_id.in_(returns)),
        update(ReturnEvent).where(ReturnEvent.return_id.in_(returns)).values(text=None),
        update(ReturnRequest).where(ReturnRequest.id.in_(returns)).values(text="", erased_at=now),
        update(Dispute).where(Dispute.seller_order_id.in_(parts)).values(text=""),
        update(Refund)
        .where(
            Refund.payment_id.in_(payments),
            Refund.state.in_((RefundState.SETTLED.value, RefundState.REFUSED.value)),
        )
        .values(account=None),
        update(BankLine).where(BankLine.payment_id.in_(payments)).values(memo="", counterparty=None),
    )
    for statement in statements:
        db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()


def empty_orders_of_erased_people(now: datetime) -> int:
    """Orders that were under way when their buyer was erased, and are over now; how many were emptied."""
    left = (
        select(Order.id)
        .join(User, User.id == Order.user_id)
        .where(User.erased_at.is_not(None), Order.erased_at.is_(None), ~_is_under_way())
        .limit(_AT_ONCE)
    )
    numbers = list(db.session.scalars(left))
    empty_orders(numbers, now)
    return len(numbers)


def _names(told: Iterable[str], text: str) -> bool:
    said = fold(text)
    return any(each in said for each in told)


def _of(user_id: int) -> Select[Order]:
    return select(Order).where(is_own_to(user_id)).order_by(Order.id)


def _older(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Order.placed_at < before, Order.erased_at.is_(None))


def _is_under_way() -> ColumnElement[bool]:
    unpaid_back = (RefundState.REQUESTED.value, RefundState.APPROVED.value, RefundState.FAILED.value)
    open_part = select(SellerOrder.id).where(
        SellerOrder.order_id == Order.id, SellerOrder.lifecycle.in_(_UNDER_WAY)
    )
    money_due = (
        select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == Order.id, Refund.state.in_(unpaid_back))
    )
    return or_(open_part.exists(), money_due.exists())


def _told(order: Order) -> dict[str, Any]:
    return {
        "code": order.code,
        "at": order.placed_at.isoformat(),
        "total_vnd": order.total_vnd,
        "name": order.name,
        "phone": order.phone,
        "email": order.email,
        "address": ", ".join(part for part in (order.street, order.commune, order.province) if part),
        "landmark": order.landmark,
        "note": order.note,
        "invoice": order.invoice,
        "goods": [
            {"name": line.name, "pack": line.pack, "quantity": line.quantity, "goods_vnd": line.goods_vnd}
            for part in order.seller_orders
            for line in part.lines
        ],
        "letters": _letters(order),
    }


def _letters(order: Order) -> list[dict[str, Any]]:
    """What was written about returns and disputes, by whom."""
    of_order = SellerOrder.order_id == order.id
    returns = select(ReturnRequest).join(SellerOrder, SellerOrder.id == ReturnRequest.seller_order_id)
    disputes = select(Dispute).join(SellerOrder, SellerOrder.id == Dispute.seller_order_id)
    found: list[tuple[datetime, str, str | None]] = []
    for each in db.session.scalars(returns.where(of_order).order_by(ReturnRequest.id)):
        found.append((each.asked_at, "buyer", each.text))
        found += [(step.happened_at, step.actor, step.text) for step in each.events]
    for dispute in db.session.scalars(disputes.where(of_order).order_by(Dispute.id)):
        found.append((dispute.opened_at, "buyer", dispute.text))
        if dispute.decided_at is not None:
            found.append((dispute.decided_at, "platform", dispute.decision_text))
    return [{"at": at.isoformat(), "by": by, "text": text} for at, by, text in found if text]
