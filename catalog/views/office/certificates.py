"""Certificates that producers claim, for officers: the queue, the paper beside the form, the decision."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.errors import (
    AlreadyWithdrawnError,
    ClaimDecidedError,
    ContradictingRecordError,
    InvalidFactError,
)
from catalog.forms.certificates import ReviewForm
from catalog.models.evidence import CertificateClaim, ReviewMethod, ReviewOutcome
from catalog.operations.certificate_states import (
    list_other_holders,
    note_claim,
    refuse_claim,
    verify_claim,
    withdraw_certificate,
)
from catalog.permissions.office import can_decide, can_enter_office
from catalog.queries.certificate_claims import (
    PER_PAGE,
    count_waiting_claims,
    find_withdrawal,
    get_office_claim,
    list_waiting_claims,
)
from core import clock
from core.db import transaction


@needs(can_enter_office)
def certificates() -> Response:
    """What waits in the officer's area, the oldest first."""
    actor = current_actor()
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    total = count_waiting_claims(actor)
    return make_response(
        render_template(
            "office/certificates.html",
            claims=list_waiting_claims(actor, page),
            total=total,
            page=page,
            page_count=-(-total // PER_PAGE),
            done=request.args.get("done", ""),
        )
    )


@needs(can_enter_office)
def certificate(claim_id: int) -> Response:
    """One claim: its paper beside the form."""
    actor = current_actor()
    return _page(actor, get_office_claim(actor, claim_id), ReviewForm(), 200)


@needs(can_enter_office)
def certificate_review_create(claim_id: int) -> AnyResponse:
    """Decide about a claim. Whoever comes second is told what the first one decided."""
    actor, form = current_actor(), ReviewForm.parse(request.form)
    try:
        with transaction():
            _decide(_deciding(actor, claim_id), form, actor)
    except InvalidFactError as error:
        refused = form.with_error(str(error.facts["field"]), str(error.facts["reason"]))
        return _page(actor, get_office_claim(actor, claim_id), refused, 422)
    except (ContradictingRecordError, AlreadyWithdrawnError) as error:
        reason = "contradicts" if isinstance(error, ContradictingRecordError) else "withdrawn"
        return _page(actor, get_office_claim(actor, claim_id), form.with_error("number", reason), 409)
    except ClaimDecidedError:
        return _page(actor, get_office_claim(actor, claim_id), form, 409)
    return redirect(url_for("office.certificates", done=form.outcome), 303)


@needs(can_enter_office, confirmed=True)
def certificate_withdrawal_create(claim_id: int) -> AnyResponse:
    """Take a certificate off the public record that this claim put there."""
    actor, form = current_actor(), ReviewForm.parse(request.form)
    try:
        with transaction():
            claim = _deciding(actor, claim_id)
            if claim.review is None or claim.review.certificate is None:
                raise NotYoursError(claim_id=claim_id)
            withdraw_certificate(claim.review.certificate, form.reason, by=actor, now=clock.now())
    except InvalidFactError as error:
        refused = form.with_error(str(error.facts["field"]), str(error.facts["reason"]))
        return _page(actor, get_office_claim(actor, claim_id), refused, 422)
    except AlreadyWithdrawnError:
        return _page(actor, get_office_claim(actor, claim_id), form, 409)
    return redirect(url_for("office.certificates", done="withdrawn"), 303)


def _deciding(actor: Actor, claim_id: int) -> CertificateClaim:
    """The claim, if the officer may decide about it. Raises NotYoursError."""
    claim = get_office_claim(actor, claim_id)
    if not can_decide(actor, _province_of(claim)):
        raise NotYoursError(claim_id=claim_id)
    return claim


def _decide(claim: CertificateClaim, form: ReviewForm, actor: Actor) -> None:
    now = clock.now()
    if form.outcome == ReviewOutcome.VERIFIED:
        verify_claim(claim, form.method, public_pages=form.public_pages, by=actor, now=now)
    elif form.outcome == ReviewOutcome.REFUSED:
        refuse_claim(claim, form.reason, by=actor, now=now)
    elif form.outcome == ReviewOutcome.NOTED:
        note_claim(claim, form.reason, by=actor, now=now)
    else:
        raise InvalidFactError(field="outcome", value=form.outcome, reason="missing")


def _province_of(claim: CertificateClaim) -> str | None:
    """Where the holder is at home, whose office decides."""
    return claim.producer.place.current_province_code if claim.producer.place else None


def _page(actor: Actor, claim: CertificateClaim, form: ReviewForm, status: int) -> Response:
    review = claim.review
    page = render_template(
        "office/certificate.html",
        claim=claim,
        form=form,
        methods=[each.value for each in ReviewMethod],
        may_decide=can_decide(actor, _province_of(claim)),
        is_own=actor.role_at(claim.producer_id) is not None,
        is_late=status == 409 and not form.errors,
        other_holders=list_other_holders(claim) if review is None else [],
        withdrawal=find_withdrawal(review.certificate if review else None),
        today=clock.today(),
    )
    return make_response(page, status)
