"""One order at the producer's desk: all that is needed to send it, and what is to be said of it."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.db import ID_MAX, transaction
from core.errors import ConflictError
from core.text import clean_line
from orders.errors import (
    BookedAmountError,
    CodeRefusedError,
    InvalidOrderError,
    InvalidShipmentError,
    OrderNotPaidError,
    PaymentClashError,
    RecalledGoodsError,
)
from orders.operations.desk import (
    Result,
    cancel_line,
    cancel_order,
    collect_cash,
    hand_over,
    record_result,
    record_returned,
)
from orders.papers.parcel_label import CARRIER_NAMES
from orders.permissions import can_enter_order_desk
from orders.queries.desk_order import DeskLine, DeskOrder, get_desk_order, get_own_order
from orders.totals import worth_of_packs
from orders.views.desk_access import OrderDesk, deciding_desk, order_desk

NOTE_MAX: Final = 300
NUMBER_MAX: Final = 40


@needs(can_enter_order_desk)
def order(producer_id: int, code: str) -> Response:
    """The order, with the one big button that comes next."""
    return _page(order_desk(producer_id), code, 200)


@needs(can_enter_order_desk)
def handover_create(producer_id: int, code: str) -> AnyResponse:
    """The parcel leaves, with a carrier's number if there is one."""
    desk = order_desk(producer_id)
    carrier = request.form.get("carrier", "")
    number = clean_line(request.form.get("number", ""))[: NUMBER_MAX + 1]
    try:
        with transaction():
            hand_over(
                get_own_order(producer_id, code),
                carrier=carrier if carrier in CARRIER_NAMES else "",
                number=number,
                by=desk.actor,
                now=clock.now(),
            )
    except InvalidShipmentError as error:
        return _page(desk, code, 422, error=f"number_{error.facts['reason']}", typed=number)
    except ConflictError as error:
        return _page(desk, code, 409, error=_reason(error))
    return _back(producer_id, code)


@needs(can_enter_order_desk)
def result_create(producer_id: int, code: str) -> AnyResponse:
    """What became of a parcel that left: delivered, nobody there, on its way back, back in the house."""
    desk = order_desk(producer_id)
    result = request.form.get("result", "")
    note = clean_line(request.form.get("note", ""))[:NOTE_MAX]
    try:
        with transaction():
            part = get_own_order(producer_id, code)
            if result in {"sellable", "damaged"}:
                record_returned(part, is_sellable=result == "sellable", by=desk.actor, now=clock.now())
            elif result in set(Result):
                record_result(part, Result(result), by=desk.actor, now=clock.now(), note=note)
            else:
                return _page(desk, code, 422, error="result_missing")
    except ConflictError as error:
        return _page(desk, code, 409, error=_reason(error))
    return _back(producer_id, code)


@needs(can_enter_order_desk)
def cash_create(producer_id: int, code: str) -> AnyResponse:
    """The producer has the cash of a delivered order."""
    desk = order_desk(producer_id)
    try:
        with transaction():
            collect_cash(get_own_order(producer_id, code), by=desk.actor, now=clock.now())
    except ConflictError as error:
        return _page(desk, code, 409, error=_reason(error))
    return _back(producer_id, code)


@needs(can_enter_order_desk)
def cancellation(producer_id: int, code: str) -> Response:
    """Asks once more, and why."""
    return _cancellation_page(deciding_desk(producer_id), code, 200)


@needs(can_enter_order_desk)
def cancellation_create(producer_id: int, code: str) -> AnyResponse:
    """The producer cannot deliver at all."""
    desk = deciding_desk(producer_id)
    reason = clean_line(request.form.get("reason", ""))[:NOTE_MAX]
    try:
        with transaction():
            cancel_order(get_own_order(producer_id, code), reason=reason, by=desk.actor, now=clock.now())
    except InvalidOrderError:
        return _cancellation_page(desk, code, 422, error="missing")
    except ConflictError as error:
        return _page(desk, code, 409, error=_reason(error))
    return _back(producer_id, code)


