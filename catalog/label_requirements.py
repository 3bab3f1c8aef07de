"""What the law asks of the label of goods, by kind of goods. Pure.

Common items: Decree 43/2017/NĐ-CP, article 10(1), amended by 111/2021/NĐ-CP; Decree 37/2026/NĐ-CP, article 42. Items by
kind: annex I of 43/2017/NĐ-CP, as far as it speaks of staple food, food and drinks, and alcohol. What else the annex
asks of medicine, cosmetics, crafts and ornamental plants is not asked here: docs/limits.md.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from catalog.groups import SERVICE_GROUP_NUMBER

COMMON: Final = "43/2017/NĐ-CP, 10(1); 37/2026/NĐ-CP, 42"
ANNEX: Final = "43/2017/NĐ-CP, I"

STAPLE_SETS: Final = frozenset({1, 2, 3})
"""Fresh produce, meat and fish, rice and cereals. Source: criteria sets of Decision 26/2026/QĐ-TTg."""
ALCOHOL_SETS: Final = frozenset({14, 15})
FOOD_GROUPS: Final = frozenset({1, 2})
FUNCTIONAL_FOOD_SET: Final = 18


@dataclass(frozen=True, slots=True)
class LabelItem:
    """One item of the law. field: where the form asks for it. source: decree and article.

    is_if_any: asked only where there is something to say (a warning, the last day of a spirit).
    """

    key: str
    field: str
    source: str
    is_if_any: bool = False


@dataclass(frozen=True, slots=True)
class LabelMeter:
    """items: those the law asks of these goods. missing: of them, those that are neither stated nor «if any»."""

    items: tuple[LabelItem, ...]
    missing: tuple[LabelItem, ...]

    @property
    def asked_count(self) -> int:
        return sum(not item.is_if_any for item in self.items)

    @property
    def stated_count(self) -> int:
        return self.asked_count - len(self.missing)


_COMMON: Final = (
    LabelItem("name", "name", COMMON),
    LabelItem("responsible", "address", COMMON),
    LabelItem("origin", "origin", COMMON),
)
_QUANTITY: Final = LabelItem("quantity", "variants", ANNEX)
_DATES: Final = LabelItem("dates", "shelf_life_days", ANNEX)
_WARNINGS: Final = LabelItem("warnings", "warnings", ANNEX, is_if_any=True)

_STAPLE: Final = (*_COMMON, _QUANTITY, _DATES, _WARNINGS)
_FOOD: Final = (
    *_COMMON,
    _QUANTITY,
    _DATES,
    LabelItem("ingredients", "ingredients", ANNEX),
    LabelItem("usage", "usage", ANNEX),
    LabelItem("storage", "storage", ANNEX),
    _WARNINGS,
)
_ALCOHOL: Final = (
    *_COMMON,
    _QUANTITY,
    LabelItem("alcohol", "alcohol", ANNEX),
    LabelItem("dates", "shelf_life_days", ANNEX, is_if_any=True),
    LabelItem("storage", "storage", ANNEX, is_if_any=True),
    _WARNINGS,
)


def required_items(group_no: int | None, criteria_set: int | None) -> tuple[LabelItem, ...]:
    """What the label of goods of this group (1 to 6) and criteria set (1 to 26) must state; nothing of a service."""
    if group_no == SERVICE_GROUP_NUMBER:
        return ()
    if criteria_set in ALCOHOL_SETS:
        return _ALCOHOL
    if criteria_set in STAPLE_SETS:
        return _STAPLE
    if group_no in FOOD_GROUPS or criteria_set == FUNCTIONAL_FOOD_SET:
        return _FOOD
    return _COMMON


def label_meter(group_no: int | None, criteria_set: int | None, stated: Container[str]) -> LabelMeter:
    """How complete a label is. stated: keys of the items that are."""
    items = required_items(group_no, criteria_set)
    missing = tuple(item for item in items if item.key not in stated and not item.is_if_any)
    return LabelMeter(items, missing)
