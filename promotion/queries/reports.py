"""Promotion reports: what came of links, stamps, fairs and campaigns, cut by what people ask for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from accounts.actors import Actor
from catalog.models import Product
from core.db import db
from promotion.errors.fairs import FairNotFoundError
from promotion.models.campaigns import Campaign
from promotion.models.counter import BoothDevice
from promotion.models.fairs import Booth, Fair, Participation
from promotion.permissions.fairs import can_run_fair
from promotion.queries.report_facts import Fact, Scope, inquiries, sample_scans, scans, sold, visits
from promotion.report_rules import (
    Cut,
    Figures,
    Period,
    ReportRow,
    fair_final_on,
    fair_period,
    without_small,
)

_KEYS: Final[dict[str, Callable[[Fact], str]]] = {
    "product": lambda fact: _told(fact.product_id),
    "fair": lambda fact: _told(fact.fair_id),
    "campaign": lambda fact: _told(fact.campaign_id),
    "booth": lambda fact: _told(fact.booth_id),
    "province": lambda fact: fact.province,
}


@dataclass(frozen=True, slots=True)
class BoothLine:
    """What is known of a booth beside its figures. synced_at: when its telephone last sent what was sold."""

    code: str
    producer_name: str | None
    synced_at: Any


class _Sums:
    """Figures of one line in the making."""

    def __init__(self) -> None:
        self.counts = {"visits": 0, "scans": 0, "inquiries": 0}
        self.parts: set[int | None] = set()
        self.revenue_vnd = 0

    def figures(self) -> Figures:
        return Figures(**self.counts, orders=len(self.parts), revenue_vnd=self.revenue_vnd)


def get_own_report(producer_id: int, period: Period) -> tuple[Cut, ...]:
    """A producer's own figures by product, fair, campaign and province, exact, the largest revenue first."""
    scope = Scope(producer_id=producer_id)
    return tuple(
        _sorted_by_revenue(cut) for cut in _cuts(scope, period, ("product", "fair", "campaign", "province"))
    )


def get_report_over_producers(scope: Scope, period: Period) -> tuple[Cut, ...]:
    """Figures of several producers by product, fair, campaign and province, small numbers withheld.

    In the order of names: an order by revenue would tell of what is withheld.
    """
    return without_small(_cuts(scope, period, ("product", "fair", "campaign", "province")))


def get_fair_report(fair: Fair) -> tuple[Cut, ...]:
    """Figures of a fair by booth and province, small numbers withheld. After `fair_final_on` they no longer grow."""
    return without_small(_cuts_of_fair(fair, ("booth", "province")))


def get_fair_counters(fair: Fair) -> Cut:
    """Figures of a fair by booth, exact: whoever shows them rounds them down first (`at_least`)."""
    return _cuts_of_fair(fair, ("booth",))[0]


def get_reported_fair(actor: Actor, fair_id: int) -> Fair:
    """The fair, if `actor` organises it or is an administrator. Raises FairNotFoundError."""
    fair = db.session.get(Fair, fair_id)
    if fair is None or not can_run_fair(actor, fair.organiser_id):
        raise FairNotFoundError(fair_id=fair_id)
    return fair


def list_booth_lines(fair_id: int) -> dict[str, BoothLine]:
    """The booths of a fair by their number as text: who stands there, and when its telephone last sent."""
    synced = (
        select(BoothDevice.participation_id, func.max(BoothDevice.synced_at).label("synced_at"))
        .group_by(BoothDevice.participation_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Booth, Participation, synced.c.synced_at)
        .outerjoin(Participation, Participation.booth_id == Booth.id)
        .outerjoin(synced, synced.c.participation_id == Participation.id)
        .where(Booth.fair_id == fair_id)
    )
    return {
        str(booth.id): BoothLine(booth.code, row.producer.name if row else None, at)
        for booth, row, at in rows
    }


def _cuts_of_fair(fair: Fair, names: Sequence[str]) -> tuple[Cut, ...]:
    scope = Scope(fair_id=fair.id, noted_until_on=fair_final_on(fair.ends_on))
    return _cuts(scope, fair_period(fair.starts_on, fair.ends_on), names)


def _cuts(scope: Scope, period: Period | None, names: Sequence[str]) -> tuple[Cut, ...]:
    facts = _facts(scope, period)
    return tuple(_cut(name, facts) for name in names)


def _facts(scope: Scope, period: Period | None) -> dict[str, list[Fact]]:
    samples = list(sample_scans(scope, period))
    looks = samples if period is None or scope.fair_id is not None else list(scans(scope, period))
    return {
        "visits": list(visits(scope, period)),
        "scans": looks,
        "samples": samples,
        "inquiries": list(inquiries(scope, period)),
        "sold": list(sold(scope, period)),
    }


def _cut(name: str, facts: dict[str, list[Fact]]) -> Cut:
    key_of = _KEYS[name]
    lines: defaultdict[str, _Sums] = defaultdict(_Sums)
    whole = _Sums()
    for kind in ("visits", "scans", "inquiries"):
        for fact in facts[kind]:
            lines[key_of(fact)].counts[kind] += fact.amount
            whole.counts[kind] += fact.amount
    if name == "fair" and facts["samples"] is not facts["scans"]:
        _move_samples(lines, facts["samples"])
    for fact in facts["sold"]:
        for line in (lines[key_of(fact)], whole):
            line.parts.add(fact.part_id)
            line.revenue_vnd += fact.amount
    names = _names(name, [key for key in lines if key])
    rows = (ReportRow(key, names.get(key, ""), line.figures()) for key, line in lines.items())
    return Cut(name, tuple(sorted(rows, key=lambda row: (not row.key, row.name, row.key))), whole.figures())


def _move_samples(lines: defaultdict[str, _Sums], samples: Iterable[Fact]) -> None:
    """Count looks at display samples for their fairs, and no longer among those of no fair."""
    for fact in samples:
        lines[_told(fact.fair_id)].counts["scans"] += fact.amount
        lines[""].counts["scans"] -= fact.amount


def _names(name: str, keys: list[str]) -> dict[str, str]:
    if name == "province":
        return {key: key for key in keys}
    column: Any = {
        "product": Product.name,
        "fair": Fair.name,
        "campaign": Campaign.name,
        "booth": Booth.code,
    }[name]
    table: Any = {"product": Product, "fair": Fair, "campaign": Campaign, "booth": Booth}[name]
    found = db.session.execute(select(table.id, column).where(table.id.in_([int(key) for key in keys])))
    return {str(number): text for number, text in found}


def _told(number: int | None) -> str:
    return "" if number is None else str(number)


def _sorted_by_revenue(cut: Cut) -> Cut:
    rows = sorted(cut.rows, key=lambda row: (not row.key, -(row.figures.revenue_vnd or 0), row.name))
    return Cut(cut.name, tuple(rows), cut.total)
