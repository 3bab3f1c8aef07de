"""Which orders and payments have waited long enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_

from core.db import db
from orders.models.orders import SellerOrder

_SELLER = SellerOrder.__table__.c


@dataclass(frozen=True, slots=True)
class Due:
    """An order whose time has come."""

    act_by_at: datetime
    seller_order_id: int


def list_due_orders(now: datetime, *, after: Due | None, limit: int) -> Sequence[Due]:
    """Orders due at `now`, the longest due first, after the last of the page before. One statement, by index."""
    due = select(_SELLER.act_by_at, _SELLER.id).where(_SELLER.act_by_at <= now)
    if after is not None:
        due = due.where(tuple_(_SELLER.act_by_at, _SELLER.id) > (after.act_by_at, after.seller_order_id))
    rows = db.session.execute(due.order_by(_SELLER.act_by_at, _SELLER.id).limit(limit))
    return [Due(row.act_by_at, row.id) for row in rows]
