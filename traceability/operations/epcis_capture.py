"""Taking in events of a producer's own systems: about its own lots and products, each once, never about our records.

What is handed in stands beside our own events and changes none of them.
"""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from accounts.operations.audit import record_act
from accounts.queries.keys import KeyCaller
from catalog.models import Producer
from core.db import db
from traceability.epcis.event_hash import events_of, hash_id, ignored_fields
from traceability.epcis.facets import Facets, facets_of
from traceability.epcis.field_rules import Fault
from traceability.epcis.names import present_site
from traceability.epcis.rules import FAULTS_MAX, document_faults
from traceability.errors import EventKnownError, InvalidEventsError
from traceability.models.epcis import NAME_MAX, EpcisCapture, EpcisEvent
from traceability.operations.epcis_events import add_rows, written
from traceability.queries.logged_events import CAPTURED, CAPTURED_WRONG, captured_entry, captured_wrong_entry
from traceability.queries.named_goods import Goods, find_goods
from transparency.operations import append

EVENTS_MAX: Final = 500
NAMES_MAX: Final = 5_000
"""Identifiers of all events of a document together. Source: docs/limits.md."""
ROLLBACK: Final = "rollback"
PROCEED: Final = "proceed"
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+|mailto:|tel:\+?\d")
_OWN_ROLES: Final = (
    "outputEPCList",
    "outputQuantityList",
    "epcList",
    "quantityList",
    "childEPCs",
    "childQuantityList",
)
"""Where the goods of an event stand, those that it is most about first."""


@dataclass(frozen=True, slots=True)
class _Event:
    """An event that was read. pointer: where it stood. content: as it is kept."""

    pointer: str
    content: Mapping[str, Any]
    facets: Facets
    digest: str

    @property
    def uri(self) -> str:
        return f"ni:///sha-256;{self.digest}?ver=CBV2.0"


def capture_document(
    document: Mapping[str, Any], error_behaviour: str, *, caller: KeyCaller, now: datetime
) -> EpcisCapture:
    """Take in the events of a document, all or none (`rollback`), or those that can be taken (`proceed`).

    Events that are on record already are passed over: handing in a document again does nothing again. Returns the
    record of it, with what was wrong. Raises InvalidEventsError for what is no document of events and for one with
    `FAULTS_MAX` faults (nothing is kept).
    """
    if document.get("type") != "EPCISDocument":
        raise InvalidEventsError(faults=(Fault("/type", "unknown_type", str(document.get("type"))[:40]),))
    faults = document_faults(document)
    # Once all are told that are told of one document, nobody has looked at the events that come after.
    if len(faults) >= FAULTS_MAX or any(not _event_of(fault) for fault in faults):
        raise InvalidEventsError(faults=tuple(faults))
    events = events_of(document)
    if len(events) > EVENTS_MAX:
        raise InvalidEventsError(faults=(Fault("/epcisBody/eventList", "too_many", str(EVENTS_MAX)),))
    wrong = {_event_of(fault) for fault in faults}
    readable = [
        (f"/epcisBody/eventList/{number}", event)
        for number, event in enumerate(events)
        if f"/epcisBody/eventList/{number}" not in wrong
    ]
    return _taken(document, readable, faults, error_behaviour=error_behaviour, caller=caller, now=now)


def capture_event(event: Mapping[str, Any], *, caller: KeyCaller, now: datetime) -> EpcisEvent:
    """Take in one event that brings its `@context` along.

    Raises InvalidEventsError, and EventKnownError if it is on record already; nothing has changed then.
    """
    faults = document_faults(event)
    if event.get("type") in ("EPCISDocument", "EPCISQueryDocument"):
        faults = [Fault("/type", "unknown_type", str(event["type"]))]
    if faults:
        raise InvalidEventsError(faults=tuple(faults))
    _lock(caller.producer_id)
    read = [_read("", event, {})]
    goods, faults = _checked(read, caller.producer_id)
    if faults:
        raise InvalidEventsError(faults=tuple(faults))
    if _known(read) & {(read[0].digest, read[0].facets.is_error)}:
        raise EventKnownError(event_id=read[0].uri)
    capture = _capture(caller, ROLLBACK, (1, 1), [], now)
    row = _keep(read[0], goods[""], capture, now)
    _note(capture, caller, now)
    return row


def _taken(
    document: Mapping[str, Any],
    readable: Sequence[tuple[str, Mapping[str, Any]]],
    faults: list[Fault],
    *,
    error_behaviour: str,
    caller: KeyCaller,
    now: datetime,
) -> EpcisCapture:
    _lock(caller.producer_id)
    read = [_read(pointer, event, document) for pointer, event in readable]
    goods, further = _checked(read, caller.producer_id)
    faults = [*faults, *further]
    known = _known(read)
    fresh: dict[tuple[str, bool], _Event] = {}
    for each in read:
        key = (each.digest, each.facets.is_error)
        if each.pointer in goods and key not in known:
            fresh.setdefault(key, each)
    taken = [] if faults and error_behaviour == ROLLBACK else list(fresh.values())
    counts = (len(events_of(document)), len(taken))
    capture = _capture(caller, error_behaviour, counts, faults, now)
    for each in taken:
        _keep(each, goods[each.pointer], capture, now)
    _note(capture, caller, now)
    return capture


def _event_of(fault: Fault) -> str:
    """Pointer of the event that a fault is in; empty for one of the document around the events."""
    found = re.match(r"/epcisBody/eventList/\d+", fault.pointer)
    return found[0] if found else ""


