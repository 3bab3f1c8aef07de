"""How many copies are found, and at how many false alarms: rules on looks alone beside the ranked evidence.

A simulation, run with `python -m bench.clones`; nothing in it was measured in the field. Its parameters are the
constants below, those of the design's own simulation (traceability design 4.7) where it states them. All rules see the
same looks. What is found depends on how many buyers scan; read the columns beside each other, not alone.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from traceability.clone_evidence import GRADE_TOLD, LookFact, UnitFacts, assess, is_spread

SEED: Final = 2026
UNITS: Final = 60_000
SAMPLES: Final = 300
CLONES: Final = 400
"""Cloned codes in each scenario."""

PROVINCES: Final = tuple(f"P{number:02d}" for number in range(34))
WEIGHTS: Final = tuple(accumulate(1 / (1 + number) ** 0.7 for number in range(34)))
"""Where people live, added up: the largest province has about a tenth, the smallest a hundredth."""
GATEWAYS: Final = PROVINCES[:3]
HOME: Final = PROVINCES[20]
WRONG_PLACE: Final = 0.06
"""Looks placed in a wrong province; two thirds of them in one of the three in which networks have their gateways."""
GIFTS: Final = 0.04
POSTED: Final = 0.01
POSTED_VIEWERS: Final = (5, 40)
"""People who scan a photograph that somebody posted, within days, from everywhere."""
POSTED_MEAN_DAYS: Final = 2.0
SAMPLE_SCANS: Final = 80
SAMPLE_DAYS: Final = 30
SCANNING: Final = 0.15
"""Buyers who scan: one to two in ten."""
LOOKS_MEAN: Final = 1.6
"""Looks of one who scans, over three weeks, some by others of the household."""
PRESSING: Final = 0.3
"""Of those who scan, how many say that they bought and opened it."""
SALE_DAYS: Final = 90
COPY_DAYS: Final = 60
BEGIN: Final = datetime(2026, 1, 5, tzinfo=UTC)

SCENARIOS: Final = ((10, 2), (50, 3), (200, 5), (200, 1))
"""Copies sold, and in how many provinces."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A code as everything is known of it; a rule is shown what it may know. kind: «sold», «sample»."""

    facts: UnitFacts
    kind: str


Rule = tuple[str, Callable[[UnitFacts], bool]]
RULES: Final[tuple[Rule, ...]] = (
    ("more than 5 looks", lambda unit: len(unit.looks) > 5),
    ("more than 20 looks", lambda unit: len(unit.looks) > 20),
    ("at least 8 devices", lambda unit: len({look.device for look in unit.looks}) >= 8),
    ("at least 3 provinces", lambda unit: len({look.province for look in unit.looks}) >= 3),
    ("confirmed provinces", lambda unit: is_spread(unit.looks)),
    ("ours, looks alone", lambda unit: _is_told(_without_claims(_without_order(unit)))),
    ("ours, with openings", lambda unit: _is_told(_without_order(unit))),
    ("ours, with orders bound", lambda unit: _is_told(_without_claims(unit))),
    ("ours, with both", lambda unit: assess(unit).grade >= GRADE_TOLD),
    ("ours, noted at least", lambda unit: assess(unit).grade > 0),
)


COMPARED: Final = {
    "confirmed provinces": "provinces_rule",
    "ours, looks alone": "evidence_of_looks",
    "ours, with both": "evidence_with_orders",
}


