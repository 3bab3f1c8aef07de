"""Reads of a producer's desk of lots. What is not the producer's own is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Product
from core.clock import VIETNAM, vietnam_date
from core.db import ID_MAX, db
from traceability.errors import AreaNotFoundError, EventNotFoundError, LotNotFoundError, PhotoNotFoundError
from traceability.models import (
    ErrorDeclaration,
    EventDocument,
    EventPhoto,
    EventTemplate,
    Lot,
    LotInput,
    LotKind,
    SourceArea,
    TraceEvent,
)
from traceability.queries.origin import is_valid

LOTS_SHOWN: Final = 60
RAW_OFFERED: Final = 20
RAW_OFFERED_FOR: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class DeskLot:
    """A lot in the list. event_count: of those that hold."""

    lot: Lot
    event_count: int


@dataclass(frozen=True, slots=True)
class RawLeft:
    """A raw lot and how much of it is left, in its unit; below zero where more was taken than there was."""

    lot: Lot
    left: int


def get_own_lot(producer_id: int, lot_id: int) -> Lot:
    """The lot with product and pack, if it is the producer's. Raises LotNotFoundError."""
    found = db.session.scalar(
        select(Lot)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.id == min(lot_id, ID_MAX), Product.producer_id == producer_id)
        .options(joinedload(Lot.product).joinedload(Product.producer), joinedload(Lot.variant))
    )
    if found is None:
        raise LotNotFoundError(name=lot_id)
    return found


def get_own_event(lot: Lot, event_id: int) -> TraceEvent:
    """The event of the lot. Raises EventNotFoundError."""
    found = db.session.scalar(
        _events().where(TraceEvent.lot_id == lot.id, TraceEvent.id == min(event_id, ID_MAX))
    )
    if found is None:
        raise EventNotFoundError(event_id=event_id)
    return found


def list_own_events(lot: Lot) -> Sequence[TraceEvent]:
    """Every event of the lot with all that belongs to it, also those declared to be wrong; the newest first."""
    order = (TraceEvent.happened_on.desc(), TraceEvent.happened_at.desc().nulls_last(), TraceEvent.id.desc())
    return db.session.scalars(_events().where(TraceEvent.lot_id == lot.id).order_by(*order)).all()


def list_desk_lots(producer_id: int, kind: LotKind) -> list[DeskLot]:
    """The newest lots of that kind. One statement."""
    events = (
        select(func.count())
        .select_from(TraceEvent)
        .where(TraceEvent.lot_id == Lot.id, is_valid())
        .correlate(Lot)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Lot, events)
        .join(Product, Product.id == Lot.product_id)
        .where(Product.producer_id == producer_id, Lot.kind == kind.value)
        .order_by(Lot.id.desc())
        .limit(LOTS_SHOWN)
        .options(joinedload(Lot.product))
    )
    return [DeskLot(lot, count) for lot, count in rows]


def find_last_lot(product_id: int, kind: LotKind) -> Lot | None:
    """The lot of the product that was opened last: what the next one is likely to be like."""
    return db.session.scalar(
        select(Lot)
        .where(Lot.product_id == product_id, Lot.kind == kind.value)
        .order_by(Lot.id.desc())
        .limit(1)
    )


def free_code(product_id: int, letter: str, on: date) -> str:
    """A code that no lot of the product has: «L261122», «L261122-2» …"""
    first = f"{letter}{on:%y%m%d}"
    taken = set(
        db.session.scalars(
            select(Lot.code).where(Lot.product_id == product_id, Lot.code.startswith(first, autoescape=True))
        )
    )
    numbers = range(2, len(taken) + 3)
    return next(code for code in (first, *(f"{first}-{number}" for number in numbers)) if code not in taken)


def list_raw_left(producer_id: int, on: date, besides: int | None = None) -> list[RawLeft]:
    """The raw lots of the producer of the last two years, the newest first, with what is left. One statement.

    besides: a lot that is not offered (itself).
    """
    used = (
        select(func.coalesce(func.sum(LotInput.quantity), 0))
        .join(TraceEvent, TraceEvent.id == LotInput.event_id)
        .where(LotInput.input_lot_id == Lot.id, is_valid())
        .correlate(Lot)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Lot, used)
        .join(Product, Product.id == Lot.product_id)
        .where(
            Product.producer_id == producer_id,
            Lot.kind == LotKind.RAW.value,
            Lot.id != (besides or 0),
            func.coalesce(Lot.produced_on, on) >= on - RAW_OFFERED_FOR,
        )
        .order_by(Lot.id.desc())
        .limit(RAW_OFFERED)
    )
    return [RawLeft(lot, lot.quantity - count) for lot, count in rows]


