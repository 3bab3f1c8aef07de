"""The fields of a listing that a member may change, and nothing else: how each is checked and where it is kept.

A fact is named flat: «name», «usage», «months», «variant.12.price_vnd». That is how history and clashes speak.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from catalog.errors import InvalidFactError
from catalog.facts import Refusal
from catalog.groups import (
    SERVICE_GROUP_NUMBER,
    criteria_set_by_number,
    group_by_number,
    sub_group_by_number,
)
from catalog.models import Product, Variant
from catalog.models.listings import ProductLabel, ProductSeason
from catalog.operations.text_checks import optional_line, optional_text, required_line
from catalog.operations.variants import (
    LABEL_MAX,
    NET_UNITS,
    PRICE_MAX_VND,
    STOCK_MAX,
    checked_gtin,
    is_free_gtin,
)
from catalog.seasons import months_of, months_value
from core.db import db

ALCOHOL_MAX: Final = 40
SHELF_LIFE_MAX_DAYS: Final = 36_500
NET_QUANTITY_MAX: Final = 1_000_000
VARIANTS_MAX: Final = 30
"""More packs of one product than any of the register has; a guard."""

PRICE_MIN_VND: Final = 500
"""Below the smallest note in use. Source: notes and coins in circulation, State Bank of Vietnam."""

RECORDED_FIELDS: Final = frozenset({"name", "group_no", "sub_group_no", "criteria_set"})
"""What a recognition speaks of: once one is on record, its product keeps them, or the badge would wander."""

Changes = Mapping[str, Any]
Check = Callable[[str, Any], Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field cannot be recorded. variant: key of the pack, as handed in. reason: a `Refusal`."""

    field: str
    value: Any
    reason: str
    variant: int | str | None = None


def listing_facts(product: Product) -> dict[str, Any]:
    """All facts of `product` that members may change, flat, as JSON knows them; without stock."""
    label = db.session.get(ProductLabel, product.id)
    season = db.session.get(ProductSeason, product.id)
    facts: dict[str, Any] = {field: getattr(product, field) for field in PRODUCT_CHECKS}
    facts |= {field: getattr(label, field) if label else None for field in LABEL_CHECKS}
    facts["months"] = list(months_of(season.months)) if season else None
    for variant in product.variants:
        for field in VARIANT_CHECKS:
            if field != "on_hand":
                facts[f"variant.{variant.id}.{field}"] = getattr(variant, field)
    return facts


def is_recorded(product: Product) -> bool:
    """Whether the register says something of `product`: then its name and group are no longer the seller's."""
    return product.source_id is not None or bool(product.certifications)


def checked_changes(
    product: Product, changes: Changes, *, restoring: Collection[int] = ()
) -> tuple[dict[str, Any], list[Fault]]:
    """`changes` cleaned, and all that is wrong with them. Nothing has changed.

    restoring: packs that were taken off and are to come back; of others that were, no fact can be changed.
    """
    cleaned: dict[str, Any] = {}
    faults: list[Fault] = []
    for field, value in changes.items():
        if field == "variants":
            cleaned[field] = _checked_variants(product, value, faults, restoring)
        elif field not in _CHECKS:
            faults.append(Fault(field, value, Refusal.UNKNOWN_FIELD))
        else:
            _check(field, value, cleaned, faults)
    _derive_group(cleaned)
    if cleaned.get("group_no") == SERVICE_GROUP_NUMBER and any(each.on_hand for each in product.variants):
        faults.append(Fault("group_no", SERVICE_GROUP_NUMBER, Refusal.SERVICE_HAS_NO_STOCK))
    if is_recorded(product):
        faults += [
            Fault(field, value, Refusal.RECORDED)
            for field, value in cleaned.items()
            if field in RECORDED_FIELDS and value != getattr(product, field)
        ]
    return cleaned, faults


def _derive_group(cleaned: dict[str, Any]) -> None:
    """A criteria set lies in one sub-group, and that in one group."""
    chosen = criteria_set_by_number(cleaned.get("criteria_set") or 0)
    if chosen is not None:
        cleaned["sub_group_no"] = chosen.sub_group_number
    sub_group = sub_group_by_number(cleaned.get("sub_group_no") or 0)
    if sub_group is not None:
        cleaned["group_no"] = sub_group.group_number


def _checked_variants(
    product: Product, wanted: Any, faults: list[Fault], restoring: Collection[int]
) -> dict[int | str, Any]:
    own = {variant.id for variant in product.variants}
    cleaned: dict[int | str, Any] = {}
    if not isinstance(wanted, Mapping) or len(wanted) > VARIANTS_MAX:
        faults.append(Fault("variants", None, Refusal.OUT_OF_RANGE))
        return cleaned
    for key, facts in wanted.items():
        if isinstance(key, int) and key not in own and key not in _withdrawn_ids(product):
            faults.append(Fault("variants", key, Refusal.UNKNOWN_FIELD, key))
        elif facts is None:
            cleaned[key] = None
        elif isinstance(key, int) and key not in own and key not in restoring:
            faults.append(Fault("variants", key, Refusal.WITHDRAWN, key))
        else:
            cleaned[key] = _checked_variant(product, key, facts, faults)
    return cleaned


