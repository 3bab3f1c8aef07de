"""Amounts of raw material as people type them: «120», «120,5», «0.25 kg». Pure.

What can be read in two ways («1.250» kg: one and a quarter, or twelve hundred and fifty) is not guessed.
"""

import re
from decimal import Decimal
from typing import Final

from catalog.typed_amounts import UnreadableAmountError
from core.db import ID_MAX
from traceability.models import AmountUnit

TYPED_UNITS: Final = {
    "kg": (AmountUnit.GRAM, 1_000),
    "g": (AmountUnit.GRAM, 1),
    "l": (AmountUnit.MILLILITRE, 1_000),
    "piece": (AmountUnit.PIECE, 1),
}
"""What a form offers: the unit that is kept, and how many of it one is."""
_WRITTEN_AS: Final = {
    AmountUnit.GRAM: ("kg", 1_000),
    AmountUnit.MILLILITRE: ("l", 1_000),
    AmountUnit.PIECE: ("piece", 1),
}
_AMOUNT: Final = re.compile(r"(\d{1,9})(?:[.,](\d{1,3}))?(?:\s*(?:kg|g|l|lít))?", re.IGNORECASE)


def typed_amount(typed: str, unit: str) -> int:
    """So many whole grams, millilitres or pieces. unit: a key of `TYPED_UNITS`.

    Raises UnreadableAmountError: «missing», «not_a_number», «ambiguous».
    """
    text = typed.strip()
    if not text:
        raise UnreadableAmountError("missing")
    found = _AMOUNT.fullmatch(text)
    if found is None or unit not in TYPED_UNITS:
        raise UnreadableAmountError("not_a_number")
    whole, rest = found[1], found[2] or ""
    if len(rest) == 3 and whole.lstrip("0"):
        raise UnreadableAmountError("ambiguous")
    scaled = Decimal(f"{whole}.{rest or 0}") * TYPED_UNITS[unit][1]
    if scaled != int(scaled) or not 1 <= scaled <= ID_MAX:
        raise UnreadableAmountError("not_a_number")
    return int(scaled)


def written_amount(quantity: int, unit: str) -> tuple[Decimal, str]:
    """The amount as people say it: 125500 g is 125.5 «kg»."""
    name, scale = _WRITTEN_AS[AmountUnit(unit)]
    return Decimal(f"{(Decimal(quantity) / scale).normalize():f}"), name
