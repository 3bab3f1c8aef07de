"""Stalls on other platforms and files of what was sold there: the producer's pages, and the way out for shoppers."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.errors import RegisterFileError
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.workspace.listing_access import Desk, publishing_desk
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.text import clean_line
from core.web.access import public, takes_files
from promotion.errors.points import InvalidStallError, SaleFileError
from promotion.models.points import SaleImport
from promotion.operations.elsewhere import apply_sales, look_at_sales
from promotion.operations.stalls import add_stall, end_stall
from promotion.queries.elsewhere import (
    elsewhere_counts,
    get_own_import,
    get_own_stall,
    get_shown_stall,
    list_imports,
    list_stalls,
    needs_of,
    sales_of,
)
from promotion.sale_files import FILE_BYTES_MAX, ROWS_MAX, sale_maps
from promotion.stall_links import NAMES

SALES_SHOWN: Final = 200


@public
def stall(stall_id: int) -> Response:
    """Where a link leads, before it leads away: this site vouches for nothing there."""
    found, producer = get_shown_stall(stall_id)
    page = render_template(
        "promotion/stall.html", stall=found, producer=producer, name=NAMES.get(found.platform, "")
    )
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@needs(can_enter_workspace)
def sale_imports(producer_id: int) -> Response:
    """Files that were sent, a form for another, what platforms brought, and the producer's stalls."""
    return _overview(publishing_desk(producer_id), 200)


@needs(can_enter_workspace)
@rate_limited("60/hour")
@takes_files
def sale_import_create(producer_id: int) -> AnyResponse:
    """Look at a file; nothing is booked yet."""
    desk = publishing_desk(producer_id)
    content, name = _sent_file()
    try:
        with transaction():
            number = look_at_sales(
                producer_id,
                request.form.get("platform", ""),
                content,
                name,
                by=desk.actor,
                now=clock.now(),
            ).id
    except RegisterFileError as error:
        return _overview(desk, 422, file_fault=str(error.facts["reason"]))
    return redirect(f"{_base(producer_id)}/{number}", 303)


@needs(can_enter_workspace)
def sale_import(producer_id: int, import_id: int) -> Response:
    """What a file says, what it would take, and what stands in the way."""
    desk = publishing_desk(producer_id)
    return _import_page(desk, get_own_import(producer_id, import_id), 200)


@needs(can_enter_workspace)
def sale_import_booking_create(producer_id: int, import_id: int) -> AnyResponse:
    """Book all of the file, or nothing."""
    desk = publishing_desk(producer_id)
    try:
        with transaction():
            apply_sales(get_own_import(producer_id, import_id), by=desk.actor, now=clock.now())
    except SaleFileError as error:
        return _import_page(
            desk, get_own_import(producer_id, import_id), 409, refused=str(error.facts["reason"])
        )
    return redirect(f"{_base(producer_id)}/{import_id}", 303)


@needs(can_enter_workspace)
def stall_create(producer_id: int) -> AnyResponse:
    """Show a stall on the producer's page."""
    desk = publishing_desk(producer_id)
    try:
        with transaction():
            add_stall(
                producer_id,
                request.form.get("platform", ""),
                request.form.get("address", "")[:1_000],
                by=desk.actor,
                now=clock.now(),
            )
    except InvalidStallError as error:
        return _overview(desk, 422, stall_fault=str(error.facts["reason"]))
    return redirect(f"{_base(producer_id)}#stalls", 303)


@needs(can_enter_workspace)
def stall_ending_create(producer_id: int, stall_id: int) -> AnyResponse:
    """Show a stall no more."""
    desk = publishing_desk(producer_id)
    with transaction():
        end_stall(get_own_stall(producer_id, stall_id), by=desk.actor, now=clock.now())
    return redirect(f"{_base(producer_id)}#stalls", 303)


def _sent_file() -> tuple[bytes, str]:
    """The file and what the sender calls it; of one that is too large only so much that this can be told."""
    sent = request.files.get("file")
    if sent is None:
        return b"", ""
    with sent.stream as stream:
        return stream.read(FILE_BYTES_MAX + 1), clean_line((sent.filename or "")[:120])


def _base(producer_id: int) -> str:
    return f"{request.script_root}/workspace/{producer_id}/channels/imports"


def _overview(desk: Desk, status: int, *, file_fault: str = "", stall_fault: str = "") -> Response:
    page = render_template(
        "promotion_desk/sale_imports.html",
        producer=desk.producer,
        imports=list_imports(desk.producer.id),
        counts=elsewhere_counts(desk.producer.id),
        stalls=list_stalls(desk.producer.id),
        names=NAMES,
        maps=sale_maps(),
        rows_max=ROWS_MAX,
        file_fault=file_fault,
        stall_fault=stall_fault,
        typed=request.form if status != 200 else {},
    )
    return _private(page, status)


def _import_page(desk: Desk, sent: SaleImport, status: int, *, refused: str = "") -> Response:
    sales, needs_ = needs_of(sent)
    all_sales = sales_of(sent)
    page = render_template(
        "promotion_desk/sale_import.html",
        producer=desk.producer,
        sent=sent,
        name=NAMES.get(sent.platform, ""),
        sales=sales[:SALES_SHOWN],
        new_count=len(sales),
        known_count=len(all_sales) - len(sales),
        packs=needs_,
        is_short=any(need.available < need.needed for need in needs_),
        refused=refused,
    )
    return _private(page, status)


def _private(page: str, status: int) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
