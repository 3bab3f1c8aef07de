"""What a producer does about an order: confirm, pack, hand over, say what became of it, take out what ran out.

Each act takes the order for itself first, so that of two who press at once the second sees what the first did, and
each is harmless when repeated. Acts of people are noted in the audit trail.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from orders.delivery_terms import DeliveryKind
from orders.errors import (
    InvalidOrderError,
    OrderNotFoundError,
    OrderNotPaidError,
    RecalledGoodsError,
    WrongMoveError,
)
from orders.models.orders import OrderLine, SellerOrder
from orders.models.payments import RefundCause
from orders.models.shipments import EventOutcome, EventSource
from orders.operations.bookings import let_go_of_changed, require_amount_booked
from orders.operations.cancellation import cancel_seller_order, lock_parcel, payment_of
from orders.operations.cash_on_delivery import record_cod_collected
from orders.operations.packing import require_codes_fit
from orders.operations.payment_changes import ask_less
from orders.operations.refunds import request_refund
from orders.operations.shipments import MANUAL, ToldEvent, note_number, open_shipment, record_event
from orders.operations.stock import release_line, restock_line, ship_holds
from orders.operations.transitions import OrderActor, move
from orders.queries.parcel_recalls import open_recalls_in
from orders.states import OPEN, SETTLED_PAYMENTS, Axis, Fulfilment, Lifecycle, PaymentState
from orders.timer_terms import WORKABLE_PAYMENTS
from orders.totals import worth_of_packs
from orders.tracking import ShipmentStatus, steps_to

OUT_OF_STOCK: Final = "out_of_stock"
UNDELIVERED: Final = "undelivered"
_IN_HOUSE: Final = frozenset({Fulfilment.UNFULFILLED, Fulfilment.PACKED})
_SENT: Final = (DeliveryKind.CARRIER, DeliveryKind.PRODUCER)


class Result(StrEnum):
    """What became of a parcel that left, as the producer saw it."""

    DELIVERED = "delivered"
    FAILED_ATTEMPT = "failed_attempt"
    RETURNING = "returning"


def confirm_order(part: SellerOrder, *, by: Actor, now: datetime) -> bool:
    """Say yes to a new order. Whether that is new.

    Raises OrderNotPaidError while its money is waited for, WrongMoveError for one that was cancelled.
    """
    lock_parcel(part)
    if part.lifecycle == Lifecycle.PLACED and part.payment not in WORKABLE_PAYMENTS:
        raise OrderNotPaidError(order=part.code, payment=part.payment)
    if part.lifecycle == Lifecycle.CONFIRMED:
        return False
    move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, by=by, now=now)
    _note("orders.confirm_order", part, by, now, {"lifecycle": part.lifecycle})
    return True


def pack_order(part: SellerOrder, *, by: Actor, now: datetime) -> bool:
    """The goods of a confirmed order are packed. Whether that is new. Raises WrongMoveError for any other order."""
    lock_parcel(part)
    if part.fulfilment != Fulfilment.UNFULFILLED and part.lifecycle == Lifecycle.CONFIRMED:
        return False
    _require_confirmed(part, Fulfilment.PACKED)
    move(part, Axis.FULFILMENT, Fulfilment.PACKED, actor=OrderActor.PRODUCER, by=by, now=now)
    _note("orders.pack_order", part, by, now, {"fulfilment": part.fulfilment})
    return True


def hand_over(part: SellerOrder, *, by: Actor, now: datetime, carrier: str = "", number: str = "") -> bool:
    """The parcel leaves the house, and its goods leave the stock. Whether that is new.

    carrier, number: who takes it under which tracking number, where there is one. What the buyer fetches is handed
    over and delivered in one. Raises RecalledGoodsError where goods in it are being recalled, CodeRefusedError where
    a line has more codes than packs, BookedAmountError where the carrier would collect another sum than is due,
    InvalidShipmentError for a number that cannot be, WrongMoveError for an order that is not confirmed; then nothing
    has changed.
    """
    lock_parcel(part)
    if part.lifecycle == Lifecycle.CONFIRMED and part.fulfilment not in _IN_HOUSE:
        return False
    _require_confirmed(part, Fulfilment.HANDED_OVER)
    _require_not_recalled(part)
    require_codes_fit(part)
    require_amount_booked(part)
    if part.delivery_kind in _SENT:
        shipment = open_shipment(part, carrier=carrier or MANUAL, is_by_system=False, now=now)
        if number:
            note_number(shipment, number, carrier or MANUAL, now=now)
        _tell(part, ShipmentStatus.HANDED_OVER, by, now)
    else:
        _hand_to_buyer(part, by, now)
    _note("orders.hand_over", part, by, now, {"fulfilment": part.fulfilment})
    return True


def record_result(
    part: SellerOrder, result: Result, *, by: Actor, now: datetime, note: str | None = None
) -> bool:
    """What became of a parcel that left, told by the producer. Whether that is new.

    Cash that is paid at the door is collected with the delivery. Raises WrongMoveError where no way leads there.
    """
    lock_parcel(part)
    if part.fulfilment == result.value and result is not Result.FAILED_ATTEMPT:
        return False
    if part.fulfilment in _IN_HOUSE:
        raise WrongMoveError(
            order=part.code, axis=Axis.FULFILMENT.value, present=part.fulfilment, wanted=result.value
        )
    _tell(part, ShipmentStatus(result.value), by, now, note)
    _note("orders.record_result", part, by, now, {"fulfilment": part.fulfilment})
    return True


def record_returned(part: SellerOrder, *, is_sellable: bool, by: Actor, now: datetime) -> bool:
    """A parcel that could not be delivered is back: its goods go on sale again or not, and the order ends.

    What was paid goes back to the buyer. Whether that is new. Raises WrongMoveError for one that never left.
    """
    lock_parcel(part)
    if part.fulfilment == Fulfilment.RETURNED and part.lifecycle == Lifecycle.CANCELLED:
        return False
    _require_confirmed(part, Fulfilment.RETURNED)
    if part.fulfilment != Fulfilment.RETURNED:
        _tell(part, ShipmentStatus.RETURNED, by, now)
    for line in part.lines:
        kept = line.quantity - line.cancelled_quantity
        if kept:
            restock_line(line, kept, sellable=is_sellable, now=now)
    cancel_seller_order(part, actor=OrderActor.PRODUCER, reason=UNDELIVERED, by=by, now=now)
    _note("orders.record_returned", part, by, now, {"is_sellable": is_sellable})
    return True


def collect_cash(part: SellerOrder, *, by: Actor, now: datetime) -> bool:
    """The producer has the cash of a delivered order. Whether that is new. Raises PaymentClashError, WrongMoveError."""
    lock_parcel(part)
    if part.fulfilment != Fulfilment.DELIVERED and part.payment == PaymentState.COD_DUE:
        raise WrongMoveError(
            order=part.code, axis=Axis.PAYMENT.value, present=part.payment, wanted=PaymentState.COD_COLLECTED
        )
    holder = f"producer:{part.producer_id}"
    is_new = record_cod_collected(part, holder=holder, actor=OrderActor.PRODUCER, by=by, now=now)
    if is_new:
        _note("orders.collect_cash", part, by, now, {"payment": part.payment})
    return is_new


def cancel_order(part: SellerOrder, *, reason: str, by: Actor, now: datetime) -> bool:
    """The producer cannot deliver at all: the order ends and money goes back. Whether that is new."""
    told = " ".join(reason.split())[:300]
    if not told:
        raise InvalidOrderError(field="reason", reason="missing")
    is_new = cancel_seller_order(part, actor=OrderActor.PRODUCER, reason=told, by=by, now=now)
    if is_new:
        _note("orders.cancel_order", part, by, now, {"lifecycle": part.lifecycle})
    return is_new


def cancel_line(
    part: SellerOrder, line_id: int, quantity: int, *, seen: int, by: Actor, now: datetime
) -> int:
    """Take `quantity` packs that ran out out of a line; what the buyer pays less or gets back, in đồng.

    seen: packs taken out of the line before, as the page showed it; if that has changed (pressed twice), nothing
    happens and the answer is 0. Where nothing would be left the whole order is cancelled; a carrier that was booked to
    collect more at the door is asked to take its booking back. Raises InvalidOrderError (field «quantity»),
    WrongMoveError once the parcel left, PaymentClashError while a card page asks for the old sum.
    """
    lock_parcel(part)
    line = _line_of(part, line_id)
    if line.cancelled_quantity != seen:
        return 0
    if not 1 <= quantity <= line.quantity - seen:
        raise InvalidOrderError(field="quantity", reason="out_of_range")
    if part.lifecycle not in OPEN or part.fulfilment not in _IN_HOUSE:
        raise WrongMoveError(
            order=part.code, axis=Axis.LIFECYCLE.value, present=part.fulfilment, wanted=OUT_OF_STOCK
        )
    left = sum(each.quantity - each.cancelled_quantity for each in part.lines)
    if left == quantity:
        cancel_seller_order(part, actor=OrderActor.PRODUCER, reason=OUT_OF_STOCK, by=by, now=now)
        _note("orders.cancel_order", part, by, now, {"lifecycle": part.lifecycle, "reason": OUT_OF_STOCK})
        return part.total_vnd - part.uncharged_vnd
    amount_vnd = price_of_packs(line, quantity)
    release_line(line, quantity, now=now)
    if amount_vnd:
        _pay_back(part, line, amount_vnd, by, now)
        let_go_of_changed(now=now, seller_order_id=part.id)
    _note(
        "orders.cancel_line",
        part,
        by,
        now,
        {"line_id": line.id, "cancelled_quantity": line.cancelled_quantity, "amount_vnd": amount_vnd},
    )
    return amount_vnd


def price_of_packs(line: OrderLine, quantity: int) -> int:
    """What `quantity` more packs taken out of the line are worth to the buyer, its discounts off: the whole sums up."""
    before = line.cancelled_quantity
    worth = (line.unit_price_vnd, line.discount_vnd, line.quantity)
    return worth_of_packs(before + quantity, *worth) - worth_of_packs(before, *worth)


def _pay_back(part: SellerOrder, line: OrderLine, amount_vnd: int, by: Actor, now: datetime) -> None:
    if part.payment not in SETTLED_PAYMENTS:
        ask_less(part, amount_vnd)
        return
    payment = payment_of(part)
    if payment is None:
        raise OrderNotPaidError(order=part.code, payment=part.payment)
    request_refund(
        payment,
        key=f"line:{line.id}:cancelled:{line.cancelled_quantity}",
        cause=RefundCause.OUT_OF_STOCK,
        goods_vnd=amount_vnd,
        seller_order=part,
        reason=OUT_OF_STOCK,
        by=by,
        now=now,
    )


def _hand_to_buyer(part: SellerOrder, by: Actor, now: datetime) -> None:
    for step in steps_to(part.fulfilment, Fulfilment.DELIVERED) or ():
        move(part, Axis.FULFILMENT, step, actor=OrderActor.PRODUCER, by=by, now=now)
    ship_holds(part, now=now)
    if part.payment == PaymentState.COD_DUE:
        holder = f"producer:{part.producer_id}"
        record_cod_collected(part, holder=holder, actor=OrderActor.PRODUCER, by=by, now=now)


def _tell(
    part: SellerOrder, status: ShipmentStatus, by: Actor, now: datetime, note: str | None = None
) -> None:
    """Write down what the producer says of a parcel. Raises WrongMoveError where it cannot be so."""
    shipment = open_shipment(part, carrier=MANUAL, is_by_system=False, now=now)
    told = ToldEvent(
        key=f"hand:{status.value}:{now.isoformat(timespec='milliseconds')}",
        source=EventSource.HAND,
        code=status.value,
        status=status,
        happened_at=now,
        note=" ".join((note or "").split()) or None,
    )
    outcome = record_event(shipment, told, now=now, by=by)
    db.session.refresh(part)
    if outcome is EventOutcome.CONFLICT:
        raise WrongMoveError(
            order=part.code, axis=Axis.FULFILMENT.value, present=part.fulfilment, wanted=status.value
        )


def _require_confirmed(part: SellerOrder, wanted: Fulfilment) -> None:
    if part.lifecycle != Lifecycle.CONFIRMED:
        raise WrongMoveError(
            order=part.code, axis=Axis.FULFILMENT.value, present=part.lifecycle, wanted=wanted.value
        )


def _require_not_recalled(part: SellerOrder) -> None:
    recalls = open_recalls_in(part.id)
    if recalls:
        raise RecalledGoodsError(order=part.code, recall_ids=tuple(recalls))


def _line_of(part: SellerOrder, line_id: int) -> OrderLine:
    """The line of the order as it stands now, with the others. Raises OrderNotFoundError."""
    lines = select(OrderLine).where(OrderLine.seller_order_id == part.id)
    found = db.session.scalars(lines.execution_options(populate_existing=True)).all()
    for line in found:
        if line.id == line_id:
            return line
    raise OrderNotFoundError(order=part.code, line_id=line_id)


def _note(verb: str, part: SellerOrder, by: Actor, now: datetime, after: Mapping[str, Any]) -> None:
    record_act(verb, by=by, subject=f"order:{part.code}", after=after, producer_id=part.producer_id, now=now)
