"""By when a complaint is answered: dated rows with their source. Pure."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from orders.delivery_days import rest_days

TABLE: Final = Path(__file__).parent / "data" / "complaint_terms.csv"


class ComplaintKind(StrEnum):
    """What a complaint is about."""

    ORDER = "order"
    SELLER = "seller"
    LISTING = "listing"
    PRIVACY = "privacy"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintTerm:
    """Working days for the answer, of complaints received from `valid_from` to `valid_to` (None: no end known)."""

    kind: ComplaintKind
    working_days: int
    valid_from: date
    valid_to: date | None
    source: str


@lru_cache(maxsize=1)
def list_complaint_terms() -> tuple[ComplaintTerm, ...]:
    """All terms, those of the past too."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(_term(row) for row in csv.DictReader(lines))


def term_for(kind: ComplaintKind, on: date) -> ComplaintTerm:
    """The term of a complaint received on that day in Vietnam: of those in force the latest."""
    in_force = [
        term
        for term in list_complaint_terms()
        if term.kind is kind and term.valid_from <= on and (term.valid_to is None or on <= term.valid_to)
    ]
    return max(in_force, key=lambda term: term.valid_from)


def due_on(kind: ComplaintKind, on: date) -> date:
    """The last day for the answer: working days after the day of receipt, Saturdays, Sundays and holidays left out."""
    day, left = on, term_for(kind, on).working_days
    while left:
        day += timedelta(days=1)
        if day.isoweekday() < 6 and day not in rest_days():
            left -= 1
    return day


def _term(row: dict[str, str]) -> ComplaintTerm:
    return ComplaintTerm(
        kind=ComplaintKind(row["kind"]),
        working_days=int(row["working_days"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        source=row["source"],
    )
