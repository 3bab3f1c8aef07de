"""A producer about itself: who it is, whether it was verified, what it declares for the programme."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.errors import InvalidDeclarationError, InvalidFactError, ProducerOnRecordError, SellerCheckError
from catalog.models.joining import DeclarationKind
from catalog.operations.declarations import declare, take_back
from catalog.operations.evidence import ReadPaper, read_paper
from catalog.operations.joining import change_producer
from catalog.operations.verification import ask_for_check
from catalog.permissions.workspace import can_enter_workspace, can_manage_team
from catalog.queries.declarations import list_own_declarations
from catalog.queries.sellers import find_seller
from catalog.queries.workspace import get_own_producer
from catalog.views.papers import files
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.text import clean_line
from core.web.access import takes_files


@needs(can_enter_workspace)
def about(producer_id: int) -> Response:
    """Who the producer is, and how it stands with its verification."""
    return _about_page(producer_id)


@needs(can_enter_workspace, confirmed=True)
def about_save(producer_id: int) -> AnyResponse:
    """Correct what the producer states of itself."""
    actor = current_actor()
    typed = {
        name: clean_line(request.form[name])
        for name in ("name", "kind", "tax_code", "phone")
        if name in request.form
    }
    try:
        with transaction():
            change_producer(get_own_producer(actor, producer_id), typed, by=actor, now=clock.now())
    except InvalidFactError as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _about_page(producer_id, 422, errors=wrong, typed=typed)
    except ProducerOnRecordError as error:
        return _about_page(producer_id, 409, typed=typed, refused=f"on_record_{error.reason}")
    return redirect(url_for("workspace.about", producer_id=producer_id), 303)


@needs(can_enter_workspace)
@rate_limited("20/hour")
@takes_files
def verification_create(producer_id: int) -> AnyResponse:
    """Ask the office to compare the producer with its registration paper."""
    actor = current_actor()
    get_own_producer(actor, producer_id)
    if not can_manage_team(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    try:
        paper = _paper()
    except InvalidMediaError:
        paper = None
    if paper is None:
        return _about_page(producer_id, 422, errors={"paper": "missing"})
    try:
        with transaction():
            producer = get_own_producer(actor, producer_id)
            ask_for_check(producer, paper, by=actor, files=files(), now=clock.now())
    except SellerCheckError as error:
        return _about_page(producer_id, 409, refused=str(error.reason))
    return redirect(url_for("workspace.about", producer_id=producer_id), 303)


@needs(can_enter_workspace)
def declarations(producer_id: int) -> Response:
    """What the producer declares, for its owners only."""
    return _declarations_page(producer_id)


@needs(can_enter_workspace)
@rate_limited("60/hour")
@takes_files
def declaration_save(producer_id: int, kind: str) -> AnyResponse:
    """Declare, or take back what was declared."""
    actor = current_actor()
    get_own_producer(actor, producer_id)
    try:
        if request.form.get("take_back"):
            with transaction():
                take_back(get_own_producer(actor, producer_id), kind, by=actor, now=clock.now())
        else:
            paper = _paper()
            with transaction():
                declare(
                    get_own_producer(actor, producer_id),
                    kind,
                    share=request.form.get("share_percent", ""),
                    agrees=request.form.get("consent") == "1",
                    paper=paper,
                    by=actor,
                    files=files(),
                    now=clock.now(),
                )
    except InvalidMediaError:
        return _declarations_page(producer_id, 422, errors={"paper": "missing"}, asked=kind)
    except InvalidDeclarationError as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _declarations_page(producer_id, 422, errors=wrong, asked=kind)
    return redirect(url_for("workspace.declarations", producer_id=producer_id, _anchor=kind), 303)


def _paper() -> ReadPaper | None:
    """The paper that was sent, read; None if none was. Raises InvalidMediaError."""
    sent = request.files.get("paper")
    return read_paper(sent.read(), files=files()) if sent is not None and sent.filename else None


def _about_page(producer_id: int, status: int = 200, **more: Any) -> Response:
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    body = render_template(
        "workspace/about.html",
        **{"errors": {}, "typed": {}, "refused": ""} | more,
        producer=producer,
        seller=find_seller(producer.id, clock.today()),
        may_manage=can_manage_team(actor, producer.id),
    )
    return make_response(body, status)


def _declarations_page(producer_id: int, status: int = 200, **more: Any) -> Response:
    actor = current_actor()
    own = {each.kind: each for each in list_own_declarations(actor, producer_id)}
    body = render_template(
        "workspace/declarations.html",
        **{"errors": {}, "asked": ""} | more,
        producer=get_own_producer(actor, producer_id),
        kinds=[kind.value for kind in DeclarationKind],
        own=own,
    )
    return make_response(body, status)
