"""A sale that a telephone sent becomes an order: judged, told about, booked. See `promotion.operations.sync`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from catalog.models import Product, Variant
from core.clock import vietnam_date
from core.db import db
from core.phones import can_take_messages, vietnamese_phone
from core.places import Vintage, find_commune_by_code, find_province_by_code
from orders.delivery_terms import DeliveryKind, DeliveryOption, Destination
from orders.models.orders import PaymentMethod, SellerOrder
from orders.operations.counter import (
    CounterBill,
    CounterLine,
    CounterParcel,
    sell_over_counter,
    sell_to_be_sent,
)
from orders.operations.payment_rows import find_account
from orders.operations.slices import allot
from orders.queries.delivery import PackLine, list_delivery_options, weigh_parcels
from orders.queries.slices import left_at
from promotion.booth_terms.items import Item, SoldItem
from promotion.booth_terms.rules import Notice
from promotion.models.counter import BoothDevice, BoothReference
from promotion.models.fairs import Booth, Participation
from promotion.operations.reach import note_order_place
from promotion.queries.counter import place_of
from traceability.queries.recalls import recalled_variants

Told = list[tuple[Notice, dict[str, Any]]]


class ItemRefusedError(Exception):
    """The item can never be booked (`notice`, `facts`). Caught where items are taken in."""

    def __init__(self, notice: Notice, **facts: Any) -> None:
        super().__init__(notice.value)
        self.notice, self.facts = notice, facts


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale, judged: who sells at which booth, what, and what is told of it so far."""

    booth: Participation
    item: Item
    what: SoldItem
    sold_at: datetime
    variants: Mapping[int, Variant]
    told: Told = field(default_factory=list)

    @property
    def place(self) -> str:
        return place_of(self.booth.id)

    @property
    def packs(self) -> dict[int, int]:
        packs: dict[int, int] = {}
        for line in self.what.lines:
            packs[line.variant_id] = packs.get(line.variant_id, 0) + line.quantity
        return packs

    def name_of(self, variant_id: int) -> str:
        variant = self.variants[variant_id]
        return f"{variant.product.name}, {variant.label}"


def judge_sale(device: BoothDevice, item: Item, what: SoldItem, *, sold_at: datetime, now: datetime) -> Sale:
    """Look at a sale before it is booked. Raises ItemRefusedError for goods, codes and addresses that cannot be."""
    booth = device.participation
    wanted = sorted({line.variant_id for line in what.lines})
    variants = {
        each.id: each
        for each in db.session.scalars(
            select(Variant)
            .join(Variant.product)
            .options(joinedload(Variant.product))
            .where(Variant.id.in_(wanted), Product.producer_id == booth.producer_id)
            .execution_options(populate_existing=True)
        )
    }
    if len(variants) < len(wanted):
        raise ItemRefusedError(Notice.FOREIGN)
    reference = db.session.get(BoothReference, what.reference, populate_existing=True)
    if reference is None or reference.used_at is not None:
        raise ItemRefusedError(Notice.REFERENCE)
    holder = db.session.get_one(BoothDevice, reference.device_id)
    if (
        holder.participation_id != booth.id
    ):  # paired again, a telephone still holds the codes of its former self
        raise ItemRefusedError(Notice.REFERENCE)
    if what.buyer is not None:
        _address(what)
    sale = Sale(booth, item, what, sold_at, variants)
    _tell_of_goods(sale)
    _tell_of_money(sale, now)
    return sale


def missing_packs(sale: Sale) -> dict[int, int]:
    """Packs that were sold beyond what lies at the booth, by number of the variant."""
    left = left_at(sale.place, sale.packs)
    return {number: packs - left[number] for number, packs in sale.packs.items() if packs > left[number]}


def book_sale(sale: Sale, *, by: Actor, now: datetime) -> SellerOrder:
    """Make the order; what is missing at the booth comes out of the shop. What is worth telling is added to the sale.

    Raises ShortStockError (shortfalls) where the shop has it neither: then the caller must keep nothing.
    """
    missing = missing_packs(sale)
    if missing:
        allot(sale.place, missing, by=by, now=now, subject=f"order:{sale.what.reference}")
        for number, packs in sorted(missing.items()):
            sale.told.append((Notice.FROM_SHOP, {"packs": packs, "name": sale.name_of(number)}))
    bill = _bill(sale)
    if sale.what.buyer is None:
        part, refused = sell_over_counter(bill, by=by, now=now)
        sale.told.extend((Notice.CODE, {"code": code, "reason": why}) for code, why in refused.items())
    else:
        part = sell_to_be_sent(bill, _parcel(sale, now), by=by, now=now)
    note_order_place(part.order_id, sale.booth.fair_id, sale.booth.booth_id, now)
    return part


def use_reference(code: str, now: datetime) -> None:
    """The code belongs to an item from now on."""
    db.session.get_one(BoothReference, code).used_at = now
    db.session.flush()


