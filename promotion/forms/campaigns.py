"""What is typed of campaigns, collections and live sessions, made into facts that operations judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from core.clock import VIETNAM
from core.db import ID_MAX
from core.text import clean_line, clean_text
from promotion.campaign_terms import CampaignFacts, CollectionFacts, CollectionRule
from promotion.run_sheets import MINUTES_USUAL, ItemFacts, RunSheetFacts

KEPT_MAX: Final = 1_200
READ_MAX: Final = 4_000
OUT_OF_RANGE: Final = 0
"""Stands for a number that could not be read: every rule refuses it."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form as it was typed, for showing it again. fault: field and reason of the refusal, none if it was not."""

    typed: Mapping[str, str] = field(default_factory=dict)
    fault: tuple[str, str] | None = None


def refused(given: Mapping[str, str], facts: Mapping[str, object]) -> TypedForm:
    """The form to show again after an error with these facts (`field`, `reason`)."""
    typed = {name: text[:KEPT_MAX] for name, text in given.items() if name != "csrf_token"}
    return TypedForm(typed, (str(facts.get("field", "")), str(facts.get("reason", ""))))


def campaign_facts(given: Mapping[str, str]) -> CampaignFacts:
    """The campaign that is asked for."""
    return CampaignFacts(
        name=_line(given, "name"),
        name_en=_line(given, "name_en"),
        summary=_text(given, "summary"),
        summary_en=_text(given, "summary_en"),
        criteria=_text(given, "criteria"),
        criteria_en=_text(given, "criteria_en"),
        from_on=_day(given, "from_on"),
        until_on=_day(given, "until_on"),
    )


def collection_facts(given: Mapping[str, str]) -> CollectionFacts:
    """The collection that is asked for."""
    rule = CollectionRule(
        stars_least=_number(given, "stars_least"),
        province_code=_line(given, "province_code")[:2] or None,
        group_no=_number(given, "group_no"),
        is_women_led=given.get("is_women_led") == "1",
        recognised_within_days=_number(given, "recognised_within_days"),
    )
    return CollectionFacts(
        title=_line(given, "title"),
        title_en=_line(given, "title_en"),
        criteria=_text(given, "criteria"),
        criteria_en=_text(given, "criteria_en"),
        rule=rule,
    )


def run_sheet_facts(given: Mapping[str, str]) -> RunSheetFacts:
    """The session that is asked for; its day and hour are Vietnam's."""
    try:
        planned_at = datetime.fromisoformat(given.get("planned_at", "").strip()[:16]).replace(tzinfo=VIETNAM)
    except ValueError:
        planned_at = None
    return RunSheetFacts(
        title=_line(given, "title"),
        title_en=_line(given, "title_en"),
        planned_at=planned_at,
        live_url=_line(given, "live_url"),
    )


def item_facts(given: Mapping[str, str], product_id: int) -> ItemFacts:
    """Goods of a session as they are to be shown."""
    typed = _line(given, "minutes")
    minutes = _number(given, "minutes") if typed else MINUTES_USUAL
    return ItemFacts(product_id=product_id, minutes=minutes, points=_text(given, "points"))


def chosen_ids(values: list[str]) -> list[int]:
    """Numbers of rows that were ticked; what is no number is left out."""
    return [int(each) for each in values[:400] if each.isascii() and each.isdecimal() and len(each) <= 10]


def slug_of_address(typed: str) -> str:
    """The last piece of an address that was pasted."""
    return clean_line(typed[:300]).partition("?")[0].rstrip("/").rpartition("/")[2]


def _line(given: Mapping[str, str], name: str) -> str:
    return clean_line(given.get(name, "")[:READ_MAX])


def _text(given: Mapping[str, str], name: str) -> str:
    return clean_text(given.get(name, "")[:READ_MAX])


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = _line(given, name)
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= 9
    return int(text) if is_number and int(text) <= ID_MAX else OUT_OF_RANGE


def _day(given: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(given.get(name, "").strip()[:10])
    except ValueError:
        return None
