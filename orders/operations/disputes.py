"""Disputes: opened by the buyer, decided by an administrator; undecided after sixty days, the buyer is right."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from core.text import clean_text
from orders.errors import InvalidDisputeError
from orders.models.orders import SellerOrder
from orders.models.payments import RefundCause
from orders.models.returns import Dispute
from orders.operations.cancellation import lock_parcel, payment_of, refundable
from orders.operations.packed_codes import release_codes
from orders.operations.refunds import request_refund
from orders.operations.return_news import tell_of_dispute
from orders.operations.returns import delivered_at_of
from orders.operations.stock import release_holds
from orders.operations.transitions import OrderActor, move
from orders.return_rules import (
    DISPUTE_LASTS,
    WITH_PRODUCER,
    DisputeCause,
    DisputeDecision,
    may_dispute,
)
from orders.states import Axis, Lifecycle

TEXT_MAX: Final = 2_000


def open_dispute(part: SellerOrder, cause: str, text: str, *, by: Actor | None, now: datetime) -> Dispute:
    """Ask the platform to decide about a parcel; the open dispute of the parcel if there is one.

    Raises InvalidDisputeError: field «cause» (`unknown`), «text» (`missing`, `too_long`), «order» (`not_now`,
    see `may_dispute`). Nothing has changed then.
    """
    lock_parcel(part)
    known = find_open_dispute(part.id)
    if known is not None:
        return known
    told = clean_text(text)
    if cause not in list(DisputeCause):
        raise InvalidDisputeError(field="cause", reason="unknown")
    if not told or len(told) > TEXT_MAX:
        raise InvalidDisputeError(field="text", reason="too_long" if told else "missing")
    if not _may_open(part, now):
        raise InvalidDisputeError(field="order", reason="not_now")
    dispute = Dispute(
        seller_order_id=part.id, cause=cause, text=told, opened_at=now, deadline_at=now + DISPUTE_LASTS
    )
    db.session.add(dispute)
    move(part, Axis.LIFECYCLE, Lifecycle.DISPUTED, actor=OrderActor.BUYER, by=by, reason=cause, now=now)
    part.act_by_at = None
    db.session.flush()
    tell_of_dispute(dispute, now=now)
    return dispute


def decide_dispute(
    dispute: Dispute,
    decision: DisputeDecision,
    *,
    reason: str,
    by: Actor | None,
    now: datetime,
    goods_vnd: int = 0,
    shipping_vnd: int = 0,
) -> bool:
    """Decide it: money back, as much as is told, or the order stands. False if it was decided before.

    Goods that the producer has, or that come back to it, are let go and the order ends; so all that is left has to go
    back then. reason: what both sides read. goods_vnd, shipping_vnd: whole dong, at most what is left of the parcel.
    Raises InvalidDisputeError: field «reason» (`missing`), «amount» (`none`, `too_much`), «payment» (`not_paid`),
    «decision» (`not_all`).
    """
    part = dispute.seller_order
    lock_parcel(part)
    db.session.refresh(dispute, ["decided_at", "decision"])
    if dispute.decided_at is not None:
        return False
    told = clean_text(reason)
    if not told:
        raise InvalidDisputeError(field="reason", reason="missing")
    is_sent = part.fulfilment not in WITH_PRODUCER
    amounts = (goods_vnd, shipping_vnd) if decision is DisputeDecision.REFUND else (0, 0)
    if not is_sent and payment_of(part) is not None and amounts != refundable(part):
        raise InvalidDisputeError(field="decision", reason="not_all")
    if decision is DisputeDecision.REFUND:
        _refund(dispute, amounts, told, by=by, now=now)
    dispute.decision, dispute.decision_text = decision.value, told[:TEXT_MAX]
    dispute.decided_at, dispute.decided_by_id = now, by.user_id if by else None
    # What is left after a part went back is the producer's: then the order completes, and its sale is booked.
    is_all = decision is DisputeDecision.REFUND and refundable(part) == (0, 0)
    to = Lifecycle.RESOLVED if is_all or not is_sent else Lifecycle.COMPLETED
    actor = OrderActor.PLATFORM if by else OrderActor.TIMER
    move(part, Axis.LIFECYCLE, to, actor=actor, by=by, reason=decision.value, now=now)
    if not is_sent:  # what had left already, and its codes, stay as they are
        release_holds(part, now=now)
        release_codes(part, by=by, now=now)
    db.session.flush()
    if by is not None:
        _note(dispute, told, by, now)
    tell_of_dispute(dispute, now=now)
    return True


def decide_overdue(dispute_id: int, *, now: datetime) -> bool:
    """Past its deadline, a dispute ends as the buyer asked: all that is left goes back. Whether it did now."""
    dispute = db.session.get(Dispute, dispute_id)
    if dispute is None or dispute.decided_at is not None or dispute.deadline_at > now:
        return False
    goods_vnd, shipping_vnd = refundable(dispute.seller_order)
    is_paid = payment_of(dispute.seller_order) is not None and goods_vnd + shipping_vnd > 0
    return decide_dispute(
        dispute,
        DisputeDecision.REFUND if is_paid else DisputeDecision.REJECTED,
        reason="deadline",
        by=None,
        now=now,
        goods_vnd=goods_vnd,
        shipping_vnd=shipping_vnd,
    )


def find_open_dispute(seller_order_id: int) -> Dispute | None:
    """The dispute about a parcel that waits for a decision."""
    waiting = select(Dispute).where(Dispute.seller_order_id == seller_order_id, Dispute.decided_at.is_(None))
    return db.session.scalar(waiting)


def _may_open(part: SellerOrder, now: datetime) -> bool:
    return may_dispute(
        part.lifecycle,
        part.payment,
        part.fulfilment,
        delivered_at=delivered_at_of(part.id),
        promised_to_on=part.promised_to_on,
        now=now,
    )


def _refund(
    dispute: Dispute, amounts: tuple[int, int], reason: str, *, by: Actor | None, now: datetime
) -> None:
    goods_vnd, shipping_vnd = amounts
    part = dispute.seller_order
    payment = payment_of(part)
    if payment is None:
        raise InvalidDisputeError(field="payment", reason="not_paid")
    goods_left_vnd, shipping_left_vnd = refundable(part)
    if goods_vnd < 0 or shipping_vnd < 0 or goods_vnd + shipping_vnd == 0:
        raise InvalidDisputeError(field="amount", reason="none")
    if goods_vnd > goods_left_vnd or shipping_vnd > shipping_left_vnd:
        raise InvalidDisputeError(field="amount", reason="too_much")
    refund = request_refund(
        payment,
        key=f"dispute:{dispute.id}",
        cause=RefundCause.DISPUTE,
        goods_vnd=goods_vnd,
        shipping_vnd=shipping_vnd,
        seller_order=part,
        reason=reason,
        by=by,
        now=now,
    )
    dispute.goods_vnd, dispute.shipping_vnd, dispute.refund_id = goods_vnd, shipping_vnd, refund.id


def _note(dispute: Dispute, reason: str, by: Actor, now: datetime) -> None:
    record_act(
        "orders.decide_dispute",
        by=by,
        subject=f"dispute:{dispute.id}",
        after={
            "decision": dispute.decision,
            "goods_vnd": dispute.goods_vnd,
            "shipping_vnd": dispute.shipping_vnd,
        },
        reason=reason[:500],
        producer_id=dispute.seller_order.producer_id,
        now=now,
    )
