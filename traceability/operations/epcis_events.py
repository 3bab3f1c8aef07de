"""Telling what is recorded as EPCIS: each lot gets a name, each event its hash, in the transaction that records it."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from traceability.epcis.documents import ErrorFacts, declared_wrong
from traceability.epcis.event_hash import hash_id
from traceability.epcis.facets import Facets, facets_of
from traceability.epcis.names import lot_name, present_site
from traceability.models import ErrorDeclaration, Lot, LotInput, TraceEvent
from traceability.models.epcis import EpcisEvent, EpcisIdentifier, LotName
from traceability.queries.epcis_names import event_document, find_gtin, get_names
from traceability.queries.logged_events import DECLARED, RECORDED, declared_entry, hash_uri, recorded_entry
from transparency.operations import append

SALT_BYTES: Final = 16


def note_event(event: TraceEvent, *, now: datetime) -> EpcisEvent:
    """Tell the log of a trace event that was just recorded with all that went in, and keep it for asking."""
    row = _keep(event, _document(event))
    append(RECORDED, *recorded_entry(event, hash_uri(row.event_hash)), now)
    return row


def note_error(declaration: ErrorDeclaration, *, now: datetime) -> EpcisEvent:
    """Tell the log that an event was declared wrong, and keep for asking the same event with the declaration."""
    row = _keep_error(declaration)
    append(DECLARED, *declared_entry(declaration), now)
    return row


def keep_missing() -> int:
    """Keep for asking what was recorded before events were told so. Returns how many rows were made.

    Only the copy for asking is made: an event that the log should know and does not is never entered here.
    """
    kept = select(EpcisEvent.trace_event_id).where(EpcisEvent.trace_event_id.is_not(None))
    events = select(TraceEvent).where(TraceEvent.id.not_in(kept.where(~EpcisEvent.is_error)))
    rows = events.order_by(TraceEvent.id).options(
        joinedload(TraceEvent.lot).joinedload(Lot.product), selectinload(TraceEvent.inputs)
    )
    made = 0
    for event in db.session.scalars(rows).all():
        _keep(event, _document(event))
        made += 1
    errors = select(ErrorDeclaration).where(ErrorDeclaration.event_id.not_in(kept.where(EpcisEvent.is_error)))
    for declaration in db.session.scalars(errors.order_by(ErrorDeclaration.id)).all():
        _keep_error(declaration)
        made += 1
    return made


def name_lot(lot: Lot) -> LotName:
    """The name of the lot in events, made if it has none yet."""
    known = db.session.get(LotName, lot.id)
    if known is not None:
        return known
    site = present_site()
    name = LotName(
        lot_id=lot.id,
        name=lot_name(site, lot.id, lot.code, find_gtin(lot)),
        site=site,
        salt=secrets.token_bytes(SALT_BYTES),
    )
    db.session.add(name)
    db.session.flush()
    return name


def add_rows(row: EpcisEvent, facets: Facets) -> EpcisEvent:
    """Fill in what an event is asked for by, and add it with everything that it names."""
    row.event_type, row.action, row.event_at = facets.event_type, facets.action, facets.event_at
    row.biz_step, row.disposition = facets.biz_step, facets.disposition
    row.read_point, row.biz_location = facets.read_point, facets.biz_location
    row.is_error = facets.is_error
    row.identifiers = [
        EpcisIdentifier(role=each.role, name=each.name, quantity=each.quantity) for each in facets.named
    ]
    db.session.add(row)
    db.session.flush()
    return row


def written(event: Mapping[str, Any]) -> str:
    """An event as it is kept."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _keep(event: TraceEvent, document: Mapping[str, Any], at: datetime | None = None) -> EpcisEvent:
    uri = hash_id(document)
    row = EpcisEvent(
        event_hash=uri.removeprefix("ni:///sha-256;").partition("?")[0],
        event_name=uri,
        recorded_at=at or event.recorded_at,
        producer_id=event.lot.product.producer_id,
        product_id=event.lot.product_id,
        lot_id=event.lot_id,
        trace_event_id=event.id,
        document=written(document),
    )
    return add_rows(row, facets_of(document))


def _keep_error(declaration: ErrorDeclaration) -> EpcisEvent:
    event = declaration.event
    corrective = declaration.corrective
    better = (_hash_of(corrective),) if corrective is not None else ()
    facts = ErrorFacts(declaration.declared_at, declaration.reason, better)
    return _keep(event, declared_wrong(_document(event), facts), declaration.declared_at)


def _hash_of(event: TraceEvent) -> str:
    return hash_id(_document(event))


def _document(event: TraceEvent) -> dict[str, Any]:
    inputs: Iterable[LotInput] = event.inputs
    name_lot(event.lot)
    for each in inputs:
        if each.input_lot is not None:
            name_lot(each.input_lot)
    names = get_names([event.lot_id, *(each.input_lot_id for each in inputs if each.input_lot_id)])
    return event_document(event, event.lot, names, inputs)
