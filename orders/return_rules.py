"""When goods may come back, who pays for it, and how much money that is. Pure.

Source of the periods: docs/decisions/0036-after-the-order.md. The market may promise more, never less.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from orders.totals import split

RETURN_WITHIN: Final = timedelta(days=7)
"""After delivery. Equal to the time until an order completes by itself, so that no return meets a paid-out order."""
DISPUTE_WITHIN: Final = timedelta(days=30)
"""After delivery; for a parcel that never came, after the last day that was promised."""
DISPUTE_LASTS: Final = timedelta(days=60)
"""Then the buyer is right. Source: the time-outs of Sharetribe's purchase process (domain facts, 3.1)."""
MISSING_AFTER: Final = timedelta(days=2)
"""After the last promised day a parcel counts as not arrived."""


class ReturnReason(StrEnum):
    """Why goods come back."""

    FAULTY = "faulty"
    WRONG = "wrong"
    DAMAGED = "damaged"
    CHANGED_MIND = "changed_mind"


class ReturnState(StrEnum):
    """Where a return stands. `questioned`: the producer wants to know more."""

    ASKED = "asked"
    QUESTIONED = "questioned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RECEIVED = "received"


class DisputeCause(StrEnum):
    """What a buyer asks the platform to decide."""

    NOT_ARRIVED = "not_arrived"
    RETURN_REFUSED = "return_refused"
    NOT_AS_TOLD = "not_as_told"
    OTHER = "other"


class DisputeDecision(StrEnum):
    """What the platform decided."""

    REFUND = "refund"
    REJECTED = "rejected"


RETURN_MOVES: Final[dict[str, tuple[str, ...]]] = {
    ReturnState.ASKED: (
        ReturnState.QUESTIONED,
        ReturnState.ACCEPTED,
        ReturnState.REFUSED,
        ReturnState.WITHDRAWN,
    ),
    ReturnState.QUESTIONED: (
        ReturnState.ASKED,
        ReturnState.ACCEPTED,
        ReturnState.REFUSED,
        ReturnState.WITHDRAWN,
    ),
    ReturnState.ACCEPTED: (ReturnState.RECEIVED, ReturnState.WITHDRAWN),
}
OPEN_RETURNS: Final = frozenset({ReturnState.ASKED, ReturnState.QUESTIONED, ReturnState.ACCEPTED})
SELLERS_FAULT: Final = frozenset({ReturnReason.FAULTY, ReturnReason.WRONG, ReturnReason.DAMAGED})
"""Reasons for which the freight goes back as well, and for which perishable goods may come back."""


def may_return(reason: ReturnReason, *, delivered_at: datetime, is_perishable: bool, now: datetime) -> bool:
    """Whether packs delivered at `delivered_at` may be asked back for `reason` at `now`.

    Within `RETURN_WITHIN`; food that spoils only where the seller is at fault.
    """
    if now > delivered_at + RETURN_WITHIN:
        return False
    return reason in SELLERS_FAULT or not is_perishable


def price_of_packs(line_paid_vnd: int, quantity: int, before: int, count: int) -> int:
    """What `count` packs of a line of `quantity` cost, after `before` packs of it were given back already.

    line_paid_vnd: price less discount of the whole line. The parts of a line sum to the line, in whatever steps its
    packs come back. Raises ValueError for more packs than the line has.
    """
    if before < 0 or count < 0 or before + count > quantity:
        raise ValueError("more packs than the line has")
    return sum(split(line_paid_vnd, [1] * quantity)[before : before + count])
