"""Parcels as papers and carriers are told of them: who sends what to whom. A handful of reads for many parcels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Place, Producer
from core.db import db
from orders.delivery_terms import DeliveryKind
from orders.errors import OrderNotFoundError
from orders.models.orders import Order, SellerOrder
from orders.models.shipments import Shipment
from orders.models.stock import LineLot
from orders.states import OPEN, Fulfilment, PaymentState
from traceability.models import Lot

CODES_MAX = 60
"""Parcels whose papers are made at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """An address. Codes are of places of today; None where not known."""

    name: str
    phone: str
    street: str
    commune: str
    province: str
    commune_code: str | None
    province_code: str | None
    landmark: str = ""


@dataclass(frozen=True, slots=True)
class PackedLine:
    """Packs of one kind in a parcel. lots: code, day of expiry and count of packs of each lot they come from."""

    name: str
    pack: str
    quantity: int
    lots: tuple[tuple[str, date | None, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFacts:
    """One parcel. code: of the producer's order; order_code: what the buyer knows. cod_vnd: to collect, 0 if paid.

    point: where it is fetched, empty where it is brought. tracking_number: of `carrier`, empty if not known yet.
    """

    seller_order_id: int
    code: str
    order_code: str
    kind: DeliveryKind
    carrier: str
    service: str
    tracking_number: str
    sender: PlaceFacts
    receiver: PlaceFacts
    point: str
    weight_g: int
    goods_vnd: int
    cod_vnd: int
    is_fragile: bool
    is_chilled: bool
    note: str
    promised_from_on: date
    promised_to_on: date
    lines: tuple[PackedLine, ...]


def list_parcels_by_code(producer_id: int, codes: Sequence[str]) -> list[ParcelFacts]:
    """The producer's parcels of these codes, in their order.

    Raises OrderNotFoundError for one that is not its own, and for one that is over: its buyer's address is nobody's
    business any more (docs/privacy-operations.md).
    """
    found = _list(
        SellerOrder.producer_id == producer_id,
        SellerOrder.code.in_(codes[:CODES_MAX]),
        SellerOrder.lifecycle.in_([state.value for state in OPEN]),
        SellerOrder.fulfilment.not_in((Fulfilment.DELIVERED.value, Fulfilment.RETURNED.value)),
    )
    by_code = {parcel.code: parcel for parcel in found}
    missing = [code for code in codes if code not in by_code]
    if missing or not codes:
        raise OrderNotFoundError(codes=missing)
    return [by_code[code] for code in dict.fromkeys(codes)]


def get_parcel(seller_order_id: int) -> ParcelFacts:
    """The parcel of a producer's order. Raises OrderNotFoundError, also where its buyer's data were erased."""
    found = _list(SellerOrder.id == seller_order_id)
    if not found:
        raise OrderNotFoundError(seller_order_id=seller_order_id)
    return found[0]


def _list(*wanted: object) -> list[ParcelFacts]:
    rows = db.session.scalars(
        select(SellerOrder)
        .join(Order, Order.id == SellerOrder.order_id)
        .where(*wanted, Order.erased_at.is_(None))  # type: ignore[arg-type]
        .options(
            joinedload(SellerOrder.order),
            joinedload(SellerOrder.producer).joinedload(Producer.place),
            selectinload(SellerOrder.lines),
        )
        .order_by(SellerOrder.id)
    ).all()
    numbers = [row.id for row in rows]
    shipments = {
        shipment.seller_order_id: shipment
        for shipment in db.session.scalars(select(Shipment).where(Shipment.seller_order_id.in_(numbers)))
    }
    lots = _lots([line.id for row in rows for line in row.lines])
    return [_facts(row, shipments.get(row.id), lots) for row in rows]


def _lots(line_ids: Sequence[int]) -> dict[int, list[tuple[str, date | None, int]]]:
    found: dict[int, list[tuple[str, date | None, int]]] = {}
    rows = db.session.execute(
        select(LineLot.line_id, Lot.code, Lot.expires_on, LineLot.quantity)
        .join(Lot, Lot.id == LineLot.lot_id)
        .where(LineLot.line_id.in_(line_ids), LineLot.quantity > 0)
        .order_by(LineLot.line_id, Lot.expires_on, Lot.id)
    )
    for line_id, code, expires_on, quantity in rows:
        found.setdefault(line_id, []).append((code, expires_on, quantity))
    return found


def _facts(
    row: SellerOrder, shipment: Shipment | None, lots: dict[int, list[tuple[str, date | None, int]]]
) -> ParcelFacts:
    copied = row.delivery.get("facts", {})
    is_due = row.payment == PaymentState.COD_DUE
    return ParcelFacts(
        seller_order_id=row.id,
        code=row.code,
        order_code=row.order.code,
        kind=DeliveryKind(row.delivery_kind),
        carrier=shipment.carrier if shipment else str(row.delivery.get("carrier") or ""),
        service=shipment.service if shipment else str(copied.get("service", "")),
        tracking_number=(shipment.tracking_number if shipment else None) or "",
        sender=_sender(row.producer),
        receiver=_receiver(row.order),
        point=", ".join(str(copied[name]) for name in ("name", "address") if copied.get(name)),
        weight_g=int(row.delivery.get("weight_g") or 0),
        goods_vnd=row.goods_vnd,
        cod_vnd=row.total_vnd - row.uncharged_vnd if is_due else 0,
        is_fragile=bool(row.delivery.get("is_fragile")),
        is_chilled=bool(row.delivery.get("is_chilled")),
        note=row.order.note or "",
        promised_from_on=row.promised_from_on,
        promised_to_on=row.promised_to_on,
        lines=tuple(
            PackedLine(
                line.name, line.pack, line.quantity - line.cancelled_quantity, tuple(lots.get(line.id, ()))
            )
            for line in row.lines
            if line.quantity > line.cancelled_quantity
        ),
    )


def _sender(producer: Producer) -> PlaceFacts:
    place = producer.place or Place()
    return PlaceFacts(
        name=producer.name,
        phone=producer.phone or "",
        street=place.street or "",
        commune=place.current_commune or "",
        province=place.current_province or "",
        commune_code=place.current_commune_code,
        province_code=place.current_province_code,
    )


def _receiver(order: Order) -> PlaceFacts:
    return PlaceFacts(
        name=order.name,
        phone=order.phone,
        street=order.street or "",
        commune=order.commune or "",
        province=order.province or "",
        commune_code=order.commune_code,
        province_code=order.province_code,
        landmark=order.landmark or "",
    )
