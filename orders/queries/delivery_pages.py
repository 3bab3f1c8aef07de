"""What pages about delivery show: terms, points, tables of fees, and parcels that a person must look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core.db import ID_MAX, db
from orders.delivery_terms import (
    DeliveryOption,
    Destination,
    Parcel,
    RateStep,
    SenderTerms,
    Zone,
)
from orders.errors import PointNotFoundError, ShipmentNotFoundError
from orders.models.delivery import (
    DeliveryRate,
    DeliveryTerms,
    PackWeight,
    PickupPoint,
    ProducerPoint,
    ProductHandling,
    RateTable,
)
from orders.models.orders import SellerOrder
from orders.models.shipments import BookingState, CodRemittance, CodRemittanceLine, Shipment, ShipmentEvent
from orders.queries.delivery import list_delivery_options

POINTS_MOST: Final = 200
SHOWN_MOST: Final = 50
SAMPLE_G: Final = 1_000
SAMPLE_VND: Final = 200_000
SAMPLE_PROVINCES: Final = ("01", "79")


@dataclass(frozen=True, slots=True)
class PointChoice:
    """A point with the days until this producer's goods lie there; None: it brings none there."""

    point: PickupPoint
    days: int | None


@dataclass(frozen=True, slots=True)
class Troubled:
    """A parcel that a person must look at. reason: of the booking that failed, or the carrier's word that clashed."""

    shipment: Shipment
    reason: str


def find_terms(producer_id: int) -> DeliveryTerms:
    """The producer's terms; the defaults, not kept, where it has set none."""
    found = db.session.get(DeliveryTerms, producer_id)
    if found is not None:
        return found
    usual = SenderTerms(producer_id=producer_id)
    return DeliveryTerms(
        producer_id=producer_id,
        handover_days=usual.handover_days,
        send_weekdays=usual.send_weekdays,
        sends_by_carrier=usual.sends_by_carrier,
        own_scope=usual.own_scope.value,
        own_fee_vnd=usual.own_fee_vnd,
        own_days=usual.own_days,
        minimum_vnd=usual.minimum_vnd,
    )


def list_point_choices(producer_id: int, on: date) -> list[PointChoice]:
    """Points that are open or will be, each with the producer's days; those by invitation where it was taken in."""
    rows = db.session.execute(
        select(PickupPoint, ProducerPoint.days)
        .outerjoin(
            ProducerPoint,
            (ProducerPoint.point_id == PickupPoint.id) & (ProducerPoint.producer_id == producer_id),
        )
        .where(
            PickupPoint.withdrawn_at.is_(None),
            or_(PickupPoint.until_on.is_(None), PickupPoint.until_on >= on),
            ~PickupPoint.is_by_invitation | ProducerPoint.point_id.is_not(None),
        )
        .order_by(PickupPoint.province_code, PickupPoint.name, PickupPoint.id)
        .limit(POINTS_MOST)
    )
    return [PointChoice(point, days) for point, days in rows]


def sample_options(producer_id: int, home: str | None, on: date) -> list[tuple[str, DeliveryOption | None]]:
    """The first way in which a parcel of a kilogram reaches the home province, Hà Nội and Hồ Chí Minh City."""
    parcel = Parcel(producer_id=producer_id, weight_g=SAMPLE_G, goods_vnd=SAMPLE_VND)
    codes = dict.fromkeys(code for code in (home, *SAMPLE_PROVINCES) if code)
    return [(code, next(iter(list_delivery_options(parcel, Destination(code), on)), None)) for code in codes]


def find_handling(product_id: int, variant_ids: Sequence[int]) -> tuple[ProductHandling, dict[int, int]]:
    """What the product needs on the way, and the weights of packs that were weighed."""
    handling = db.session.get(ProductHandling, product_id) or ProductHandling(
        product_id=product_id, is_fragile=False, is_chilled=False
    )
    rows = db.session.execute(
        select(PackWeight.variant_id, PackWeight.weight_g).where(PackWeight.variant_id.in_(variant_ids))
    )
    return handling, {row.variant_id: row.weight_g for row in rows}


