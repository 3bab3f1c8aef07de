"""Events of a lot: recorded from a telephone, and declared to be wrong."""

from dataclasses import replace
from typing import Final

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.models.evidence import EvidenceFile
from catalog.operations.evidence import ReadPaper, keep_evidence, read_paper
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.papers import files, page_answer
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.web.access import takes_files
from traceability.errors import (
    AreaNotFoundError,
    EventDeclaredError,
    EventNotFoundError,
    InvalidTextError,
    InvalidTraceEventError,
    LotNotFoundError,
)
from traceability.forms.amounts import TYPED_UNITS, typed_amount
from traceability.forms.lots import EventForm, number_of
from traceability.models import ErrorReason, Lot, SourceArea, TraceEvent, TraceStep
from traceability.operations.event_photos import StoredPhoto, draw_photo, remove_photo
from traceability.operations.events import (
    PAPERS_MAX,
    PHOTOS_MAX,
    EventFacts,
    InputFacts,
    declare_error,
    record_event,
)
from traceability.queries.origin_desk import (
    find_last_like,
    get_own_area,
    get_own_event,
    get_own_lot,
    get_own_photo,
    get_own_template,
    list_areas,
    list_raw_left,
    local_time,
)
from traceability.views.lots import RAW_UNIT, made, wants_json
from traceability.views.origin_desk import OriginDesk, keeping_desk, reading_desk, recording_desk

PAPER_TITLES: Final = {
    TraceStep.INSPECTING: "Phiếu kiểm nghiệm",
    TraceStep.COLLECTING: "Giấy tờ thu mua",
    TraceStep.SHIPPING: "Giấy tờ giao hàng",
}
"""How a paper is called in lists: papers are Vietnamese, and so is this, whoever uploads it."""


@needs(can_enter_workspace)
def event_new(producer_id: int, lot_id: int) -> Response:
    """The form of a step, filled by a template, by the last event of that step, or by the one it corrects."""
    desk = recording_desk(producer_id)
    lot = desk.lot(lot_id)
    return _form_page(desk, lot, _filled(desk, lot), 200)


@needs(can_enter_workspace)
@rate_limited("120/minute")
@takes_files
def event_create(producer_id: int, lot_id: int) -> AnyResponse:
    """Record the event; with `corrects` as the one that takes the place of a wrong one. Sent twice, it is one event."""
    desk = recording_desk(producer_id)
    desk.lot(lot_id)  # what is not the producer's is not found, before any file is read
    form = EventForm.parse(request.form)
    if not form.errors:
        form, photos, papers = _with_files(form)
        form = form if form.errors else _record(desk, lot_id, form, photos, papers)
    if form.errors:
        return _form_page(desk, desk.lot(lot_id), form, 422)
    return made(url_for("origin.lot", producer_id=producer_id, lot_id=lot_id, done="recorded"))


@needs(can_enter_workspace)
def event_error(producer_id: int, lot_id: int, event_id: int) -> Response:
    """What is wrong with the event? It did not happen, or it was otherwise."""
    desk = recording_desk(producer_id)
    return _error_page(desk, desk.lot(lot_id), event_id, 200)


@needs(can_enter_workspace)
def event_error_create(producer_id: int, lot_id: int, event_id: int) -> AnyResponse:
    """Declare that the event did not happen, or go on to the form of what really happened."""
    desk = recording_desk(producer_id)
    if request.form.get("reason") == ErrorReason.INCORRECT_DATA:
        event = get_own_event(desk.lot(lot_id), event_id)
        return redirect(
            url_for(
                "origin.event_new",
                producer_id=producer_id,
                lot_id=lot_id,
                step=event.step,
                corrects=event.id,
            ),
            303,
        )
    if request.form.get("reason") != ErrorReason.DID_NOT_OCCUR:
        return _error_page(desk, desk.lot(lot_id), event_id, 422)
    try:
        with transaction():
            event = get_own_event(desk.lot(lot_id), event_id)
            declare_error(event, ErrorReason.DID_NOT_OCCUR, None, by=desk.actor, now=clock.now())
    except EventDeclaredError:
        return _error_page(desk, desk.lot(lot_id), event_id, 409)
    return redirect(url_for("origin.lot", producer_id=producer_id, lot_id=lot_id, done="declared"), 303)


