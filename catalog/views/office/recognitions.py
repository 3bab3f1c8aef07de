"""What follows a recognition: its withdrawal, renewal dossiers and their refusal."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.decision_facts import DecisionFault
from catalog.errors import ContradictingRecordError, DecisionFaultsError, InvalidFactError
from catalog.facts import Refusal
from catalog.forms.decisions import RevocationForm, day_of
from catalog.models import Certification, RenewalDossier
from catalog.operations.decision_papers import keep_decision_paper
from catalog.operations.evidence import ReadPaper
from catalog.operations.office_renewals import note_refusal, note_renewal
from catalog.operations.proposals import propose_revocation
from catalog.permissions.office import can_recognise, can_record_decisions, has_part
from catalog.queries.office_scope import get_office_certification, get_office_dossier, province_of
from catalog.views.office.decisions import (
    UNUSABLE_PAPER,
    decision_title,
    fault_of_fact,
    files,
    posted_paper,
)
from catalog.views.office.words import GROUNDS, choices, fault_words
from core import clock
from core.db import transaction
from core.media.errors import InvalidMediaError
from core.web.access import takes_files


@needs(can_record_decisions)
def revocation_new(certification_id: int) -> Response:
    """The form of a withdrawal."""
    certification = _own_certification(current_actor(), certification_id)
    form = RevocationForm.empty(authority_name=certification.authority_name or "")
    return _revocation_page(certification, form, 200)


@needs(can_record_decisions)
@takes_files
def revocation_create(certification_id: int) -> AnyResponse:
    """Keep the withdrawal as a proposal; the recognition stays in force until a second officer releases it."""
    actor, form = current_actor(), RevocationForm.parse(request.form)
    certification = _own_certification(actor, certification_id)
    try:
        paper = None if form.errors else posted_paper()
    except InvalidMediaError:
        return _revocation_page(certification, form.with_faults([UNUSABLE_PAPER]), 422)
    if form.errors:
        return _revocation_page(certification, form, 422)
    try:
        with transaction():
            proposal_id = _propose(actor, certification_id, form, paper)
    except DecisionFaultsError as error:
        faults: Any = error.facts["faults"]
        return _revocation_page(_own_certification(actor, certification_id), form.with_faults(faults), 422)
    except InvalidFactError as error:
        again = form.with_faults([fault_of_fact(error)])
        return _revocation_page(_own_certification(actor, certification_id), again, 422)
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


@needs(can_record_decisions)
def renewal_new(certification_id: int) -> Response:
    """The form for a renewal dossier that was received."""
    return _renewal_page(_own_certification(current_actor(), certification_id), {}, {}, 200)


@needs(can_record_decisions)
def renewal_create(certification_id: int) -> AnyResponse:
    """Note that a dossier was received: the recognition may run on until its result."""
    actor = current_actor()
    certification = _own_certification(actor, certification_id)
    typed = {name: request.form.get(name, "").strip() for name in ("reference", "filed_on")}
    filed_on = day_of(typed["filed_on"])
    if filed_on is None:
        fault = DecisionFault(None, "filed_on", None, Refusal.NOT_A_DATE)
        return _renewal_page(certification, typed, {"filed_on": fault}, 422)
    try:
        with transaction():
            note_renewal(
                _own_certification(actor, certification_id),
                reference=typed["reference"],
                filed_on=filed_on,
                by=actor,
                now=clock.now(),
            )
    except (InvalidFactError, ContradictingRecordError) as error:
        errors = {_field(error, "filed_on"): _fault(error)}
        return _renewal_page(_own_certification(actor, certification_id), typed, errors, 422)
    product_id = _own_certification(actor, certification_id).product_id
    return redirect(url_for("office.product", product_id=product_id), 303)


@needs(can_record_decisions)
def refusal_new(dossier_id: int) -> Response:
    """The form for a renewal that was refused."""
    return _refusal_page(_own_dossier(current_actor(), dossier_id), {}, {}, 200)


@needs(can_record_decisions)
def refusal_create(dossier_id: int) -> AnyResponse:
    """Note that a renewal was decided against. One that is granted is a new recognition."""
    actor = current_actor()
    dossier = _own_dossier(actor, dossier_id)
    typed = {name: request.form.get(name, "").strip() for name in ("decision_number", "refused_on")}
    refused_on = day_of(typed["refused_on"])
    if refused_on is None:
        fault = DecisionFault(None, "refused_on", None, Refusal.NOT_A_DATE)
        return _refusal_page(dossier, typed, {"refused_on": fault}, 422)
    try:
        with transaction():
            note_refusal(
                _own_dossier(actor, dossier_id),
                refused_on=refused_on,
                decision_number=typed["decision_number"],
                by=actor,
                now=clock.now(),
            )
    except (InvalidFactError, ContradictingRecordError) as error:
        errors = {_field(error, "refused_on"): _fault(error)}
        return _refusal_page(_own_dossier(actor, dossier_id), typed, errors, 422)
    product_id = _own_dossier(actor, dossier_id).certification.product_id
    return redirect(url_for("office.product", product_id=product_id), 303)


def _own_certification(actor: Actor, certification_id: int) -> Certification:
    """A recognition that is this officer's to decide about: by place, by rank, and with no part in it."""
    certification = get_office_certification(actor, certification_id)
    product = certification.product
    if has_part(actor, product.producer_id) or not can_recognise(
        actor, certification.stars, province_of(product)
    ):
        raise NotYoursError(certification_id=certification_id)
    return certification


