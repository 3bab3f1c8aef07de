"""Events as they are told to everybody: with their identity, and without codes of stamps."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import select

from core.db import db
from traceability.epcis.documents import with_identity
from traceability.epcis.hidden_codes import codes_in, without_codes
from traceability.epcis.names import lot_name, present_site
from traceability.models import Lot, Stamp, StampRun
from traceability.models.epcis import EpcisEvent
from traceability.queries.epcis_names import find_gtin, get_names
from traceability.queries.logged_events import hash_uri

AT_ONCE: Final = 500


def events_told(rows: Sequence[EpcisEvent]) -> list[dict[str, Any]]:
    """Events as they are told. Our own name no code; of those that were handed in they are left out."""
    documents = [json.loads(row.document) for row in rows]
    handed_in = [each for row, each in zip(rows, documents, strict=True) if row.capture_id is not None]
    lots, site = lots_of_codes(codes_in(handed_in)), present_site()
    told = []
    for row, document in zip(rows, documents, strict=True):
        event, name = without_codes(document, lots, site), row.event_name
        if codes_in(name) & lots.keys():
            # An identity of the sender's own that holds a code: the event is known by its hash too.
            name = event["eventID"] = hash_uri(row.event_hash)
        told.append(with_identity(event, name, row.recorded_at))
    return told


def lots_of_codes(codes: Collection[str]) -> dict[str, str]:
    """Names of the lots that stamps are on, by code; what is no code of a stamp is left out."""
    wanted = sorted(codes)
    lot_of: dict[str, Lot] = {}
    for first in range(0, len(wanted), AT_ONCE):
        rows = (
            select(Stamp.code, Lot)
            .join(StampRun, StampRun.id == Stamp.run_id)
            .join(Lot, Lot.id == StampRun.lot_id)
            .where(Stamp.code.in_(wanted[first : first + AT_ONCE]))
        )
        lot_of |= {row[0]: row[1] for row in db.session.execute(rows)}
    lots = {lot.id: lot for lot in lot_of.values()}
    names = {number: row.name for number, row in get_names(lots).items()}
    for number in lots.keys() - names.keys():
        lot = lots[number]
        names[number] = lot_name(present_site(), lot.id, lot.code, find_gtin(lot))
    return {code: names[lot.id] for code, lot in lot_of.items()}
