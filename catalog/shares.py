"""Shares in percent, as the programme's reports write them: one decimal, half rounded up."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_TENTH: Final = Decimal("0.1")


def share_percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent with one decimal, half up; None of nothing. 52 of 120 is 43.3.

    Source: the published figures of the programme (43.3 % of the plan for 52 of 120 products).
    """
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_TENTH, ROUND_HALF_UP)
