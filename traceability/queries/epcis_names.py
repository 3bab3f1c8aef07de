"""Our own records in the form in which events are told: lots by their names, trace events with what went in."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from catalog.models import Variant
from core.db import db
from traceability.epcis.documents import Input, NamedLot, OwnEvent, lot_event
from traceability.epcis.names import area_name
from traceability.models import BIZ_STEPS, Lot, LotInput, TraceEvent, TraceStep
from traceability.models.epcis import LotName


def find_gtin(lot: Lot) -> str | None:
    """The GTIN (14 digits) of the pack that the lot was filled into, else the first of its product."""
    if lot.is_raw:
        return None
    rows = select(Variant.id, Variant.gtin).where(
        Variant.product_id == lot.product_id, Variant.gtin.is_not(None)
    )
    found = db.session.execute(rows.order_by(Variant.position)).all()
    exact = [row.gtin for row in found if row.id == lot.variant_id]
    return next(iter(exact or [row.gtin for row in found]), None)


def get_names(lot_ids: Iterable[int]) -> dict[int, LotName]:
    """Names of those of the lots that have one, by lot."""
    rows = select(LotName).where(LotName.lot_id.in_(set(lot_ids)))
    return {row.lot_id: row for row in db.session.scalars(rows)}


def named_lot(lot: Lot, name: LotName) -> NamedLot:
    """The lot as its events tell of it."""
    return NamedLot(
        name=name.name,
        site=name.site,
        salt=name.salt,
        code=lot.code,
        quantity=lot.quantity,
        unit=lot.unit,
        produced_on=lot.produced_on,
        expires_on=lot.expires_on,
    )


def event_document(
    event: TraceEvent, lot: Lot, names: Mapping[int, LotName], inputs: Iterable[LotInput]
) -> dict[str, Any]:
    """A trace event as EPCIS. names: of its lot and of those that went in. Raises KeyError without one of them."""
    site = names[lot.id].site
    went_in = tuple(
        Input(
            name=area_name(site, each.area_id or 0)
            if each.input_lot_id is None
            else names[each.input_lot_id].name,
            quantity=each.quantity,
            unit=each.unit,
        )
        for each in inputs
    )
    own = OwnEvent(
        number=event.id,
        biz_step=BIZ_STEPS[TraceStep(event.step)],
        happened_on=event.happened_on,
        happened_at=event.happened_at,
        place_id=event.place_id,
        area_id=event.area_id,
        note=event.note,
        note_en=event.note_en,
        inputs=went_in,
    )
    return lot_event(named_lot(lot, names[lot.id]), own)
