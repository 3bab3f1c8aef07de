"""The form of a listing: six questions, kept as typed.

A field is named as in the draft (`catalog.operations.draft_reading`); beside each stands the version that it was made
of, under `version.` and its name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

STEPS: Final = ("what", "packs", "stock", "label", "story", "check")
"""The questions in their order; each is a page of its own on a phone."""

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "what": ("name", "criteria_set", "summary", "name_en", "summary_en"),
    "packs": (),
    "stock": (),
    "label": (
        "origin",
        "ingredients",
        "shelf_life_days",
        "storage",
        "usage",
        "warnings",
        "allergens",
        "alcohol",
        "ingredients_en",
        "storage_en",
        "usage_en",
        "warnings_en",
        "allergens_en",
    ),
    "story": ("story", "story_en"),
    "check": (),
}
PACK_FIELDS: Final = ("label", "quantity", "unit", "price", "gtin", "label_en", "removed")
STOCK_FIELD: Final = "on_hand"
NEW_PACKS_MAX: Final = 30

_VERSION: Final = "version."
_NEW_PACK: Final = re.compile(r"variant-n([1-9][0-9]?)-")
# How a fact of `change_listing` is called in the form.
_TYPED_AS: Final = {"net_quantity": "quantity", "net_unit": "unit", "price_vnd": "price"}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in the form. key: its number, or «n1» for one that is not on record yet. on_hand: None for those."""

    key: str
    on_hand: int | None = None

    def field(self, name: str) -> str:
        return f"variant-{self.key}-{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingForm:
    """values, versions: by field. errors: field to reason. clashes: field to what another phone typed there."""

    values: Mapping[str, str]
    versions: Mapping[str, int]
    packs: tuple[Pack, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    clashes: Mapping[str, Any] = field(default_factory=dict)

    def of_step(self, step: str) -> tuple[str, ...]:
        """All fields that the page of `step` asks for."""
        if step == "packs":
            return tuple(pack.field(name) for pack in self.packs for name in PACK_FIELDS)
        if step == "stock":
            return tuple(pack.field(STOCK_FIELD) for pack in self.packs)
        return FIELDS[step]

    def step_of(self, name: str) -> str:
        """The page on which `name` is asked for."""
        if name.startswith("variant"):
            return "stock" if name.endswith(STOCK_FIELD) else "packs"
        return next((step for step in STEPS if name in FIELDS[step]), "what")


def typed_fields(form: Mapping[str, str], is_field: Any) -> dict[str, tuple[str, int]]:
    """The fields of a draft among what was sent: text and version. Whatever else was sent is not looked at."""
    return {
        name: (text, version_of(form.get(_VERSION + name, "")))
        for name, text in form.items()
        if not name.startswith(_VERSION) and is_field(name)
    }


def version_of(text: str) -> int:
    """The version beside a field; 0 for anything that is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def submission_key(text: str) -> str:
    """The key that came with a form, a new one if that is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def form_field(name: str, variant: int | str | None) -> str:
    """Where the form asks for a fact of `change_listing`."""
    if variant is None:
        return "criteria_set" if name in {"group_no", "sub_group_no"} else name
    return f"variant-{variant}-{_TYPED_AS.get(name, name)}"


def new_pack_keys(names: Iterable[str], more: int) -> tuple[str, ...]:
    """Keys of packs that are not on record: those typed already, and `more` empty ones."""
    known = {int(found[1]) for name in names if (found := _NEW_PACK.match(name))}
    last = max(known, default=0)
    wanted = [*sorted(known), *range(last + 1, last + 1 + more)]
    return tuple(f"n{number}" for number in wanted if number <= NEW_PACKS_MAX)
