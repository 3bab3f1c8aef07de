"""What a promotion report may show to whom. Pure.

A producer sees its own figures exactly. Where a table sets figures of several producers side by side, small numbers of
orders are withheld, because a handful of orders at a booth can be told apart by somebody who stood there. A withheld
cell must not come back by subtraction: cells are withheld until those of a column hold `SMALLEST` orders together and
are two at least, or else the sum is withheld as well. Source: decision 0057; docs/reach.md#withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from promotion.errors.reach import InvalidPeriodError

SMALLEST: Final = 5
"""Fewer orders than this, and more than none, are withheld (decision 0057)."""
FAIR_COUNTED_DAYS: Final = 7
"""After a fair's last day its links still count for so long: as the cookie that a poster leaves (decision 0057)."""
FAIR_FINAL_DAYS: Final = 14
"""After so many days its report is final: a week more, for telephones that send late and orders that are paid late."""
PERIOD_DAYS_MAX: Final = 366
"""A year at most; single scans are kept for 13 months (docs/stamps.md#looks)."""
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Days of a report lie between these: those at the ends of the calendar have none before or after them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of promotion. orders: a producer's part of an order counts once. revenue_vnd: whole đồng.

    None: withheld, or (visits, scans, inquiries) not told by this cut.
    """

    visits: int | None = 0
    scans: int | None = 0
    inquiries: int | None = 0
    orders: int | None = 0
    revenue_vnd: int | None = 0


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of a table: of a product, a fair, a campaign, a booth or a province. key: «» for what is of none."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Cut:
    """A table and its sum. name: product, fair, campaign, province or booth."""

    name: str
    rows: tuple[ReportRow, ...]
    total: Figures


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Vietnam, both included."""

    from_on: date
    until_on: date


def period_of(from_on: date, until_on: date) -> Period:
    """The period. Raises InvalidPeriodError (`reason`: order, far from our days, or long for more than a year)."""
    if from_on < FIRST_DAY or until_on > LAST_DAY:
        raise InvalidPeriodError(reason="far")
    if until_on < from_on:
        raise InvalidPeriodError(reason="order")
    if (until_on - from_on).days >= PERIOD_DAYS_MAX:
        raise InvalidPeriodError(reason="long")
    return Period(from_on, until_on)


def fair_period(starts_on: date, ends_on: date) -> Period:
    """The days that the report of a fair counts: from a year before it, as links hang early."""
    before = timedelta(days=PERIOD_DAYS_MAX)
    return Period(starts_on - before, ends_on + timedelta(days=FAIR_COUNTED_DAYS))


def fair_final_on(ends_on: date) -> date:
    """The last day on which the report of a fair may still grow: until then its figures are rounded down."""
    return ends_on + timedelta(days=FAIR_FINAL_DAYS)


def month_of(day: date) -> Period:
    """The calendar month of `day`.

    Reports over several producers are of whole months only: two periods that differ by a day would tell that day.
    """
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(day.replace(day=1), after - timedelta(days=1))


def withheld(counts: Sequence[int], *, may_overlap: bool = False) -> frozenset[int]:
    """Positions of `counts` that are not shown, and -1 if their sum is not shown either.

    Positions of 1 to 4 are withheld. So that none comes back from the sum, further ones are withheld with them, the
    smallest first, until several small numbers would give the same sum. Zero tells of nobody and stays. may_overlap:
    an order may be counted in several positions; then what is withheld must hold `SMALLEST` in one of them.
    """
    small = {place for place, count in enumerate(counts) if 0 < count < SMALLEST}
    if not small:
        return frozenset()
    others = sorted((count, place) for place, count in enumerate(counts) if count >= SMALLEST)
    hidden = [counts[place] for place in small]
    while others and not _keeps_silent(hidden, may_overlap=may_overlap):
        count, place = others.pop(0)
        small.add(place)
        hidden.append(count)
    return frozenset(small if _keeps_silent(hidden, may_overlap=may_overlap) else {*small, -1})


def _keeps_silent(hidden: Sequence[int], *, may_overlap: bool) -> bool:
    """Whether the sum of what is withheld could be made of other numbers of the same kinds (1 to 4, and from 5 on)."""
    whole, few = sum(hidden), sum(count < SMALLEST for count in hidden)
    least, most = few, (SMALLEST - 1) * few
    if few == len(hidden):
        return few > 1 and whole >= SMALLEST and least < whole < most and not may_overlap
    return min(most, whole - SMALLEST * (len(hidden) - few)) > least


def without_small(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """`cuts` of the same orders with small numbers withheld. A sum that one cut withholds is withheld in all.

    Orders and their revenue go together.
    """
    hidden = [
        withheld([row.figures.orders or 0 for row in cut.rows], may_overlap=cut.name == "product")
        for cut in cuts
    ]
    is_total_hidden = any(-1 in places for places in hidden) or any(
        0 < (cut.total.orders or 0) < SMALLEST for cut in cuts
    )
    return tuple(
        Cut(
            cut.name,
            tuple(_hidden(row) if place in places else row for place, row in enumerate(cut.rows)),
            _without_orders(cut.total) if is_total_hidden else cut.total,
        )
        for cut, places in zip(cuts, hidden, strict=True)
    )


def at_least(count: int) -> int:
    """`count` rounded down to fives: live counters that are looked at again and again tell no single sale."""
    return count // SMALLEST * SMALLEST


def _hidden(row: ReportRow) -> ReportRow:
    return ReportRow(row.key, row.name, _without_orders(row.figures))


def _without_orders(figures: Figures) -> Figures:
    return Figures(figures.visits, figures.scans, figures.inquiries, None, None)
