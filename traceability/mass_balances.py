"""What went into a lot beside what came out of it. Pure.

Source: traceability design 3.4: the sum of outputs is at most the sum of inputs and a tolerance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

TOLERANCE_PERCENT: Final = 5
"""Weighing and rounding. Our own rule (docs/traceability.md#mass-balance); no law names a share."""
_GRAMS_OF: Final = {"g": 1, "kg": 1_000}
_GRAMS_IN_KG: Final = Decimal(1_000)


@dataclass(frozen=True, slots=True)
class Amount:
    """quantity: so many `unit` («g», «kg», «ml», «l», «piece»)."""

    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class MassBalance:
    """Kilograms in and out of a lot. is_possible: no more came out than went in, with the tolerance."""

    in_kg: Decimal
    out_kg: Decimal
    tolerance_percent: int
    is_possible: bool

    @property
    def yield_percent(self) -> int:
        """Of 100 kg that went in so many came out, rounded."""
        return round(self.out_kg * 100 / self.in_kg)


def mass_balance(inputs: Iterable[Amount], out: Amount | None, packs: int) -> MassBalance | None:
    """The balance of a lot of `packs`, each holding `out`; None where it cannot be told.

    It cannot where nothing is recorded to have gone in, or anything is counted in pieces or by volume: a litre has
    another weight for each stuff, and nothing is guessed.
    """
    amounts = list(inputs)
    if not amounts or out is None:
        return None
    weights = [_grams(each) for each in amounts]
    out_grams = _grams(out)
    if out_grams is None or None in weights:
        return None
    in_grams = sum(weight for weight in weights if weight is not None)
    total = out_grams * packs
    return MassBalance(
        in_grams / _GRAMS_IN_KG,
        total / _GRAMS_IN_KG,
        TOLERANCE_PERCENT,
        total * 100 <= in_grams * (100 + TOLERANCE_PERCENT),
    )


def is_overdrawn(quantity: int, used: int) -> bool:
    """Whether more was taken from a raw lot than it ever held, with the tolerance. Both in its unit."""
    return used * 100 > quantity * (100 + TOLERANCE_PERCENT)


def _grams(amount: Amount) -> int | None:
    scale = _GRAMS_OF.get(amount.unit)
    return None if scale is None else amount.quantity * scale
