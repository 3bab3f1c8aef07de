"""Money that a producer gives back to buyers itself, because it was paid to the producer and never to the platform."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from catalog.queries.todo_cards import Todo
from core.db import ID_MAX, db
from orders.errors import RefundNotFoundError
from orders.models.bank import ReceivingAccount
from orders.models.orders import AT_COUNTER, SellerOrder
from orders.models.payments import Payment, Refund, RefundState

_AT_COUNTER: Final = tuple(method.value for method in AT_COUNTER)


def list_own_refunds(producer_id: int) -> list[Refund]:
    """Approved refunds that the producer is to send, the oldest first.

    Of what was paid to its own account, or at its counter: as `money_account` of their payments says.
    """
    ready = _own(select(Refund), producer_id).options(joinedload(Refund.payment))
    approved = ready.where(Refund.state == RefundState.APPROVED.value)
    return list(db.session.scalars(approved.order_by(Refund.id)))


def get_own_refund(producer_id: int, refund_id: int) -> Refund:
    """A refund that is the producer's to send, or was. Raises RefundNotFoundError, also for one of somebody else."""
    wanted = _own(select(Refund), producer_id).where(Refund.id == min(refund_id, ID_MAX))
    found: Refund | None = db.session.scalar(wanted)
    if found is None:
        raise RefundNotFoundError(refund_id=refund_id)
    return found


def refund_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """A card while money waits to be given back. One statement."""
    counted = _own(select(func.count(Refund.id), func.max(Refund.approved_at)), producer_id)
    number, newest = db.session.execute(counted.where(Refund.state == RefundState.APPROVED.value)).one()
    if number:
        yield Todo(kind="refunds_to_send", path="/refunds", noted_at=newest, count=number, is_urgent=True)


def _own(wanted: Select[*tuple[Any, ...]], producer_id: int) -> Select[*tuple[Any, ...]]:
    taken = and_(Payment.method.in_(_AT_COUNTER), SellerOrder.producer_id == producer_id)
    return (
        wanted.join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(SellerOrder, SellerOrder.id == Payment.seller_order_id)
        .outerjoin(ReceivingAccount, ReceivingAccount.id == Payment.receiving_account_id)
        .where(or_(taken, ReceivingAccount.producer_id == producer_id))
    )
