"""Certificates of a producer: what it claims, what officers made of it, what is to be renewed."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.errors import ClaimDecidedError, InvalidFactError
from catalog.forms.certificates import ClaimForm
from catalog.models import Producer, Product
from catalog.models.evidence import CertificateClaim, EvidenceFile
from catalog.operations.certificate_claims import CLAIM_KINDS, claim_certificate, take_back_claim
from catalog.operations.evidence import keep_evidence, read_paper
from catalog.permissions.workspace import can_claim_certificates, can_enter_workspace
from catalog.queries.certificate_claims import get_own_claim, list_own_claims
from catalog.queries.certificates import list_holdings
from catalog.queries.evidence import get_own_evidence
from catalog.queries.renewals import list_renewals
from catalog.queries.workspace import get_own_producer
from catalog.queries.workspace_products import get_own_product, list_own_products
from catalog.views.papers import files
from core import clock
from core.db import transaction
from core.i18n import gettext
from core.media.errors import InvalidMediaError
from core.web.access import takes_files

PRODUCTS_MOST = 200


@needs(can_enter_workspace)
def certificates(producer_id: int) -> Response:
    """What was claimed and what became of it; what is on the public record; what ends soon."""
    actor, today = current_actor(), clock.today()
    page = render_template(
        "workspace/certificates.html",
        producer=get_own_producer(actor, producer_id),
        claims=list_own_claims(actor, producer_id),
        held=list_holdings(producer_id, today),
        renewals=list_renewals(producer_id, today),
        may_write=can_claim_certificates(actor, producer_id),
        done=request.args.get("done", ""),
    )
    return make_response(page)


@needs(can_enter_workspace)
def certificate_new(producer_id: int) -> Response:
    """The form for a certificate; `?replaces=` an own claim that it corrects brings what was stated there."""
    actor = _writer(producer_id)
    replaced = request.args.get("replaces", "")
    form = ClaimForm.empty()
    if _is_number(replaced):
        form = _form_of(get_own_claim(actor, producer_id, int(replaced)))
    return _form_page(actor, producer_id, form, 200)


@needs(can_enter_workspace)
@takes_files
def certificate_create(producer_id: int) -> AnyResponse:
    """Keep the paper first, so that it need not be chosen again, then the claim."""
    actor = _writer(producer_id)
    form = ClaimForm.parse(request.form)
    form = _with_paper(actor, producer_id, form)
    if form.errors:
        return _form_page(actor, producer_id, form, 422)
    try:
        with transaction():
            claim_certificate(
                _holder(actor, producer_id, form),
                form.facts,
                evidence=_evidence(actor, producer_id, form.evidence),
                submission_key=form.submission_key,
                by=actor,
                now=clock.now(),
                supersedes=_replaced(actor, producer_id, form),
            )
    except InvalidFactError as error:
        refused = form.with_error(str(error.facts["field"]), str(error.facts["reason"]))
        return _form_page(actor, producer_id, refused, 422)
    return redirect(url_for("workspace.certificates", producer_id=producer_id, done="claimed"), 303)


@needs(can_enter_workspace)
def certificate(producer_id: int, claim_id: int) -> Response:
    """One claim with its paper."""
    actor = current_actor()
    return _claim_page(actor, producer_id, get_own_claim(actor, producer_id, claim_id), 200)


@needs(can_enter_workspace)
def certificate_withdrawal_create(producer_id: int, claim_id: int) -> AnyResponse:
    """Take a claim back that nobody has decided about."""
    actor = _writer(producer_id)
    try:
        with transaction():
            take_back_claim(get_own_claim(actor, producer_id, claim_id), by=actor, now=clock.now())
    except ClaimDecidedError:
        return _claim_page(actor, producer_id, get_own_claim(actor, producer_id, claim_id), 409)
    return redirect(url_for("workspace.certificates", producer_id=producer_id, done="taken_back"), 303)


@needs(can_enter_workspace)
def renewals(producer_id: int) -> Response:
    """What is to be filed for an OCOP recognition that ends, when and where."""
    actor = current_actor()
    page = render_template(
        "workspace/renewals.html",
        producer=get_own_producer(actor, producer_id),
        renewals=list_renewals(producer_id, clock.today()),
    )
    return make_response(page)


def _writer(producer_id: int) -> Actor:
    """Who is signed in, if that person may write for the producer. Raises NotYoursError."""
    actor = current_actor()
    if not can_claim_certificates(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return actor


def _with_paper(actor: Actor, producer_id: int, form: ClaimForm) -> ClaimForm:
    """The form with the paper that came along kept, or with what is wrong with it."""
    sent = request.files.get("file")
    content = sent.read() if sent is not None else b""
    if not content:
        known = form.evidence and _find_evidence(actor, producer_id, form.evidence)
        return form if known else form.with_error("file", "missing")
    try:
        paper = read_paper(content, files=files())
    except InvalidMediaError as error:
        return form.with_error("file", str(error.facts["reason"]))
    with transaction():
        kept = keep_evidence(
            paper,
            title=_title(form),
            producer_id=producer_id,
            by=actor,
            files=files(),
            now=clock.now(),
        )
        return form.with_evidence(kept.id)


def _title(form: ClaimForm) -> str:
    """How the paper is called in lists: papers are Vietnamese, and so is this, whoever uploads it."""
    return f"Giấy chứng nhận {form.number}".strip()[:200]


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10


def _find_evidence(actor: Actor, producer_id: int, typed: str) -> EvidenceFile | None:
    if not _is_number(typed):
        return None
    try:
        return get_own_evidence(actor, producer_id, int(typed))
    except NotYoursError:
        return None


def _evidence(actor: Actor, producer_id: int, typed: str) -> EvidenceFile:
    found = _find_evidence(actor, producer_id, typed)
    if found is None:
        raise InvalidFactError(field="file", value=typed, reason="missing")
    return found


def _holder(actor: Actor, producer_id: int, form: ClaimForm) -> Producer | Product:
    """The producer, or the one product of it that was chosen. Raises InvalidFactError for another's product."""
    if not form.product:
        return get_own_producer(actor, producer_id)
    try:
        product = get_own_product(actor, int(form.product)) if _is_number(form.product) else None
    except NotYoursError:
        product = None
    if product is None or product.producer_id != producer_id:
        raise InvalidFactError(field="product", value=form.product, reason="unknown_choice")
    return product


