"""Sellers to verify: the queue, and the paper beside what the producer states."""

from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.errors import InvalidClaimError, SellerCheckError
from catalog.forms.claims import DecisionForm
from catalog.models.joining import SellerCheck
from catalog.operations.verification import refuse_seller, verify_seller
from catalog.permissions.office import can_record_decisions, has_part
from catalog.queries.evidence import get_office_evidence
from catalog.queries.sellers import find_answer, get_office_check, list_office_checks
from catalog.views.office.tables import Column, List, answer_list
from core import clock
from core.db import transaction
from core.i18n import lazy_gettext as _


def _address(check: SellerCheck) -> str:
    return url_for("office.verification", check_id=check.id)


_COLUMNS = (
    Column(name="producer", title=_("Producer"), value=lambda each: each.producer.name, address=_address),
    Column(name="tax_code", title=_("Tax code"), value=lambda each: each.producer.tax_code),
    Column(
        name="place",
        title=_("Place"),
        value=lambda each: each.producer.place.current_commune if each.producer.place else None,
    ),
    Column(name="asked_at", title=_("Since"), value=lambda each: each.noted_at),
)


@needs(can_record_decisions)
def verifications() -> Response:
    """Sellers of the area who ask to be compared with their papers, the oldest first."""
    actor = current_actor()
    return answer_list(
        List(
            name="verifications",
            title=_("Sellers to verify"),
            lead=_("Compare name, address and tax code with the paper and the business register."),
            columns=_COLUMNS,
            read=lambda page, per_page: list_office_checks(actor, page, per_page),
            nothing=_("No seller waits in your area."),
        )
    )


@needs(can_record_decisions)
def verification(check_id: int) -> Response:
    """One seller, its paper, and the decision."""
    return _page(get_office_check(current_actor(), check_id), DecisionForm())


@needs(can_record_decisions)
def verification_decision_create(check_id: int) -> AnyResponse:
    """Say whether they agree; what somebody else decided first is shown instead."""
    actor, form = current_actor(), DecisionForm.parse(request.form)
    asked = get_office_check(actor, check_id)
    if not form.verdict:
        return _page(asked, replace(form, errors={"verdict": "missing"}), 422)
    try:
        with transaction():
            asked = get_office_check(actor, check_id)
            if form.verdict == "approve":
                method, has_compared = request.form.get("method", ""), request.form.get("compared") == "1"
                verify_seller(asked, method, has_compared=has_compared, by=actor, now=clock.now())
            else:
                refuse_seller(asked, form.reason, by=actor, now=clock.now())
    except InvalidClaimError as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _page(get_office_check(actor, check_id), replace(form, errors=wrong), 422)
    except SellerCheckError as error:
        return _page(get_office_check(actor, check_id), form, 409, refused=str(error.reason))
    return redirect(url_for("office.verifications"), 303)


def _page(asked: SellerCheck, form: DecisionForm, status: int = 200, refused: str = "") -> Response:
    actor = current_actor()
    paper = get_office_evidence(actor, asked.evidence_id) if asked.evidence_id else None
    body = render_template(
        "office/verification.html",
        check=asked,
        producer=asked.producer,
        answer=find_answer(asked.id),
        is_own=has_part(actor, asked.producer_id) or asked.noted_by_id == actor.user_id,
        paper=paper,
        form=form,
        method=request.form.get("method", ""),
        refused=refused,
    )
    return make_response(body, status)