@needs(can_enter_order_desk)
def line_cancellation(producer_id: int, code: str, line_id: int) -> AnyResponse:
    """One page: how many packs ran out, and what the buyer gets back for each number of them."""
    return _line_page(deciding_desk(producer_id), code, line_id, 200)


@needs(can_enter_order_desk)
def line_cancellation_create(producer_id: int, code: str, line_id: int) -> AnyResponse:
    """Packs of a line ran out: they are taken out, and what they cost is not asked for or goes back."""
    desk = deciding_desk(producer_id)
    try:
        with transaction():
            cancel_line(
                get_own_order(producer_id, code),
                line_id,
                _number(request.form.get("quantity", "")),
                seen=_number(request.form.get("seen", "")),
                by=desk.actor,
                now=clock.now(),
            )
    except InvalidOrderError:
        return _line_page(desk, code, line_id, 422, error="out_of_range")
    except ConflictError as error:
        return _page(desk, code, 409, error=_reason(error))
    return _back(producer_id, code)


def _number(typed: str) -> int:
    """What was typed as a whole number, -1 where it is none."""
    return min(int(typed), ID_MAX) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def _reason(error: ConflictError) -> str:
    """A word for what stands in the way."""
    if isinstance(error, RecalledGoodsError):
        return "recalled"
    if isinstance(error, OrderNotPaidError):
        return "unpaid"
    if isinstance(error, CodeRefusedError):
        return "codes"
    if isinstance(error, BookedAmountError):
        return "amount"
    return "payment" if isinstance(error, PaymentClashError) else "moved"


def _back(producer_id: int, code: str) -> AnyResponse:
    return redirect(url_for("order_desk.order", producer_id=producer_id, code=code), 303)


def _page(desk: OrderDesk, code: str, status: int, *, error: str = "", typed: str = "") -> Response:
    page = render_template(
        "orders/order.html",
        desk=desk,
        producer=desk.producer,
        order=get_desk_order(desk.producer.id, code),
        carriers=CARRIER_NAMES,
        now=clock.now(),
        error=error,
        typed=typed,
    )
    return make_response(page, status)


def _cancellation_page(desk: OrderDesk, code: str, status: int, *, error: str = "") -> Response:
    order = get_desk_order(desk.producer.id, code)
    if not order.may_be_cut:
        return _page(desk, code, 409, error="moved")
    page = render_template(
        "orders/cancellation.html", desk=desk, producer=desk.producer, order=order, error=error
    )
    return make_response(page, status)


def _line_page(desk: OrderDesk, code: str, line_id: int, status: int, *, error: str = "") -> AnyResponse:
    order = get_desk_order(desk.producer.id, code)
    line = next((each for each in order.lines if each.id == line_id and each.left_quantity), None)
    if line is None or not order.may_be_cut:
        return _page(desk, code, 409, error="moved")
    page = render_template(
        "orders/line_cancellation.html",
        desk=desk,
        producer=desk.producer,
        order=order,
        line=line,
        choices=_choices(order, line),
        error=error,
    )
    return make_response(page, status)


def _choices(order: DeskOrder, line: DeskLine) -> list[tuple[int, int]]:
    """Each number of packs that can be taken out, with what the buyer then pays less or gets back."""
    others = sum(each.left_quantity for each in order.lines) - line.left_quantity
    gone = line.cancelled_quantity
    worth = [
        worth_of_packs(packs, line.unit_price_vnd, line.discount_vnd, line.quantity)
        for packs in range(gone, line.quantity + 1)
    ]
    choices = [(packs, worth[packs] - worth[0]) for packs in range(1, len(worth))]
    if not others:  # nothing would be left: the fee of delivery is not asked for either
        choices[-1] = (choices[-1][0], order.due_vnd - sum(each.amount_vnd for each in order.refunds))
    return choices