@needs(can_enter_workspace)
def event_photo_removal_create(producer_id: int, lot_id: int, photo_id: int) -> AnyResponse:
    """Take a photograph away for good."""
    desk = keeping_desk(producer_id)
    with transaction():
        remove_photo(get_own_photo(desk.lot(lot_id), photo_id), by=desk.actor, now=clock.now())
    return redirect(url_for("origin.lot", producer_id=producer_id, lot_id=lot_id, done="photo"), 303)


@needs(can_enter_workspace)
def event_paper(producer_id: int, lot_id: int, event_id: int, number: int) -> Response:
    """The first page of a paper of the event, for the team alone. number: of the paper, from 1."""
    desk = reading_desk(producer_id)
    event = get_own_event(desk.lot(lot_id), event_id)
    if not 1 <= number <= len(event.papers):
        raise EventNotFoundError(event_id=event_id)
    return page_answer(event.papers[number - 1].evidence, 1)


def _filled(desk: OriginDesk, lot: Lot) -> EventForm:
    asked = request.args.get("step", "")
    step = asked if asked in tuple(TraceStep) else TraceStep.PROCESSING.value
    form = EventForm.empty(clock.now(), step=step)
    template_id = request.args.get("template", type=int)
    if template_id is not None:
        template = get_own_template(desk.producer.id, template_id)
        area = str(template.area_id or "")
        return replace(form, step=template.step, note=template.note or "", area=area)
    wrong_id = request.args.get("corrects", type=int)
    if wrong_id is not None:
        return _like(form, get_own_event(lot, wrong_id), is_corrected=True)
    last = find_last_like(lot, step) if "repeat" in request.args else None
    return _like(form, last) if last is not None else form


def _like(form: EventForm, event: TraceEvent, *, is_corrected: bool = False) -> EventForm:
    """What is likely to be the same again. A correction keeps the time as well; a repetition happened now."""
    told = replace(form, step=event.step, note=event.note or "", area=str(event.area_id or ""))
    if is_corrected:
        day, at = local_time(event)
        return replace(told, day=day, at=at or form.at, corrects=str(event.id))
    return told


def _with_files(
    form: EventForm,
) -> tuple[EventForm, tuple[StoredPhoto, ...], tuple[tuple[str, ReadPaper], ...]]:
    """The photographs and papers that came along, drawn and kept; or the form with what is wrong with one."""
    sent, handed_in = _sent("photos"), _sent("papers")
    if len(sent) > PHOTOS_MAX or len(handed_in) > PAPERS_MAX:
        return form.with_error("photos" if len(sent) > PHOTOS_MAX else "papers", "too_many"), (), ()
    field = "photos"
    try:
        photos = tuple(draw_photo(each.read(), files=files()) for each in sent)
        field = "papers"
        title = PAPER_TITLES.get(TraceStep(form.step), "Giấy tờ của lô hàng")
        papers = tuple((title, read_paper(each.read(), files=files())) for each in handed_in)
    except InvalidMediaError as error:
        return form.with_error(field, str(error.facts["reason"])), (), ()
    except OSError:
        return form.with_error(field, "unavailable"), (), ()
    return form, tuple({each.key: each for each in photos}.values()), papers


def _sent(name: str) -> list[FileStorage]:
    return [each for each in request.files.getlist(name) if each.filename]


