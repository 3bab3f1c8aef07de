"""The log of notices as administrators read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from core.db import db
from orders.models.notices import WAITING_FOR_A_PERSON, PaymentNotice
from orders.models.orders import Order
from orders.models.payments import Payment

WAITING = "waiting"
"""Filter of the log: what waits for a person."""
_ROW = (
    PaymentNotice.id,
    PaymentNotice.provider,
    PaymentNotice.notice_id,
    PaymentNotice.kind,
    PaymentNotice.object_id,
    PaymentNotice.state,
    PaymentNotice.reason,
    PaymentNotice.received_at,
    PaymentNotice.applied_at,
    Payment.reference,
    Order.code,
    Order.id,
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in a list. reference: of the payment that it is about, if any; order_code: of its order."""

    id: int
    provider: str
    notice_id: str
    kind: str
    object_id: str | None
    state: str
    reason: str | None
    received_at: datetime
    applied_at: datetime | None
    reference: str | None
    order_code: str | None
    order_id: int | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice with what was kept of its body."""

    row: NoticeRow
    body: dict[str, Any]


def list_notices(
    state: str = "", provider: str = "", words: str = "", *, page: int = 1, per_page: int = 50
) -> tuple[Sequence[NoticeRow], int]:
    """Notices, the newest first, and how many there are. state: one, «waiting» or "" for all. words: a name or code."""
    wanted = _conditions(state, provider, words)
    page_of = _joined(_ROW).where(*wanted).order_by(PaymentNotice.id.desc())
    rows = db.session.execute(page_of.limit(per_page).offset((page - 1) * per_page))
    count = _joined((func.count(PaymentNotice.id),)).where(*wanted)
    return [NoticeRow(*row) for row in rows], db.session.scalar(count) or 0


def find_notice_page(notice_id: int) -> NoticePage | None:
    """A notice with all that is known of it, or None."""
    wanted = _joined((*_ROW, PaymentNotice.body)).where(PaymentNotice.id == notice_id)
    row = db.session.execute(wanted).first()
    return NoticePage(NoticeRow(*row[:-1]), row[-1]) if row else None


def count_waiting_notices() -> int:
    """How many notices wait for a person."""
    waiting = [state.value for state in WAITING_FOR_A_PERSON]
    return (
        db.session.scalar(select(func.count(PaymentNotice.id)).where(PaymentNotice.state.in_(waiting))) or 0
    )


def _joined(columns: Sequence[Any]) -> Select[*tuple[Any, ...]]:
    joined = select(*columns).select_from(PaymentNotice)
    joined = joined.outerjoin(Payment, Payment.id == PaymentNotice.payment_id)
    return joined.outerjoin(Order, Order.id == Payment.order_id)


def _conditions(state: str, provider: str, words: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if state == WAITING:
        found.append(PaymentNotice.state.in_([each.value for each in WAITING_FOR_A_PERSON]))
    elif state:
        found.append(PaymentNotice.state == state)
    if provider:
        found.append(PaymentNotice.provider == provider)
    if words:
        code = words.upper()
        found.append(
            or_(
                PaymentNotice.notice_id == words,
                PaymentNotice.object_id == words,
                Payment.reference == code,
                Order.code == code,
            )
        )
    return found
