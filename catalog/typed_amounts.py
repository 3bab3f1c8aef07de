"""Amounts of money and counts as people type them on a phone. Pure.

«1.250.000», «1250000», «1 250 000», «1tr250», «1,5tr», «250k», «12k5», «35 nghìn». What can be read in two ways is
not guessed: «1.250k» and «1tr25» are asked again. Source: how amounts are written in Vietnam, docs/listings.md.
"""

import re
from typing import Final

from core.text import fold

_SIGNS: Final = re.compile(r"\s*(?:₫|dong|vnd|d)$")
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?: [0-9]{3})+)")
_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_SCALED: Final = re.compile(
    r"([1-9][0-9]{0,5}|0(?=[.,]))(?:[.,]([0-9]{1,3}))? ?(k|nghin|ngan|ng|tr|trieu|ty|ti)"
)
_AND_MORE: Final = re.compile(
    r"([1-9][0-9]{0,3}) ?(?:(tr|trieu) ?([1-9][0-9]{0,2}|0[0-9]{2})(?: ?(k|nghin|ngan))?|k([1-9]))"
)
_SCALES: Final = {
    "k": 1_000,
    "nghin": 1_000,
    "ngan": 1_000,
    "ng": 1_000,
    "tr": 1_000_000,
    "trieu": 1_000_000,
    "ty": 1_000_000_000,
    "ti": 1_000_000_000,
}


class UnreadableAmountError(ValueError):
    """What was typed is no amount. reason: «missing», «not_a_number» or «ambiguous»."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def typed_vnd(text: str) -> int:
    """Whole đồng of `text`. Raises UnreadableAmountError; a minus, a half đồng or other digits are no amount."""
    line = _SIGNS.sub("", fold(text))
    if not line:
        raise UnreadableAmountError("missing")
    if _DIGITS.fullmatch(line):
        return int(line)
    if _GROUPED.fullmatch(line):
        return int(re.sub(r"[., ]", "", line))
    more = _AND_MORE.fullmatch(line)
    if more:
        return _with_more(more)
    scaled = _SCALED.fullmatch(line)
    if scaled:
        return _scaled(scaled)
    raise UnreadableAmountError("not_a_number")


def typed_count(text: str) -> int:
    """A count of packs: digits, or grouped ones. Raises UnreadableAmountError."""
    line = fold(text)
    if not line:
        raise UnreadableAmountError("missing")
    if _DIGITS.fullmatch(line):
        return int(line)
    if _GROUPED.fullmatch(line):
        return int(re.sub(r"[., ]", "", line))
    raise UnreadableAmountError("not_a_number")


def _scaled(found: re.Match[str]) -> int:
    whole, decimals, unit = found[1], found[2] or "", found[3]
    if len(decimals) == 3:
        raise UnreadableAmountError("ambiguous")  # a point before thousands, or before decimals?
    amount, rest = divmod(int(whole + decimals) * _SCALES[unit], (1, 10, 100)[len(decimals)])
    if rest:
        raise UnreadableAmountError("not_a_number")
    return amount


def _with_more(found: re.Match[str]) -> int:
    if found[5]:  # 12k5: twelve and a half thousand
        return int(found[1]) * 1_000 + int(found[5]) * 100
    millions, more, thousands = int(found[1]) * 1_000_000, found[3], found[4]
    if thousands:
        return millions + int(more) * 1_000
    if len(more) == 2:
        raise UnreadableAmountError("ambiguous")  # 1tr25: 25 thousand, or 250?
    return millions + int(more) * (100_000 if len(more) == 1 else 1_000)
