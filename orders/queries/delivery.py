"""Quotes of delivery for the parcels of a basket: two reads, however many producers.

The fees themselves are read once by a process and kept by their digest, because a table of fees never changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Date, ScalarSelect, bindparam, exists, or_, select

from catalog.models import Place, Producer, Variant
from core.db import db
from orders.delivery_offers import Rates, Sender, quote
from orders.delivery_terms import (
    CollectPoint,
    DeliveryKind,
    DeliveryOption,
    DeliveryQuote,
    Destination,
    OwnScope,
    Parcel,
    RateStep,
    SenderTerms,
    Zone,
)
from orders.models.delivery import (
    DeliveryRate,
    DeliveryTerms,
    PackWeight,
    PickupPoint,
    ProducerPoint,
    ProductHandling,
    RateTable,
)

UNKNOWN_PACK_G: Final = 500
"""What a pack is taken to weigh of which neither weight nor net quantity is known. Ours."""
PACKAGING_PERCENT: Final = 15
PACKAGING_MIN_G: Final = 50
"""What packaging is taken to weigh where its producer has not said. Ours."""
_GRAMS: Final = {"g": 1, "kg": 1000, "ml": 1, "l": 1000}  # a litre of these goods weighs about a kilogram

_TERMS: Final = DeliveryTerms.__table__.c
_RATE_TABLE: Final = RateTable.__table__.c
_ON: Final = bindparam("on", type_=Date)
_VARIANT: Final = Variant.__table__.c
_WEIGHT, _HANDLING = PackWeight.__table__.c, ProductHandling.__table__.c
NEEDS_COLUMNS: Final[list[Any]] = [
    _WEIGHT.weight_g,
    _HANDLING.packaging_g,
    _HANDLING.is_fragile,
    _HANDLING.is_chilled,
    _HANDLING.max_transit_days,
]
"""What `needs_of` reads of a row, beside the variant's net_quantity and net_unit."""


def with_needs(first: Any) -> Any:
    """`first`, a FROM that has the variant, with what `NEEDS_COLUMNS` come from."""
    return first.outerjoin(PackWeight.__table__, _WEIGHT.variant_id == _VARIANT.id).outerjoin(
        ProductHandling.__table__, _HANDLING.product_id == _VARIANT.product_id
    )


_NEEDS: Final = (
    select(_VARIANT.id, _VARIANT.net_quantity, _VARIANT.net_unit, *NEEDS_COLUMNS)
    .select_from(with_needs(Variant.__table__))
    .where(_VARIANT.id.in_(bindparam("variant_ids", expanding=True)))
)
_POINT, _OF_PRODUCER = PickupPoint.__table__.c, ProducerPoint.__table__.c
_POINTS: Final = (
    select(_OF_PRODUCER.producer_id, _OF_PRODUCER.days, *_POINT)
    .select_from(ProducerPoint.__table__)
    .join(PickupPoint.__table__, _POINT.id == _OF_PRODUCER.point_id)
    .where(
        _OF_PRODUCER.producer_id.in_(bindparam("producer_ids", expanding=True)),
        _POINT.withdrawn_at.is_(None),
        or_(_POINT.until_on.is_(None), _POINT.until_on >= _ON),
    )
    .order_by(_POINT.id)
)
_POINTS_NEAR: Final = _POINTS.where(_POINT.province_code == bindparam("province_code"))


