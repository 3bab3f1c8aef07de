"""What happens to lots: recorded once, never edited; what is wrong is declared to be, by a further row.

Drawing photographs and reading papers takes a second each, so it comes before the transaction:

    photos = [draw_photo(content, files=files) for content in sent]
    with transaction():
        record_event(lot, EventFacts(step=…, happened_at=…, photos=photos, submission_key=…), by=actor, now=now)
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Document, Place
from catalog.models.evidence import EvidenceFile
from core.clock import vietnam_date
from core.db import ID_MAX, db
from traceability.errors import EventDeclaredError, InvalidTraceEventError
from traceability.models import (
    AmountUnit,
    ErrorDeclaration,
    ErrorReason,
    EventDocument,
    Lot,
    LotInput,
    SourceArea,
    TraceEvent,
    TraceStep,
)
from traceability.operations.epcis_events import note_error, note_event
from traceability.operations.event_photos import StoredPhoto, photo_row
from traceability.operations.recalls import lock_lot
from traceability.operations.texts import optional_line
from traceability.queries.origin import feeds_into

NOTE_MAX: Final = 300
PHOTOS_MAX: Final = 6
PAPERS_MAX: Final = 4
INPUTS_MAX: Final = 30
"""Of one event. Source: docs/limits.md."""
CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""A phone's clock may be a little ahead of ours."""
OLDEST: Final = timedelta(days=3_653)
"""Ten years: what is said to be older was mistyped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFacts:
    """What went in: `quantity` whole `unit` of another lot of the producer, or straight from one of its areas."""

    quantity: int
    unit: AmountUnit
    lot: Lot | None = None
    area: SourceArea | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """An event as somebody tells it. happened_at (aware) or, where only the day is known, happened_on.

    place: where, without one that of the area. document: public evidence. photos: everybody sees them. papers: private.
    submission_key: of the form (36 characters), so that sending twice is one event.
    """

    step: TraceStep
    happened_at: datetime | None = None
    happened_on: date | None = None
    note: str | None = None
    note_en: str | None = None
    place: Place | None = None
    area: SourceArea | None = None
    document: Document | None = None
    inputs: tuple[InputFacts, ...] = ()
    photos: tuple[StoredPhoto, ...] = ()
    papers: tuple[EvidenceFile, ...] = ()
    submission_key: str | None = None


def record_event(lot: Lot, facts: EventFacts, *, by: Actor | None, now: datetime) -> TraceEvent:
    """Record an event of `lot`. The same `submission_key` again gives the event there is, whatever else it says.

    by: who records it; None for the program itself. Raises InvalidTraceEventError (nothing has changed then) and
    InvalidTextError. Safe when a form is sent twice at once: the second waits and finds the event of the first.
    """
    lock_lot(lot)
    known = _sent_before(lot, facts.submission_key)
    if known is not None:
        return known
    happened_on = _day_of(facts, now)
    _check_area(lot, facts.area)
    _check_inputs(lot, facts.inputs)
    _check_counts(facts)
    event = TraceEvent(
        lot=lot,
        step=TraceStep(facts.step).value,
        happened_at=facts.happened_at,
        happened_on=happened_on,
        note=optional_line("note", facts.note, NOTE_MAX),
        note_en=optional_line("note_en", facts.note_en, NOTE_MAX),
        place=facts.place,
        area=facts.area,
        document=facts.document,
        submission_key=facts.submission_key,
        recorded_by_id=by.user_id if by else None,
        recorded_at=now,
    )
    event.inputs = [_input_row(lot, each) for each in facts.inputs]
    event.photos = [photo_row(each) for each in facts.photos]
    event.papers = [EventDocument(evidence=each) for each in facts.papers]
    db.session.add(event)
    db.session.flush()
    note_event(event, now=now)
    _note_act("traceability.record_event", event, by, now)
    return event


def declare_error(
    event: TraceEvent,
    reason: ErrorReason,
    corrective: EventFacts | None,
    *,
    by: Actor | None,
    now: datetime,
) -> ErrorDeclaration:
    """Say that `event` is wrong: it did not occur, or its data are wrong and `corrective` takes its place.

    The event stays on record with this beside it, and what went in with it counts no more.
    Raises EventDeclaredError if that was said before, and what `record_event` raises. Then nothing has changed.
    """
    lock_lot(event.lot)
    if (
        db.session.scalar(select(ErrorDeclaration.id).where(ErrorDeclaration.event_id == event.id))
        is not None
    ):
        raise EventDeclaredError(event_id=event.id)
    better = record_event(event.lot, corrective, by=by, now=now) if corrective is not None else None
    if better is not None and better.id == event.id:
        raise InvalidTraceEventError(field="submission_key", value=event.submission_key, reason="key")
    declared = ErrorDeclaration(
        event=event,
        reason=ErrorReason(reason).value,
        corrective=better,
        declared_by_id=by.user_id if by else None,
        declared_at=now,
    )
    db.session.add(declared)
    db.session.flush()
    note_error(declared, now=now)
    _note_act("traceability.declare_error", event, by, now)
    return declared


def _sent_before(lot: Lot, submission_key: str | None) -> TraceEvent | None:
    if submission_key is None:
        return None
    known = db.session.scalar(select(TraceEvent).where(TraceEvent.submission_key == submission_key))
    if known is not None and known.lot_id != lot.id:
        raise InvalidTraceEventError(field="submission_key", value=submission_key, reason="key")
    return known


def _day_of(facts: EventFacts, now: datetime) -> date:
    day = vietnam_date(facts.happened_at) if facts.happened_at else facts.happened_on
    if day is None:
        raise InvalidTraceEventError(field="happened_at", value=None, reason="missing")
    is_late = facts.happened_at is not None and facts.happened_at > now + CLOCKS_DIFFER
    if is_late or day > vietnam_date(now + CLOCKS_DIFFER if facts.happened_at else now):
        raise InvalidTraceEventError(field="happened_on", value=day, reason="future")
    if day < vietnam_date(now - OLDEST):
        raise InvalidTraceEventError(field="happened_on", value=day, reason="too_old")
    return day


def _check_area(lot: Lot, area: SourceArea | None) -> None:
    if area is not None and area.producer_id != lot.product.producer_id:
        raise InvalidTraceEventError(field="area", value=area.id, reason="area")


def _check_inputs(lot: Lot, inputs: tuple[InputFacts, ...]) -> None:
    for each in inputs:
        if not 1 <= each.quantity <= ID_MAX:
            raise InvalidTraceEventError(field="inputs", value=each.quantity, reason="quantity")
        if (each.lot is None) == (each.area is None):
            raise InvalidTraceEventError(field="inputs", value=None, reason="input")
        _check_area(lot, each.area)
        if each.lot is not None:
            _check_input_lot(lot, each.lot, each.unit)


def _check_input_lot(lot: Lot, source: Lot, unit: AmountUnit) -> None:
    """Only what the producer's own lots hold, in their own unit, and never in a circle."""
    if source.product.producer_id != lot.product.producer_id:
        raise InvalidTraceEventError(field="inputs", value=source.id, reason="input")
    if source.unit is not None and AmountUnit(unit) != source.unit:
        raise InvalidTraceEventError(field="inputs", value=source.unit, reason="unit")
    if source.id == lot.id or feeds_into(lot.id, source.id):
        raise InvalidTraceEventError(field="inputs", value=source.id, reason="circle")


def _check_counts(facts: EventFacts) -> None:
    for field, told, most in (
        ("inputs", facts.inputs, INPUTS_MAX),
        ("photos", facts.photos, PHOTOS_MAX),
        ("papers", facts.papers, PAPERS_MAX),
    ):
        if len(told) > most:
            raise InvalidTraceEventError(field=field, value=most, reason="too_many")


def _input_row(lot: Lot, each: InputFacts) -> LotInput:
    return LotInput(
        lot=lot,
        input_lot=each.lot,
        area=each.area,
        quantity=each.quantity,
        unit=AmountUnit(each.unit).value,
    )


def _note_act(verb: str, event: TraceEvent, by: Actor | None, now: datetime) -> None:
    """Who recorded it stands in the trail; the program itself is not noted: it records demonstrations."""
    if by is not None:
        record_act(
            verb,
            by=by,
            subject=f"lot:{event.lot_id}",
            after={"event_id": event.id, "step": event.step},
            producer_id=event.lot.product.producer_id,
            now=now,
        )
