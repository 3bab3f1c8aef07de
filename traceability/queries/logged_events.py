"""What the public log says of events: of our own the hash of what is on record, of those handed in their hash.

The hash of an own event is made anew from its row, so that changing the row without the log is found.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from core.db import db
from traceability.epcis.event_hash import hash_id
from traceability.models import ErrorDeclaration, Lot, LotInput, TraceEvent
from traceability.models.epcis import EpcisEvent, LotName
from traceability.queries.epcis_names import event_document
from transparency.leaves import instant
from transparency.sources import Recorded, logged

RECORDED: Final = "trace_event.recorded"
DECLARED: Final = "trace_event.declared_wrong"
CAPTURED: Final = "trace_event.captured"
NO_NAME: Final = ""
"""In place of the hash of an event whose lot has no name: no operation leaves one behind."""


@logged(RECORDED)
def recorded_events() -> Iterator[Recorded]:
    """Every trace event on record."""
    names = {row.lot_id: row for row in db.session.scalars(select(LotName))}
    inputs: dict[int, list[LotInput]] = defaultdict(list)
    for each in db.session.scalars(select(LotInput).order_by(LotInput.id)):
        inputs[each.event_id].append(each)
    rows = select(TraceEvent, Lot).join(Lot, Lot.id == TraceEvent.lot_id).order_by(TraceEvent.id)
    for event, lot in db.session.execute(rows):
        try:
            hashed = hash_id(event_document(event, lot, names, inputs[event.id]))
        except KeyError:
            hashed = NO_NAME
        yield recorded_entry(event, hashed)


@logged(DECLARED)
def declared_errors() -> Iterator[Recorded]:
    """Every declaration that an event is wrong."""
    for row in db.session.scalars(select(ErrorDeclaration).order_by(ErrorDeclaration.id)):
        yield declared_entry(row)


@logged(CAPTURED)
def captured_events() -> Iterator[Recorded]:
    """Every event that was handed in."""
    rows = select(EpcisEvent).where(EpcisEvent.capture_id.is_not(None)).order_by(EpcisEvent.id)
    for row in db.session.scalars(rows):
        yield captured_entry(row)


def recorded_entry(event: TraceEvent, hashed: str) -> Recorded:
    """Subject and facts of a trace event. hashed: its hash as a URI."""
    return f"trace_event:{event.id}", {
        "hash": hashed,
        "lot": event.lot_id,
        "recorded_at": instant(event.recorded_at),
    }


def declared_entry(row: ErrorDeclaration) -> Recorded:
    """Subject and facts of a declaration that an event is wrong. Events are told by their numbers in the log."""
    return f"error_declaration:{row.id}", {
        "trace_event": row.event_id,
        "reason": row.reason,
        "corrective_event": row.corrective_event_id,
        "declared_at": instant(row.declared_at),
    }


def captured_entry(row: EpcisEvent) -> Recorded:
    """Subject and facts of an event that was handed in."""
    return f"epcis_event:{row.id}", {
        "hash": hash_uri(row.event_hash),
        "is_error": row.is_error,
        "product_id": row.product_id,
        "lot": row.lot_id,
        "recorded_at": instant(row.recorded_at),
    }


def hash_uri(digest: str) -> str:
    """The identity of an event by the 64 digits of its hash."""
    return f"ni:///sha-256;{digest}?ver=CBV2.0"
