"""Packs of a product: price and stock."""

from datetime import datetime

from sqlalchemy import select
from stdnum import ean

from catalog.errors import ContradictingRecordError, InvalidFactError
from catalog.facts import Refusal, VariantFacts
from catalog.models import Product, Variant
from catalog.operations.stock_levels import note_opening
from catalog.operations.text_checks import required_line
from core.db import db

LABEL_MAX = 80
PRICE_MAX_VND = 10_000_000_000
STOCK_MAX = 10_000_000
GTIN_DIGITS = 14
NET_UNITS = frozenset({"g", "kg", "ml", "l", "piece"})
RESTRICTED_PREFIXES = ("02", "04", *(str(number) for number in range(20, 30)))
"""Numbers for use inside one company. Source: GS1 General Specifications, 2.1.11 (restricted circulation)."""


def record_variant(product: Product, facts: VariantFacts, *, now: datetime) -> Variant:
    """The pack of `product` with that label, added at the end if it is new.

    Raises InvalidFactError for a wrong price, stock, size or GTIN, ContradictingRecordError if the GTIN is
    another pack's; then nothing has changed. A service has no stock.
    """
    label = required_line("label", facts.label, LABEL_MAX)
    if facts.net_unit is not None and facts.net_unit not in NET_UNITS:
        raise InvalidFactError(field="net_unit", value=facts.net_unit, reason=Refusal.UNKNOWN_CHOICE)
    _require_in_range("price_vnd", facts.price_vnd, PRICE_MAX_VND)
    _require_in_range("on_hand", facts.on_hand, STOCK_MAX)
    _require_goods(product, facts.on_hand)
    gtin = checked_gtin(facts.gtin) if facts.gtin else None
    known = list(db.session.scalars(select(Variant).where(Variant.product_id == product.id)))
    for variant in known:
        if variant.label == label:
            return variant
    _require_free_gtin(gtin)
    variant = Variant(
        product=product,
        position=max((each.position for each in known), default=0) + 1,
        label=label,
        label_en=facts.label_en,
        net_quantity=facts.net_quantity,
        net_unit=facts.net_unit,
        price_vnd=facts.price_vnd,
        on_hand=facts.on_hand,
        gtin=gtin,
    )
    db.session.add(variant)
    db.session.flush()
    note_opening(variant, now=now)
    return variant


def checked_gtin(text: str) -> str:
    """`text` as the 14 digits of a GTIN. Raises InvalidFactError for a wrong length, check digit or prefix."""
    digits = text.strip().replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in {8, 12, 13, 14}:
        raise InvalidFactError(field="gtin", value=text, reason=Refusal.NOT_A_NUMBER)
    gtin = digits.zfill(GTIN_DIGITS)
    if ean.calc_check_digit(gtin[:-1]) != gtin[-1]:
        raise InvalidFactError(field="gtin", value=text, reason=Refusal.WRONG_CHECK_DIGIT)
    if gtin[1:].startswith(RESTRICTED_PREFIXES):
        raise InvalidFactError(field="gtin", value=text, reason=Refusal.RESERVED_NUMBER)
    return gtin


def is_free_gtin(gtin: str, *, besides: int | str | None) -> bool:
    """Whether no other pack than that with the id `besides` has the GTIN."""
    owner = db.session.scalar(select(Variant.id).where(Variant.gtin == gtin))
    return owner is None or owner == besides


def _require_in_range(field: str, number: int | None, largest: int) -> None:
    if number is not None and not 0 <= number <= largest:
        raise InvalidFactError(field=field, value=number, reason=Refusal.OUT_OF_RANGE)


def _require_goods(product: Product, on_hand: int) -> None:
    if product.is_service and on_hand:
        raise InvalidFactError(field="on_hand", value=on_hand, reason=Refusal.SERVICE_HAS_NO_STOCK)


def _require_free_gtin(gtin: str | None) -> None:
    if gtin is None:
        return
    owner = db.session.scalar(select(Variant).where(Variant.gtin == gtin))
    if owner is not None:
        raise ContradictingRecordError(field="gtin", recorded=owner.product.slug, stated=gtin)
