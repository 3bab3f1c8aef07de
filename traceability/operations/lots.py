"""Lots: opened once, and never edited after."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Document, Place, Product, Variant
from core.db import ID_MAX, db
from traceability.errors import InvalidLotError, LotCodeTakenError
from traceability.models import AmountUnit, Lot, LotKind, TraceEvent, TraceStep
from traceability.operations.events import EventFacts, record_event
from traceability.operations.public_log import enter_lot
from traceability.operations.texts import required_line

LOT_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,20}")
"""AI 10 admits 82 characters (GS1 General Specifications, 7.11); we open lots with those only that need no escape
in a web address: a slash in a code would read as the next piece of the path."""

MATERIAL_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class RawFacts:
    """Raw material: what it is («Xoài cát tươi»), and how much of it in whole `unit`."""

    material: str
    quantity: int
    unit: AmountUnit


def open_lot(
    product: Product,
    code: str,
    quantity: int,
    *,
    now: datetime,
    produced_on: date | None = None,
    expires_on: date | None = None,
    place: Place | None = None,
    variant: Variant | None = None,
    by: Actor | None = None,
    submission_key: str | None = None,
) -> Lot:
    """Record goods made together.

    code: the producer's own, 1 to 20 of A-Z a-z 0-9 . _ -. quantity: packs, at least 1. expires_on: the last good
    day. place: where this lot comes from, None where it is the product's own place. variant: the pack they were filled
    into, None where it is not told. submission_key: of the form; the same again gives the lot there is.
    Raises InvalidLotError for a service (services have no lots) or for values that cannot be, LotCodeTakenError if
    the product has a lot of that code.
    """
    if variant is not None and variant.product_id != product.id:
        raise InvalidLotError(field="variant", value=variant.id, reason="variant")
    lot = Lot(
        product=product,
        code=code,
        quantity=quantity,
        produced_on=produced_on,
        expires_on=expires_on,
        place=place,
        variant=variant,
        kind=LotKind.GOODS.value,
        submission_key=submission_key,
    )
    return _opened(lot, by, now)


def open_raw_lot(
    product: Product,
    code: str,
    raw: RawFacts,
    *,
    now: datetime,
    produced_on: date | None = None,
    expires_on: date | None = None,
    by: Actor | None = None,
    submission_key: str | None = None,
) -> Lot:
    """Record raw material that came together (a harvest, a purchase), to be made into `product`.

    produced_on: when it was harvested or bought. Lots of other products may take of it too. Otherwise as `open_lot`.
    """
    lot = Lot(
        product=product,
        code=code,
        quantity=raw.quantity,
        unit=AmountUnit(raw.unit).value,
        material=required_line("material", raw.material, MATERIAL_MAX),
        produced_on=produced_on,
        expires_on=expires_on,
        kind=LotKind.RAW.value,
        submission_key=submission_key,
    )
    return _opened(lot, by, now)


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
    """Record a step of which only the day is known. See `operations.events.record_event`."""
    facts = EventFacts(
        step=step, happened_on=happened_on, note=note, note_en=note_en, place=place, document=document
    )
    return record_event(lot, facts, by=None, now=now)


def _opened(lot: Lot, by: Actor | None, now: datetime) -> Lot:
    """Keep the lot and tell the public log of it, unless the form was sent before."""
    # Whoever else opens a lot of this product waits, so that a form sent twice at once finds the first one's lot.
    db.session.execute(select(Product.id).where(Product.id == lot.product.id).with_for_update())
    known = _sent_before(lot)
    if known is not None:
        return known
    _check(lot)
    taken_id = db.session.scalar(select(Lot.id).where(Lot.product_id == lot.product.id, Lot.code == lot.code))
    if taken_id is not None:
        raise LotCodeTakenError(product_slug=lot.product.slug, code=lot.code, lot_id=taken_id)
    lot.recorded_at, lot.opened_by_id = now, by.user_id if by else None
    db.session.add(lot)
    db.session.flush()
    enter_lot(lot, now)
    if by is not None:
        record_act(
            "traceability.open_lot",
            by=by,
            subject=f"lot:{lot.id}",
            after={
                "product_id": lot.product_id,
                "code": lot.code,
                "quantity": lot.quantity,
                "kind": lot.kind,
            },
            producer_id=lot.product.producer_id,
            now=now,
        )
    return lot


def _sent_before(lot: Lot) -> Lot | None:
    if lot.submission_key is None:
        return None
    known = db.session.scalar(select(Lot).where(Lot.submission_key == lot.submission_key))
    if known is not None and known.product_id != lot.product.id:
        raise InvalidLotError(field="submission_key", value=lot.submission_key, reason="key")
    return known


def _check(lot: Lot) -> None:
    if lot.product.is_service:
        raise InvalidLotError(field="product", value=lot.product.slug, reason="service")
    if not LOT_CODE.fullmatch(lot.code):
        raise InvalidLotError(field="code", value=lot.code[:40], reason="code")
    if not 1 <= lot.quantity <= ID_MAX:
        raise InvalidLotError(field="quantity", value=lot.quantity, reason="quantity")
    if lot.produced_on and lot.expires_on and lot.expires_on < lot.produced_on:
        raise InvalidLotError(field="expires_on", value=lot.expires_on, reason="dates")
