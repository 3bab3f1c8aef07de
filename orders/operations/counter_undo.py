"""Undoing a sale at a counter on its day: the goods lie there again and the money went back from hand to hand.

An order that was taken along stays completed, its money refunded and its sale reversed, as after a return. One that
waits to be sent is cancelled.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from accounts.actors import Actor
from core.db import db
from orders.errors import NotUndoneError, ShortStockError
from orders.models.orders import OrderLine, SellerOrder
from orders.models.payments import Refund, RefundCause, RefundState
from orders.models.returns import ReturnRequest
from orders.models.slices import CounterSale, CounterUndo, CounterWay
from orders.operations.cancellation import cancel_seller_order, lock_parcel, payment_of, refundable
from orders.operations.lots import bring_back_to_lots
from orders.operations.refunds import mark_refund_sent, request_refund
from orders.operations.slices import allot, take_back_sold
from orders.operations.transitions import OrderActor
from orders.return_rules import NOT_COMING
from orders.states import Fulfilment, Lifecycle, PaymentState
from traceability.models import StampBinding
from traceability.operations.bindings import unbind_stamp

FROM_HAND_TO_HAND: Final = "counter"
"""Stands for the bank's reference of a refund that was handed over at the counter."""
_IN_HOUSE: Final = (Fulfilment.UNFULFILLED, Fulfilment.PACKED)


def undo_counter_sale(part: SellerOrder, *, reason: str, by: Actor | None, now: datetime) -> bool:
    """Undo a sale, whole. False where goods of a parcel stay in the shop, because others wanted them meanwhile.

    Done twice, nothing more happens. That it is of the same day the caller has seen to. Raises NotUndoneError («gone»
    for a parcel that left or was cancelled, «refunded» where money went back already, «return» where the buyer asked
    for one that was neither refused nor withdrawn: the packs come back that way); then nothing has changed.
    """
    lock_parcel(part)
    if db.session.get(CounterUndo, part.id) is not None:
        return True
    sale = db.session.get_one(CounterSale, part.id)
    _require_whole(part, sale)
    undone = {"reason": reason, "by_id": by.user_id if by else None, "undone_at": now}
    db.session.execute(insert(CounterUndo), {"seller_order_id": part.id, **undone})
    if sale.way == CounterWay.SENT:
        return _call_off(part, sale, reason, by, now)
    take_back_sold(sale.place, _packs(part), subject=f"order:{part.code}", by=by, now=now)
    for line in part.lines:
        bring_back_to_lots(line.id, line.quantity)
    _free_codes(part, by, now)
    _give_back(part, reason, by, now)
    return True


def _require_whole(part: SellerOrder, sale: CounterSale) -> None:
    is_sent = sale.way == CounterWay.SENT
    wanted = Lifecycle.CONFIRMED if is_sent else Lifecycle.COMPLETED
    if part.lifecycle != wanted or (is_sent and part.fulfilment not in _IN_HOUSE):
        raise NotUndoneError(order=part.code, reason="gone")
    asked = select(ReturnRequest.id).where(
        ReturnRequest.seller_order_id == part.id, ReturnRequest.state.not_in(NOT_COMING)
    )
    if db.session.scalar(asked.limit(1)) is not None:
        raise NotUndoneError(order=part.code, reason="return")
    back = select(Refund.id).where(
        Refund.seller_order_id == part.id, Refund.state != RefundState.REFUSED.value
    )
    if db.session.scalar(back.limit(1)) is not None or any(line.cancelled_quantity for line in part.lines):
        raise NotUndoneError(order=part.code, reason="refunded")


def _call_off(part: SellerOrder, sale: CounterSale, reason: str, by: Actor | None, now: datetime) -> bool:
    cancel_seller_order(part, actor=OrderActor.PRODUCER, reason=reason, by=by, now=now)
    refunds = select(Refund).where(
        Refund.seller_order_id == part.id, Refund.state == RefundState.APPROVED.value
    )
    for refund in db.session.scalars(refunds).all():
        mark_refund_sent(refund, bank_reference=FROM_HAND_TO_HAND, by=by, now=now)
    try:
        allot(sale.place, _packs(part), by=by, now=now, subject=f"order:{part.code}")
    except ShortStockError:
        return False
    return True


def _give_back(part: SellerOrder, reason: str, by: Actor | None, now: datetime) -> None:
    payment = payment_of(part)
    goods_vnd, shipping_vnd = refundable(part)
    if payment is None or goods_vnd + shipping_vnd == 0 or part.payment != PaymentState.PAID:
        return
    refund = request_refund(
        payment,
        key=f"counter:{part.id}:undone",
        cause=RefundCause.CANCELLED,
        goods_vnd=goods_vnd,
        shipping_vnd=shipping_vnd,
        seller_order=part,
        reason=reason,
        by=by,
        now=now,
    )
    mark_refund_sent(refund, bank_reference=FROM_HAND_TO_HAND, by=by, now=now)


def _packs(part: SellerOrder) -> dict[int, int]:
    packs: Counter[int] = Counter()
    for line in part.lines:
        packs[line.variant_id] += line.quantity
    return dict(packs)


def _free_codes(part: SellerOrder, by: Actor | None, now: datetime) -> None:
    bound = (
        select(StampBinding.stamp_id)
        .join(OrderLine, OrderLine.id == StampBinding.order_line_id)
        .where(OrderLine.seller_order_id == part.id)
        .order_by(StampBinding.stamp_id)
    )
    for stamp_id in db.session.scalars(bound).all():
        unbind_stamp(stamp_id, by_id=by.user_id if by else None, now=now)
