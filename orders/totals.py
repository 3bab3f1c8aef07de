"""Splitting money so that the parts sum to the whole. Whole dong, no fractions anywhere. Pure."""

from collections.abc import Sequence


def split(whole_vnd: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`whole_vnd` (any sign) in parts as near to the `weights` (0 or more) as whole dong allow; they sum to the whole.

    The largest remainders get the dong that are left (Hamilton's method); of equal ones the earlier. Where all weights
    are 0 they count as alike. Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be 0 or more, at least one")
    shares = list(weights) if any(weights) else [1] * len(weights)
    total, sign = sum(shares), -1 if whole_vnd < 0 else 1
    parts = [abs(whole_vnd) * share // total for share in shares]
    remainders = [abs(whole_vnd) * share % total for share in shares]
    left = abs(whole_vnd) - sum(parts)
    for place in sorted(range(len(shares)), key=lambda at: (-remainders[at], at))[:left]:
        parts[place] += 1
    return tuple(sign * part for part in parts)


def percent_of(amount_vnd: int, rate_bp: int) -> int:
    """`rate_bp` hundredths of a percent of `amount_vnd` (0 or more), half a dong rounded up."""
    return (amount_vnd * rate_bp + 5_000) // 10_000


def worth_of_packs(packs: int, unit_price_vnd: int, discount_vnd: int, quantity: int) -> int:
    """What `packs` of a line of `quantity` cost the buyer: their share of the line's discount is off.

    Whole dong; all packs of the line cost what the line costs. packs: 0 to `quantity`.
    """
    return unit_price_vnd * packs - split(discount_vnd, [packs, quantity - packs])[0]
