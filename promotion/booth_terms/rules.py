"""How what a telephone sends is judged. Pure values.

Nothing that was sold at a booth is lost because it breaks a rule: the goods are gone and the money is in the box. So
rules decide what is told, and only what cannot be understood, or is not this booth's, is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.clock import vietnam_date
from orders.delivery_offers import Sender
from orders.delivery_terms import zone_of

ITEMS_MAX: Final = 100
BODY_MAX_BYTES: Final = 1_000_000
LINES_MAX: Final = 50
AMOUNT_MAX_VND: Final = 1_000_000_000
"""A bill of more is not a sale at a booth. Ours."""
CLOCK_AHEAD: Final = timedelta(minutes=5)
"""So much a telephone's clock may go ahead of ours before it is told of."""
CLOCK_BEHIND: Final = timedelta(days=7)
"""Things done longer ago are taken to have been done now: the clock is wrong, or nobody knows any more."""


class Notice(StrEnum):
    """What is told about an item beside its outcome."""

    FROM_SHOP = "from_shop"
    SHORT = "short"
    PRICE = "price"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    CODE = "code"
    CLOCK = "clock"
    TAKEN_OVER = "taken_over"
    FREIGHT = "freight"
    NO_WAY = "no_way"
    GIVEN = "given"
    UNDONE = "undone"
    KEPT_IN_SHOP = "kept_in_shop"
    CASH = "cash"
    PACKS = "packs"
    MOVED = "moved"
    COUNTED = "counted"
    NOT_HAPPENED = "not_happened"
    SHAPE = "shape"
    FOREIGN = "foreign"
    REFERENCE = "reference"
    ID_TAKEN = "id_taken"
    ADDRESS = "address"
    NO_ACCOUNT = "no_account"
    PHONE = "phone"
    NOT_FOUND = "not_found"
    OTHER_DAY = "other_day"
    GONE = "gone"
    ASKED_BACK = "asked_back"
    UNDONE_BEFORE = "undone_before"


Told = tuple[Notice, Mapping[str, str | int]]
"""A notice and its facts: «packs», «name», «sold_vnd», «today_vnd», «reason»."""


@dataclass(frozen=True, slots=True)
class Instant:
    """When something counts as done, and whether the telephone's clock was believed."""

    at: datetime
    is_believed: bool


def believed(at: datetime, now: datetime) -> Instant:
    """What a telephone says about when: our own clock where its cannot be right."""
    if at > now:
        return Instant(now, at - now <= CLOCK_AHEAD)
    return Instant(at, True) if now - at <= CLOCK_BEHIND else Instant(now, False)


def is_same_day(one: datetime, other: datetime) -> bool:
    """Whether two instants are of one day in Vietnam."""
    return vietnam_date(one) == vietnam_date(other)


def shipping_table(sender: Sender, province_codes: Sequence[str]) -> list[dict[str, str | int]]:
    """The cheapest fee by province and weight, each row up to its weight; none for provinces that nothing reaches."""
    if not sender.terms.sends_by_carrier:
        return []
    table: list[dict[str, str | int]] = []
    for code in province_codes:
        zone = zone_of(sender.terms.province_code, code)
        ways = [[step for step in steps if step.zone is zone] for steps in sender.rates.values()]
        cheapest = 0
        rows: list[dict[str, str | int]] = []
        for up_to_g in sorted({step.up_to_g for steps in ways for step in steps}, reverse=True):
            fees = [
                next(step.fee_vnd for step in steps if up_to_g <= step.up_to_g)
                for steps in ways
                if any(up_to_g <= step.up_to_g for step in steps)
            ]
            fee_vnd = min(fees)
            if not rows or fee_vnd != cheapest:
                rows.append({"province_code": code, "up_to_g": up_to_g, "fee_vnd": fee_vnd})
                cheapest = fee_vnd
        table += reversed(rows)
    return table


def why_not(
    *,
    is_recalled: bool,
    is_withdrawn: bool,
    is_listed: bool,
    has_papers: bool,
    price_vnd: int | None,
    is_closed: bool = False,
) -> str | None:
    """Why a pack should not be sold, the gravest reason first; None if it may be."""
    for holds, reason in (
        (is_recalled, "recalled"),
        (is_withdrawn, "withdrawn"),
        (not has_papers, "papers"),
        (not is_listed, "unlisted"),
        (price_vnd is None, "no_price"),
        (is_closed, "closed"),
    ):
        if holds:
            return reason
    return None
