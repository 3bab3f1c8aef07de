"""Cancelling one producer's part of an order: stock, vouchers and money go back where they came from."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from accounts.actors import Actor
from core.db import db
from orders.errors import NotYoursToCancelError, WrongMoveError
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState, Refund, RefundCause, RefundState
from orders.operations.agreements import is_open_to_buyer
from orders.operations.packed_codes import release_codes
from orders.operations.payment import settle_what_came
from orders.operations.payment_rows import due_vnd, lock_order
from orders.operations.refunds import request_refund
from orders.operations.stock import release_holds
from orders.operations.transitions import OrderActor, move
from orders.operations.vouchers import give_back_vouchers
from orders.states import OPEN, SETTLED_PAYMENTS, UNPAID, Axis, Fulfilment, Lifecycle, PaymentState

VOIDABLE: Final = frozenset(
    {PaymentState.UNPAID, PaymentState.PENDING, PaymentState.FAILED, PaymentState.COD_DUE}
)
_WAITING: Final = (PayState.PENDING, PayState.FAILED)
_UNPAID: Final = (*_WAITING, PayState.EXPIRED)
_NOT_GONE: Final = frozenset({Fulfilment.UNFULFILLED, Fulfilment.PACKED, Fulfilment.RETURNED})


def cancel_seller_order(
    seller_order: SellerOrder,
    *,
    actor: OrderActor,
    reason: str,
    by: Actor | None,
    now: datetime,
) -> bool:
    """Cancel one producer's part; False if it is cancelled already (sent twice).

    Its goods may be bought by others again. Money that came is asked back for the buyer, the whole of what is left of
    it, and so is too little of it once no part waits for more; money that did not come is not waited for. Where no
    part of the order is left and none was ever paid, vouchers may be used again. reason: a word of the program
    («unpaid», «out_of_stock», «buyer») or a person's own words; the buyer is told.

    Safe beside hand-over and payment: the part is locked first, whoever comes second sees what the first did. Raises
    NotYoursToCancelError for a buyer whose parcel is packed already or who agreed otherwise, WrongMoveError once it
    has left the house; then nothing has changed.
    """
    lock_parcel(seller_order)
    if seller_order.lifecycle == Lifecycle.CANCELLED:
        return False
    if seller_order.lifecycle not in OPEN or seller_order.fulfilment not in _NOT_GONE:
        raise WrongMoveError(
            order=seller_order.code,
            axis=Axis.LIFECYCLE.value,
            present=seller_order.lifecycle,
            wanted=Lifecycle.CANCELLED.value,
        )
    if actor is OrderActor.BUYER and not (
        can_buyer_cancel(seller_order) and is_open_to_buyer(seller_order, now=now)
    ):
        raise NotYoursToCancelError(order=seller_order.code)
    move(seller_order, Axis.LIFECYCLE, Lifecycle.CANCELLED, actor=actor, by=by, reason=reason, now=now)
    seller_order.act_by_at = None
    release_holds(seller_order, now=now)
    release_codes(seller_order, by=by, now=now)
    if seller_order.payment in SETTLED_PAYMENTS:
        _ask_back(seller_order, reason, by, now)
    elif seller_order.payment in VOIDABLE or seller_order.payment == PaymentState.EXPIRED:
        _wait_no_more(seller_order, actor, now)
    _give_vouchers_back(seller_order.order_id, now)
    return True


def can_buyer_cancel(seller_order: SellerOrder) -> bool:
    """Whether the buyer may cancel by itself: until it is packed. Later the producer is asked."""
    return seller_order.lifecycle in OPEN and seller_order.fulfilment == Fulfilment.UNFULFILLED


def lock_parcel(seller_order: SellerOrder) -> None:
    """Let nobody else change this part until the transaction ends, and read how it stands.

    The order's row is taken first, as payments do, so that nobody waits in a ring.
    """
    lock_order(seller_order.order_id)
    db.session.execute(select(SellerOrder.id).where(SellerOrder.id == seller_order.id).with_for_update())
    db.session.refresh(seller_order, [*(axis.value for axis in Axis), "act_by_at", "uncharged_vnd"])


def refundable(seller_order: SellerOrder) -> tuple[int, int]:
    """What may still go back of the goods and of the freight of one part: goods_vnd, shipping_vnd."""
    goods_back, shipping_back = db.session.execute(
        select(
            func.coalesce(func.sum(Refund.goods_vnd), 0), func.coalesce(func.sum(Refund.shipping_vnd), 0)
        ).where(Refund.seller_order_id == seller_order.id, Refund.state != RefundState.REFUSED)
    ).one()
    kept_vnd = seller_order.goods_vnd - seller_order.discount_vnd - seller_order.uncharged_vnd
    goods_vnd = kept_vnd - int(goods_back)
    return max(goods_vnd, 0), max(seller_order.shipping_vnd - int(shipping_back), 0)


def payment_of(seller_order: SellerOrder) -> Payment | None:
    """The payment that paid for the part: its own, or that of the whole order. None if none did."""
    paid = select(Payment).where(
        Payment.order_id == seller_order.order_id,
        Payment.state == PayState.PAID,
        (Payment.seller_order_id == seller_order.id) | Payment.seller_order_id.is_(None),
    )
    return db.session.scalars(paid.order_by(Payment.id)).first()


def _ask_back(seller_order: SellerOrder, reason: str, by: Actor | None, now: datetime) -> None:
    payment = payment_of(seller_order)
    goods_vnd, shipping_vnd = refundable(seller_order)
    if payment is None or goods_vnd + shipping_vnd == 0:
        return
    request_refund(
        payment,
        key=f"order:{seller_order.id}:cancelled",
        cause=RefundCause.OUT_OF_STOCK if reason == RefundCause.OUT_OF_STOCK else RefundCause.CANCELLED,
        goods_vnd=goods_vnd,
        shipping_vnd=shipping_vnd,
        seller_order=seller_order,
        reason=reason,
        by=by,
        now=now,
    )


def _wait_no_more(seller_order: SellerOrder, actor: OrderActor, now: datetime) -> None:
    """No money is waited for any more: the asking for this part is void, or asks for the rest of the order."""
    if seller_order.payment != PaymentState.EXPIRED:
        move(seller_order, Axis.PAYMENT, PaymentState.VOID, actor=actor, now=now)
    _void(Payment.seller_order_id == seller_order.id, now)
    of_order = (Payment.order_id == seller_order.order_id) & Payment.seller_order_id.is_(None)
    if not _waits_for_money(seller_order.order_id):
        _void(of_order, now)
    elif actor is not OrderActor.TIMER:  # when the time is over the other parts end with this one
        _ask_for_the_rest(seller_order, of_order, now)


def _ask_for_the_rest(seller_order: SellerOrder, of_order: ColumnElement[bool], now: datetime) -> None:
    """A transfer is asked for less this part; what came in already may pay the rest now.

    A card page shows its old sum: what it takes for this part goes back.
    """
    less_vnd = due_vnd(seller_order)
    asking = select(Payment).where(
        of_order,
        Payment.method == PaymentMethod.VIETQR,
        Payment.state.in_(_UNPAID),
        Payment.amount_vnd > less_vnd,
    )
    for payment in db.session.scalars(asking.execution_options(populate_existing=True)).all():
        payment.amount_vnd -= less_vnd
        seller_order.uncharged_vnd = seller_order.total_vnd
        db.session.flush()
        settle_what_came(payment, now=now)


def _void(which: ColumnElement[bool], now: datetime) -> None:
    """Ask no more. Where too little came in, in time or not, nothing is bought with it: it goes back."""
    unpaid = select(Payment).where(which, Payment.state.in_(_UNPAID))
    for payment in db.session.scalars(unpaid.execution_options(populate_existing=True)).all():
        rest_vnd = payment.received_vnd - payment.refunded_vnd
        if rest_vnd > 0:
            request_refund(
                payment,
                key=f"cancelled:{payment.id}:of:{payment.received_vnd}",
                cause=RefundCause.CANCELLED,
                seller_order=None,
                amount_vnd=rest_vnd,
                now=now,
            )
    waiting = update(Payment).where(which, Payment.state.in_(_WAITING))
    db.session.execute(waiting.values(state=PayState.VOID.value))


def _waits_for_money(order_id: int) -> bool:
    """Whether a part of the order is left that is still to be paid."""
    waiting = select(SellerOrder.id).where(
        SellerOrder.order_id == order_id,
        SellerOrder.lifecycle != Lifecycle.CANCELLED,
        SellerOrder.payment.in_(UNPAID),
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _give_vouchers_back(order_id: int, now: datetime) -> None:
    was_paid = select(Payment.id).where(Payment.order_id == order_id, Payment.received_vnd > 0)
    if not _has_open_part(order_id) and db.session.scalar(was_paid.limit(1)) is None:
        give_back_vouchers(order_id, now=now)


def _has_open_part(order_id: int) -> bool:
    live = select(SellerOrder.id).where(
        SellerOrder.order_id == order_id, SellerOrder.lifecycle != Lifecycle.CANCELLED
    )
    return db.session.scalar(live.limit(1)) is not None
