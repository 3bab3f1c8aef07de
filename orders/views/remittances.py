"""Carriers' lists of cash that they handed on, for administrators: handing in, and what waits with a reason."""

from hashlib import sha256

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.errors import RegisterFileError
from catalog.spreadsheets import read_table
from core import clock
from core.db import transaction
from core.text import clean_line
from core.web.access import takes_files
from orders.errors import RemittanceError
from orders.operations.remittances import RemittanceFacts, close_line, match_again, record_remittance
from orders.papers.parcel_label import CARRIER_NAMES
from orders.permissions import can_manage_payments
from orders.queries.delivery_pages import (
    get_remittance,
    get_remittance_id,
    list_remittances,
    list_waiting_lines,
)
from orders.remittance_sheets import UnknownColumnsError, read_rows


@needs(can_manage_payments)
def cod_remittances() -> Response:
    """All lists, what waits, and a form for another."""
    return _page("", 200)


@needs(can_manage_payments, confirmed=True)
@takes_files
def cod_remittance_create() -> AnyResponse:
    """Take a carrier's list."""
    carrier, sent = request.form.get("carrier", ""), request.files.get("file")
    reference = clean_line(request.form.get("bank_reference", ""))[:80]
    content = sent.read() if sent else b""
    if carrier not in CARRIER_NAMES:
        return _page("carrier", 422)
    if not reference:
        return _page("bank_reference", 422)
    try:
        table = read_table(content)
        rows = read_rows(table.header.cells, [(row.line, row.cells) for row in table.rows])
    except RegisterFileError as error:
        return _page(str(error.facts["reason"]), 422)
    except UnknownColumnsError:
        return _page("unknown_columns", 422)
    facts = RemittanceFacts(
        carrier=carrier,
        sha256=sha256(content).hexdigest(),
        file_name=clean_line(sent.filename or "")[:120] if sent else "",
        bank_reference=reference,
        is_on_statement=request.form.get("is_on_statement", "") == "yes",
    )
    try:
        with transaction():
            kept, is_new = record_remittance(facts, rows, by=current_actor(), now=clock.now())
            number = kept.id
    except RemittanceError as error:
        return _page(str(error.facts["reason"]), 422)
    return _led_to(number, "new" if is_new else "known")


@needs(can_manage_payments)
def cod_remittance(remittance_id: int) -> Response:
    """One list, line by line."""
    return _list_page(remittance_id, "", 200)


@needs(can_manage_payments)
def remittance_line_match_create(line_id: int) -> AnyResponse:
    """Look at a line once more."""
    is_on_statement = request.form.get("is_on_statement", "") == "yes"
    with transaction():
        match_again(line_id, is_on_statement=is_on_statement, by=current_actor(), now=clock.now())
    return _led_to(get_remittance_id(line_id), "line")


@needs(can_manage_payments)
def remittance_line_closing_create(line_id: int) -> AnyResponse:
    """Note how a line was settled with the carrier."""
    try:
        with transaction():
            close_line(line_id, note=request.form.get("note", ""), by=current_actor(), now=clock.now())
    except RemittanceError as error:
        return _list_page(get_remittance_id(line_id), str(error.facts["reason"]), 422)
    return _led_to(get_remittance_id(line_id), "line")


def _page(fault: str, status: int) -> Response:
    page = render_template(
        "orders/cod_remittances.html",
        fault=fault,
        typed=request.form,
        remittances=list_remittances(),
        waiting=list_waiting_lines(),
        carriers=CARRIER_NAMES,
    )
    return make_response(page, status)


def _list_page(remittance_id: int, fault: str, status: int) -> Response:
    found = get_remittance(remittance_id)
    page = render_template(
        "orders/cod_remittance.html", remittance=found, carriers=CARRIER_NAMES, fault=fault
    )
    return make_response(page, status)


def _led_to(remittance_id: int, done: str) -> AnyResponse:
    return redirect(f"{request.script_root}/admin/cod-remittances/{remittance_id}?done={done}", 303)