def list_rate_tables(producer_id: int | None) -> list[RateTable]:
    """Tables of fees, the newest first."""
    return list(
        db.session.scalars(
            select(RateTable)
            .where(RateTable.producer_id.is_not_distinct_from(producer_id))
            .order_by(RateTable.valid_from_on.desc(), RateTable.id.desc())
            .limit(SHOWN_MOST)
        )
    )


def find_table_in_force(producer_id: int | None, on: date) -> RateTable | None:
    """The table that counts on a day, as quotes choose it; one without rows says that the platform's counts."""
    return db.session.scalar(
        select(RateTable)
        .where(
            RateTable.producer_id.is_not_distinct_from(producer_id),
            RateTable.valid_from_on <= on,
            or_(RateTable.valid_to_on.is_(None), RateTable.valid_to_on >= on),
        )
        .order_by(RateTable.valid_from_on.desc(), RateTable.id.desc())
        .limit(1)
    )


def list_steps(table_id: int) -> list[RateStep]:
    """The fees of a table in the order of its rows."""
    rows = db.session.scalars(
        select(DeliveryRate).where(DeliveryRate.table_id == table_id).order_by(DeliveryRate.id)
    )
    return [
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
        for row in rows
    ]


def list_points() -> list[PickupPoint]:
    """All points, those that are offered first."""
    return list(
        db.session.scalars(
            select(PickupPoint)
            .order_by(PickupPoint.withdrawn_at.is_not(None), PickupPoint.province_code, PickupPoint.id)
            .limit(POINTS_MOST)
        )
    )


def get_point(point_id: int) -> PickupPoint:
    """Raises PointNotFoundError."""
    found = db.session.get(PickupPoint, point_id) if 0 < point_id <= ID_MAX else None
    if found is None:
        raise PointNotFoundError(point_id=point_id)
    return found


def list_troubled() -> list[Troubled]:
    """Parcels whose booking failed and that have no number yet, and those of which a carrier told what cannot be."""
    failed = db.session.scalars(
        select(Shipment)
        .where(Shipment.booking == BookingState.FAILED.value)
        .options(joinedload(Shipment.seller_order).joinedload(SellerOrder.producer))
        .order_by(Shipment.id.desc())
        .limit(SHOWN_MOST)
    )
    clashes = db.session.execute(
        select(Shipment, ShipmentEvent.code)
        .join(ShipmentEvent, ShipmentEvent.shipment_id == Shipment.id)
        .where(ShipmentEvent.outcome == "conflict")
        .options(joinedload(Shipment.seller_order).joinedload(SellerOrder.producer))
        .order_by(ShipmentEvent.id.desc())
        .limit(SHOWN_MOST)
    )
    return [Troubled(each, each.fault or "") for each in failed] + [Troubled(*row) for row in clashes]


def list_remittances() -> list[CodRemittance]:
    """Carriers' lists, the newest first."""
    return list(db.session.scalars(select(CodRemittance).order_by(CodRemittance.id.desc()).limit(SHOWN_MOST)))


def get_remittance(remittance_id: int) -> CodRemittance:
    """A carrier's list. Raises ShipmentNotFoundError."""
    found = db.session.get(CodRemittance, remittance_id) if 0 < remittance_id <= ID_MAX else None
    if found is None:
        raise ShipmentNotFoundError(remittance_id=remittance_id)
    return found


def get_remittance_id(line_id: int) -> int:
    """The list that a line is of. Raises ShipmentNotFoundError."""
    found = db.session.get(CodRemittanceLine, line_id) if 0 < line_id <= ID_MAX else None
    if found is None:
        raise ShipmentNotFoundError(line_id=line_id)
    return found.remittance_id


def list_waiting_lines(remittance_id: int | None = None) -> list[CodRemittanceLine]:
    """Lines that are neither matched nor closed; of one list, or of all."""
    waiting = (
        select(CodRemittanceLine)
        .where(
            CodRemittanceLine.closed_at.is_(None),
            CodRemittanceLine.outcome.not_in(("matched", "settled_by_hand")),
        )
        .options(joinedload(CodRemittanceLine.remittance))
        .order_by(CodRemittanceLine.id)
        .limit(POINTS_MOST)
    )
    if remittance_id is not None:
        waiting = waiting.where(CodRemittanceLine.remittance_id == remittance_id)
    return list(db.session.scalars(waiting))