def _address(what: SoldItem) -> dict[str, str | None]:
    """Where goods are sent, with the names of today's places. Raises ItemRefusedError."""
    buyer = what.buyer
    if buyer is None:
        raise ItemRefusedError(Notice.ADDRESS)
    phone = vietnamese_phone(buyer.phone)
    province = find_province_by_code(buyer.province_code, Vintage.SINCE_2025_07)
    commune = find_commune_by_code(buyer.commune_code)
    if phone is None or province is None or commune is None or commune.province_code != province.code:
        raise ItemRefusedError(Notice.ADDRESS)
    return {
        "name": buyer.name,
        "phone": phone,
        "province_code": province.code,
        "province": province.name,
        "commune_code": commune.code,
        "commune": commune.name,
        "street": buyer.street,
        "note": buyer.note or None,
    }


def _tell_of_goods(sale: Sale) -> None:
    recalled = recalled_variants(sale.variants)
    for number in sorted(sale.variants):
        variant, name = sale.variants[number], sale.name_of(number)
        if number in recalled:
            sale.told.append((Notice.RECALLED, {"name": name}))
        elif variant.withdrawn_at is not None or not variant.product.is_listed:
            sale.told.append((Notice.WITHDRAWN, {"name": name}))
    for line in sale.what.lines:
        today_vnd = sale.variants[line.variant_id].price_vnd
        if today_vnd is not None and line.unit_price_vnd != today_vnd:
            prices = {"sold_vnd": line.unit_price_vnd, "today_vnd": today_vnd}
            sale.told.append((Notice.PRICE, {"name": sale.name_of(line.variant_id), **prices}))


def _tell_of_money(sale: Sale, now: datetime) -> None:
    what = sale.what
    is_short = what.method is PaymentMethod.CASH and what.given_vnd is not None
    if is_short and (what.given_vnd or 0) < what.total_vnd:
        sale.told.append((Notice.GIVEN, {}))
    if what.method is PaymentMethod.TRANSFER and find_account(sale.booth.producer_id, now=now) is None:
        sale.told.append((Notice.NO_ACCOUNT, {}))
    if what.phone and not _message_phone(what.phone):
        sale.told.append((Notice.PHONE, {}))


def _message_phone(typed: str) -> str:
    phone = vietnamese_phone(typed)
    return phone if phone is not None and can_take_messages(phone) else ""


def _bill(sale: Sale) -> CounterBill:
    fair, what = sale.booth.fair, sale.what
    spot = {"name": fair.name, "address": ", ".join(part for part in (fair.venue, fair.address) if part)}
    code = db.session.scalar(select(Booth.code).where(Booth.id == sale.booth.booth_id))
    return CounterBill(
        key=sale.item.id,
        reference=what.reference,
        producer_id=sale.booth.producer_id,
        place=sale.place,
        spot={**spot, "hours": fair.hours, **({"booth": code} if code else {})},
        method=what.method,
        lines=tuple(
            CounterLine(
                variant_id=line.variant_id,
                quantity=line.quantity,
                unit_price_vnd=line.unit_price_vnd,
                name=sale.variants[line.variant_id].product.name,
                name_en=sale.variants[line.variant_id].product.name_en,
                pack=sale.variants[line.variant_id].label,
                pack_en=sale.variants[line.variant_id].label_en,
                codes=line.codes,
            )
            for line in what.lines
        ),
        discount_vnd=what.discount_vnd,
        sold_at=sale.sold_at,
        phone=_message_phone(what.phone),
    )


def _parcel(sale: Sale, now: datetime) -> CounterParcel:
    """Where to and how, at the freight that was taken; what is offered today is told where it differs."""
    to = _address(sale.what)
    lines = [
        PackLine(sale.booth.producer_id, line.variant_id, line.quantity, line.quantity * line.unit_price_vnd)
        for line in sale.what.lines
    ]
    parcel = weigh_parcels(lines)[sale.booth.producer_id]
    options = list_delivery_options(
        parcel, Destination(to["province_code"], to["commune_code"]), vietnam_date(now)
    )
    option = _cheapest(options)
    if option is None:
        sale.told.append((Notice.NO_WAY, {}))
    elif option.fee_vnd != sale.what.shipping_vnd:
        fees = {"sold_vnd": sale.what.shipping_vnd, "today_vnd": option.fee_vnd}
        sale.told.append((Notice.FREIGHT, fees))
    return CounterParcel(to=to, fee_vnd=sale.what.shipping_vnd, parcel=parcel, option=option)


def _cheapest(options: tuple[DeliveryOption, ...]) -> DeliveryOption | None:
    by_carrier = [each for each in options if each.kind is DeliveryKind.CARRIER]
    return min(by_carrier, key=lambda each: each.fee_vnd, default=None)