class World:
    """Draws packs, buyers and their looks."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def sold(self) -> Pack:
        """A pack that was sold once, given away or shown around as people do."""
        destination = self.province()
        sold_at = self._sold_at()
        looks: list[LookFact] = []
        opening = None
        if self.random.random() < SCANNING:
            looks += self._buyer(destination, sold_at)
            opening = self._pressed(looks)
        if self.random.random() < GIFTS:
            receiver = self.province()
            given_at = sold_at + timedelta(days=self.random.uniform(1, 20))
            if self.random.random() < SCANNING:
                # Who gives a pack away has rarely said before to have opened it.
                looks += self._buyer(receiver, given_at)
                opening = opening if self.random.random() < 0.2 else self._pressed(looks[-1:])
        if self.random.random() < POSTED:
            looks += self._posted(sold_at)
        return Pack(self._bound(looks, opening, sold_at, destination), "sold")

    def sample(self) -> Pack:
        """A pack on a table at a fair, that nobody declared."""
        places = self.random.choices(PROVINCES, cum_weights=WEIGHTS, k=3)
        looks = []
        for _ in range(SAMPLE_SCANS):
            at = BEGIN + timedelta(days=self.random.uniform(0, SAMPLE_DAYS))
            home = (
                self.random.choices(places, (6, 2, 1))[0] if self.random.random() < 0.9 else self.province()
            )
            looks.append(self._look(home, at))
        return Pack(UnitFacts(looks=looks, home=HOME), "sample")

    def cloned(self, copies: int, province_count: int) -> Pack:
        """A pack that somebody bought to copy its code: the order of the original went to some province of its own."""
        destination, bought_at = self.province(), self._sold_at()
        provinces: list[str] = []
        while len(provinces) < province_count:
            drawn = self.province()
            if drawn not in provinces:
                provinces.append(drawn)
        looks: list[LookFact] = []
        pressed: list[LookFact] = []
        for number in range(copies):
            if self.random.random() < SCANNING:
                at = bought_at + timedelta(days=self.random.uniform(7, 7 + COPY_DAYS))
                own = self._buyer(provinces[number % province_count], at)
                looks += own
                claim = self._pressed(own)
                if claim is not None:
                    pressed.append(claim)
        pressed.sort(key=lambda claim: claim.hour_at)
        unit = self._bound(looks, pressed[0] if pressed else None, bought_at, destination)
        return Pack(replace(unit, later=tuple(pressed[1:])), "clone")

    def province(self) -> str:
        """Where somebody lives."""
        return self.random.choices(PROVINCES, cum_weights=WEIGHTS)[0]

    def _bound(
        self, looks: list[LookFact], opening: LookFact | None, sold_at: datetime, destination: str
    ) -> UnitFacts:
        looks.sort(key=lambda look: look.hour_at)
        return UnitFacts(
            looks=looks,
            home=HOME,
            bound_at=sold_at - timedelta(days=3),
            shipped_at=sold_at - timedelta(days=2),
            destination=destination,
            opening=opening,
        )

    def _buyer(self, province: str, at: datetime) -> list[LookFact]:
        looks = [self._look(province, at)]
        while self.random.random() < 1 - 1 / LOOKS_MEAN:
            looks.append(self._look(province, at + timedelta(days=self.random.expovariate(1 / 5))))
        return looks

    def _pressed(self, looks: Sequence[LookFact]) -> LookFact | None:
        return looks[0] if looks and self.random.random() < PRESSING else None

    def _posted(self, sold_at: datetime) -> Iterator[LookFact]:
        posted_at = sold_at + timedelta(days=self.random.uniform(0, 10))
        for _ in range(self.random.randint(*POSTED_VIEWERS)):
            at = posted_at + timedelta(days=self.random.expovariate(1 / POSTED_MEAN_DAYS))
            yield self._look(self.province(), at)

    def _look(self, province: str, at: datetime) -> LookFact:
        """One look, by one device: on another day the same device has another hash."""
        if self.random.random() < WRONG_PLACE:
            province = self.random.choice(GATEWAYS) if self.random.random() < 2 / 3 else self.province()
        hour_at = at.replace(minute=0, second=0, microsecond=0)
        return LookFact(hour_at, province, self.random.randbytes(8))

    def _sold_at(self) -> datetime:
        return BEGIN + timedelta(days=self.random.uniform(0, SALE_DAYS))


@dataclass(frozen=True, slots=True)
class Row:
    """What a rule does. false_alarms: per 100,000 packs. samples, found: shares from 0 to 1."""

    rule: str
    false_alarms: float
    samples: float
    found: tuple[float, ...]


def simulate(
    seed: int = SEED, *, units: int = UNITS, clones: int = CLONES, rules: Sequence[Rule] = RULES
) -> list[Row]:
    """The table: one row for each of the `rules`, all of which see the same packs."""
    world = World(seed)
    sold = [world.sold().facts for _ in range(units)]
    sold = [unit for unit in sold if unit.looks]
    samples = [world.sample().facts for _ in range(min(SAMPLES, clones))]
    cloned = [[world.cloned(*scenario).facts for _ in range(clones)] for scenario in SCENARIOS]
    return [
        Row(
            name,
            sum(map(rule, sold)) * 100_000 / units,
            sum(map(rule, samples)) / len(samples),
            tuple(sum(map(rule, each)) / clones for each in cloned),
        )
        for name, rule in rules
    ]


def table(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown."""
    scenarios = [f"{copies} copies/{provinces}" for copies, provinces in SCENARIOS]
    heads = ["rule", "false alarms per 100,000 packs", "undeclared samples", *scenarios]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in rows:
        shares = [f"{100 * share:.1f} %" for share in (row.samples, *row.found)]
        lines.append(f"| {row.rule} | {row.false_alarms:.0f} | {' | '.join(shares)} |")
    return "\n".join(lines)


def main() -> None:
    """Figures of the rules that are compared, one JSON line each; the whole table goes to standard error."""
    rows = simulate()
    print(table(rows), file=sys.stderr)
    for row in rows:
        if row.rule in COMPARED:
            name = COMPARED[row.rule]
            report(f"clones_{name}_false_alarms", round(row.false_alarms, 1), "per 100000 packs")
            for (copies, provinces), share in zip(SCENARIOS, row.found, strict=True):
                report(f"clones_{name}_found_{copies}_in_{provinces}", round(100 * share, 1), "%")


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)


def _is_told(unit: UnitFacts) -> bool:
    return assess(unit).grade >= GRADE_TOLD


def _without_order(unit: UnitFacts) -> UnitFacts:
    return replace(unit, bound_at=None, shipped_at=None, destination=None)


def _without_claims(unit: UnitFacts) -> UnitFacts:
    return replace(unit, opening=None, later=())


if __name__ == "__main__":
    main()
