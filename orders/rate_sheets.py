"""A table of delivery fees as rows of text, and back; and the few numbers in which a producer tells its own. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from orders.delivery_terms import RateStep, Zone

COLUMNS: Final = (
    "carrier",
    "service",
    "zone",
    "up_to_g",
    "fee_vnd",
    "fragile_fee_vnd",
    "days_from",
    "days_to",
    "is_cold",
)
ROWS_MAX: Final = 2_000
FEE_MAX_VND: Final = 100_000_000
WEIGHT_MAX_G: Final = 1_000_000
DAYS_MAX: Final = 60
_NAME_MAX: Final = 20

OWN_CARRIER: Final = "manual"
OWN_SERVICE: Final = "standard"
OWN_FIRST_G: Final = 2_000
OWN_STEP_G: Final = 1_000
OWN_MAX_G: Final = 30_000
OWN_DAYS: Final = {Zone.SAME_PROVINCE: (1, 2), Zone.SAME_REGION: (2, 3), Zone.NATION: (3, 5)}
"""Days on the way that a producer's own fees promise by zone. Ours; the platform's table sets its own."""


@dataclass(frozen=True, slots=True)
class RateFault:
    """A cell that cannot be used. line: as the spreadsheet counts. reason: a word."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnFees:
    """What a producer asks for parcels to one zone: up to two kilograms, and for each further one."""

    first_vnd: int
    further_vnd: int


def read_rates(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]
) -> tuple[tuple[RateStep, ...], tuple[RateFault, ...]]:
    """Fees of a sheet with the columns `COLUMNS` in any order, and every fault in it; with faults, use no fee.

    rows: line number and cells. fragile_fee_vnd: empty where fragile goods are not taken. is_cold: «1» or empty.
    """
    places = {name.strip().lower(): place for place, name in enumerate(header)}
    missing = [name for name in COLUMNS if name not in places]
    if missing:
        return (), tuple(RateFault(1, name, "missing_column") for name in missing)
    steps: list[RateStep] = []
    faults: list[RateFault] = []
    seen: set[tuple[str, str, Zone, int]] = set()
    for line, cells in rows:
        told = {name: cells[places[name]].strip() if places[name] < len(cells) else "" for name in COLUMNS}
        step = _step(line, told, faults)
        if step is None:
            continue
        place = (step.carrier, step.service, step.zone, step.up_to_g)
        if place in seen:
            faults.append(RateFault(line, "up_to_g", "repeated"))
        seen.add(place)
        steps.append(step)
    if not steps and not faults:
        faults.append(RateFault(2, "carrier", "no_rows"))
    if len(steps) > ROWS_MAX:
        faults.append(RateFault(ROWS_MAX + 2, "carrier", "too_many_rows"))
    return tuple(steps), tuple(faults)


def write_rates(steps: Iterable[RateStep]) -> list[list[str]]:
    """The sheet of `steps`, its header first; `read_rates` reads it back to the same."""
    rows = [
        [
            step.carrier,
            step.service,
            step.zone.value,
            str(step.up_to_g),
            str(step.fee_vnd),
            "" if step.fragile_fee_vnd is None else str(step.fragile_fee_vnd),
            str(step.days_from),
            str(step.days_to),
            "1" if step.is_cold else "",
        ]
        for step in steps
    ]
    return [list(COLUMNS), *rows]


def digest_of(steps: Iterable[RateStep]) -> str:
    """SHA-256 of the fees in canonical order; 64 hexadecimal digits."""
    lines = sorted(",".join(row) for row in write_rates(steps)[1:])
    return sha256("\n".join(lines).encode()).hexdigest()


def own_steps(fees: Mapping[Zone, OwnFees]) -> tuple[RateStep, ...]:
    """The fees of a producer that tells them by two numbers for each zone; a zone left out is not sent to."""
    return tuple(
        RateStep(
            carrier=OWN_CARRIER,
            service=OWN_SERVICE,
            zone=zone,
            up_to_g=up_to_g,
            fee_vnd=of_zone.first_vnd + of_zone.further_vnd * ((up_to_g - OWN_FIRST_G) // OWN_STEP_G),
            fragile_fee_vnd=0,
            days_from=OWN_DAYS[zone][0],
            days_to=OWN_DAYS[zone][1],
            is_cold=False,
        )
        for zone, of_zone in fees.items()
        for up_to_g in range(OWN_FIRST_G, OWN_MAX_G + 1, OWN_STEP_G)
    )


def own_fees(steps: Iterable[RateStep]) -> dict[Zone, OwnFees]:
    """The two numbers for each zone from which `own_steps` makes `steps`."""
    by_zone: dict[Zone, list[RateStep]] = {}
    for step in sorted(steps, key=lambda each: each.up_to_g):
        by_zone.setdefault(step.zone, []).append(step)
    return {
        zone: OwnFees(of_zone[0].fee_vnd, of_zone[1].fee_vnd - of_zone[0].fee_vnd if len(of_zone) > 1 else 0)
        for zone, of_zone in by_zone.items()
    }


def _step(line: int, told: Mapping[str, str], faults: list[RateFault]) -> RateStep | None:
    before = len(faults)
    faults.extend(
        RateFault(line, name, "not_a_name") for name in ("carrier", "service") if not _is_name(told[name])
    )
    if told["zone"] not in {zone.value for zone in Zone}:
        faults.append(RateFault(line, "zone", "not_a_zone"))
    if told["is_cold"] not in {"", "0", "1"}:
        faults.append(RateFault(line, "is_cold", "not_a_number"))
    up_to_g = _number(line, told, "up_to_g", WEIGHT_MAX_G, faults)
    fee_vnd = _number(line, told, "fee_vnd", FEE_MAX_VND, faults)
    fragile = _number(line, told, "fragile_fee_vnd", FEE_MAX_VND, faults) if told["fragile_fee_vnd"] else None
    days_from = _number(line, told, "days_from", DAYS_MAX, faults)
    days_to = _number(line, told, "days_to", DAYS_MAX, faults)
    if len(faults) == before and up_to_g == 0:
        faults.append(RateFault(line, "up_to_g", "out_of_range"))
    if len(faults) == before and days_to < days_from:
        faults.append(RateFault(line, "days_to", "out_of_range"))
    if len(faults) > before:
        return None
    return RateStep(
        carrier=told["carrier"].lower(),
        service=told["service"].lower(),
        zone=Zone(told["zone"]),
        up_to_g=up_to_g,
        fee_vnd=fee_vnd,
        fragile_fee_vnd=fragile,
        days_from=days_from,
        days_to=days_to,
        is_cold=told["is_cold"] == "1",
    )


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace("_", "").isalnum() and len(text) <= _NAME_MAX


def _number(line: int, told: Mapping[str, str], column: str, largest: int, faults: list[RateFault]) -> int:
    text = told[column]
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        faults.append(RateFault(line, column, "not_a_number"))
        return 0
    if int(text) > largest:
        faults.append(RateFault(line, column, "out_of_range"))
        return 0
    return int(text)
