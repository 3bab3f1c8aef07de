"""What stands in a basket and what it comes to: the rules, and the values that pages and checkout share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.totals import percent_of, split

QUANTITY_MAX: Final = 999
"""Packs of one kind in a basket. Source: the table of threats, T-11: whole numbers from 1 to 999."""
LINES_MAX: Final = 60
"""Different things in one basket, those kept for later included (docs/limits.md)."""

_DIGITS: Final = frozenset("0123456789")


class LineProblem(StrEnum):
    """Why a line cannot be bought as it stands."""

    GONE = "gone"  # no longer sold, or without a price
    RECALLED = "recalled"
    NO_PAPERS = "no_papers"  # a paper that the law asks of the seller is not in force
    AWAY = "away"
    OUT_OF_SEASON = "out_of_season"
    SOLD_OUT = "sold_out"
    FEWER = "fewer"


class VoucherProblem(StrEnum):
    """Why a code takes nothing off."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    OVER = "over"
    USED_UP = "used_up"
    NOTHING_FITS = "nothing_fits"
    MINIMUM = "minimum"
    PERSON_LIMIT = "person_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherTerms:
    """What a voucher gives: see `orders.models.vouchers.Voucher`."""

    id: int
    code: str
    producer_id: int | None
    bearer: str
    percent_bp: int | None
    amount_vnd: int | None
    cap_vnd: int | None
    minimum_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discountable:
    """A line as a voucher sees it. net_vnd: goods less what a hamper took off. may: whether vouchers may touch it."""

    producer_id: int
    net_vnd: int
    may: bool = True


@dataclass(frozen=True, slots=True)
class Takeoff:
    """What a voucher takes off each line, in the order of the lines; or why nothing. missing_vnd: to its minimum."""

    parts: tuple[int, ...]
    problem: VoucherProblem | None = None
    missing_vnd: int = 0


def quantity_of(typed: str) -> int | None:
    """The number of packs as typed with ASCII digits, 1 to 999; None for anything else («1.5», «-1», «١», «1e9»)."""
    typed = typed.strip()
    if not typed or len(typed) > len(str(QUANTITY_MAX)) or not _DIGITS.issuperset(typed):
        return None
    number = int(typed)
    return number if number > 0 else None


def hamper_discount(
    parts_vnd: Sequence[int], count: int, *, discount_bp: int | None, discount_vnd: int | None
) -> tuple[int, ...]:
    """What `count` hampers take off each of their parts, whose goods are worth `parts_vnd` in one hamper.

    The parts sum to `count` times the discount of one hamper, which never exceeds its goods.
    """
    one_vnd = sum(parts_vnd)
    if not parts_vnd or not one_vnd:
        return (0,) * len(parts_vnd)
    off_vnd = percent_of(one_vnd, discount_bp) if discount_bp else min(discount_vnd or 0, one_vnd)
    return split(off_vnd * count, parts_vnd)


def voucher_takeoff(terms: VoucherTerms, lines: Sequence[Discountable]) -> Takeoff:
    """What the voucher takes off `lines`. The parts sum to the discount; none exceeds the net worth of its line.

    Goods in scope must reach the minimum; a percentage is capped; a fixed amount is at most the goods in scope.
    """
    scope = [
        line.net_vnd if line.may and terms.producer_id in (None, line.producer_id) else 0 for line in lines
    ]
    nothing = (0,) * len(lines)
    base_vnd = sum(scope)
    if base_vnd == 0:
        return Takeoff(nothing, VoucherProblem.NOTHING_FITS)
    if base_vnd < terms.minimum_vnd:
        return Takeoff(nothing, VoucherProblem.MINIMUM, terms.minimum_vnd - base_vnd)
    if terms.percent_bp is not None:
        off_vnd = min(percent_of(base_vnd, terms.percent_bp), terms.cap_vnd or base_vnd)
    else:
        off_vnd = min(terms.amount_vnd or 0, base_vnd)
    return Takeoff(split(off_vnd, scope))
