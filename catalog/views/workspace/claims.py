"""Claiming an entry of the register: find it, say why with a paper, wait for the office."""

from dataclasses import replace
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from stdnum.exceptions import ValidationError
from stdnum.vn import mst
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.errors import ClaimEndedError, EntryNotClaimableError, InvalidClaimError
from catalog.facts import Refusal
from catalog.forms.claims import ClaimForm
from catalog.models import Producer, Product
from catalog.operations.claims import PAPERS_MOST, ClaimFacts, claim_entry, withdraw_claim
from catalog.operations.evidence import ReadPaper, read_paper
from catalog.permissions.workspace import can_manage_team
from catalog.queries.claims import (
    find_producer_by_tax_code,
    get_claimable,
    get_own_claim,
    list_own_claims,
    search_entries,
)
from catalog.queries.workspace import list_own_producers
from catalog.views.papers import files
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.text import clean_line
from core.web.access import takes_files

QUERY_MAX = 100


@signed_in
@rate_limited("120/minute")
def claim_new() -> Response:
    """Find the entry by words, or by a tax code (of which only is told that it is on record); then say why."""
    form = ClaimForm.parse(request.args)
    if form.producer_id or form.product_id:
        return _form_page(form)
    q = clean_line(request.args.get("q", ""))[:QUERY_MAX]
    tax_code = clean_line(request.args.get("tax_code", ""))[:QUERY_MAX]
    by_tax_code = _producer_of(tax_code) if tax_code else None
    page = render_template(
        "workspace/claim_new.html",
        q=q,
        tax_code=tax_code,
        by_tax_code=by_tax_code.id if by_tax_code else None,
        found=search_entries(q, is_demonstration=current_actor().is_demonstration),
        claims=list_own_claims(current_actor()),
    )
    return make_response(page)


@signed_in
@rate_limited("20/hour")
@takes_files
def claim_create() -> AnyResponse:
    """Hand the claim in; papers are read before anything is written."""
    actor, form = current_actor(), ClaimForm.parse(request.form)
    _entry_of(form)
    try:
        papers = _read_papers()
    except InvalidMediaError as error:
        return _form_page(replace(form, errors={"paper": str(error.reason)}), 422)
    facts = ClaimFacts(
        producer_id=form.producer_id,
        product_id=form.product_id,
        for_producer_id=form.for_producer_id,
        statement=form.statement,
    )
    try:
        with transaction():
            claim_id = claim_entry(facts, papers, by=actor, files=files(), now=clock.now()).id
    except InvalidClaimError as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _form_page(replace(form, errors=wrong), 422)
    except EntryNotClaimableError as error:
        return _form_page(form, 409, refused=error.reason)
    return redirect(url_for("workspace.claim", claim_id=claim_id), 303)


@signed_in
def claim(claim_id: int) -> str:
    """How one's claim stands."""
    return render_template("workspace/claim.html", claim=get_own_claim(current_actor(), claim_id))


@signed_in
def claim_withdrawal_create(claim_id: int) -> AnyResponse:
    """Take one's claim back; one that has ended meanwhile shows how it ended."""
    actor = current_actor()
    try:
        with transaction():
            withdraw_claim(get_own_claim(actor, claim_id), by=actor, now=clock.now())
    except ClaimEndedError:
        pass  # the page below tells by whom it was ended first
    return redirect(url_for("workspace.claim", claim_id=claim_id), 303)


def _producer_of(tax_code: str) -> Producer | None:
    try:
        return find_producer_by_tax_code(str(mst.format(mst.validate(tax_code))))
    except ValidationError:
        return None


def _read_papers() -> list[ReadPaper]:
    sent = [each for each in request.files.getlist("paper") if each.filename][: PAPERS_MOST + 1]
    if len(sent) > PAPERS_MOST:
        raise InvalidMediaError(reason=Refusal.NO_EVIDENCE)
    return [read_paper(each.read(), files=files()) for each in sent]


def _entry_of(form: ClaimForm) -> Producer | Product:
    entry = get_claimable(form.producer_id, form.product_id)
    if entry is None:
        raise NotYoursError(producer_id=form.producer_id, product_id=form.product_id)
    return entry


def _form_page(form: ClaimForm, status: int = 200, **more: Any) -> Response:
    actor, entry = current_actor(), _entry_of(form)
    body = render_template(
        "workspace/claim_form.html",
        form=form,
        entry=entry,
        is_public=_is_public(entry),
        own=_owned(actor),
        papers_most=PAPERS_MOST,
        **more,
    )
    return make_response(body, status)


def _is_public(entry: Producer | Product) -> bool:
    """A producer without anything listed is told of by its tax code only, which the person typed."""
    return isinstance(entry, Product) or any(product.is_listed for product in entry.products)


def _owned(actor: Actor) -> list[Producer]:
    return [each for each in list_own_producers(actor) if can_manage_team(actor, each.id)]
