"""What the typed fields of a draft mean: values for `change_listing`, and what cannot be understood.

Form fields are flat: «summary», «criteria_set», «variant-12-price» of a pack on record, «variant-n1-label» of a new
one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.facts import Refusal
from catalog.models.listings import ListingDraft
from catalog.operations.listing_fields import Fault
from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd

NUMBERS: Final = frozenset({"criteria_set", "shelf_life_days"})

_VARIANT: Final = re.compile(r"variant-(n?)([0-9]+)-(\w+)")
_QUANTITY: Final = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,3}))?")
_SMALLER: Final = {"kg": "g", "l": "ml"}
_TEXTS: Final = ("label", "label_en", "unit", "gtin")

VariantKey = int | str


@dataclass(slots=True)
class DraftReading:
    """changes: for `change_listing`. expected: flat facts that these changes were made of. faults: by form field."""

    changes: dict[str, Any] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_draft(draft: ListingDraft, present: Mapping[str, Any]) -> DraftReading:
    """What `draft` would change. present: flat facts of its product now; what it has already is no change."""
    reading = DraftReading()
    faults: list[Fault] = []
    packs: dict[VariantKey, dict[str, str]] = {}
    for each in draft.fields:
        pack = _VARIANT.fullmatch(each.name)
        if pack:
            key: VariantKey = f"n{pack[2]}" if pack[1] else int(pack[2])
            packs.setdefault(key, {})[pack[3]] = each.typed
        else:
            _read_plain(draft, each.name, each.typed, reading, faults)
    variants = {key: facts for key, typed in packs.items() if (facts := _read_pack(key, typed, faults)) != {}}
    _take_over_variants(draft, variants, present, reading)
    reading.faults = tuple(faults)
    return reading


def read_pack(typed: Mapping[str, str], faults: list[Fault], key: VariantKey) -> dict[str, Any]:
    """Fields of one pack, by the names of `change_listing`; only those that were typed."""
    facts: dict[str, Any] = {}
    for name in _TEXTS:
        if name in typed:
            facts["net_unit" if name == "unit" else name] = typed[name] or None
    if "quantity" in typed:
        quantity, unit = _quantity(typed["quantity"], typed.get("unit"), faults, key)
        facts["net_quantity"] = quantity
        if unit is not None:
            facts["net_unit"] = unit
    if "price" in typed:
        facts["price_vnd"] = _amount("price_vnd", typed["price"], faults, key)
    if typed.get("on_hand"):
        facts["on_hand"] = _amount("on_hand", typed["on_hand"], faults, key)
    return facts


def _read_pack(key: VariantKey, typed: Mapping[str, str], faults: list[Fault]) -> dict[str, Any] | None:
    """None: the pack is taken off sale. Empty: nothing was said of it."""
    if typed.get("removed"):
        return {} if isinstance(key, str) else None
    if isinstance(key, str) and not any(typed.values()):
        return {}
    if isinstance(key, str) and not any(value for name, value in typed.items() if name != "unit"):
        return {}
    return read_pack(typed, faults, key)


def _read_plain(
    draft: ListingDraft, name: str, text: str, reading: DraftReading, faults: list[Fault]
) -> None:
    value: str | int | None = text or None
    if name in NUMBERS and text:
        try:
            value = typed_count(text)
        except UnreadableAmountError:
            faults.append(Fault(name, text, Refusal.NOT_A_NUMBER))
            return
    if draft.base.get(name) != value:
        reading.changes[name] = value
        reading.expected[name] = draft.base.get(name)


def _take_over_variants(
    draft: ListingDraft,
    variants: Mapping[VariantKey, dict[str, Any] | None],
    present: Mapping[str, Any],
    reading: DraftReading,
) -> None:
    wanted: dict[VariantKey, Any] = {}
    for key, facts in variants.items():
        if isinstance(key, str) or facts is None:
            wanted[key] = facts
            continue
        changed = {
            name: value
            for name, value in facts.items()
            if name == "on_hand" or draft.base.get(f"variant.{key}.{name}") != value
        }
        if changed:
            wanted[key] = changed
            reading.expected |= {
                f"variant.{key}.{name}": draft.base.get(f"variant.{key}.{name}")
                for name in changed
                if name != "on_hand"
            }
    # A pack that somebody withdrew meanwhile needs no second withdrawal, and does not come back: it is told.
    gone = {key for key in wanted if isinstance(key, int) and present.get(f"variant.{key}.label") is None}
    for key in gone:
        if wanted.pop(key) is not None:
            reading.expected[f"variant.{key}.label"] = draft.base.get(f"variant.{key}.label")
    if wanted:
        reading.changes["variants"] = wanted


def _amount(name: str, text: str, faults: list[Fault], key: VariantKey) -> int | None:
    if not text:
        return None
    try:
        return typed_vnd(text) if name == "price_vnd" else typed_count(text)
    except UnreadableAmountError as error:
        faults.append(Fault(name, text, error.reason, key))
        return None


def _quantity(
    text: str, unit: str | None, faults: list[Fault], key: VariantKey
) -> tuple[int | None, str | None]:
    """«1,5» of kg is 1500 g: sizes are whole numbers. The unit is None where the typed one stays."""
    if not text:
        return None, None
    found = _QUANTITY.fullmatch(text.strip())
    decimals = found[2] if found else None
    if found is None or (decimals and unit not in _SMALLER):
        faults.append(Fault("net_quantity", text, Refusal.NOT_A_NUMBER, key))
        return None, None
    if not decimals:
        return int(found[1]), None
    return int(found[1]) * 1_000 + int(decimals.ljust(3, "0")), _SMALLER[unit or ""]