def _digest_in_force(whose: Any) -> ScalarSelect[str]:
    return (
        select(_RATE_TABLE.digest)
        .where(
            whose,
            _RATE_TABLE.valid_from_on <= _ON,
            or_(_RATE_TABLE.valid_to_on.is_(None), _RATE_TABLE.valid_to_on >= _ON),
        )
        .order_by(_RATE_TABLE.valid_from_on.desc(), _RATE_TABLE.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_PRODUCER, _PLACE = Producer.__table__.c, Place.__table__.c
SENDER_COLUMNS: Final[list[Any]] = [
    _PLACE.street,
    _PLACE.current_commune,
    _PLACE.current_province,
    _PLACE.current_province_code,
    _PLACE.current_commune_code,
    _TERMS.producer_id.label("has_terms"),
    *(column for column in _TERMS if column.key not in {"producer_id", "changed_at"}),
    _digest_in_force(_RATE_TABLE.producer_id == _PRODUCER.id).label("own_digest"),
    _digest_in_force(_RATE_TABLE.producer_id.is_(None)).label("platform_digest"),
    exists().where(_OF_PRODUCER.producer_id == _PRODUCER.id).label("has_points"),
]
"""What `sender_of` reads of a row, beside producer_id. Asks for the day as `on`."""


def with_sender(first: Any) -> Any:
    """`first`, a FROM that has the producer, with what `SENDER_COLUMNS` come from."""
    return first.outerjoin(Place.__table__, _PLACE.id == _PRODUCER.place_id).outerjoin(
        DeliveryTerms.__table__, _TERMS.producer_id == _PRODUCER.id
    )


_SENDERS: Final = (
    select(_PRODUCER.id.label("producer_id"), *SENDER_COLUMNS)
    .select_from(with_sender(Producer.__table__))
    .where(_PRODUCER.id.in_(bindparam("producer_ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class PackNeeds:
    """What one pack needs on the way. weight_g: as it is sent; is_weighed: told by its producer, not worked out."""

    weight_g: int
    is_weighed: bool
    is_fragile: bool
    is_chilled: bool
    max_transit_days: int | None


@dataclass(frozen=True, slots=True)
class PackLine:
    """So many packs of one kind in a parcel. goods_vnd: of all of them, before discounts."""

    producer_id: int
    variant_id: int
    quantity: int
    goods_vnd: int


def list_delivery_options(parcel: Parcel, to: Destination, on: date) -> tuple[DeliveryOption, ...]:
    """How `parcel`, ordered on `on` in Vietnam, can reach the buyer: what is brought first, the cheapest first."""
    return list_options_of_parcels((parcel,), to, on)[parcel.producer_id]


def list_options_of_parcels(
    parcels: Sequence[Parcel], to: Destination, on: date
) -> dict[int, tuple[DeliveryOption, ...]]:
    """The same for all parcels of a basket, by number of the producer."""
    return {producer_id: quoted.options for producer_id, quoted in quote_parcels(parcels, to, on).items()}


def quote_parcels(
    parcels: Sequence[Parcel], to: Destination, on: date, rows: Mapping[int, Any] | None = None
) -> dict[int, DeliveryQuote]:
    """By number of the producer what can be offered, what cannot and why, and the least that it sends.

    rows: with `SENDER_COLUMNS` of `on`, by number of the producer, where they were read already.
    """
    if not parcels:
        return {}
    wanted = [parcel.producer_id for parcel in parcels]
    senders = _list_senders(_read_senders(wanted, on) if rows is None else rows, wanted, to, on)
    return {
        parcel.producer_id: quote(parcel, to, senders[parcel.producer_id], on)
        for parcel in parcels
        if parcel.producer_id in senders
    }


def get_sender(producer_id: int, on: date) -> Sender:
    """How a producer sends on a day, with the fees that count for it, wherever a parcel goes."""
    row = _read_senders([producer_id], on)[producer_id]
    return Sender(terms=_terms(row), rates=_rates_in_force(row.own_digest, row.platform_digest))


def weigh_parcels(
    lines: Iterable[PackLine], needs: Mapping[int, PackNeeds] | None = None
) -> dict[int, Parcel]:
    """The parcels that `lines` make, one for each producer, by its number.

    needs: of the packs by their numbers; None: they are read.
    """
    by_producer: dict[int, list[PackLine]] = {}
    for line in lines:
        by_producer.setdefault(line.producer_id, []).append(line)
    if needs is None:
        needs = list_pack_needs({line.variant_id for of_one in by_producer.values() for line in of_one})
    return {producer_id: parcel_of(producer_id, of_one, needs) for producer_id, of_one in by_producer.items()}


def parcel_of(producer_id: int, lines: Sequence[PackLine], needs: Mapping[int, PackNeeds]) -> Parcel:
    """One parcel with all of `lines`: as delicate as the most delicate of its goods."""
    limits = [days for line in lines if (days := needs[line.variant_id].max_transit_days) is not None]
    return Parcel(
        producer_id=producer_id,
        weight_g=sum(needs[line.variant_id].weight_g * line.quantity for line in lines),
        goods_vnd=sum(line.goods_vnd for line in lines),
        is_fragile=any(needs[line.variant_id].is_fragile for line in lines),
        is_chilled=any(needs[line.variant_id].is_chilled for line in lines),
        max_transit_days=min(limits, default=None),
    )


def list_pack_needs(variant_ids: Iterable[int]) -> dict[int, PackNeeds]:
    """What packs need on the way, by their numbers."""
    rows = db.session.connection().execute(_NEEDS, {"variant_ids": list(variant_ids)})
    return {row.id: needs_of(row) for row in rows}


def needs_of(row: Any) -> PackNeeds:
    """What the pack of a row with `NEEDS_COLUMNS` needs on the way."""
    return PackNeeds(
        weight_g=row.weight_g or worked_out_weight_g(row.net_quantity, row.net_unit, row.packaging_g),
        is_weighed=row.weight_g is not None,
        is_fragile=bool(row.is_fragile),
        is_chilled=bool(row.is_chilled),
        max_transit_days=row.max_transit_days,
    )


def worked_out_weight_g(net_quantity: int | None, net_unit: str | None, packaging_g: int | None) -> int:
    """What a pack is taken to weigh: its contents with packaging. Pieces say nothing of their weight."""
    if not net_quantity or net_unit not in _GRAMS:
        return UNKNOWN_PACK_G + (packaging_g or 0)
    net_g = net_quantity * _GRAMS[net_unit]
    if packaging_g is None:
        packaging_g = max(PACKAGING_MIN_G, net_g * PACKAGING_PERCENT // 100)
    return net_g + packaging_g


def _read_senders(producer_ids: Sequence[int], on: date) -> dict[int, Any]:
    rows = db.session.connection().execute(_SENDERS, {"producer_ids": producer_ids, "on": on})
    return {row.producer_id: row for row in rows}


def _list_senders(
    rows: Mapping[int, Any], producer_ids: Sequence[int], to: Destination, on: date
) -> dict[int, Sender]:
    with_points = [number for number in producer_ids if number in rows and rows[number].has_points]
    points = _list_points(with_points, to, on) if with_points else {}
    return {
        number: Sender(
            terms=_terms(rows[number]),
            rates=_rates_in_force(rows[number].own_digest, rows[number].platform_digest),
            points=points.get(number, ()),
        )
        for number in producer_ids
        if number in rows
    }


def _terms(row: Any) -> SenderTerms:
    address = ", ".join(part for part in (row.street, row.current_commune, row.current_province) if part)
    where = {
        "producer_id": row.producer_id,
        "province_code": row.current_province_code,
        "commune_code": row.current_commune_code,
        "address": address,
    }
    if row.has_terms is None:
        return SenderTerms(**where)
    return SenderTerms(
        **where,
        handover_days=row.handover_days,
        send_weekdays=row.send_weekdays,
        sends_by_carrier=row.sends_by_carrier,
        free_from_vnd=row.free_from_vnd,
        own_scope=OwnScope(row.own_scope),
        own_fee_vnd=row.own_fee_vnd,
        own_free_from_vnd=row.own_free_from_vnd,
        own_days=row.own_days,
        pickup_hours=row.pickup_hours,
        minimum_vnd=row.minimum_vnd,
    )


def _rates_in_force(own_digest: str | None, platform_digest: str | None) -> Rates:
    """The producer's own fees; the platform's where it has none, or an empty table that ends its own."""
    own = _rates_of(own_digest) if own_digest is not None else {}
    if own or platform_digest is None:
        return own
    return _rates_of(platform_digest)


@lru_cache(maxsize=512)
def _rates_of(digest: str) -> Rates:
    table_id = select(RateTable.id).where(RateTable.digest == digest).limit(1).scalar_subquery()
    rows = db.session.connection().execute(
        select(DeliveryRate.__table__)
        .where(DeliveryRate.table_id == table_id)
        .order_by(DeliveryRate.carrier, DeliveryRate.service, DeliveryRate.up_to_g)
    )
    rates: dict[tuple[str, str], list[RateStep]] = {}
    for row in rows:
        rates.setdefault((row.carrier, row.service), []).append(
            RateStep(
                carrier=row.carrier,
                service=row.service,
                zone=Zone(row.zone),
                up_to_g=row.up_to_g,
                fee_vnd=row.fee_vnd,
                fragile_fee_vnd=row.fragile_fee_vnd,
                days_from=row.days_from,
                days_to=row.days_to,
                is_cold=row.is_cold,
            )
        )
    return rates


def _list_points(
    producer_ids: Sequence[int], to: Destination, on: date
) -> dict[int, tuple[CollectPoint, ...]]:
    """Points in the buyer's province; all where no province is known yet."""
    wanted = {"producer_ids": producer_ids, "on": on, "province_code": to.province_code}
    asked = _POINTS if to.province_code is None else _POINTS_NEAR
    found: dict[int, list[CollectPoint]] = {}
    for point in db.session.connection().execute(asked, wanted):
        found.setdefault(point.producer_id, []).append(
            CollectPoint(
                id=point.id,
                kind=DeliveryKind(point.kind),
                name=point.name,
                address=point.address,
                hours=point.hours,
                days=point.days,
                fee_vnd=point.fee_vnd,
                from_on=point.from_on,
                until_on=point.until_on,
            )
        )
    return {producer_id: tuple(points) for producer_id, points in found.items()}
