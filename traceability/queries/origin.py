"""Reads of where goods come from: areas, inputs, balances, what is lacking."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Certificate, Variant
from catalog.models.pictures import ProductPicture
from core.db import db
from traceability.completeness import EventFact, LotFacts
from traceability.mass_balances import Amount, MassBalance
from traceability.mass_balances import mass_balance as balance_of
from traceability.models import ErrorDeclaration, Lot, LotInput, SourceArea, TraceEvent

DEEPEST = 20
"""Lots made of lots made of lots: no further is asked."""


def is_valid() -> ColumnElement[bool]:
    """Whether nobody has declared the event to be wrong, for a SELECT of events."""
    return ~exists().where(ErrorDeclaration.event_id == TraceEvent.id)


def list_inputs(lot_id: int) -> Sequence[LotInput]:
    """What went into the lot, without what came with events that were declared to be wrong. The earliest first."""
    return db.session.scalars(
        select(LotInput)
        .join(TraceEvent, TraceEvent.id == LotInput.event_id)
        .where(LotInput.lot_id == lot_id, is_valid())
        .order_by(TraceEvent.happened_on, LotInput.id)
        .options(
            joinedload(LotInput.input_lot).joinedload(Lot.product),
            joinedload(LotInput.area).joinedload(SourceArea.place),
        )
    ).all()


def mass_balance(lot: Lot) -> MassBalance | None:
    """What went in beside what came out; None where it cannot be told (`traceability.mass_balances`).

    Of a lot whose pack is not told the lightest pack of the product counts: what is impossible even so, is.
    """
    if lot.is_raw:
        return None
    return balance_of(_amounts_in(lot.id), _pack_of(lot), lot.quantity)


def used_of(lot_id: int) -> int:
    """How much of a raw lot went into others, in its unit; events declared to be wrong do not count."""
    used = select(func.coalesce(func.sum(LotInput.quantity), 0)).join(TraceEvent)
    return db.session.scalar(used.where(LotInput.input_lot_id == lot_id, is_valid())) or 0


def feeds_into(lot_id: int, into_id: int) -> bool:
    """Whether `lot_id` went into `into_id`, be it through other lots."""
    seen, wave = {into_id}, {into_id}
    for _ in range(DEEPEST):
        rows = db.session.scalars(
            select(LotInput.input_lot_id)
            .join(TraceEvent, TraceEvent.id == LotInput.event_id)
            .where(LotInput.lot_id.in_(wave), LotInput.input_lot_id.is_not(None), is_valid())
        )
        wave = {each for each in rows if each is not None} - seen
        if lot_id in wave:
            return True
        if not wave:
            return False
        seen |= wave
    return True  # deeper than anybody makes goods: taken for a circle


def lot_facts(lot: Lot, on: date) -> LotFacts:
    """What Art. 23(5) of Decree 37/2026 asks of the lot, as it stands on record on that day."""
    product, producer = lot.product, lot.product.producer
    events = list_valid_events(lot.id)
    place = producer.place if producer else None
    return LotFacts(
        product_name=product.name,
        has_image=_has_image(product.id),
        producer_name=producer.name if producer else None,
        has_address=place is not None and place.current_commune is not None,
        has_origin=_has_origin(lot, events),
        events=tuple(EventFact(step=each.step, happened_at=each.happened_at) for each in events),
        lot_code=lot.code,
        expires_on=lot.expires_on,
        standard_count=_count_standards(lot, on),
    )


def list_valid_events(lot_id: int) -> Sequence[TraceEvent]:
    """The events of the lot that nobody declared to be wrong, the earliest first."""
    return db.session.scalars(
        select(TraceEvent)
        .where(TraceEvent.lot_id == lot_id, is_valid())
        .order_by(TraceEvent.happened_on, TraceEvent.happened_at.nulls_first(), TraceEvent.id)
        .options(joinedload(TraceEvent.area), joinedload(TraceEvent.place), selectinload(TraceEvent.inputs))
    ).all()


def _amounts_in(lot_id: int) -> list[Amount]:
    return [_amount(each) for each in list_inputs(lot_id)]


def _amount(each: LotInput) -> Amount:
    """Of a lot of goods that goes into others the packs are counted, whatever they hold."""
    return Amount(each.quantity, each.unit)


def _pack_of(lot: Lot) -> Amount | None:
    own = [lot.variant] if lot.variant is not None else _list_packs(lot.product_id)
    amounts = [
        Amount(pack.net_quantity, pack.net_unit) for pack in own if pack.net_quantity and pack.net_unit
    ]
    if not amounts or len(amounts) < len(own) or len({_is_by_weight(each) for each in amounts}) > 1:
        return None
    return min(amounts, key=lambda each: each.quantity * (1_000 if each.unit in ("kg", "l") else 1))


def _is_by_weight(amount: Amount) -> bool:
    return amount.unit in ("g", "kg")


def _list_packs(product_id: int) -> list[Variant]:
    packs = select(Variant).where(Variant.product_id == product_id, Variant.withdrawn_at.is_(None))
    return list(db.session.scalars(packs.order_by(Variant.position)))


def _has_image(product_id: int) -> bool:
    shown = select(ProductPicture.id).where(
        ProductPicture.product_id == product_id, ProductPicture.removed_at.is_(None)
    )
    return db.session.scalar(shown.limit(1)) is not None


def _has_origin(lot: Lot, events: Sequence[TraceEvent]) -> bool:
    """An area that something came from, or where the lot or the first of its events happened, down to the commune."""
    inputs = list_inputs(lot.id)
    if any(each.area_id or each.input_lot_id for each in inputs) or any(each.area_id for each in events):
        return True
    places: list[Any] = [lot.place, *(each.place for each in events[:1])]
    return any(place is not None and place.current_commune is not None for place in places)


def _count_standards(lot: Lot, on: date) -> int:
    """Certificates of the product or its producer in force on that day, and a standard the goods were declared to."""
    certificates = select(func.count(Certificate.id)).where(
        (Certificate.product_id == lot.product_id) | (Certificate.producer_id == lot.product.producer_id),
        Certificate.expires_on.is_(None) | (Certificate.expires_on >= on),
    )
    return db.session.scalar(certificates) or 0
