"""Sending goods back, and asking the platform to decide: for the buyer of a parcel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from catalog.views.papers import SANDBOXED, files
from core import clock
from core.db import transaction
from core.files import StoredFileNotFoundError
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.web.access import public, takes_files
from core.web.headers import use_headers
from orders.errors import InvalidDisputeError, InvalidReturnError, ReturnNotFoundError
from orders.operations.disputes import open_dispute
from orders.operations.private_pictures import DrawnPicture, draw_private_picture
from orders.operations.returns import (
    PICTURES_MAX,
    ReturnWish,
    ask_return,
    reply_to_question,
    withdraw_return,
)
from orders.queries.order_views import OrderPage, ParcelView
from orders.queries.returns import get_order_return
from orders.return_rules import DisputeCause, ReturnReason
from storefront.views.orders.access import (
    buyer,
    get_order,
    get_parcel_row,
    order_url,
    private_page,
    require_open,
    token_for,
)

WEBP = "image/webp"


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """What was typed into a form of returns. packs: count by number of the line. error: field and reason."""

    submission_key: str = field(default_factory=lambda: str(uuid4()))
    reason: str = ""
    text: str = ""
    packs: Mapping[int, int] = field(default_factory=dict)
    error: tuple[str, str] | None = None


@public
@private_page
def return_new(token: str, parcel_id: int) -> AnyResponse:
    """The form: which packs, why, and photographs."""
    order = get_order(token)
    refused = require_open(order)
    return refused or _new_page(order, order.parcel(parcel_id), ReturnForm(), 200)


@public
@private_page
@rate_limited("10/minute")
@takes_files
def return_create(token: str, parcel_id: int) -> AnyResponse:
    """Ask to send packs back."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    parcel = order.parcel(parcel_id)
    form = _read(parcel)
    try:
        pictures = _draw_all()
        wish = ReturnWish(form.submission_key, form.reason, form.text, form.packs, pictures)
        with transaction():
            made = ask_return(get_parcel_row(order, parcel_id), wish, by=buyer(), now=clock.now())
            number = made.id
    except InvalidReturnError as error:
        return _new_page(order, parcel, _with_error(form, str(error.field), str(error.reason)), 422)
    except InvalidMediaError as error:
        return _new_page(order, parcel, _with_error(form, "pictures", str(error.reason)), 422)
    return redirect(order_url(order.id, f"/returns/{number}"), 303)


@public
@private_page
def order_return(token: str, return_id: int) -> AnyResponse:
    """How a return stands, and what comes next."""
    order = get_order(token)
    return require_open(order) or _return_page(order, return_id, 200)


@public
@private_page
@rate_limited("20/minute")
def return_reply_create(token: str, return_id: int) -> AnyResponse:
    """Answer the producer's question."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    try:
        with transaction():
            wanted = get_order_return(order.id, return_id)
            reply_to_question(wanted, request.form.get("text", ""), by=buyer(), now=clock.now())
    except InvalidReturnError as error:
        return _return_page(order, return_id, 422, error=str(error.reason))
    return redirect(order_url(order.id, f"/returns/{return_id}"), 303)


@public
@private_page
def return_withdrawal_create(token: str, return_id: int) -> AnyResponse:
    """Keep the goods after all."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    with transaction():
        withdraw_return(get_order_return(order.id, return_id), by=buyer(), now=clock.now())
    return redirect(order_url(order.id, f"/returns/{return_id}"), 303)


@public
@private_page
def return_picture(token: str, return_id: int, number: int) -> AnyResponse:
    """A photograph of a return, for the buyer alone."""
    order = get_order(token)
    refused = require_open(order)
    return refused or picture_answer(
        next(
            (
                each.sha256
                for each in get_order_return(order.id, return_id).pictures
                if each.position == number
            ),
            "",
        )
    )


@public
@private_page
def dispute_new(token: str, parcel_id: int) -> AnyResponse:
    """The form with which the platform is asked to decide."""
    order = get_order(token)
    return require_open(order) or _dispute_page(order, order.parcel(parcel_id), 200)


@public
@private_page
@rate_limited("10/minute")
def dispute_create(token: str, parcel_id: int) -> AnyResponse:
    """Ask the platform to decide."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    parcel = order.parcel(parcel_id)
    cause, text = request.form.get("cause", ""), request.form.get("text", "")
    try:
        with transaction():
            open_dispute(get_parcel_row(order, parcel_id), cause, text, by=buyer(), now=clock.now())
    except InvalidDisputeError as error:
        at = (str(error.field), str(error.reason))
        return _dispute_page(order, parcel, 422, cause=cause, text=text, error=at)
    return redirect(order_url(order.id), 303)


def picture_answer(sha256: str) -> Response:
    """A stored photograph as an answer that nothing can run in. Raises ReturnNotFoundError."""
    try:
        with files().open(sha256) as opened:
            content = opened.read()
    except (StoredFileNotFoundError, ValueError):
        raise ReturnNotFoundError(sha256=sha256) from None
    use_headers(SANDBOXED)
    return Response(content, content_type=WEBP)


def draw_sent(name: str, most: int) -> list[DrawnPicture]:
    """The photographs of the field `name`, drawn anew. Raises InvalidMediaError; more than `most` are left out."""
    sent = [each for each in request.files.getlist(name) if each.filename][: most + 1]
    return [draw_private_picture(each.read(), files=files()) for each in sent]


def _draw_all() -> list[DrawnPicture]:
    return draw_sent("pictures", PICTURES_MAX)


def submission_key(text: str) -> str:
    """The key of a form as it was handed out, a new one for what is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def _read(parcel: ParcelView) -> ReturnForm:
    counts = {line.id: request.form.get(f"packs-{line.id}", "") for line in parcel.lines}
    packs = {
        number: int(count) if len(count) < 5 else 1_000
        for number, count in counts.items()
        if count.isascii() and count.isdecimal()
    }
    return ReturnForm(
        submission_key=submission_key(request.form.get("submission_key", "")),
        reason=request.form.get("reason", ""),
        text=request.form.get("text", ""),
        packs={number: min(count, 1_000) for number, count in packs.items() if count},
    )


def _with_error(form: ReturnForm, at: str, reason: str) -> ReturnForm:
    return ReturnForm(form.submission_key, form.reason, form.text, form.packs, (at, reason))


def _new_page(order: OrderPage, parcel: ParcelView, form: ReturnForm, status: int) -> Response:
    html = render_template(
        "storefront/return_new.html",
        order=order,
        parcel=parcel,
        token=token_for(order.id),
        form=form,
        reasons=list(ReturnReason),
    )
    return make_response(html, status)


def _return_page(order: OrderPage, return_id: int, status: int, *, error: str = "") -> Response:
    html = render_template(
        "storefront/order_return.html",
        order=order,
        wanted=get_order_return(order.id, return_id),
        token=token_for(order.id),
        error=error,
    )
    return make_response(html, status)


def _dispute_page(
    order: OrderPage,
    parcel: ParcelView,
    status: int,
    *,
    cause: str = "",
    text: str = "",
    error: tuple[str, str] | None = None,
) -> Response:
    html = render_template(
        "storefront/dispute_new.html",
        order=order,
        parcel=parcel,
        token=token_for(order.id),
        causes=list(DisputeCause),
        cause=cause,
        text=text,
        error=error,
    )
    return make_response(html, status)
