"""What may stand in a campaign or a featured collection, and how goods come into a campaign. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

NAME_MAX: Final = 120
TEXT_MAX: Final = 1_000
REASON_MAX: Final = 500
DAYS_MAX: Final = 120
"""A campaign that runs longer is no occasion any more (docs/limits.md)."""
WITHIN_DAYS_MAX: Final = 1_096
"""Three years: the term of a recognition. Source: Decision 26/2026/QĐ-TTg, article 7(6)."""
ENTRIES_MAX: Final = 300
"""Goods in one campaign, in whatever state (docs/limits.md)."""
OFFERS_MAX: Final = 12
"""Codes, and gift hampers, that one campaign shows (docs/limits.md)."""
STARS: Final = frozenset({3, 4, 5})
GROUP_NUMBERS: Final = range(1, 7)


class OfficeLevel(StrEnum):
    """Which office speaks: the market's own, the nation's officers, or those of a province."""

    MARKET = "market"
    NATION = "nation"
    PROVINCE = "province"


class EntryState(StrEnum):
    """Where goods stand that are to take part in a campaign."""

    INVITED = "invited"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OFFICE_MOVES: Final[Mapping[EntryState, frozenset[EntryState]]] = {
    EntryState.ASKED: frozenset({EntryState.ACCEPTED, EntryState.REFUSED}),
    EntryState.INVITED: frozenset({EntryState.REFUSED}),
    EntryState.ACCEPTED: frozenset({EntryState.REFUSED}),
    EntryState.REFUSED: frozenset({EntryState.INVITED}),
    EntryState.WITHDRAWN: frozenset({EntryState.INVITED}),
}
"""What the office may decide. A refusal always has a reason."""

PRODUCER_MOVES: Final[Mapping[EntryState, frozenset[EntryState]]] = {
    EntryState.INVITED: frozenset({EntryState.ACCEPTED, EntryState.WITHDRAWN}),
    EntryState.ASKED: frozenset({EntryState.WITHDRAWN}),
    EntryState.ACCEPTED: frozenset({EntryState.WITHDRAWN}),
    EntryState.REFUSED: frozenset({EntryState.ASKED}),
    EntryState.WITHDRAWN: frozenset({EntryState.ASKED}),
}
"""What the producer may decide: nobody's goods are shown in a campaign against its will."""


class Phase(StrEnum):
    """Where a published campaign stands on a day. Only a running one is shown; an over one says so."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


def phase_on(from_on: date, until_on: date, on: date, *, is_ended: bool) -> Phase:
    """The phase on the day `on`; first and last day are included. is_ended: taken off before its last day."""
    if is_ended or on > until_on:
        return Phase.OVER
    return Phase.RUNNING if from_on <= on else Phase.COMING


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """A campaign that is to be made. Days in Vietnam, both included, None where none could be read.

    Days of the moon (Tết, Mid-Autumn) are looked up and typed by people: nothing here computes them.
    """

    name: str
    name_en: str = ""
    summary: str = ""
    summary_en: str = ""
    criteria: str = ""
    criteria_en: str = ""
    from_on: date | None = None
    until_on: date | None = None


def fault_of_campaign(facts: CampaignFacts, on: date) -> tuple[str, str] | None:
    """The first field of `facts` that cannot be used on the day it is made, and why; None if all can."""
    for name, most, is_needed in (
        ("name", NAME_MAX, True),
        ("name_en", NAME_MAX, False),
        ("summary", TEXT_MAX, True),
        ("summary_en", TEXT_MAX, False),
        ("criteria", TEXT_MAX, True),
        ("criteria_en", TEXT_MAX, False),
    ):
        fault = fault_of_text(getattr(facts, name), most, is_needed=is_needed)
        if fault:
            return name, fault
    if facts.from_on is None:
        return "from_on", "missing"
    if facts.until_on is None:
        return "until_on", "missing"
    if facts.until_on < facts.from_on or facts.until_on < on:
        return "until_on", "days"
    if (facts.until_on - facts.from_on).days >= DAYS_MAX:
        return "until_on", "too_long"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRule:
    """Who belongs to a collection; None asks for nothing. stars_least: 3, 4 or 5. province_code: of today.

    recognised_within_days: the decision that speaks for the goods is at most so many days old.
    """

    stars_least: int | None = None
    province_code: str | None = None
    group_no: int | None = None
    is_women_led: bool = False
    recognised_within_days: int | None = None

    @property
    def asks_for_something(self) -> bool:
        return self.is_women_led or any(
            each is not None
            for each in (self.stars_least, self.province_code, self.group_no, self.recognised_within_days)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """A collection that is to be made. criteria: the office's reasons in words, for everybody."""

    title: str
    title_en: str = ""
    criteria: str = ""
    criteria_en: str = ""
    rule: CollectionRule = CollectionRule()


def fault_of_collection(facts: CollectionFacts) -> tuple[str, str] | None:
    """The first field of `facts` that cannot be used, and why; None if all can."""
    for name, most, is_needed in (
        ("title", NAME_MAX, True),
        ("title_en", NAME_MAX, False),
        ("criteria", TEXT_MAX, True),
        ("criteria_en", TEXT_MAX, False),
    ):
        fault = fault_of_text(getattr(facts, name), most, is_needed=is_needed)
        if fault:
            return name, fault
    rule = facts.rule
    if rule.stars_least is not None and rule.stars_least not in STARS:
        return "stars_least", "unknown"
    if rule.group_no is not None and rule.group_no not in GROUP_NUMBERS:
        return "group_no", "unknown"
    days = rule.recognised_within_days
    if days is not None and not 0 < days <= WITHIN_DAYS_MAX:
        return "recognised_within_days", "range"
    return None if rule.asks_for_something else ("stars_least", "no_rule")


def fault_of_text(text: str, most: int, *, is_needed: bool) -> str | None:
    """«missing» or «too_long», None for a text that fits."""
    if len(text) > most:
        return "too_long"
    return "missing" if is_needed and not text else None
