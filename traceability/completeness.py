"""What the law wants to be told of traced goods, and what of it a lot still lacks. Pure.

Source: Decree 37/2026/NĐ-CP, article 23(5): a name, b image, c producer or trader, d address, đ origin, e critical
tracking events with their time, g brand, lot or serial (if any), h expiry (if any), i standards applied.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from core.clock import vietnam_date


class Item(StrEnum):
    """A fact of article 23(5); `LETTERS` says under which letter it stands."""

    NAME = "name"
    IMAGE = "image"
    PRODUCER = "producer"
    ADDRESS = "address"
    ORIGIN = "origin"
    EVENTS = "events"
    EVENT_TIMES = "event_times"
    LOT = "lot"
    EXPIRY = "expiry"
    STANDARDS = "standards"


LETTERS: Final = {
    Item.NAME: "a",
    Item.IMAGE: "b",
    Item.PRODUCER: "c",
    Item.ADDRESS: "d",
    Item.ORIGIN: "đ",
    Item.EVENTS: "e",
    Item.EVENT_TIMES: "e",
    Item.LOT: "g",
    Item.EXPIRY: "h",
    Item.STANDARDS: "i",
}
CRITICAL_STEPS: Final = (frozenset({"harvesting", "collecting"}), frozenset({"processing", "packing"}))
"""Where it came from, and where it became what it is: the least that a journey tells. The decree leaves the choice of
critical events to TCVN 12850; these two are our reading (docs/traceability.md#completeness)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """A valid event: its step, and when it happened (None where only the day is known)."""

    step: str
    happened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """What is on record of a lot, its product and producer. standard_count: certificates in force or filed."""

    product_name: str
    has_image: bool
    producer_name: str | None
    has_address: bool
    has_origin: bool
    events: tuple[EventFact, ...]
    lot_code: str
    expires_on: date | None
    standard_count: int


@dataclass(frozen=True, slots=True)
class MissingItem:
    """A fact that is lacking. is_if_any: asked only of goods that have such a thing (an expiry)."""

    item: Item
    letter: str
    is_if_any: bool = False


def missing_of(lot: LotFacts, on: date) -> tuple[MissingItem, ...]:
    """What of article 23(5) is not on record of the lot, in the order of its letters.

    on: events later than that day do not count. An expiry is asked «if any»: goods that do not spoil have none.
    """
    return tuple(
        MissingItem(item, LETTERS[item], item is Item.EXPIRY)
        for item, is_there in _CHECKS.items()
        if not is_there(lot, on)
    )


def share_percent(missing: tuple[MissingItem, ...]) -> int:
    """How much of the list is there, rounded down: 100 only where nothing is lacking."""
    return (len(Item) - len(missing)) * 100 // len(Item)


def _has_events(lot: LotFacts, on: date) -> bool:
    steps = {
        event.step
        for event in lot.events
        if event.happened_at is None or vietnam_date(event.happened_at) <= on
    }
    return all(steps & wanted for wanted in CRITICAL_STEPS)


_CHECKS: Final[dict[Item, Callable[[LotFacts, date], bool]]] = {
    Item.NAME: lambda lot, _on: bool(lot.product_name),
    Item.IMAGE: lambda lot, _on: lot.has_image,
    Item.PRODUCER: lambda lot, _on: bool(lot.producer_name),
    Item.ADDRESS: lambda lot, _on: lot.has_address,
    Item.ORIGIN: lambda lot, _on: lot.has_origin,
    Item.EVENTS: _has_events,
    Item.EVENT_TIMES: lambda lot, _on: bool(lot.events) and all(event.happened_at for event in lot.events),
    Item.LOT: lambda lot, _on: bool(lot.lot_code),
    Item.EXPIRY: lambda lot, _on: lot.expires_on is not None,
    Item.STANDARDS: lambda lot, _on: lot.standard_count > 0,
}
