"""What the pages of a draft show: values as typed, versions, faults, and how complete the label is."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from catalog.forms.listings import PACK_FIELDS, STOCK_FIELD, ListingForm, Pack, form_field, new_pack_keys
from catalog.label_requirements import LabelMeter, label_meter
from catalog.models import Product
from catalog.models.listings import ListingDraft
from catalog.operations.drafts import DraftClash
from catalog.operations.listing_fields import Fault, listing_facts
from core.i18n import format_number

_FACT_OF: Final = {"quantity": "net_quantity", "unit": "net_unit", "price": "price_vnd"}
_PLAIN_TEXT: Final = frozenset({"net_quantity", "shelf_life_days", "criteria_set"})


def draft_form(
    draft: ListingDraft,
    product: Product,
    *,
    more: int = 0,
    faults: Iterable[Fault] = (),
    clashes: Iterable[DraftClash] = (),
) -> ListingForm:
    """The form of `draft`. more: empty packs to show besides those there are, one at least."""
    facts = listing_facts(product)
    typed = {field.name: field.typed for field in draft.fields}
    on_record = tuple(Pack(str(variant.id), variant.on_hand) for variant in product.variants)
    fresh = new_pack_keys(typed, more)
    if not on_record and not fresh:
        fresh = ("n1",)
    packs = (*on_record, *(Pack(key) for key in fresh))
    clashing = {clash.name: clash for clash in clashes}
    return ListingForm(
        values=_values(facts, on_record) | typed | {name: clash.typed for name, clash in clashing.items()},
        versions={field.name: field.version for field in draft.fields},
        packs=packs,
        errors=_errors(faults),
        clashes=clashing,
    )


def meter_of(product: Product) -> LabelMeter:
    """How complete the label of `product` is, by what is on record."""
    return label_meter(product.group_no, product.criteria_set, _stated(product))


def _stated(product: Product) -> set[str]:
    facts = listing_facts(product)
    has_size = bool(product.variants) and all(
        variant.net_quantity and variant.net_unit for variant in product.variants
    )
    said = {
        "name": product.name,
        "responsible": product.producer is not None and product.producer.place is not None,
        "origin": facts["origin"],
        "quantity": has_size,
        "dates": facts["shelf_life_days"],
        "warnings": facts["warnings"] or facts["allergens"],
        **{key: facts[key] for key in ("ingredients", "usage", "storage", "alcohol")},
    }
    return {key for key, value in said.items() if value}


def _values(facts: Mapping[str, Any], packs: Iterable[Pack]) -> dict[str, str]:
    values = {name: _text(name, value) for name, value in facts.items() if not name.startswith("variant.")}
    for pack in packs:
        for name in PACK_FIELDS:
            fact = _FACT_OF.get(name, name)
            values[pack.field(name)] = _text(fact, facts.get(f"variant.{pack.key}.{fact}"))
        values[pack.field(STOCK_FIELD)] = ""
    return values


def _text(name: str, value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    if isinstance(value, int) and name not in _PLAIN_TEXT:
        return format_number(value)
    return str(value)


def _errors(faults: Iterable[Fault]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for fault in faults:
        errors.setdefault(form_field(fault.field, fault.variant), fault.reason)
    return errors
