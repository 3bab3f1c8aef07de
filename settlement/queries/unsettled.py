"""What waits to be settled: asked every hour, so that nothing depends on one message having come."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from core.db import db
from ledger.chart import AccountKind
from ledger.models import Account
from ledger.queries import get_balance_vnd
from orders.models.orders import SellerOrder
from orders.models.payments import Refund, RefundState
from settlement.models.sales import Sale, SaleReversal
from settlement.queries.money import PAID_IN, RECOGNISED_IN

LOOK_BACK: Final = 500


def list_unsettled(limit: int, *, after: int = 0) -> Sequence[int]:
    """Numbers of orders that are completed and paid, and have no sale yet, from the one after number `after` on.

    Without those whose cash a carrier holds: it may hold that of thousands. Cash that a producer took itself is paid.
    """
    return db.session.scalars(
        select(SellerOrder.id)
        .outerjoin(Sale, Sale.seller_order_id == SellerOrder.id)
        .where(
            Sale.id.is_(None),
            SellerOrder.id > after,
            SellerOrder.lifecycle.in_([state.value for state in RECOGNISED_IN]),
            SellerOrder.payment.in_([state.value for state in PAID_IN]),
        )
        .order_by(SellerOrder.id)
        .limit(limit)
    ).all()


def list_unreversed(limit: int, *, after: int = 0) -> Sequence[int]:
    """Numbers of approved refunds of settled sales that nothing was taken back for yet, those after number `after`."""
    return db.session.scalars(
        select(Refund.id)
        .join(Sale, Sale.seller_order_id == Refund.seller_order_id)
        .outerjoin(SaleReversal, SaleReversal.refund_id == Refund.id)
        .where(
            SaleReversal.id.is_(None),
            Refund.id > after,
            Refund.approved_at.is_not(None),
            Refund.state != RefundState.REFUSED.value,
            Refund.goods_vnd + Refund.shipping_vnd > 0,
        )
        .order_by(Refund.id)
        .limit(limit)
    ).all()


def list_cash_to_settle() -> Sequence[int]:
    """Latest settled orders of producers whose account of cash is not even: some of it may be to set off."""
    holders = db.session.scalars(
        select(Account.holder).where(
            Account.kind == AccountKind.CASH_HELD.value, Account.holder.like("producer:%")
        )
    ).all()
    uneven = [
        int(holder.removeprefix("producer:"))
        for holder in holders
        if get_balance_vnd(AccountKind.CASH_HELD, holder) != 0
    ]
    if not uneven:
        return ()
    return db.session.scalars(
        select(Sale.seller_order_id)
        .where(Sale.producer_id.in_(uneven))
        .order_by(Sale.id.desc())
        .limit(LOOK_BACK)
    ).all()
