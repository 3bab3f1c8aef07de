"""Packs at a place of sale, and what is sold there. Each function needs `db_session` and commits what it makes."""

from importlib import import_module
from itertools import count
from typing import Any
from uuid import uuid4

from flask import current_app

from catalog.models import Producer, Variant
from core import clock
from core.db import db, transaction
from core.invariants import check_all
from orders.delivery_terms import Parcel
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.slices import StockSlice
from orders.operations.counter import (
    CounterBill,
    CounterLine,
    CounterParcel,
    sell_over_counter,
    sell_to_be_sent,
)
from orders.operations.counter_undo import undo_counter_sale
from orders.operations.slices import allot
from orders.references import new_reference
from settlement.operations.sales import recognise_sale, reverse_sale
from tests.factories import make_producer, make_product

PLACE = "participation:1"
TO: dict[str, str | None] = {
    "name": "Trần Thị Hoa",
    "phone": "+84912345679",
    "province_code": "01",
    "province": "Thành phố Hà Nội",
    "commune_code": "00004",
    "commune": "Phường Ba Đình",
    "street": "Số 5 Đội Cấn",
    "note": None,
}
_numbers = count(1)


def taken_along(on_hand: int = 20, packs: int = 12, producer: Producer | None = None) -> Variant:
    """A pack at 100,000 ₫ of which `packs` of `on_hand` were taken along."""
    producer = producer or make_producer()
    product = make_product(producer=producer, variants=[{"price_vnd": 100_000, "on_hand": on_hand}])
    variant: Variant = product.variants[0]
    if packs:
        with transaction():
            allot(PLACE, {variant.id: packs}, by=None, now=clock.now())
    return variant


def bill(*wanted: tuple[Variant, int], method: str = "cash", **facts: Any) -> CounterBill:
    values: dict[str, Any] = {
        "key": str(uuid4()),
        "reference": new_reference(),
        "producer_id": wanted[0][0].product.producer_id,
        "place": PLACE,
        "spot": {"name": "Hội chợ", "address": "Hà Nội", "hours": "08:00-21:00"},
        "method": PaymentMethod(method),
        "lines": tuple(
            CounterLine(
                variant_id=variant.id,
                quantity=packs,
                unit_price_vnd=variant.price_vnd or 0,
                name=variant.product.name,
                name_en=None,
                pack=variant.label,
                pack_en=None,
            )
            for variant, packs in wanted
        ),
        "discount_vnd": 0,
        "sold_at": clock.now(),
    }
    return CounterBill(**(values | facts))


def sell(*wanted: tuple[Variant, int], method: str = "cash", **facts: Any) -> SellerOrder:
    made = bill(*wanted, method=method, **facts)
    with transaction():
        part, _refused = sell_over_counter(made, by=None, now=clock.now())
    return part


def send_home(*wanted: tuple[Variant, int], method: str = "cash", fee_vnd: int = 32_000) -> SellerOrder:
    made = bill(*wanted, method=method)
    parcel = CounterParcel(
        to=TO,
        fee_vnd=fee_vnd,
        parcel=Parcel(producer_id=made.producer_id, weight_g=500, goods_vnd=made.goods_vnd),
        option=None,
    )
    with transaction():
        return sell_to_be_sent(made, parcel, by=None, now=clock.now())


def undo(part: SellerOrder) -> bool:
    with transaction():
        return undo_counter_sale(part, reason="Bấm nhầm", by=None, now=clock.now())


def settle(part: SellerOrder) -> None:
    """What the jobs of the settlement do for an order."""
    with transaction():
        recognise_sale(part.id, now=clock.now())
    with transaction():
        for number in db.session.scalars(db.text(f"SELECT id FROM refund WHERE seller_order_id = {part.id}")):
            reverse_sale(number, now=clock.now())


def stands(variant: Variant) -> tuple[int, int, int, int, int]:
    """On hand and reserved in the shop; allotted, sold and returned at the place."""
    db.session.rollback()
    db.session.expire_all()
    slice_ = db.session.query(StockSlice).filter_by(place=PLACE, variant_id=variant.id).one_or_none()
    counts = (slice_.allotted, slice_.sold, slice_.returned) if slice_ else (0, 0, 0)
    return (variant.on_hand, variant.reserved, *counts)


def violations(*names: str) -> list[tuple[str, Any]]:
    """What contradicts the rules, of those with these numbers or of all that speak of goods and money.

    I13 is about recognitions, which the factories write past the log.
    """
    db.session.rollback()
    for module in current_app.extensions["invariant_modules"]:
        import_module(module)
    return [
        (each.name, fault) for each in check_all(names) for fault in each.violations if each.name != "I13"
    ]
