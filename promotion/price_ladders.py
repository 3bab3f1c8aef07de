"""Price ladders: what one pack costs by how many are bought. Pure.

A step counts from its quantity on, that quantity included, up to the next step. Quantities rise strictly and prices
fall strictly, so that more never costs more each, and no two steps contradict each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

QUANTITY_MAX: Final = 100_000
"""Packs of one kind in one request. Our limit: `order_line.quantity` admits no more."""
STEPS_MAX: Final = 12
PRICE_MAX_VND: Final = 1_000_000_000
LEAD_DAYS_MAX: Final = 365


class LadderFault(StrEnum):
    """Why a ladder cannot be used."""

    NO_STEPS = "no_steps"
    TOO_MANY = "too_many"
    QUANTITY = "quantity"
    PRICE = "price"
    QUANTITIES_RISE = "quantities_rise"
    PRICES_FALL = "prices_fall"
    MINIMUM = "minimum"
    LEAD_DAYS = "lead_days"
    CAPACITY = "capacity"
    DAYS = "days"
    PAST = "past"


class NoPrice(StrEnum):
    """Why a quantity has no price on a ladder."""

    BELOW_MINIMUM = "below_minimum"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Step:
    """From `from_quantity` packs on, each costs `price_vnd`."""

    from_quantity: int
    price_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderFacts:
    """A ladder as a producer states it. Dates are days in Vietnam, both included; valid_to_on None: no end."""

    steps: tuple[Step, ...]
    minimum_quantity: int
    lead_days: int
    month_capacity: int | None
    is_public: bool
    valid_from_on: date
    valid_to_on: date | None


@dataclass(frozen=True, slots=True)
class LadderPrice:
    """The price of one pack, None with the reason why there is none. step: which step it is, from 1."""

    price_vnd: int | None
    step: int | None = None
    reason: NoPrice | None = None


def price_at(steps: Sequence[Step], minimum_quantity: int, quantity: int) -> LadderPrice:
    """What one pack costs when `quantity` are bought together.

    steps: rising quantities. Below the smallest order, or below the first step, there is no price.
    """
    if quantity > QUANTITY_MAX:
        return LadderPrice(None, reason=NoPrice.TOO_MANY)
    if quantity < minimum_quantity:
        return LadderPrice(None, reason=NoPrice.BELOW_MINIMUM)
    reached = [number for number, step in enumerate(steps, 1) if step.from_quantity <= quantity]
    if not reached:
        return LadderPrice(None, reason=NoPrice.BELOW_MINIMUM)
    return LadderPrice(steps[reached[-1] - 1].price_vnd, reached[-1])


def fault_of(facts: LadderFacts, *, on: date) -> LadderFault | None:
    """Why the ladder cannot be used from `on` in Vietnam, None if it can. The first fault only."""
    checks = (
        (LadderFault.NO_STEPS, not facts.steps),
        (LadderFault.TOO_MANY, len(facts.steps) > STEPS_MAX),
        (LadderFault.QUANTITY, any(not 1 <= step.from_quantity <= QUANTITY_MAX for step in facts.steps)),
        (LadderFault.PRICE, any(not 1 <= step.price_vnd <= PRICE_MAX_VND for step in facts.steps)),
        (LadderFault.QUANTITIES_RISE, not _rises([step.from_quantity for step in facts.steps])),
        (LadderFault.PRICES_FALL, not _rises([-step.price_vnd for step in facts.steps])),
        # A smallest order below the first step would have no price.
        (
            LadderFault.MINIMUM,
            not facts.steps or not facts.steps[0].from_quantity <= facts.minimum_quantity <= QUANTITY_MAX,
        ),
        (LadderFault.LEAD_DAYS, not 0 <= facts.lead_days <= LEAD_DAYS_MAX),
        (
            LadderFault.CAPACITY,
            facts.month_capacity is not None and not 1 <= facts.month_capacity <= 10_000_000,
        ),
        (LadderFault.PAST, facts.valid_from_on < on),
        (
            LadderFault.DAYS,
            facts.valid_to_on is not None and facts.valid_to_on < facts.valid_from_on,
        ),
    )
    return next((fault for fault, is_wrong in checks if is_wrong), None)


def _rises(values: Sequence[int]) -> bool:
    return all(before < after for before, after in pairwise(values))
