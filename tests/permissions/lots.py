"""A lot of our producer with an event, its photograph and paper, an area, a template and a doubt."""

from typing import Any

from sqlalchemy import select

from catalog.models.evidence import EvidenceFile
from core import clock as present
from core.db import db, transaction
from core.files import Storage
from traceability.models import DiaryDoubt, Lot, TraceStep
from traceability.operations.areas import keep_area, keep_template
from traceability.operations.event_photos import StoredPhoto
from traceability.operations.events import EventFacts, record_event

KEY = "0123456789abcdef0123"


def lot_things(product: Any, files: Storage) -> dict[str, str | int]:
    """What addresses call them."""
    sha256 = files.put(b"a photograph of the tests")
    with transaction():
        lot = db.session.scalars(select(Lot).where(Lot.product_id == product.id).limit(1)).one()
        paper = db.session.scalars(select(EvidenceFile).limit(1)).one()
        area = keep_area(product.producer, "Vườn nhà", product.producer.place, by=None, now=present.now())
        template = keep_template(
            product.producer_id,
            name="Hái",
            step=TraceStep.HARVESTING,
            note=None,
            area=area,
            now=present.now(),
        )
        facts = EventFacts(
            step=TraceStep.HARVESTING,
            happened_at=present.now(),
            area=area,
            photos=(StoredPhoto(KEY, 10, 10, sha256, sha256),),
            papers=(paper,),
        )
        event = record_event(lot, facts, by=None, now=present.now())
        doubt = DiaryDoubt(
            key="impossible_yield:1:0", kind="impossible_yield", lot_id=lot.id, found_at=present.now()
        )
        db.session.add(doubt)
        db.session.flush()
        return {
            "lot": lot.id,
            "lot_event": event.id,
            "event_photo": event.photos[0].id,
            "event_photo_key": KEY,
            "source_area": area.id,
            "event_template": template.id,
            "diary_doubt": doubt.id,
        }