def _record(
    desk: OriginDesk,
    lot_id: int,
    form: EventForm,
    photos: tuple[StoredPhoto, ...],
    papers: tuple[tuple[str, ReadPaper], ...],
) -> EventForm:
    """The form, with what was wrong with it if something was: then nothing is recorded."""
    try:
        with transaction():
            lot = desk.lot(lot_id)
            area = _area(desk, form)
            facts = EventFacts(
                step=TraceStep(form.step),
                happened_at=form.happened_at,
                note=form.note,
                area=area,
                inputs=_inputs(desk, form, area),
                photos=photos,
                papers=tuple(dict.fromkeys(_kept(desk, *each) for each in papers)),
                submission_key=form.submission_key,
            )
            _record_or_correct(desk, lot, form, facts)
    except EventDeclaredError:
        return form.with_error("corrects", "declared")
    except (InvalidTraceEventError, InvalidTextError) as error:
        field = _FIELD_OF.get(str(error.facts["field"]), str(error.facts["field"]))
        return form.with_error(field, str(error.facts["reason"]))
    except (AreaNotFoundError, LotNotFoundError) as error:
        return form.with_error("area" if isinstance(error, AreaNotFoundError) else "inputs", "missing")
    return form


_FIELD_OF: Final = {"happened_at": "day", "happened_on": "day"}


def _record_or_correct(desk: OriginDesk, lot: Lot, form: EventForm, facts: EventFacts) -> None:
    now = clock.now()
    if not form.corrects:
        record_event(lot, facts, by=desk.actor, now=now)
        return
    wrong = get_own_event(lot, number_of(form.corrects) or 0)
    better = wrong.error.corrective if wrong.error else None
    if better is not None and better.submission_key == facts.submission_key:
        return  # the form came twice
    declare_error(wrong, ErrorReason.INCORRECT_DATA, facts, by=desk.actor, now=now)


def _area(desk: OriginDesk, form: EventForm) -> SourceArea | None:
    return get_own_area(desk.producer.id, number_of(form.area) or 0) if form.area else None


def _inputs(desk: OriginDesk, form: EventForm, area: SourceArea | None) -> tuple[InputFacts, ...]:
    told = []
    for number, typed in form.inputs.items():
        source = get_own_lot(desk.producer.id, number)
        unit = RAW_UNIT[source.unit or "piece"]
        told.append(InputFacts(quantity=_typed(typed, unit), unit=TYPED_UNITS[unit][0], lot=source))
    if area is not None and form.area_amount:
        told.append(InputFacts(quantity=_typed(form.area_amount, "kg"), unit=TYPED_UNITS["kg"][0], area=area))
    return tuple(told)


def _typed(amount: str, unit: str) -> int:
    try:
        return typed_amount(amount, unit)
    except ValueError:
        raise InvalidTraceEventError(field="inputs", value=amount, reason="quantity") from None


def _kept(desk: OriginDesk, title: str, paper: ReadPaper) -> EvidenceFile:
    return keep_evidence(
        paper, title=title, producer_id=desk.producer.id, by=desk.actor, files=files(), now=clock.now()
    )


def _form_page(desk: OriginDesk, lot: Lot, form: EventForm, status: int) -> Response:
    if status != 200 and wants_json():
        return make_response(jsonify(errors=dict(form.errors)), status)
    page = render_template(
        "origin/event_form.html",
        desk=desk,
        producer=desk.producer,
        lot=lot,
        form=form,
        areas=list_areas(desk.producer.id),
        raw=[
            each
            for each in list_raw_left(desk.producer.id, clock.today(), besides=lot.id)
            if each.left > 0 or each.lot.id in form.inputs
        ],
        last=find_last_like(lot, form.step) if not form.corrects and status == 200 else None,
        photos_max=PHOTOS_MAX,
        papers_max=PAPERS_MAX,
    )
    return make_response(page, status)


def _error_page(desk: OriginDesk, lot: Lot, event_id: int, status: int) -> Response:
    page = render_template(
        "origin/event_error.html",
        desk=desk,
        producer=desk.producer,
        lot=lot,
        event=get_own_event(lot, event_id),
        is_missing=status == 422,
        is_late=status == 409,
    )
    return make_response(page, status)
