"""Which price ladder counts on a day, and for whom it may be seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models import Product, Variant
from core.db import ID_MAX, db
from promotion.errors.trade import TradeNotFoundError
from promotion.models.trade import PriceLadder
from promotion.price_ladders import LadderPrice, price_at


@dataclass(frozen=True, slots=True)
class VariantLadders:
    """A pack of a producer with the ladder of today and those that begin later, both None or empty where not told."""

    variant: Variant
    present: PriceLadder | None
    coming: tuple[PriceLadder, ...]


def current_ladders(variant_ids: Iterable[int], on: date) -> dict[int, PriceLadder]:
    """The ladder that counts for each pack on `on`: of those that had begun the latest, if it has not ended.

    One statement and one for all steps. A later ladder replaces an earlier one also where it has ended since.
    """
    wanted = set(variant_ids)
    if not wanted:
        return {}
    begun = (
        select(PriceLadder)
        .where(PriceLadder.variant_id.in_(wanted), PriceLadder.valid_from_on <= on)
        .order_by(PriceLadder.valid_from_on, PriceLadder.id)
    )
    latest = {ladder.variant_id: ladder for ladder in db.session.scalars(begun)}
    return {
        number: ladder
        for number, ladder in latest.items()
        if ladder.valid_to_on is None or on <= ladder.valid_to_on
    }


def price_of(variant_id: int, quantity: int, on: date) -> tuple[LadderPrice | None, PriceLadder | None]:
    """What the ladder of `on` says of so many packs; None, None where there is no ladder."""
    ladder = current_ladders([variant_id], on).get(variant_id)
    if ladder is None:
        return None, None
    return price_at(ladder.rungs, ladder.minimum_quantity, quantity), ladder


def list_variant_ladders(producer_id: int, on: date) -> list[VariantLadders]:
    """Every pack that the producer offers, by product, with its ladders."""
    variants = _variants_of(producer_id)
    numbers = [variant.id for variant in variants]
    present = current_ladders(numbers, on)
    later = db.session.scalars(
        select(PriceLadder)
        .where(PriceLadder.variant_id.in_(numbers), PriceLadder.valid_from_on > on)
        .order_by(PriceLadder.valid_from_on, PriceLadder.id)
    ).all()
    return [
        VariantLadders(
            variant,
            present.get(variant.id),
            tuple(ladder for ladder in later if ladder.variant_id == variant.id),
        )
        for variant in variants
    ]


def get_own_pack(producer_id: int, variant_id: int) -> Variant:
    """A pack that the producer offers. Raises TradeNotFoundError."""
    own = next((each for each in _variants_of(producer_id) if each.id == variant_id), None)
    if own is None or variant_id > ID_MAX:
        raise TradeNotFoundError(variant_id=variant_id)
    return own


def _variants_of(producer_id: int) -> Sequence[Variant]:
    return db.session.scalars(
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.producer_id == producer_id, Product.is_listed, Product.is_for_sale)
        .where(Variant.withdrawn_at.is_(None))
        .options(joinedload(Variant.product))
        .order_by(Product.name, Product.id, Variant.position, Variant.id)
    ).all()
