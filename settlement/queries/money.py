"""Where the money of an order is: asked of the ledger and of the payments, never guessed from a state."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.db import db
from ledger.chart import AccountKind
from ledger.models import Account, Posting
from orders.models.orders import SellerOrder
from orders.models.payments import Refund, RefundState
from orders.models.returns import ReturnEvent, ReturnLine
from orders.return_rules import ReturnState
from orders.states import Lifecycle, PaymentState
from settlement.models.sales import Transfer, TransferKind

RECOGNISED_IN = frozenset({Lifecycle.COMPLETED, Lifecycle.RESOLVED})
PAID_IN = frozenset({PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED})


def is_money_in(seller_order: SellerOrder) -> bool:
    """Whether the money of the order is with the platform or with the producer itself, not still with a carrier."""
    if seller_order.payment in PAID_IN:
        return True
    return seller_order.payment == PaymentState.COD_COLLECTED and cash_held_vnd(seller_order) > 0


def list_approved_refunds(seller_order_id: int) -> list[Refund]:
    """Refunds of the producer's part that are owed or gone, the oldest first; not money that never paid anything."""
    return list(
        db.session.scalars(
            select(Refund)
            .where(
                Refund.seller_order_id == seller_order_id,
                Refund.approved_at.is_not(None),
                Refund.state != RefundState.REFUSED.value,
                Refund.goods_vnd + Refund.shipping_vnd > 0,
            )
            .order_by(Refund.id)
        )
    )


def packs_kept(seller_order: SellerOrder, *, by_at: datetime | None = None) -> Mapping[int, int]:
    """Packs that stayed with the buyer, by number of the line; none of a parcel of which all that was paid went back.

    by_at: what had come back by then, whatever a dispute decided since.
    """
    if by_at is None and seller_order.lifecycle == Lifecycle.RESOLVED:
        return {line.id: 0 for line in seller_order.lines}
    back = (
        select(ReturnLine.line_id, func.sum(ReturnLine.sellable_quantity + ReturnLine.damaged_quantity))
        .join(ReturnEvent, ReturnEvent.return_id == ReturnLine.return_id)
        .where(
            ReturnLine.line_id.in_([line.id for line in seller_order.lines]),
            ReturnEvent.to_state == ReturnState.RECEIVED.value,
        )
        .group_by(ReturnLine.line_id)
    )
    if by_at is not None:
        back = back.where(ReturnEvent.happened_at <= by_at)
    returned = {line_id: int(packs) for line_id, packs in db.session.execute(back)}
    return {
        line.id: line.quantity - line.cancelled_quantity - returned.get(line.id, 0)
        for line in seller_order.lines
    }


def cash_held_vnd(seller_order: SellerOrder) -> int:
    """What the producer itself took from, less what it gave back to, the buyer of this order, by the ledger."""
    cash, other = aliased(Account), aliased(Account)
    holder = select(cash.id).where(
        cash.kind == AccountKind.CASH_HELD.value, cash.holder == f"producer:{seller_order.producer_id}"
    )
    of_order = select(other.id).where(other.holder == f"order:{seller_order.order_id}")
    came, went = (
        db.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(
                mine.in_(holder.scalar_subquery()), theirs.in_(of_order)
            )
        )
        for mine, theirs in ((Posting.debit_id, Posting.credit_id), (Posting.credit_id, Posting.debit_id))
    )
    return int(came or 0) - int(went or 0)


def cash_set_off_vnd(seller_order_id: int) -> int:
    """What of that was set off against what the platform owes the producer already."""
    found = db.session.scalar(
        select(func.coalesce(func.sum(Transfer.net_vnd), 0)).where(
            Transfer.seller_order_id == seller_order_id, Transfer.kind == TransferKind.CASH.value
        )
    )
    return -int(found or 0)
