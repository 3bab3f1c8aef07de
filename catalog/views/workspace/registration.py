"""Registering a producer: one question on a page, kept as typed, gone on with on any telephone."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from catalog.errors import InvalidFactError, ProducerOnRecordError, TooManyProducersError
from catalog.forms.registration import (
    CHECK,
    STEPS,
    RegistrationStep,
    faults_of,
    first_open_step,
    registration_facts,
    step_page,
    typed_in,
)
from catalog.operations.joining import register_producer, save_draft
from catalog.queries.joining import find_draft
from core import clock
from core.commune_search import TEXT_MAX
from core.db import transaction
from core.errors import NotFoundError
from core.limits import rate_limited
from core.places import list_provinces, predecessors
from core.text import clean_line


@signed_in
def registration() -> AnyResponse:
    """Go on where the person stopped."""
    return redirect(url_for("workspace.registration_step", step=first_open_step(_facts())), 303)


@signed_in
def registration_step(step: str) -> Response:
    """One question, with what was answered before."""
    _require_step(step)
    q = clean_line(request.args.get("q", ""))[:TEXT_MAX]
    return _page(step_page(step, _facts(), q=q))


@signed_in
@rate_limited("120/minute")
def registration_step_save(step: str) -> AnyResponse:
    """Keep the answer and go on; with `autosave` only keep it, with `find` look for the commune."""
    _require_step(step)
    typed = typed_in(step, request.form)
    with transaction():
        facts: dict[str, str] = save_draft(typed, by=current_actor(), now=clock.now()).facts
    if request.form.get("autosave"):
        return Response(status=204)
    q = clean_line(request.form.get("q", ""))[:TEXT_MAX]
    if "find" in request.form:
        return redirect(
            url_for("workspace.registration_step", step=step, q=q or None, _anchor="commune"), 303
        )
    errors = faults_of(step, facts)
    page = step_page(step, facts, q=q, errors=errors)
    if errors:
        return _page(page, 422)
    return redirect(url_for("workspace.registration_step", step=page.next), 303)


@signed_in
@rate_limited("20/minute")
def registration_create() -> AnyResponse:
    """Make the producer of what was typed. Sent twice, the second finds no draft and leads to the workspace."""
    facts = _facts()
    if not facts:
        return redirect(url_for("workspace.workspaces"), 303)
    stated = registration_facts(facts, request.form)
    try:
        with transaction():
            producer_id = register_producer(stated, by=current_actor(), now=clock.now()).id
    except InvalidFactError as error:
        return _page(
            step_page(CHECK, facts, errors={str(error.facts["field"]): str(error.facts["reason"])}), 422
        )
    except ProducerOnRecordError as error:
        return _page(step_page(CHECK, facts), 409, on_record=error)
    except TooManyProducersError as error:
        return _page(step_page(CHECK, facts), 409, too_many=error)
    return redirect(url_for("workspace.home", producer_id=producer_id, new=1), 303)


def _facts() -> dict[str, str]:
    draft = find_draft(current_actor())
    return dict(draft.facts) if draft else {}


def _require_step(step: str) -> None:
    if step not in STEPS:
        raise NotFoundError(step=step)


def _page(page: RegistrationStep, status: int = 200, **more: Any) -> Response:
    body = render_template(
        "workspace/registration_step.html", form=page, steps=STEPS, provinces=province_choices(), **more
    )
    return make_response(body, status)


def province_choices() -> list[tuple[str, str, tuple[str, ...]]]:
    """Today's provinces by name: code, short name, and the old provinces that went into each besides its namesake."""
    return [
        (
            each.code,
            each.short_name,
            tuple(old.short_name for old in predecessors(each) if old.short_name != each.short_name),
        )
        for each in sorted(list_provinces(), key=lambda province: province.slug)
    ]