def _own_dossier(actor: Actor, dossier_id: int) -> RenewalDossier:
    dossier = get_office_dossier(actor, dossier_id)
    _own_certification(actor, dossier.certification_id)
    return dossier


def _propose(actor: Actor, certification_id: int, form: RevocationForm, paper: ReadPaper | None) -> int:
    now = clock.now()
    certification = _own_certification(actor, certification_id)
    title = decision_title(form.values["decision_number"], day_of(form.values["revoked_on"]))
    evidence = keep_decision_paper(
        paper,
        title=title,
        province_code=province_of(certification.product),
        by=actor,
        files=files(),
        now=now,
    )
    proposal = propose_revocation(
        certification,
        form.facts(),
        evidence,
        by=actor,
        now=now,
        submission_key=form.submission_key,
        note=form.values["note"],
    )
    return proposal.id


def _revocation_page(certification: Certification, form: RevocationForm, status: int) -> Response:
    page = render_template(
        "office/revocation_new.html",
        certification=certification,
        form=form,
        wrong={name: fault_words(fault) for name, fault in form.errors.items()},
        grounds=choices(GROUNDS),
    )
    return make_response(page, status)


def _renewal_page(
    certification: Certification, typed: dict[str, str], errors: dict[str, DecisionFault], status: int
) -> Response:
    wrong = {name: fault_words(fault) for name, fault in errors.items()}
    page = render_template("office/renewal_new.html", certification=certification, typed=typed, wrong=wrong)
    return make_response(page, status)


def _refusal_page(
    dossier: RenewalDossier, typed: dict[str, str], errors: dict[str, DecisionFault], status: int
) -> Response:
    wrong = {name: fault_words(fault) for name, fault in errors.items()}
    page = render_template("office/refusal_new.html", dossier=dossier, typed=typed, wrong=wrong)
    return make_response(page, status)


def _field(error: InvalidFactError | ContradictingRecordError, default: str) -> str:
    field = str(error.facts["field"])
    return field if field in {"reference", "filed_on", "refused_on", "decision_number"} else default


def _fault(error: InvalidFactError | ContradictingRecordError) -> DecisionFault:
    if isinstance(error, ContradictingRecordError):
        recorded = error.facts["recorded"]
        return DecisionFault(None, str(error.facts["field"]), None, Refusal.CONTRADICTION, recorded)
    return fault_of_fact(error)
