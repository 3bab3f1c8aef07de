"""All that a telephone needs to sell without a network, as JSON knows it. Shape: docs/booth.md."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from catalog.models import Product, Variant
from catalog.models.pictures import Picture, ProductPicture
from catalog.queries.pictures import COVER_COLUMNS, cover_view, is_cover_of
from catalog.queries.sale_terms import UNRULED, GoodsTerms, list_sale_terms
from core.clock import vietnam_date
from core.db import db
from core.places import list_provinces
from orders.banks import bank_name
from orders.models.slices import StockSlice
from orders.operations.payment_rows import find_account
from orders.queries.delivery import get_sender, list_pack_needs
from orders.queries.slices import list_slices
from promotion.booth_terms.rules import shipping_table, why_not
from promotion.models.counter import BoothDevice, BoothReference
from promotion.models.fairs import Booth, Participation
from promotion.queries.counter import closed_because, place_of
from traceability.models import Lot, LotKind
from traceability.queries.recalls import lot_is_recalled, recalled_variants

LOT_CODES_MAX: Final = 5
"""The latest lots of a product: older ones are hardly ever on the table."""


def get_booth_pack(
    device: BoothDevice, references: Sequence[BoothReference], *, link_base: str, now: datetime
) -> dict[str, Any]:
    """The pack of a telephone. link_base: absolute, of receipts. Ten statements, however many goods."""
    booth = device.participation
    on = vietnam_date(now)
    is_closed = closed_because(booth, on) is not None
    lasting: dict[str, Any] = {
        "fair": {
            "name": booth.fair.name,
            "slug": booth.fair.slug,
            "ends_on": booth.fair.ends_on.isoformat(),
        },
        "booth": {"code": _booth_code(booth)},
        "sends_only": is_closed,
        "producer": {
            "id": booth.producer_id,
            "name": booth.producer.name,
            "phone": booth.producer.phone,
        },
        "account": _account(booth.producer_id, now),
        "provinces": [{"code": each.code, "name": each.name} for each in list_provinces()],
        "shipping": _shipping(booth.producer_id, on),
        "goods": _goods(booth, on, is_closed=is_closed),
    }
    version = sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:16]
    return {
        "version": version,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "device": {"id": device.id, "name": device.name},
        **lasting,
        "references": [each.code for each in references],
        "receipts": {
            "link_base": link_base,
            "keys": {each.code: each.receipt_key for each in references},
        },
    }


def goods_terms(variants: Collection[Variant], on: date) -> dict[int, GoodsTerms]:
    """On what terms packs are sold on a day, by number of the variant."""
    terms = list_sale_terms(sorted({each.product_id for each in variants}), on)
    return {each.id: terms.get(each.product_id, UNRULED) for each in variants}


def _booth_code(booth: Participation) -> str | None:
    if booth.booth_id is None:
        return None
    return db.session.scalar(select(Booth.code).where(Booth.id == booth.booth_id))


def _account(producer_id: int, now: datetime) -> dict[str, str] | None:
    account = find_account(producer_id, now=now)
    if account is None:
        return None
    return {
        "bank_bin": account.bank_bin,
        "bank_name": bank_name(account.bank_bin),
        "number": account.account_number,
        "holder": account.account_name,
    }


def _shipping(producer_id: int, on: date) -> list[dict[str, str | int]]:
    return shipping_table(get_sender(producer_id, on), [each.code for each in list_provinces()])


def _goods(booth: Participation, on: date, *, is_closed: bool) -> list[dict[str, Any]]:
    place = place_of(booth.id)
    slices = {each.variant_id: each for each in list_slices(place)}
    is_offered = Product.is_listed & Variant.withdrawn_at.is_(None) & Variant.price_vnd.is_not(None)
    variants = db.session.scalars(
        select(Variant)
        .join(Variant.product)
        .options(joinedload(Variant.product))
        .where(
            Product.producer_id == booth.producer_id,
            or_(is_offered, Variant.id.in_(select(StockSlice.variant_id).where(StockSlice.place == place))),
        )
        .order_by(Product.name, Variant.position, Variant.id)
        .execution_options(populate_existing=True)
    ).all()
    numbers = [each.id for each in variants]
    products = sorted({each.product_id for each in variants})
    recalled, terms, needs = recalled_variants(numbers), goods_terms(variants, on), list_pack_needs(numbers)
    covers, lots = _covers(products), _lot_codes(products)
    goods = []
    for each in variants:
        reason = why_not(
            is_recalled=each.id in recalled,
            is_withdrawn=each.withdrawn_at is not None,
            is_listed=each.product.is_listed,
            has_papers=terms[each.id].is_sellable,
            price_vnd=each.price_vnd,
            is_closed=is_closed,
        )
        goods.append(
            {
                "variant_id": each.id,
                "product_id": each.product_id,
                "name": each.product.name,
                "name_en": each.product.name_en,
                "pack": each.label,
                "pack_en": each.label_en,
                "price_vnd": each.price_vnd or 0,
                "weight_g": needs[each.id].weight_g,
                "photo_url": covers.get(each.product_id),
                "gtin": each.gtin,
                "slice_left": slices[each.id].left if each.id in slices else 0,
                "is_sellable": reason is None,
                "why_not": reason,
                "buyer_age": terms[each.id].terms.buyer_age,
                "lot_codes": lots.get(each.product_id, []),
            }
        )
    return goods


def _covers(product_ids: Sequence[int]) -> Mapping[int, str]:
    product = Product.__table__
    rows = db.session.execute(
        select(product.c.id, *COVER_COLUMNS)
        .select_from(product)
        .join(ProductPicture.__table__, is_cover_of(product.c.id))
        .join(Picture.__table__, Picture.__table__.c.id == ProductPicture.__table__.c.picture_id)
        .where(product.c.id.in_(product_ids))
    )
    views = {row.id: cover_view(row) for row in rows}
    return {number: view.url("card") for number, view in views.items() if view is not None}


def _lot_codes(product_ids: Sequence[int]) -> Mapping[int, list[str]]:
    lot = Lot.__table__.c
    rows = db.session.execute(
        select(lot.product_id, lot.code)
        .where(
            lot.product_id.in_(product_ids),
            lot.kind == LotKind.GOODS.value,
            ~lot_is_recalled(lot.id, lot.product_id),
        )
        .order_by(lot.id.desc())
    )
    codes: defaultdict[int, list[str]] = defaultdict(list)
    for product_id, code in rows:
        if len(codes[product_id]) < LOT_CODES_MAX:
            codes[product_id].append(code)
    return codes
