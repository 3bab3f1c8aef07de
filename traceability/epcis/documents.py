"""Our own records as EPCIS 2.0 in JSON-LD: events of lots, stamps put on goods, recalls; and the documents around them.

Sources: EPCIS 2.0, 7.4 (kinds of events); CBV 2.0, 7 (words). An event says of a note only a salted hash, because a
note may speak of people; it never says who recorded it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from traceability.epcis.names import EPCIS_CONTEXT, area_name, own_context, place_name

Json = dict[str, Any]

VIETNAM: Final = timezone(timedelta(hours=7))
OFFSET: Final = "+07:00"
SCHEMA_VERSION: Final = "2.0"
MADE_BY: Final = frozenset(["commissioning", "creating_class_instance"])
"""Steps by which goods come into being: they add, the others look on."""
UNITS: Final = {"g": "GRM", "ml": "MLT"}
"""UN/ECE Recommendation 20. Pieces and packs are counted without a unit (EPCIS 2.0, 7.3.3.3)."""


@dataclass(frozen=True, slots=True)
class NamedLot:
    """A lot as events name it. site, salt: fixed with its name. quantity: packs, or whole `unit` of raw material."""

    name: str
    site: str
    salt: bytes
    code: str
    quantity: int
    unit: str | None
    produced_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Input:
    """What went in: of a named lot, or straight from an area."""

    name: str
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event of ours. number: its row, by which two alike are told apart. biz_step: of CBV, without its stem."""

    number: int
    biz_step: str
    happened_on: date
    happened_at: datetime | None
    place_id: int | None
    area_id: int | None
    note: str | None
    note_en: str | None
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """That an event is wrong. corrective_ids: the events that take its place."""

    declared_at: datetime
    reason: str
    corrective_ids: tuple[str, ...]


def lot_event(lot: NamedLot, event: OwnEvent) -> Json:
    """The event as EPCIS: a transformation where something went in, else an event of the lot itself."""
    made: Json = {
        "@context": own_context(lot.site),
        "type": "TransformationEvent" if event.inputs else "ObjectEvent",
        **_when(event),
    }
    if event.inputs:
        made["inputQuantityList"] = [_quantity(each.name, each.quantity, each.unit) for each in event.inputs]
        made["outputQuantityList"] = [_quantity(lot.name, lot.quantity, lot.unit)]
    else:
        made["quantityList"] = [_quantity(lot.name, lot.quantity, lot.unit)]
        made["action"] = "ADD" if event.biz_step in MADE_BY else "OBSERVE"
    made["bizStep"] = event.biz_step
    if event.place_id is not None:
        made["readPoint"] = {"id": place_name(lot.site, event.place_id)}
    if event.area_id is not None:
        made["bizLocation"] = {"id": area_name(lot.site, event.area_id)}
    if event.inputs or made["action"] == "ADD":
        made["ilmd"] = _master_data(lot)
    made["ocop:record"] = event.number
    if event.note is not None or event.note_en is not None:
        made["ocop:noteHash"] = note_hash(lot.salt, event.note, event.note_en)
    return made


def declared_wrong(event: Mapping[str, Any], error: ErrorFacts) -> Json:
    """The same event with the declaration that it is wrong; its hash stays."""
    declaration: Json = {"declarationTime": _written(error.declared_at), "reason": error.reason}
    if error.corrective_ids:
        declaration["correctiveEventIDs"] = list(error.corrective_ids)
    return {**event, "errorDeclaration": declaration}


def stamps_event(lot: NamedLot, run_id: int, count: int, issued_at: datetime) -> Json:
    """That stamps were issued for goods of a lot. How many, never which: a list of codes would be a gift to copiers."""
    return {
        "@context": own_context(lot.site),
        "type": "ObjectEvent",
        "eventTime": _written(issued_at),
        "eventTimeZoneOffset": OFFSET,
        "quantityList": [_quantity(lot.name, count, None)],
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "inactive",
        "ocop:stampRun": run_id,
    }


def recall_event(lot: NamedLot, recall_id: int, at: datetime, *, is_open: bool) -> Json:
    """That a lot is being recalled, or no longer is. The quantity is that of the lot, also where single packs are."""
    change = {"set" if is_open else "unset": ["recalled"]}
    return {
        "@context": own_context(lot.site),
        "type": "ObjectEvent",
        "eventTime": _written(at),
        "eventTimeZoneOffset": OFFSET,
        "quantityList": [_quantity(lot.name, lot.quantity, lot.unit)],
        "action": "OBSERVE",
        "bizStep": "holding" if is_open else "other",
        "persistentDisposition": change,
        "ocop:recall": recall_id,
    }


def with_identity(event: Mapping[str, Any], event_id: str, recorded_at: datetime | None) -> Json:
    """An event as it is told to others: with its hash as its identity, and when it was recorded."""
    told = {"type": event["type"], "eventID": event_id, **event}
    if recorded_at is not None:
        told["recordTime"] = _utc(recorded_at)
    return told


def capture_document(
    events: Iterable[Mapping[str, Any]], site: str, at: datetime, vocabulary: list[Json] | None = None
) -> Json:
    """A document of events. vocabulary: master data of what they name (`vocabularies`)."""
    made: Json = {
        "@context": [EPCIS_CONTEXT, own_context(site)],
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": _utc(at),
    }
    if vocabulary:
        made["epcisHeader"] = {"epcisMasterData": {"vocabularyList": vocabulary}}
    made["epcisBody"] = {"eventList": list(events)}
    return made


def query_document(events: Iterable[Mapping[str, Any]], name: str, at: datetime) -> Json:
    """The answer to a query. name: that of the query, «SimpleEventQuery» for one by parameters."""
    return {
        "@context": [EPCIS_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": _utc(at),
        "epcisBody": {"queryResults": {"queryName": name, "resultsBody": {"eventList": list(events)}}},
    }


def vocabularies(elements: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[Json]:
    """Master data for a document. elements: kind («EPCClass») to name to attribute («cbvmda:…») to value."""
    return [
        {
            "type": f"urn:epcglobal:epcis:vtype:{kind}",
            "vocabularyElementList": [
                {
                    "id": name,
                    "attributes": [{"id": key, "attribute": value} for key, value in facts.items()],
                }
                for name, facts in named.items()
            ],
        }
        for kind, named in elements.items()
        if named
    ]


def note_hash(salt: bytes, note: str | None, note_en: str | None) -> str:
    """SHA-256 (hex) of the salt and the JSON list of both notes in UTF-8, without spaces."""
    words = json.dumps([note, note_en], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(salt + words.encode()).hexdigest()


def _when(event: OwnEvent) -> Json:
    if event.happened_at is not None:
        return {"eventTime": _written(event.happened_at), "eventTimeZoneOffset": OFFSET}
    # Of many events only the day is known: its first instant stands for it, and the event says so.
    return {
        "eventTime": f"{event.happened_on.isoformat()}T00:00:00.000{OFFSET}",
        "eventTimeZoneOffset": OFFSET,
        "ocop:timePrecision": "day",
    }


def _master_data(lot: NamedLot) -> Json:
    facts: Json = {"cbvmda:lotNumber": lot.code}
    if lot.produced_on is not None:
        facts["ocop:producedOn"] = lot.produced_on.isoformat()
    if lot.expires_on is not None:
        facts["cbvmda:itemExpirationDate"] = lot.expires_on.isoformat()
    return facts


def _quantity(name: str, quantity: int, unit: str | None) -> Json:
    made: Json = {"epcClass": name, "quantity": quantity}
    if unit in UNITS:
        made["uom"] = UNITS[unit]
    return made


def _written(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="milliseconds")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
