"""What the public log says of events: of our own the hash of what is on record, of those handed in their hash.

Hashes are made anew from what is on record, of an own event from its row and from its copies for asking, so that
changing one of these without the log is found. The hash of CBV leaves out what declares an event wrong: a declaration
that was handed in has an entry of its own.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

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
CAPTURED_WRONG: Final = "trace_event.captured_wrong"
NO_NAME: Final = ""
"""In place of the hash of an event whose lot has no name, or whose copy says something else than the hash beside it: no
operation leaves one behind."""

ROWS_AT_ONCE: Final = 1_000


@logged(RECORDED)
def recorded_events() -> Iterator[Recorded]:
    """Every trace event on record."""
    names = {row.lot_id: row for row in db.session.scalars(select(LotName))}
    inputs: dict[int, list[LotInput]] = defaultdict(list)
    for each in db.session.scalars(select(LotInput).order_by(LotInput.id)):
        inputs[each.event_id].append(each)
    copies = _hashes_of_copies()
    rows = select(TraceEvent, Lot).join(Lot, Lot.id == TraceEvent.lot_id).order_by(TraceEvent.id)
    for event, lot in db.session.execute(rows):
        try:
            hashed = hash_id(event_document(event, lot, names, inputs[event.id]))
        except KeyError:
            hashed = NO_NAME
        if copies.get(event.id, hashed) != hashed:
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
        yield captured_entry(row, _hash_of(row.document, row.event_hash))


@logged(CAPTURED_WRONG)
def captured_errors() -> Iterator[Recorded]:
    """Every declaration that an event that was handed in is wrong."""
    wrong = (EpcisEvent.capture_id.is_not(None), EpcisEvent.is_error)
    for row in db.session.scalars(select(EpcisEvent).where(*wrong).order_by(EpcisEvent.id)):
        yield captured_wrong_entry(row)


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


def captured_entry(row: EpcisEvent, hashed: str) -> Recorded:
    """Subject and facts of an event that was handed in. hashed: its hash as a URI."""
    return f"epcis_event:{row.id}", {
        "hash": hashed,
        "is_error": row.is_error,
        "product_id": row.product_id,
        "lot": row.lot_id,
        "recorded_at": instant(row.recorded_at),
    }


def captured_wrong_entry(row: EpcisEvent) -> Recorded:
    """Subject and facts of the declaration in an event that was handed in: SHA-256 of it as JSON, its names sorted."""
    try:
        declared = json.loads(row.document)["errorDeclaration"]
    except (ValueError, KeyError, TypeError):
        declared = None
    text = json.dumps(declared, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"epcis_event:{row.id}", {
        "declaration": sha256(text.encode()).hexdigest(),
        "recorded_at": instant(row.recorded_at),
    }


def hash_uri(digest: str) -> str:
    """The identity of an event by the 64 digits of its hash."""
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def _hashes_of_copies() -> Mapping[int | None, str]:
    """What the copies of our own events say, by number of the event; `NO_NAME` where two say different things."""
    asked = select(EpcisEvent.trace_event_id, EpcisEvent.document, EpcisEvent.event_hash)
    own = asked.where(EpcisEvent.trace_event_id.is_not(None)).execution_options(yield_per=ROWS_AT_ONCE)
    found: dict[int | None, str] = {}
    for number, document, digest in db.session.execute(own):
        hashed = _hash_of(document, digest)
        found[number] = hashed if found.get(number, hashed) == hashed else NO_NAME
    return found


def _hash_of(document: str, digest: str) -> str:
    """Hash of a document on record; `NO_NAME` where that is not the one that was kept with it."""
    try:
        hashed = hash_id(_object(json.loads(document)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return NO_NAME
    return hashed if hashed == hash_uri(digest) else NO_NAME


def _object(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise TypeError(type(document).__name__)
    return document
