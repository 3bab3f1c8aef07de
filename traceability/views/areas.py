"""Raw-material areas of a producer, and what it keeps to write again."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.workspace.registration import province_choices
from core import clock
from core.commune_search import TEXT_MAX, search_communes
from core.db import transaction
from core.limits import rate_limited
from core.text import clean_line
from traceability.errors import AreaNotFoundError, InvalidAreaError, InvalidTextError, InvalidTraceEventError
from traceability.forms.lots import key_of, number_of
from traceability.models import TraceStep
from traceability.operations.areas import (
    AreaFacts,
    keep_template,
    record_area,
    remove_template,
    retire_area,
)
from traceability.queries.origin_desk import get_own_area, get_own_template, list_areas, list_templates
from traceability.views.origin_desk import OriginDesk, keeping_desk, reading_desk

_TYPED = ("name", "province", "commune", "code", "point", "q")


@needs(can_enter_workspace)
def areas(producer_id: int) -> Response:
    """The areas in use, and the form for another."""
    desk = reading_desk(producer_id)
    typed = {name: clean_line(request.args.get(name, ""))[:TEXT_MAX] for name in _TYPED}
    return _areas_page(desk, typed, key_of(request.args.get("submission_key", "")))


@needs(can_enter_workspace)
@rate_limited("60/minute")
def area_create(producer_id: int) -> AnyResponse:
    """Record an area; with `find` only look for its commune, keeping what was typed."""
    desk = keeping_desk(producer_id)
    typed = {name: clean_line(request.form.get(name, ""))[:TEXT_MAX] for name in _TYPED}
    key = key_of(request.form.get("submission_key", ""))
    if "find" in request.form:
        return _areas_page(desk, typed, key)
    facts = AreaFacts(
        name=typed["name"],
        province=typed["province"],
        commune=typed["commune"],
        code=typed["code"],
        point=typed["point"],
        submission_key=key,
    )
    try:
        with transaction():
            record_area(keeping_desk(producer_id).producer, facts, by=desk.actor, now=clock.now())
    except (InvalidAreaError, InvalidTextError) as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _areas_page(desk, typed, key, wrong, 422)
    return redirect(url_for("origin.areas", producer_id=producer_id, done="area"), 303)


@needs(can_enter_workspace)
def area_retirement_create(producer_id: int, area_id: int) -> AnyResponse:
    """Offer the area no more."""
    desk = keeping_desk(producer_id)
    with transaction():
        retire_area(get_own_area(producer_id, area_id), by=desk.actor, now=clock.now())
    return redirect(url_for("origin.areas", producer_id=producer_id, done="retired"), 303)


@needs(can_enter_workspace)
def templates(producer_id: int) -> Response:
    """What the producer writes again and again."""
    return _templates_page(reading_desk(producer_id), 200)


@needs(can_enter_workspace)
def template_create(producer_id: int) -> AnyResponse:
    """Keep a template; one of the same name is put in its place."""
    desk = keeping_desk(producer_id)
    step, typed_area = request.form.get("step", ""), request.form.get("area", "")
    typed = {"name": request.form.get("name", "")[:200], "note": request.form.get("note", "")[:600]}
    if step not in tuple(TraceStep):
        return _templates_page(desk, 422, {**typed, "step": "", "area": typed_area}, {"step": "missing"})
    try:
        with transaction():
            area = get_own_area(producer_id, number_of(typed_area) or 0) if typed_area else None
            keep_template(producer_id, step=TraceStep(step), area=area, now=clock.now(), **typed)
    except (InvalidTextError, InvalidTraceEventError, AreaNotFoundError) as error:
        wrong = {str(error.facts.get("field", "area")): str(error.facts.get("reason", "missing"))}
        return _templates_page(desk, 422, {**typed, "step": step, "area": typed_area}, wrong)
    return redirect(url_for("origin.templates", producer_id=producer_id, done="kept"), 303)


@needs(can_enter_workspace)
def template_removal_create(producer_id: int, template_id: int) -> AnyResponse:
    """Offer the template no more."""
    keeping_desk(producer_id)
    with transaction():
        remove_template(get_own_template(producer_id, template_id), now=clock.now())
    return redirect(url_for("origin.templates", producer_id=producer_id, done="removed"), 303)


def _areas_page(
    desk: OriginDesk,
    typed: dict[str, str],
    submission_key: str,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "origin/areas.html",
        desk=desk,
        producer=desk.producer,
        areas=list_areas(desk.producer.id),
        typed=typed,
        submission_key=submission_key,
        wrong=wrong or {},
        provinces=province_choices(),
        found=search_communes(typed["q"], typed["province"]) if typed["q"] else (),
        done=request.args.get("done", ""),
    )
    return make_response(page, status)


def _templates_page(
    desk: OriginDesk, status: int, typed: dict[str, Any] | None = None, wrong: dict[str, str] | None = None
) -> Response:
    page = render_template(
        "origin/templates.html",
        desk=desk,
        producer=desk.producer,
        templates=list_templates(desk.producer.id),
        areas=list_areas(desk.producer.id),
        steps=tuple(TraceStep),
        typed=typed or {"name": "", "note": "", "step": "", "area": ""},
        wrong=wrong or {},
        done=request.args.get("done", ""),
    )
    return make_response(page, status)
