"""What addresses call an event that everybody may read."""

from sqlalchemy import select

from core.db import db
from traceability.models.epcis import EpcisEvent


def event_things() -> dict[str, str | int]:
    """The hash of the first event of our producer's lot."""
    hashes = select(EpcisEvent.event_hash).order_by(EpcisEvent.id).limit(1)
    return {"event_hash": db.session.scalars(hashes).one()}
