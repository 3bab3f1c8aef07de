"""What may stand in the run sheet of a live session, and at which minute each of its goods comes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from promotion.campaign_terms import NAME_MAX, fault_of_text

ITEMS_MAX: Final = 40
"""Goods in one session (docs/limits.md)."""
MINUTES_MAX: Final = 180
MINUTES_USUAL: Final = 5
POINTS_MAX: Final = 600
URL_MAX: Final = 300
AHEAD_MAX: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSheetFacts:
    """A session that is to be planned. live_url: where it will be watched, «» if that is not known yet."""

    title: str
    title_en: str = ""
    planned_at: datetime | None = None
    live_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """Goods in a session. points: what the host wants to say; facts of the record are shown beside by themselves."""

    product_id: int
    minutes: int | None
    points: str = ""


def fault_of_run_sheet(facts: RunSheetFacts, now: datetime) -> tuple[str, str] | None:
    """The first field that cannot be used, and why; None if all can."""
    for name, is_needed in (("title", True), ("title_en", False)):
        fault = fault_of_text(getattr(facts, name), NAME_MAX, is_needed=is_needed)
        if fault:
            return name, fault
    if facts.planned_at is None:
        return "planned_at", "missing"
    if not now - timedelta(days=1) <= facts.planned_at <= now + AHEAD_MAX:
        return "planned_at", "days"
    return ("live_url", "url") if facts.live_url and not is_web_address(facts.live_url) else None


def fault_of_item(facts: ItemFacts) -> tuple[str, str] | None:
    """The first field that cannot be used, and why; None if all can."""
    if facts.minutes is None or not 1 <= facts.minutes <= MINUTES_MAX:
        return "minutes", "range"
    fault = fault_of_text(facts.points, POINTS_MAX, is_needed=False)
    return ("points", fault) if fault else None


def is_web_address(text: str) -> bool:
    """Whether `text` is an https address that a page may link to."""
    if len(text) > URL_MAX or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host and not parts.username and "\\" not in text


def starts(minutes: Sequence[int], planned_at: datetime) -> tuple[datetime, ...]:
    """When each of the goods comes, one after another from `planned_at`."""
    total, moments = 0, []
    for each in minutes:
        moments.append(planned_at + timedelta(minutes=total))
        total += each
    return tuple(moments)


def moved(order: Sequence[int], product_id: int, steps: int) -> list[int]:
    """`order` with `product_id` moved by `steps` places (below 0: to the front), never beyond an end."""
    place = order.index(product_id)
    left = [each for each in order if each != product_id]
    left.insert(max(0, min(len(left), place + steps)), product_id)
    return left


def shown_first(order: Sequence[int], current: int | None) -> list[int]:
    """`order` with what is shown now in front; as it is where nothing is."""
    if current is None or current not in order:
        return list(order)
    return [current, *(each for each in order if each != current)]