def list_areas(producer_id: int, *, with_retired: bool = False) -> Sequence[SourceArea]:
    """The producer's areas by name, those in use."""
    areas = (
        select(SourceArea).where(SourceArea.producer_id == producer_id).options(joinedload(SourceArea.place))
    )
    if not with_retired:
        areas = areas.where(SourceArea.retired_at.is_(None))
    return db.session.scalars(areas.order_by(SourceArea.name, SourceArea.id)).all()


def get_own_area(producer_id: int, area_id: int) -> SourceArea:
    """The area, if it is the producer's. Raises AreaNotFoundError."""
    found = db.session.scalar(
        select(SourceArea).where(SourceArea.id == min(area_id, ID_MAX), SourceArea.producer_id == producer_id)
    )
    if found is None:
        raise AreaNotFoundError(area_id=area_id)
    return found


def list_templates(producer_id: int) -> Sequence[EventTemplate]:
    """What the producer keeps to write again, by name."""
    own = select(EventTemplate).where(
        EventTemplate.producer_id == producer_id, EventTemplate.removed_at.is_(None)
    )
    return db.session.scalars(own.order_by(EventTemplate.name, EventTemplate.id)).all()


def get_own_template(producer_id: int, template_id: int) -> EventTemplate:
    """The template, if it is the producer's. Raises EventNotFoundError."""
    found = db.session.get(EventTemplate, min(template_id, ID_MAX))
    if found is None or found.producer_id != producer_id:
        raise EventNotFoundError(template_id=template_id)
    return found


def find_last_like(lot: Lot, step: str) -> TraceEvent | None:
    """The event of that step that the producer recorded last, of this product if there is one: to be repeated."""
    product_id, producer_id = lot.product_id, lot.product.producer_id
    return db.session.scalar(
        select(TraceEvent)
        .join(Lot, Lot.id == TraceEvent.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Product.producer_id == producer_id, TraceEvent.step == step, is_valid())
        .order_by((Lot.product_id == product_id).desc(), TraceEvent.id.desc())
        .limit(1)
        .options(joinedload(TraceEvent.area))
    )


def get_own_photo(lot: Lot, photo_id: int) -> EventPhoto:
    """The photograph of an event of the lot. Raises PhotoNotFoundError."""
    found = db.session.scalar(
        select(EventPhoto)
        .join(TraceEvent)
        .where(EventPhoto.id == min(photo_id, ID_MAX), TraceEvent.lot_id == lot.id)
    )
    if found is None:
        raise PhotoNotFoundError(photo_id=photo_id)
    return found


def find_photo(key: str) -> EventPhoto | None:
    """A photograph that events show, by its key; None where every event that showed it has taken it away."""
    return db.session.scalar(
        select(EventPhoto).where(EventPhoto.key == key, EventPhoto.removed_at.is_(None)).limit(1)
    )


def local_time(event: TraceEvent) -> tuple[str, str]:
    """Day and time of day of an event as the fields of a form hold them; no time where it is not known."""
    if event.happened_at is None:
        return event.happened_on.isoformat(), ""
    return vietnam_date(event.happened_at).isoformat(), f"{event.happened_at.astimezone(VIETNAM):%H:%M}"


def _events() -> Select[TraceEvent]:
    return select(TraceEvent).options(
        joinedload(TraceEvent.area).joinedload(SourceArea.place),
        joinedload(TraceEvent.place),
        joinedload(TraceEvent.document),
        joinedload(TraceEvent.recorded_by),
        joinedload(TraceEvent.error).joinedload(ErrorDeclaration.declared_by),
        selectinload(TraceEvent.photos),
        selectinload(TraceEvent.papers).joinedload(EventDocument.evidence),
        selectinload(TraceEvent.inputs).options(joinedload(LotInput.input_lot), joinedload(LotInput.area)),
    )
