"""Claims of register entries: the queue, and the papers beside the form that decides."""

from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.errors import ClaimEndedError, InvalidClaimError
from catalog.forms.claims import DecisionForm
from catalog.models.joining import Claim
from catalog.operations.claims import approve_claim, refuse_claim
from catalog.permissions.office import can_record_decisions
from catalog.queries.claims import (
    entry_name,
    get_office_claim,
    list_holder_ids,
    list_office_claims,
    list_papers,
    list_rival_claims,
)
from catalog.views.office.tables import Column, List, answer_list
from core import clock
from core.db import transaction
from core.i18n import lazy_gettext as _


def _address(claim: Claim) -> str:
    return url_for("office.claim", claim_id=claim.id)


_COLUMNS = (
    Column(name="entry", title=_("Entry"), value=entry_name, address=_address),
    Column(
        name="kind", title=_("Kind"), value=lambda each: _("Product") if each.product_id else _("Producer")
    ),
    Column(
        name="for",
        title=_("Claimed for"),
        value=lambda each: each.for_producer.name if each.for_producer else each.claimant.name,
    ),
    Column(name="claimed_at", title=_("Since"), value=lambda each: each.claimed_at),
    Column(name="papers", title=_("Papers"), value=lambda each: len(each.papers), is_number=True),
)


@needs(can_record_decisions)
def claims() -> Response:
    """Open claims in the officer's area, the oldest first."""
    actor = current_actor()
    return answer_list(
        List(
            name="claims",
            title=_("Claims of register entries"),
            lead=_(
                "Compare the papers with the entry. Approving gives the entry to people; it changes no recognition."
            ),
            columns=_COLUMNS,
            read=lambda page, per_page: list_office_claims(actor, page, per_page),
            nothing=_("No claim waits in your area."),
        )
    )


@needs(can_record_decisions)
def claim(claim_id: int) -> Response:
    """One claim: who, what, why, the papers, and the decision."""
    return _page(get_office_claim(current_actor(), claim_id), DecisionForm())


@needs(can_record_decisions)
def claim_decision_create(claim_id: int) -> AnyResponse:
    """Approve or refuse; what somebody else decided first is shown instead."""
    actor, form = current_actor(), DecisionForm.parse(request.form)
    found = get_office_claim(actor, claim_id)
    if not form.verdict:
        return _page(found, replace(form, errors={"verdict": "missing"}), 422)
    try:
        with transaction():
            found = get_office_claim(actor, claim_id)
            if form.verdict == "approve":
                approve_claim(found, form.reason, replaces=form.replaces, by=actor, now=clock.now())
            else:
                refuse_claim(found, form.reason, by=actor, now=clock.now())
    except InvalidClaimError as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _page(get_office_claim(actor, claim_id), replace(form, errors=wrong), 422)
    except ClaimEndedError:
        return _page(get_office_claim(actor, claim_id), form, 409)
    return redirect(url_for("office.claim", claim_id=claim_id), 303)


def _page(found: Claim, form: DecisionForm, status: int = 200) -> Response:
    body = render_template(
        "office/claim.html",
        claim=found,
        entry=found.product or found.producer,
        form=form,
        papers=list_papers(found),
        rivals=list_rival_claims(found),
        holder_count=len(list_holder_ids(found)) if found.outcome is None else 0,
    )
    return make_response(body, status)
