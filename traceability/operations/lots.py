"""Lots and what happens to them."""

import re
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from catalog.models import Document, Place, Product
from core.clock import vietnam_date
from core.db import db
from traceability.errors import InvalidLotError, InvalidTraceEventError, LotCodeTakenError
from traceability.models import Lot, TraceEvent, TraceStep
from traceability.operations.texts import optional_line

LOT_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,20}")
"""AI 10 admits 82 characters (GS1 General Specifications, 7.11); we open lots with those only that need no escape
in a web address: a slash in a code would read as the next piece of the path."""

NOTE_MAX: Final = 300


def open_lot(
    product: Product,
    code: str,
    quantity: int,
    *,
    now: datetime,
    produced_on: date | None = None,
    expires_on: date | None = None,
    place: Place | None = None,
) -> Lot:
    """Record goods made together.

    code: the producer's own, 1 to 20 of A-Z a-z 0-9 . _ -. quantity: packs, at least 1. expires_on: the last good
    day. place: where this lot comes from, None where it is the product's own place.
    Raises InvalidLotError for a service (services have no lots) or for values that cannot be, LotCodeTakenError if
    the product has a lot of that code.
    """
    if product.is_service:
        raise InvalidLotError(field="product", value=product.slug, reason="service")
    if not LOT_CODE.fullmatch(code):
        raise InvalidLotError(field="code", value=code[:40], reason="code")
    if quantity < 1:
        raise InvalidLotError(field="quantity", value=quantity, reason="quantity")
    if produced_on and expires_on and expires_on < produced_on:
        raise InvalidLotError(field="expires_on", value=expires_on, reason="dates")
    taken_id = db.session.scalar(select(Lot.id).where(Lot.product_id == product.id, Lot.code == code))
    if taken_id is not None:
        raise LotCodeTakenError(product_slug=product.slug, code=code, lot_id=taken_id)
    lot = Lot(
        product=product,
        code=code,
        quantity=quantity,
        produced_on=produced_on,
        expires_on=expires_on,
        place=place,
        recorded_at=now,
    )
    db.session.add(lot)
    db.session.flush()
    return lot


def record_trace_event(
    lot: Lot,
    step: TraceStep,
    happened_on: date,
    *,
    now: datetime,
    note: str | None = None,
    note_en: str | None = None,
    place: Place | None = None,
    document: Document | None = None,
) -> TraceEvent:
    """Record a step in the life of `lot`. It is never edited; a mistake is corrected by a further event.

    happened_on: Vietnam date, not after the day of recording. document: its evidence, if there is any.
    Raises InvalidTraceEventError.
    """
    if happened_on > vietnam_date(now):
        raise InvalidTraceEventError(field="happened_on", value=happened_on, reason="future")
    event = TraceEvent(
        lot=lot,
        step=TraceStep(step).value,
        happened_on=happened_on,
        note=optional_line("note", note, NOTE_MAX),
        note_en=optional_line("note_en", note_en, NOTE_MAX),
        place=place,
        document=document,
        recorded_at=now,
    )
    db.session.add(event)
    db.session.flush()
    return event