def _checked_variant(
    product: Product, key: int | str, facts: Mapping[str, Any], faults: list[Fault]
) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for field, value in facts.items():
        if field not in VARIANT_CHECKS:
            faults.append(Fault(field, value, Refusal.UNKNOWN_FIELD, key))
        else:
            _check(field, value, cleaned, faults, variant=key)
    if isinstance(key, str) and not facts.get("label"):
        faults.append(Fault("label", None, Refusal.MISSING, key))
    if product.is_service and cleaned.get("on_hand"):
        faults.append(Fault("on_hand", cleaned["on_hand"], Refusal.SERVICE_HAS_NO_STOCK, key))
    if cleaned.get("on_hand", STOCK_MAX) < _reserved(product, key):
        faults.append(Fault("on_hand", cleaned["on_hand"], Refusal.BELOW_RESERVED, key))
    if cleaned.get("gtin") and not is_free_gtin(cleaned["gtin"], besides=key):
        faults.append(Fault("gtin", cleaned["gtin"], Refusal.TAKEN, key))
    return cleaned


def _check(
    field: str,
    value: Any,
    cleaned: dict[str, Any],
    faults: list[Fault],
    *,
    variant: int | str | None = None,
) -> None:
    check = _CHECKS[field] if variant is None else VARIANT_CHECKS[field]
    try:
        cleaned[field] = check(field, value)
    except InvalidFactError as error:
        faults.append(Fault(field, value, str(error.facts["reason"]), variant))


def _reserved(product: Product, key: int | str) -> int:
    """Packs that orders hold of the pack `key`."""
    return next((variant.reserved for variant in product.variants if variant.id == key), 0)


def _withdrawn_ids(product: Product) -> Iterable[int]:
    query = select(Variant.id).where(Variant.product_id == product.id, Variant.withdrawn_at.is_not(None))
    return db.session.scalars(query).all()


def _text_of(field: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InvalidFactError(field=field, value=value, reason=Refusal.NOT_TEXT)
    return value


def _name(field: str, value: Any) -> str:
    return required_line(field, _text_of(field, value) or "")


def _line(field: str, value: Any) -> str | None:
    return optional_line(field, _text_of(field, value))


def _story(field: str, value: Any) -> str | None:
    return optional_text(field, _text_of(field, value))


def _short(field: str, value: Any) -> str | None:
    return optional_line(field, _text_of(field, value), ALCOHOL_MAX)


def _label(field: str, value: Any) -> str:
    return required_line(field, _text_of(field, value) or "", LABEL_MAX)


def _label_en(field: str, value: Any) -> str | None:
    return optional_line(field, _text_of(field, value), LABEL_MAX)


def _number(least: int, most: int, reason: str = Refusal.OUT_OF_RANGE) -> Check:
    def check(field: str, value: Any) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidFactError(field=field, value=value, reason=Refusal.NOT_A_NUMBER)
        if value < least:
            raise InvalidFactError(field=field, value=value, reason=reason)
        if value > most:
            raise InvalidFactError(field=field, value=value, reason=Refusal.OUT_OF_RANGE)
        return value

    return check


def _count(field: str, value: Any) -> int:
    number = _number(0, STOCK_MAX)(field, value)
    if number is None:
        raise InvalidFactError(field=field, value=value, reason=Refusal.MISSING)
    return int(number)


def _choice(find: Callable[[int], object | None]) -> Check:
    def check(field: str, value: Any) -> int | None:
        number = _number(1, 99, Refusal.UNKNOWN_CHOICE)(field, value)
        if number is not None and find(number) is None:
            raise InvalidFactError(field=field, value=value, reason=Refusal.UNKNOWN_CHOICE)
        return None if number is None else int(number)

    return check


def _unit(field: str, value: Any) -> str | None:
    if value is not None and value not in NET_UNITS:
        raise InvalidFactError(field=field, value=value, reason=Refusal.UNKNOWN_CHOICE)
    return None if value is None else str(value)


def _gtin(field: str, value: Any) -> str | None:
    text = _text_of(field, value)
    return checked_gtin(text) if text and text.strip() else None


def _months(field: str, value: Any) -> int | None:
    try:
        return months_value(value) if value is not None else None
    except (ValueError, TypeError):
        raise InvalidFactError(field=field, value=value, reason=Refusal.OUT_OF_RANGE) from None


PRODUCT_CHECKS: Final[Mapping[str, Check]] = {
    "name": _name,
    "name_en": _line,
    "group_no": _choice(group_by_number),
    "sub_group_no": _choice(sub_group_by_number),
    "criteria_set": _choice(criteria_set_by_number),
    "summary": _line,
    "summary_en": _line,
    "story": _story,
    "story_en": _story,
    "ingredients": _line,
    "ingredients_en": _line,
    "storage": _line,
    "storage_en": _line,
}
LABEL_CHECKS: Final[Mapping[str, Check]] = {
    "origin": _line,
    "usage": _line,
    "usage_en": _line,
    "warnings": _line,
    "warnings_en": _line,
    "allergens": _line,
    "allergens_en": _line,
    "alcohol": _short,
    "shelf_life_days": _number(1, SHELF_LIFE_MAX_DAYS),
}
VARIANT_CHECKS: Final[Mapping[str, Check]] = {
    "label": _label,
    "label_en": _label_en,
    "net_quantity": _number(1, NET_QUANTITY_MAX),
    "net_unit": _unit,
    "price_vnd": _number(PRICE_MIN_VND, PRICE_MAX_VND, Refusal.TOO_CHEAP),
    "gtin": _gtin,
    "on_hand": _count,
}
_CHECKS: Final[Mapping[str, Check]] = {**PRODUCT_CHECKS, **LABEL_CHECKS, "months": _months}

FIELDS: Final = frozenset({*_CHECKS, "variants"})
"""All that `change_listing` takes; «variants» holds the fields of `VARIANT_CHECKS` by pack."""