def _lock(producer_id: int) -> None:
    """What one producer hands in is taken in one after the other, so that nothing is taken twice."""
    db.session.execute(select(Producer.id).where(Producer.id == producer_id).with_for_update())


def _read(pointer: str, event: Mapping[str, Any], document: Mapping[str, Any]) -> _Event:
    """The event as it is kept: with the meaning of its short names, without what the document says to ignore."""
    ignored = ignored_fields(document)
    content = {
        name: value for name, value in event.items() if name not in (*ignored, "recordTime", "@context")
    }
    meanings = [
        each
        for context in (document.get("@context"), event.get("@context"))
        for each in (context if isinstance(context, list) else [context])
        if isinstance(each, Mapping)
    ]
    if meanings:
        content = {"@context": meanings, **content}
    digest = hash_id(content).removeprefix("ni:///sha-256;").partition("?")[0]
    return _Event(pointer, content, facets_of(content), digest)


def _checked(read: Sequence[_Event], producer_id: int) -> tuple[dict[str, Goods], list[Fault]]:
    """What each event is about, by its pointer, and what is wrong with those that are not there."""
    names = [each.name for event in read for each in event.facets.named]
    if len(names) > NAMES_MAX:
        return {}, [Fault("/epcisBody/eventList", "too_many", str(NAMES_MAX))]
    found = find_goods(names, present_site())
    same = _same_names(read)
    goods, faults = {}, []
    for event in read:
        own = [found[name] for name in _ordered(event.facets) if name in found]
        reason = _reason(event, own, producer_id) or same.get(event.pointer, "")
        if reason:
            faults.append(Fault(event.pointer, reason))
        else:
            goods[event.pointer] = next((each for each in own if each.lot_id is not None), own[0])
    return goods, faults


def _reason(event: _Event, own: Sequence[Goods], producer_id: int) -> str:
    given = event.content.get("eventID")
    if any(len(each.name) > NAME_MAX for each in event.facets.named) or len(given or "") > NAME_MAX:
        return "too_long"
    places = (
        event.facets.read_point,
        event.facets.biz_location,
        event.facets.biz_step,
        event.facets.disposition,
    )
    if any(len(each or "") > NAME_MAX for each in places):
        return "too_long"
    if not own or any(each.producer_id != producer_id for each in own):
        return "not_yours"
    if given and given.startswith("ni:///sha-256;") and given != event.uri:
        return "wrong_hash"
    if _MAIL.search(json.dumps(event.content, ensure_ascii=False)):
        return "personal"
    return ""


def _same_names(read: Sequence[_Event]) -> dict[str, str]:
    """Events whose identity stands for another event, and declarations about events of our own."""
    given = {str(event.content.get("eventID") or event.uri) for event in read}
    rows = db.session.scalars(
        select(EpcisEvent).where(
            EpcisEvent.event_name.in_(given) | EpcisEvent.event_hash.in_([event.digest for event in read])
        )
    ).all()
    by_name = {row.event_name: row for row in rows}
    own = {row.event_hash for row in rows if row.trace_event_id is not None}
    seen: dict[str, str] = {}
    wrong = {}
    for event in read:
        name = str(event.content.get("eventID") or event.uri)
        row = by_name.get(name)
        if event.facets.is_error and (event.digest in own or (row is not None and row.trace_event_id)):
            wrong[event.pointer] = "own_event"
        elif (row is not None and row.event_hash != event.digest) or seen.setdefault(
            name, event.digest
        ) != event.digest:
            wrong[event.pointer] = "taken"
    return wrong


def _known(read: Sequence[_Event]) -> set[tuple[str, bool]]:
    rows = select(EpcisEvent.event_hash, EpcisEvent.is_error)
    wanted = rows.where(EpcisEvent.event_hash.in_([event.digest for event in read]))
    return {(row.event_hash, row.is_error) for row in db.session.execute(wanted)}


def _ordered(facets: Facets) -> list[str]:
    order = {role: number for number, role in enumerate(_OWN_ROLES)}
    return [each.name for each in sorted(facets.named, key=lambda each: order.get(each.role, len(order)))]


def _capture(
    caller: KeyCaller, error_behaviour: str, counts: tuple[int, int], faults: Sequence[Fault], now: datetime
) -> EpcisCapture:
    told = [{"pointer": each.pointer, "reason": each.reason, "value": each.value} for each in faults]
    capture = EpcisCapture(
        key=str(uuid.uuid4()),
        producer_id=caller.producer_id,
        key_id=caller.key_id,
        error_behaviour=error_behaviour,
        event_count=counts[0],
        captured_count=counts[1],
        errors=json.dumps(told, ensure_ascii=False),
        created_at=now,
    )
    db.session.add(capture)
    db.session.flush()
    return capture


def _keep(event: _Event, goods: Goods, capture: EpcisCapture, now: datetime) -> EpcisEvent:
    row = EpcisEvent(
        event_hash=event.digest,
        event_name=event.content.get("eventID") or event.uri,
        recorded_at=now,
        producer_id=goods.producer_id,
        product_id=goods.product_id,
        lot_id=goods.lot_id,
        capture_id=capture.id,
        document=written(event.content),
    )
    add_rows(row, event.facets)
    append(CAPTURED, *captured_entry(row, event.uri), now)
    if row.is_error:
        append(CAPTURED_WRONG, *captured_wrong_entry(row), now)
    return row


def _note(capture: EpcisCapture, caller: KeyCaller, now: datetime) -> None:
    record_act(
        "traceability.capture_events",
        by=caller.actor,
        subject=f"epcis_capture:{capture.id}",
        after={"events": capture.event_count, "taken": capture.captured_count},
        producer_id=caller.producer_id,
        now=now,
    )
