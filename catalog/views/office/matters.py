"""Findings of officers, notes about a matter, and its end."""

from typing import Any, Final
from uuid import uuid4

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.errors import InvalidFactError
from catalog.forms.decisions import day_of, key_of
from catalog.models.office import Finding
from catalog.operations.office_notes import close_matter, report_finding, write_note
from catalog.permissions.office import can_decide, can_enter_office
from catalog.queries.office_decisions import get_office_proposal
from catalog.queries.office_notes import (
    FINDING_STATES,
    find_closure,
    get_finding,
    list_findings,
    list_notes,
)
from catalog.queries.office_scope import get_office_product, province_of
from catalog.views.office.register import product_page
from catalog.views.office.tables import OPEN_OR_CLOSED, Column, List, answer_list
from core import clock
from core.db import transaction
from core.i18n import lazy_gettext as _

COLUMNS: Final = (
    Column(
        name="finding",
        title=_("Finding"),
        value=lambda each: _short(each.message),
        address=lambda each: f"/office/findings/{each.id}",
    ),
    Column(
        name="product",
        title=_("Product"),
        value=lambda each: each.product.name,
        address=lambda each: f"/office/products/{each.product_id}",
    ),
    Column(name="found_on", title=_("Found on"), value=lambda each: each.found_on),
    Column(name="reported_by", title=_("Reported by"), value=lambda each: each.reported_by.name or ""),
    Column(name="reported_at", title=_("Reported"), value=lambda each: each.reported_at),
)
_SHORT: Final = 120


@needs(can_enter_office)
def findings() -> Response:
    """Findings about products in the officer's area."""
    actor = current_actor()
    asked = request.args.get("state", "")
    state = asked if asked in FINDING_STATES else "open"
    return answer_list(
        List(
            name="findings",
            title=_("Findings of commune officers"),
            lead=_("What was seen on the spot. A finding changes nothing by itself: a decision does."),
            here="home",
            columns=COLUMNS,
            filters=(OPEN_OR_CLOSED,),
            read=lambda page, per_page: list_findings(actor, state, page=page, per_page=per_page),
        )
    )


@needs(can_enter_office)
def finding(finding_id: int) -> Response:
    """One finding with its notes."""
    return _finding_page(finding_id, 200)


@needs(can_enter_office)
def finding_create(product_id: int) -> AnyResponse:
    """Report a finding about a product of the area."""
    actor = current_actor()
    get_office_product(actor, product_id)
    typed = {name: request.form.get(name, "") for name in ("message", "found_on", "submission_key")}
    found_on = day_of(typed["found_on"])
    if found_on is None:
        return product_page(product_id, typed, "found_on")
    try:
        with transaction():
            made = report_finding(
                get_office_product(actor, product_id),
                message=typed["message"],
                found_on=found_on,
                by=actor,
                now=clock.now(),
                submission_key=key_of(typed["submission_key"]),
            )
            finding_id = made.id
    except InvalidFactError as error:
        return product_page(product_id, typed, str(error.facts["field"]))
    return redirect(url_for("office.finding", finding_id=finding_id), 303)


@needs(can_enter_office)
def finding_note(finding_id: int) -> AnyResponse:
    """Add a note to a finding."""
    actor = current_actor()
    found = get_finding(actor, finding_id)
    add_note(actor, f"finding:{finding_id}", province_of(found.product))
    return redirect(url_for("office.finding", finding_id=finding_id), 303)


@needs(can_enter_office)
def decision_note(proposal_id: int) -> AnyResponse:
    """Add a note to a decision: how communes assist."""
    actor = current_actor()
    found = get_office_proposal(actor, proposal_id)
    add_note(actor, f"proposal:{proposal_id}", found.province_code)
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


@needs(can_enter_office)
def finding_close(finding_id: int) -> AnyResponse:
    """Close a finding with what came of it; for those who decide."""
    actor = current_actor()
    found = get_finding(actor, finding_id)
    if not can_decide(actor, province_of(found.product)):
        raise NotYoursError(finding_id=finding_id)
    try:
        with transaction():
            close_matter(
                f"finding:{finding_id}",
                result=request.form.get("result", ""),
                by=actor,
                now=clock.now(),
                province_code=province_of(get_finding(actor, finding_id).product),
            )
    except InvalidFactError:
        return _finding_page(finding_id, 422)
    return redirect(url_for("office.finding", finding_id=finding_id), 303)


def add_note(actor: Actor, subject: str, province_code: str | None) -> None:
    """Keep the note that was sent; an empty one is left out without ado."""
    try:
        with transaction():
            write_note(
                subject,
                text=request.form.get("text", ""),
                by=actor,
                now=clock.now(),
                submission_key=key_of(request.form.get("submission_key", "")),
                province_code=province_code,
            )
    except InvalidFactError:
        return


def notes_context(kind: str, number: int) -> dict[str, Any]:
    """What components/office_notes.html needs for the matter «kind:number»."""
    addresses = {
        "proposal": "decisions",
        "finding": "findings",
        "stamp_report": "reports",
        "diary_doubt": "diary-doubts",
    }
    return {
        "notes": list_notes(f"{kind}:{number}"),
        "note_action": f"/office/{addresses[kind]}/{number}/notes",
        "note_key": str(uuid4()),
    }


def _finding_page(finding_id: int, status: int) -> Response:
    actor = current_actor()
    found: Finding = get_finding(actor, finding_id)
    closure = find_closure(f"finding:{finding_id}")
    page = render_template(
        "office/finding.html",
        finding=found,
        closure=closure,
        may_close=closure is None and can_decide(actor, province_of(found.product)),
        is_refused=status == 422,
        typed=request.form.get("result", ""),
        **notes_context("finding", finding_id),
    )
    return make_response(page, status)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT]}…"
