"""What may stand in a gift hamper. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ITEMS_MAX: Final = 20
"""Different packs in one hamper (docs/limits.md)."""
ITEM_QUANTITY_MAX: Final = 99
PERCENT_MAX: Final = 90
NAME_MAX: Final = 120
SUMMARY_MAX: Final = 500


class BundleFault(StrEnum):
    """Why a hamper cannot be made or put on sale so."""

    NAME = "name"
    SUMMARY = "summary"
    DISCOUNT = "discount"
    ITEMS = "items"
    NOT_OURS = "not_ours"  # a pack that is not sold, or of another producer
    NOT_PROMOTED = "not_promoted"  # goods that no promotion may touch


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFacts:
    """A hamper that is to be made. items: packs by number of the variant. At most one discount is set; none: 0 off."""

    name: str
    name_en: str = ""
    summary: str = ""
    summary_en: str = ""
    percent: int | None = None
    discount_vnd: int | None = None
    items: tuple[tuple[int, int], ...] = ()


def fault_of(facts: BundleFacts) -> BundleFault | None:
    """The first thing that makes no sense in `facts`, None if all does."""
    faults = {
        BundleFault.NAME: not 0 < len(facts.name) <= NAME_MAX or len(facts.name_en) > NAME_MAX,
        BundleFault.SUMMARY: max(len(facts.summary), len(facts.summary_en)) > SUMMARY_MAX,
        BundleFault.DISCOUNT: not _is_discount(facts),
        BundleFault.ITEMS: not _are_items(facts.items),
    }
    return next((fault for fault, is_so in faults.items() if is_so), None)


def _is_discount(facts: BundleFacts) -> bool:
    if facts.percent is not None and facts.discount_vnd is not None:
        return False
    percent_is_fine = facts.percent is None or 0 < facts.percent <= PERCENT_MAX
    return percent_is_fine and (facts.discount_vnd is None or facts.discount_vnd > 0)


def _are_items(items: tuple[tuple[int, int], ...]) -> bool:
    """At least two packs in all, each kind named once."""
    kinds = {variant_id for variant_id, _quantity in items}
    counts_are_fine = all(0 < quantity <= ITEM_QUANTITY_MAX for _variant_id, quantity in items)
    packs = sum(quantity for _variant_id, quantity in items)
    return len(kinds) == len(items) <= ITEMS_MAX and counts_are_fine and packs > 1
