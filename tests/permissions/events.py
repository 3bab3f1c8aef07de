"""What addresses call an event that everybody may read, and a question about events that is kept."""

from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from traceability.models.epcis import EpcisEvent
from traceability.operations.epcis_queries import keep_query


def event_things(producer_id: int) -> dict[str, str | int]:
    """The hash of the first event of our producer's lot; the name of a question that our producer keeps."""
    with transaction():
        keep_query("dong-goi", {"EQ_bizStep": ["packing"]}, producer_id=producer_id, now=present.now())
    hashes = select(EpcisEvent.event_hash).order_by(EpcisEvent.id).limit(1)
    return {"event_hash": db.session.scalars(hashes).one(), "event_query": "dong-goi"}
