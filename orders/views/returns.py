"""Returns at the producer: answered, and received back."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.queries.workspace import get_own_producer
from catalog.views.papers import SANDBOXED, files
from core import clock
from core.db import transaction
from core.files import StoredFileNotFoundError
from core.web.headers import use_headers
from orders.errors import InvalidReturnError, ReturnNotFoundError
from orders.models.returns import ReturnRequest
from orders.operations.returns import answer_return, receive_return
from orders.permissions import can_cancel_orders, can_enter_order_desk, can_handle_orders
from orders.queries.returns import get_producer_return, list_producer_returns
from orders.return_rules import ReturnState

_ANSWERS: Mapping[str, ReturnState] = {
    "accept": ReturnState.ACCEPTED,
    "refuse": ReturnState.REFUSED,
    "ask": ReturnState.QUESTIONED,
}


@needs(can_enter_order_desk)
def returns(producer_id: int) -> Response:
    """All returns, those that wait for the producer first."""
    producer = _own(producer_id)
    page = render_template(
        "orders/returns.html", producer=producer, returns=list_producer_returns(producer.id)
    )
    return make_response(page)


@needs(can_enter_order_desk)
def producer_return(producer_id: int, return_id: int) -> Response:
    """One return with what can be done about it."""
    return _page(_own(producer_id), get_producer_return(producer_id, return_id), 200)


@needs(can_enter_order_desk)
def return_answer_create(producer_id: int, return_id: int) -> AnyResponse:
    """Accept, refuse or ask; refusing is for those who may let money go."""
    producer = _deciding(producer_id)
    to, text = _ANSWERS.get(request.form.get("answer", "")), request.form.get("text", "")
    try:
        with transaction():
            wanted = get_producer_return(producer_id, return_id)
            if to is None:
                raise InvalidReturnError(field="answer", reason="missing")
            answer_return(wanted, to, text, by=current_actor(), now=clock.now())
    except InvalidReturnError as error:
        wanted = get_producer_return(producer_id, return_id)
        return _page(producer, wanted, 422, field=str(error.field), error=str(error.reason), text=text)
    return redirect(_address(producer_id, return_id), 303)


@needs(can_enter_order_desk)
def return_receipt_create(producer_id: int, return_id: int) -> AnyResponse:
    """The goods are back: which go on the shelf, which do not."""
    producer = _own(producer_id)
    try:
        with transaction():
            wanted = get_producer_return(producer_id, return_id)
            sellable, damaged = _counts(wanted, "sellable"), _counts(wanted, "damaged")
            receive_return(wanted, sellable, damaged, by=current_actor(), now=clock.now())
    except InvalidReturnError as error:
        wanted = get_producer_return(producer_id, return_id)
        return _page(producer, wanted, 422, field=str(error.field), error=str(error.reason))
    return redirect(_address(producer_id, return_id), 303)


@needs(can_enter_order_desk)
def producer_return_picture(producer_id: int, return_id: int, number: int) -> Response:
    """A photograph of the buyer, for the team alone."""
    _own(producer_id)
    wanted = get_producer_return(producer_id, return_id)
    picture = next((each for each in wanted.pictures if each.position == number), None)
    if picture is None:
        raise ReturnNotFoundError(return_id=return_id, number=number)
    try:
        with files().open(picture.sha256) as opened:
            content = opened.read()
    except StoredFileNotFoundError:
        raise ReturnNotFoundError(return_id=return_id, number=number) from None
    use_headers(SANDBOXED)
    return Response(content, content_type="image/webp")


def _own(producer_id: int) -> Producer:
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    if not can_handle_orders(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return producer


def _deciding(producer_id: int) -> Producer:
    producer = _own(producer_id)
    if not can_cancel_orders(current_actor(), producer_id):
        raise NotYoursError(producer_id=producer_id)
    return producer


def _counts(wanted: ReturnRequest, name: str) -> dict[int, int]:
    typed = {line.line_id: request.form.get(f"{name}-{line.line_id}", "").strip() for line in wanted.lines}
    return {
        number: int(count) if count.isascii() and count.isdecimal() and len(count) < 5 else 10_000
        for number, count in typed.items()
        if count
    }


def _address(producer_id: int, return_id: int) -> str:
    return url_for("order_desk.producer_return", producer_id=producer_id, return_id=return_id)


def _page(
    producer: Producer,
    wanted: ReturnRequest,
    status: int,
    *,
    field: str = "",
    error: str = "",
    text: str = "",
) -> Response:
    page = render_template(
        "orders/producer_return.html",
        producer=producer,
        wanted=wanted,
        may_decide=can_cancel_orders(current_actor(), producer.id),
        field=field,
        error=error,
        text=text,
    )
    return make_response(page, status)
