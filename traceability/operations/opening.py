"""Opening a lot together with the first thing that happened to it, as one form tells both."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from accounts.actors import Actor
from catalog.models import Product, Variant
from core.clock import vietnam_date
from traceability.models import Lot, SourceArea, TraceStep
from traceability.operations.events import EventFacts, InputFacts, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFacts:
    """A lot as a form tells it. submission_key: 36 characters, so that sending twice is one lot with one event."""

    product: Product
    code: str
    produced_on: date | None
    expires_on: date | None
    submission_key: str


def open_goods(
    facts: OpeningFacts,
    quantity: int,
    *,
    by: Actor,
    now: datetime,
    variant: Variant | None = None,
    made_of: InputFacts | None = None,
) -> Lot:
    """Open a lot of `quantity` packs; with `made_of` the processing that made it is recorded too.

    Raises what `open_lot` and `record_event` raise; then nothing has been recorded once the caller's transaction ends.
    """
    lot = open_lot(
        facts.product,
        facts.code,
        quantity,
        now=now,
        produced_on=facts.produced_on,
        expires_on=facts.expires_on,
        variant=variant,
        by=by,
        submission_key=facts.submission_key,
    )
    if made_of is not None:
        _record_first(lot, facts, EventFacts(step=TraceStep.PROCESSING, inputs=(made_of,)), by, now)
    return lot


def open_raw(
    facts: OpeningFacts, raw: RawFacts, *, area: SourceArea | None, step: TraceStep, by: Actor, now: datetime
) -> Lot:
    """Open a lot of raw material with its harvest or its purchase (`step`), and the area that it comes from."""
    lot = open_raw_lot(
        facts.product,
        facts.code,
        raw,
        now=now,
        produced_on=facts.produced_on,
        expires_on=facts.expires_on,
        by=by,
        submission_key=facts.submission_key,
    )
    _record_first(lot, facts, EventFacts(step=step, area=area), by, now)
    return lot


def _record_first(lot: Lot, opening: OpeningFacts, event: EventFacts, by: Actor, now: datetime) -> None:
    """What is written down on the day itself happened about now; of an earlier day nobody asked the time."""
    day = opening.produced_on or vietnam_date(now)
    is_today = day == vietnam_date(now)
    told = replace(
        event,
        happened_at=now if is_today else None,
        happened_on=day,
        submission_key=str(uuid5(UUID(opening.submission_key), "first event")),
    )
    record_event(lot, told, by=by, now=now)
