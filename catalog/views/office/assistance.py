"""Helping producers: what help lasts, and help agreed to on paper with a code from the owner's own telephone."""

from datetime import date
from hmac import compare_digest
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError, TooManyCodesError
from catalog.errors import AssistanceRefusedError
from catalog.forms.claims import row_number
from catalog.models import Producer
from catalog.operations.assistance import (
    LONGEST,
    SCOPES,
    HelpTerms,
    agree_on_paper,
    ask_for_agreement,
    signed_terms,
)
from catalog.operations.evidence import keep_evidence, read_paper
from catalog.permissions.office import can_enter_office
from catalog.queries.office_scope import get_office_producer
from catalog.queries.team import find_reachable_owner, list_help_given, search_helpable
from catalog.views.papers import files
from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import address_prefix, rate_limited
from core.media.errors import InvalidMediaError
from core.text import clean_line
from core.web.access import takes_files

QUERY_MAX = 100


@needs(can_enter_office)
def assistance() -> str:
    """Whom the officer helps, and finding another producer of the area."""
    actor = current_actor()
    q = clean_line(request.args.get("q", ""))[:QUERY_MAX]
    found = search_helpable(actor, q)
    return render_template(
        "office/assistance.html", q=q, found=found, helped=list_help_given(actor, clock.now())
    )


@needs(can_enter_office)
def assistance_new() -> Response:
    """The form for one producer."""
    return _form_page(_producer())


@needs(can_enter_office)
@rate_limited("20/hour")
@takes_files
def assistance_code_create() -> Response:
    """Keep the signed form, send the code to the owner, ask for it."""
    actor, producer = current_actor(), _producer()
    scopes = tuple(scope for scope in SCOPES if scope in request.form.getlist("scope"))
    owner = find_reachable_owner(producer.id)
    sent = request.files.get("paper")
    try:
        paper = read_paper(sent.read(), files=files()) if sent is not None and sent.filename else None
    except InvalidMediaError:
        paper = None
    if paper is None or owner is None:
        return _form_page(producer, 422, errors={"paper": "missing"} if owner else {"owner": "missing"})
    owner_id, title = owner.id, f"Giấy đồng ý của {producer.name}"[:200]
    try:
        with transaction():
            now = clock.now()
            form = keep_evidence(
                paper, title=title, producer_id=producer.id, by=actor, files=files(), now=now
            )
            terms = HelpTerms(
                producer_id=producer.id,
                scopes=scopes,
                ends_on=_day(request.form.get("ends_on", "")),
                evidence_id=form.id,
                owner_id=owner_id,
            )
            handle = ask_for_agreement(
                terms,
                by=actor,
                keys=_settings().keys,
                address_prefix=address_prefix(request.remote_addr),
                paid_per_day=_settings().messages.paid_messages_per_day,
                now=now,
            )
    except AssistanceRefusedError as error:
        field = {"term": "ends_on", "scope": "scope", "member": "member"}.get(str(error.reason), "owner")
        return _form_page(_producer(), 422, errors={field: "missing"})
    except TooManyCodesError:
        return _form_page(_producer(), 429, errors={"wait": "missing"})
    return _code_page(terms, handle)


@needs(can_enter_office)
@rate_limited("60/hour")
def assistance_create() -> AnyResponse:
    """Begin the help if the code is right; a wrong one counts."""
    actor, keys = current_actor(), _settings().keys
    handle, terms = request.form.get("handle", "")[:100], _terms()
    if not compare_digest(signed_terms(terms, handle, keys), request.form.get("signed", "")[:64]):
        raise NotYoursError(producer_id=terms.producer_id)
    code = request.form.get("code", "")[:20]
    try:
        with transaction():
            begun = agree_on_paper(terms, handle, code, by=actor, keys=keys, now=clock.now())
            producer_id = begun.producer_id if begun is not None else None
    except AssistanceRefusedError:
        return redirect(url_for("office.assistance"), 303)
    if producer_id is None:
        return _code_page(terms, handle, 422)
    return redirect(url_for("workspace.home", producer_id=producer_id), 303)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _producer() -> Producer:
    return get_office_producer(current_actor(), row_number(request.values.get("producer", "")) or 0)


def _day(text: str) -> date:
    """The day typed; one that is none is long past, and refused as such."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date(2000, 1, 1)


def _terms() -> HelpTerms:
    form = request.form
    return HelpTerms(
        producer_id=row_number(form.get("producer", "")) or 0,
        scopes=tuple(scope for scope in SCOPES if scope in form.getlist("scope")),
        ends_on=_day(form.get("ends_on", "")),
        evidence_id=row_number(form.get("evidence", "")) or 0,
        owner_id=row_number(form.get("owner", "")) or 0,
    )


def _form_page(producer: Producer, status: int = 200, **more: Any) -> Response:
    owner = find_reachable_owner(producer.id)
    body = render_template(
        "office/assistance_new.html",
        **{"errors": {}} | more,
        producer=producer,
        owner_name=owner.name if owner else None,
        owner_phone=f"•••• {owner.phone[-3:]}" if owner and owner.phone else None,
        scopes=request.form.getlist("scope"),
        ends_on=request.form.get("ends_on", ""),
        today=clock.today(),
        last_day=clock.today() + LONGEST,
    )
    return make_response(body, status)


def _code_page(terms: HelpTerms, handle: str, status: int = 200) -> Response:
    body = render_template(
        "office/assistance_code.html",
        terms=terms,
        handle=handle,
        signed=signed_terms(terms, handle, _settings().keys),
        producer=get_office_producer(current_actor(), terms.producer_id),
        is_wrong=status != 200,
    )
    return make_response(body, status)