def _replaced(actor: Actor, producer_id: int, form: ClaimForm) -> CertificateClaim | None:
    if not _is_number(form.replaces):
        return None
    return get_own_claim(actor, producer_id, int(form.replaces))


def _form_of(claim: CertificateClaim) -> ClaimForm:
    empty = ClaimForm.empty(replaces=str(claim.id))
    return ClaimForm(
        submission_key=empty.submission_key,
        replaces=empty.replaces,
        kind=claim.kind,
        product=str(claim.product_id or ""),
        standard=claim.standard or "",
        number=claim.number,
        issuer=claim.issuer,
        issued_on=claim.issued_on.isoformat(),
        expires_on=claim.expires_on.isoformat() if claim.expires_on else "",
        evidence=str(claim.evidence_id),
    )


def _form_page(actor: Actor, producer_id: int, form: ClaimForm, status: int) -> Response:
    products = list_own_products(actor, producer_id, per_page=PRODUCTS_MOST).products
    page = render_template(
        "workspace/certificate_form.html",
        producer=get_own_producer(actor, producer_id),
        form=form,
        kinds=CLAIM_KINDS,
        products=[("", gettext("All that we make"))] + [(str(each.id), each.name) for each in products],
        paper=_find_evidence(actor, producer_id, form.evidence),
    )
    return make_response(page, status)


def _claim_page(actor: Actor, producer_id: int, claim: CertificateClaim, status: int) -> Response:
    page = render_template(
        "workspace/certificate.html",
        producer=get_own_producer(actor, producer_id),
        claim=claim,
        may_write=can_claim_certificates(actor, producer_id),
        is_late=status == 409,
    )
    return make_response(page, status)
