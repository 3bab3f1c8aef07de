"""What is typed of fairs, made into the facts that operations judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final

from core.clock import VIETNAM
from core.phones import vietnamese_phone
from core.places import find_communes
from core.text import clean_line, clean_text
from promotion.fair_terms import HOME_COUNTRY, AboutFacts, FairFacts, PlaceFacts, WhatFacts
from promotion.floor_plans import Spot, normal_code
from promotion.models.fairs import Fair
from promotion.operations.programme import SessionFacts

TYPED_MAX: Final = 5_000
STEPS: Final = ("what", "place", "about")
PRODUCERS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form as it was typed, for showing it again. faults: why it was refused, by field."""

    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def facts_of(step: str, given: Mapping[str, str], kind: str) -> FairFacts:
    """The facts of a step; what cannot be read is a value that `faults_of` refuses. kind: of the fair so far."""
    if step == "what":
        return _what(given)
    if step == "place":
        return _place(given, kind)
    return AboutFacts(
        organiser_name=clean_line(given.get("organiser_name", "")),
        phone=_phone(given),
        summary=clean_text(given.get("summary", "")),
        summary_en=clean_text(given.get("summary_en", "")) or None,
    )


def typed_of(fair: Fair, commune: str) -> dict[str, str]:
    """The fair as it would be typed. commune: the name of its commune, «» without."""
    opens, _, closes = fair.hours.partition("-")
    return {
        "kind": fair.kind,
        "name": fair.name,
        "name_en": fair.name_en or "",
        "starts_on": fair.starts_on.isoformat(),
        "ends_on": fair.ends_on.isoformat(),
        "opens": opens,
        "closes": closes,
        "register_until_on": fair.register_until_on.isoformat(),
        "venue": fair.venue,
        "address": fair.address,
        "country": fair.country,
        "province_code": fair.province_code or "",
        "commune": commune,
        "live_url": fair.live_url or "",
        "organiser_name": fair.organiser_name,
        "phone": fair.phone or "",
        "summary": fair.summary,
        "summary_en": fair.summary_en or "",
    }


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, cut to a sane length."""
    return {name: text[:TYPED_MAX] for name, text in given.items() if name != "csrf_token"}


def spot_of(given: Mapping[str, str]) -> Spot:
    """A booth as typed; what is no number is 0, which no plan has."""
    return Spot(
        normal_code(given.get("code", "")[:40]),
        whole_number(given.get("left", "")),
        whole_number(given.get("top", "")),
        whole_number(given.get("width", "1")),
        whole_number(given.get("height", "1")),
    )


def session_of(given: Mapping[str, str]) -> SessionFacts:
    """A point of the programme as typed: a day, a time from and a time until, in Vietnam."""
    day = _day(given, "day")
    booth = given.get("booth_id", "")
    return SessionFacts(
        title=clean_line(given.get("title", "")[:TYPED_MAX]),
        title_en=clean_line(given.get("title_en", "")[:TYPED_MAX]) or None,
        starts_at=_instant(day, given.get("starts_at", "")),
        ends_at=_instant(day, given.get("ends_at", "")),
        booth_id=whole_number(booth) if booth else None,
    )


def whole_number(text: str) -> int:
    """The number of a field, 0 for what is none."""
    line = text.strip()
    return int(line) if line.isascii() and line.isdecimal() and len(line) <= 9 else 0


def numbers_of(texts: list[str], most: int) -> list[int]:
    """Numbers of ticked boxes, one more than `most` at the utmost; what is none is left out."""
    return [number for text in texts[: most + 1] if (number := whole_number(text))]


def ordered_goods(given: Mapping[str, str]) -> list[int]:
    """Products ticked (`show-17`), in the order of the numbers beside them (`place-17`); without one, at the end."""
    ticked = [number for name in given if name.startswith("show-") and (number := whole_number(name[5:]))]
    return sorted(ticked, key=lambda number: whole_number(given.get(f"place-{number}", "")) or 10**6)


def _what(given: Mapping[str, str]) -> WhatFacts:
    ends_on = _day(given, "ends_on")
    until = given.get("register_until_on", "").strip()
    return WhatFacts(
        kind=given.get("kind", ""),
        name=clean_line(given.get("name", "")),
        name_en=clean_line(given.get("name_en", "")) or None,
        starts_on=_day(given, "starts_on"),
        ends_on=ends_on,
        hours=f"{given.get('opens', '').strip()[:5]}-{given.get('closes', '').strip()[:5]}",
        register_until_on=_day(given, "register_until_on") if until else _day(given, "starts_on"),
    )


def _place(given: Mapping[str, str], kind: str) -> PlaceFacts:
    province = given.get("province_code", "")[:2] or None
    commune = clean_line(given.get("commune", "")[:100])
    found = find_communes(commune, province) if commune and province else ()
    return PlaceFacts(
        kind=kind,
        venue=clean_line(given.get("venue", "")),
        address=clean_line(given.get("address", "")),
        country=clean_line(given.get("country", "")).upper() or HOME_COUNTRY,
        province_code=province,
        commune_code=found[0].code if len(found) == 1 else None,
        live_url=given.get("live_url", "").strip() or None,
        is_commune_known=not commune or len(found) == 1,
    )


def _phone(given: Mapping[str, str]) -> str | None:
    typed = clean_line(given.get("phone", ""))
    return (vietnamese_phone(typed) or "") if typed else None


def _day(given: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(given.get(name, "").strip())
    except ValueError:
        return None


def _instant(day: date | None, typed: str) -> datetime | None:
    try:
        moment = time.fromisoformat(typed.strip()[:5])
    except ValueError:
        return None
    if day is None or moment.tzinfo is not None:
        return None
    try:
        return datetime.combine(day, moment, VIETNAM).astimezone(UTC)
    except OverflowError:  # the first day of all, whose morning in Vietnam is the day before
        return None
