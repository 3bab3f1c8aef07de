"""Returns: of an order, of a producer; disputes that wait for a decision."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import ID_MAX, db
from orders.errors import DisputeNotFoundError, ReturnNotFoundError
from orders.models.orders import SellerOrder
from orders.models.returns import Dispute, ReturnLine, ReturnRequest
from orders.return_rules import OPEN_RETURNS, ReturnState

LISTED_MOST = 200
_WAITING = (ReturnState.ASKED.value, ReturnState.ACCEPTED.value)


def get_order_return(order_id: int, return_id: int) -> ReturnRequest:
    """A return of that order. Raises ReturnNotFoundError."""
    return _get(SellerOrder.order_id == order_id, return_id)


def get_producer_return(producer_id: int, return_id: int) -> ReturnRequest:
    """A return of goods of that producer. Raises ReturnNotFoundError."""
    return _get(SellerOrder.producer_id == producer_id, return_id)


def list_producer_returns(producer_id: int) -> Sequence[ReturnRequest]:
    """Those that wait for the producer first, then the latest."""
    rows = (
        select(ReturnRequest)
        .join(ReturnRequest.seller_order)
        .where(SellerOrder.producer_id == producer_id)
        .options(
            joinedload(ReturnRequest.seller_order),
            selectinload(ReturnRequest.lines).joinedload(ReturnLine.line),
        )
        .order_by(ReturnRequest.state.in_(_WAITING).desc(), ReturnRequest.id.desc())
        .limit(LISTED_MOST)
    )
    return db.session.scalars(rows).all()


def count_waiting_returns(producer_id: int) -> int:
    """How many returns wait for the producer's word or hands."""
    waiting = (
        select(func.count(ReturnRequest.id))
        .join(ReturnRequest.seller_order)
        .where(SellerOrder.producer_id == producer_id, ReturnRequest.state.in_(_WAITING))
    )
    return db.session.scalar(waiting) or 0


def has_open_return(seller_order_id: int) -> bool:
    """Whether a return of the parcel is not at its end."""
    states = [state.value for state in OPEN_RETURNS]
    found = select(ReturnRequest.id).where(
        ReturnRequest.seller_order_id == seller_order_id, ReturnRequest.state.in_(states)
    )
    return db.session.scalar(found.limit(1)) is not None


def list_disputes(*, is_open: bool) -> Sequence[Dispute]:
    """Disputes that wait, the one due first on top; or those that were decided, the latest first."""
    rows = select(Dispute).options(joinedload(Dispute.seller_order).joinedload(SellerOrder.producer))
    if is_open:
        rows = rows.where(Dispute.decided_at.is_(None)).order_by(Dispute.deadline_at, Dispute.id)
    else:
        rows = rows.where(Dispute.decided_at.is_not(None)).order_by(Dispute.decided_at.desc())
    return db.session.scalars(rows.limit(LISTED_MOST)).all()


def get_dispute(dispute_id: int) -> Dispute:
    """A dispute. Raises DisputeNotFoundError."""
    found = db.session.get(Dispute, dispute_id) if dispute_id <= ID_MAX else None
    if found is None:
        raise DisputeNotFoundError(dispute_id=dispute_id)
    return found


def _get(whose: ColumnElement[bool], return_id: int) -> ReturnRequest:
    found = db.session.scalar(
        select(ReturnRequest)
        .join(ReturnRequest.seller_order)
        .where(ReturnRequest.id == min(return_id, ID_MAX), whose)
        .options(
            joinedload(ReturnRequest.seller_order),
            selectinload(ReturnRequest.lines).joinedload(ReturnLine.line),
            selectinload(ReturnRequest.events),
            selectinload(ReturnRequest.pictures),
        )
    )
    if found is None:
        raise ReturnNotFoundError(return_id=return_id)
    return found
