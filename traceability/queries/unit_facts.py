"""What is known of packs that may have been copied, gathered for `clone_evidence`."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import exists, func, select

from catalog.models import Place, Producer, Product
from core.db import db
from core.places import Vintage, find_province, find_province_by_code, successor
from traceability.clone_evidence import LookFact, UnitFacts
from traceability.models import LaterOpening, Lot, LotMarket, Opening, Scan, Stamp, StampKind, StampRun
from traceability.models.bindings import StampBinding
from traceability.models.stamp_states import RangeState, StampRange

LOOKS_OF_ONE: Final = 200
"""Looks read of one stamp; more say nothing new, and who floods one code hides nothing about another."""
FEWEST_SHIPPED: Final = 10
"""Only of a lot that is sold here can be said that more of it was looked at than was sold."""


def list_unit_facts(stamp_ids: Collection[int]) -> dict[int, UnitFacts]:
    """Facts of those of the stamps that are on single packs, by number of the stamp."""
    rows = _rows(stamp_ids)
    # Of lots' codes and of samples nothing that was looked at says anything.
    unit_ids = [row.id for row in rows if not row.is_sample]
    looks, openings, later = _looks(unit_ids), _openings(unit_ids), _later(unit_ids)
    lot_ids = {row.lot_id for row in rows}
    markets, beyond = _markets(lot_ids), _beyond_sales(lot_ids)
    return {
        row.id: UnitFacts(
            looks=looks.get(row.id, ()),
            home=_today(row.home),
            bound_at=row.bound_at,
            shipped_at=row.shipped_at,
            destination=_by_code(row.province_code),
            area=markets.get(row.lot_id, frozenset()),
            opening=openings.get(row.id),
            later=later.get(row.id, ()),
            is_beyond_sales=row.lot_id in beyond,
            is_sample=bool(row.is_sample),
        )
        for row in rows
    }


def list_markets(lot_id: int) -> frozenset[str]:
    """Codes of the provinces of today in which the lot is sold, as declared."""
    return frozenset(
        db.session.scalars(select(LotMarket.province_code).where(LotMarket.lot_id == lot_id)).all()
    )


def _rows(stamp_ids: Collection[int]) -> list[Any]:
    shown = exists().where(
        StampRange.run_id == Stamp.run_id,
        StampRange.state == RangeState.DISPLAY.value,
        Stamp.number.between(StampRange.first, StampRange.last),
    )
    asked = (
        select(
            Stamp.id,
            StampRun.lot_id,
            StampBinding.bound_at,
            StampBinding.shipped_at,
            StampBinding.province_code,
            Place.current_province.label("home"),
            shown.label("is_sample"),
        )
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(Place, Place.id == func.coalesce(Lot.place_id, Product.place_id, Producer.place_id))
        .outerjoin(StampBinding, StampBinding.stamp_id == Stamp.id)
        .where(Stamp.id.in_(stamp_ids), StampRun.kind == StampKind.UNIT.value)
    )
    return list(db.session.execute(asked))


def _looks(stamp_ids: Collection[int]) -> Mapping[int, list[LookFact]]:
    """At most `LOOKS_OF_ONE` looks of each stamp, from as many days and provinces as there are.

    The newest alone would let a flood of one day hide the weeks before it, the oldest all that comes after it. So of
    every day and province one look comes first, then a second of each; among equals the keyed hash of the device
    decides, which nobody can choose.
    """
    known = select(Scan.stamp_id, Scan.scanned_hour_at, Scan.province, Scan.device_hash).where(
        Scan.stamp_id.in_(stamp_ids), Scan.device_hash.is_not(None)
    )
    look = known.distinct().subquery().c
    cell = (look.stamp_id, func.date(look.scanned_hour_at), look.province)
    turn = func.row_number().over(partition_by=cell, order_by=look.device_hash).label("turn")
    turns = select(look.stamp_id, look.scanned_hour_at, look.province, look.device_hash, turn).subquery().c
    place = func.row_number().over(partition_by=turns.stamp_id, order_by=(turns.turn, turns.device_hash))
    placed = select(
        turns.stamp_id, turns.scanned_hour_at, turns.province, turns.device_hash, place.label("place")
    ).subquery()
    asked = select(placed).where(placed.c.place <= LOOKS_OF_ONE).order_by(placed.c.scanned_hour_at)
    found: dict[int, list[LookFact]] = defaultdict(list)
    for stamp_id, hour_at, province, device, _place in db.session.execute(asked):
        found[stamp_id].append(LookFact(hour_at, province, device))
    return found


def _openings(stamp_ids: Collection[int]) -> dict[int, LookFact]:
    rows = db.session.scalars(select(Opening).where(Opening.stamp_id.in_(stamp_ids)))
    return {row.stamp_id: LookFact(row.claimed_hour_at, row.province, row.device_hash) for row in rows}


def _later(stamp_ids: Collection[int]) -> Mapping[int, list[LookFact]]:
    found: dict[int, list[LookFact]] = defaultdict(list)
    asked = select(LaterOpening).where(LaterOpening.stamp_id.in_(stamp_ids)).order_by(LaterOpening.id)
    for row in db.session.scalars(asked):
        found[row.stamp_id].append(LookFact(row.claimed_hour_at, row.province, row.device_hash))
    return found


def _markets(lot_ids: Collection[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    asked = select(LotMarket.lot_id, LotMarket.province_code).where(LotMarket.lot_id.in_(lot_ids))
    for lot_id, code in db.session.execute(asked):
        name = _by_code(code)
        if name is not None:
            found[lot_id].add(name)
    return {lot_id: frozenset(names) for lot_id, names in found.items()}


def _beyond_sales(lot_ids: Collection[int]) -> frozenset[int]:
    """Lots sold here of which more packs were looked at than have left the house with an order."""
    looked_at = exists().where(Scan.stamp_id == Stamp.id)
    sent = exists().where(StampBinding.stamp_id == Stamp.id, StampBinding.shipped_at.is_not(None))
    of_lots = (StampRun.lot_id.in_(lot_ids), StampRun.kind == StampKind.UNIT.value)
    counts = []
    for condition in (sent, looked_at):
        asked = (
            select(StampRun.lot_id, func.count())
            .join(Stamp, Stamp.run_id == StampRun.id)
            .where(*of_lots, condition)
            .group_by(StampRun.lot_id)
        )
        counts.append({row[0]: int(row[1]) for row in db.session.execute(asked)})
    shipped, seen = counts
    return frozenset(
        lot_id
        for lot_id, count in seen.items()
        if shipped.get(lot_id, 0) >= FEWEST_SHIPPED and count > shipped[lot_id]
    )


def _by_code(code: str | None) -> str | None:
    province = find_province_by_code(code, Vintage.SINCE_2025_07) if code else None
    return province.short_name if province else None


def _today(name: str | None) -> str | None:
    """A province as looks call it."""
    province = find_province(name) if name else None
    return successor(province).short_name if province else None
