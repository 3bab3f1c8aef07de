"""Prices and counts of many packs at once: all of them are changed, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.actors import Actor
from catalog.errors import InvalidFactError, InvalidListingError, ListingClashError, StockClashError
from catalog.models import Product, Variant
from catalog.operations.listings import change_listing
from catalog.operations.stock import set_variant_stock
from core.db import db
from core.errors import InvalidError


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One pack of the table. seen_…: as the page showed them; None of a price: none."""

    variant_id: int
    seen_price_vnd: int | None
    price_vnd: int | None
    seen_on_hand: int
    on_hand: int


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row cannot be. field: «price_vnd» or «on_hand». reason: a `Refusal`, or «clash» with what is there now."""

    variant_id: int
    field: str
    reason: str
    present: int | None = None


class PriceTableError(InvalidError):
    """Some rows cannot be, so none was changed. faults: each a `RowFault`."""


def change_prices(rows: Sequence[PriceRow], *, producer_id: int, by: Actor | None, now: datetime) -> int:
    """Change the packs of `rows` that differ from what the page showed; how many those were.

    Only packs of the producer's own products. Raises PriceTableError with every fault of every row: then the caller's
    transaction must not be kept, for rows before the fault are changed in it.
    """
    variants = _own_variants(rows, producer_id)
    faults: list[RowFault] = []
    changed = 0
    for row in rows:
        variant = variants.get(row.variant_id)
        if variant is None:
            faults.append(RowFault(row.variant_id, "price_vnd", "unknown_field"))
            continue
        changed += _change(variant, row, faults, by, now)
    if faults:
        raise PriceTableError(faults=tuple(faults))
    return changed


def _change(variant: Variant, row: PriceRow, faults: list[RowFault], by: Actor | None, now: datetime) -> bool:
    if (row.price_vnd, row.on_hand) == (row.seen_price_vnd, row.seen_on_hand):
        return False
    if row.price_vnd != row.seen_price_vnd:
        _change_price(variant, row, faults, by, now)
    if row.on_hand != row.seen_on_hand:
        try:
            set_variant_stock(variant, row.on_hand, by=by, now=now, seen=row.seen_on_hand)
        except StockClashError:
            faults.append(RowFault(variant.id, "on_hand", "clash", variant.on_hand))
        except InvalidFactError as error:
            faults.append(RowFault(variant.id, "on_hand", str(error.facts["reason"])))
    return True


def _change_price(
    variant: Variant, row: PriceRow, faults: list[RowFault], by: Actor | None, now: datetime
) -> None:
    try:
        change_listing(
            variant.product,
            {"variants": {variant.id: {"price_vnd": row.price_vnd}}},
            by=by,
            now=now,
            expected={f"variant.{variant.id}.price_vnd": row.seen_price_vnd},
        )
    except InvalidListingError as error:
        faults.append(RowFault(variant.id, "price_vnd", str(error.facts["reason"])))
    except ListingClashError:
        if variant.price_vnd != row.price_vnd:
            faults.append(RowFault(variant.id, "price_vnd", "clash", variant.price_vnd))


def _own_variants(rows: Sequence[PriceRow], producer_id: int) -> dict[int, Variant]:
    query = (
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(
            Variant.id.in_([row.variant_id for row in rows]),
            Variant.withdrawn_at.is_(None),
            Product.producer_id == producer_id,
        )
    )
    return {variant.id: variant for variant in db.session.scalars(query)}
