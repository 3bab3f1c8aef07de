"""When goods may come back, who pays for it, and how much money that is. Pure.

Source of the periods: docs/decisions/0036-after-the-order.md. The market may promise more, never less.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.clock import vietnam_date
from orders.states import SETTLED_PAYMENTS, Fulfilment, Lifecycle
from orders.totals import split

RETURN_WITHIN: Final = timedelta(days=7)
"""After delivery. Equal to the time until an order completes by itself, so that no return meets a paid-out order."""
DISPUTE_WITHIN: Final = timedelta(days=30)
"""After delivery. What never came may be disputed as long as the order is open."""
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
NOT_COMING: Final = (ReturnState.REFUSED.value, ReturnState.WITHDRAWN.value)
"""Of such returns the goods stay with the buyer."""
SELLERS_FAULT: Final = frozenset({ReturnReason.FAULTY, ReturnReason.WRONG, ReturnReason.DAMAGED})
"""Reasons for which the freight goes back as well, and for which perishable goods may come back."""
WITH_PRODUCER: Final = frozenset(
    {Fulfilment.UNFULFILLED, Fulfilment.PACKED, Fulfilment.RETURNING, Fulfilment.RETURNED}
)
"""Goods that never left the producer, or come back to it: they are no sale, so a decision is about all the money."""
_AWAY: Final = frozenset({Fulfilment.HANDED_OVER, Fulfilment.IN_TRANSIT})


def may_return(reason: ReturnReason, *, delivered_at: datetime, is_perishable: bool, now: datetime) -> bool:
    """Whether packs delivered at `delivered_at` may be asked back for `reason` at `now`.

    Within `RETURN_WITHIN`; food that spoils only where the seller is at fault.
    """
    if now > delivered_at + RETURN_WITHIN:
        return False
    return reason in SELLERS_FAULT or not is_perishable


def may_dispute(
    lifecycle: str,
    payment: str,
    fulfilment: str,
    *,
    delivered_at: datetime | None,
    promised_to_on: date,
    now: datetime,
) -> bool:
    """Whether the buyer may ask the platform to decide about a parcel that is in no dispute.

    Delivered: for `DISPUTE_WITHIN`. Not delivered: once it is `MISSING_AFTER` late, without an end while the order is
    confirmed, wherever the goods stand; but on goods that are not on their way only where money is there to go back.
    """
    if lifecycle not in (Lifecycle.CONFIRMED, Lifecycle.COMPLETED):
        return False
    if delivered_at is not None:
        return now <= delivered_at + DISPUTE_WITHIN
    today, late_on = vietnam_date(now), promised_to_on + MISSING_AFTER
    is_open = lifecycle == Lifecycle.CONFIRMED or today <= late_on + DISPUTE_WITHIN
    return late_on < today and is_open and (fulfilment in _AWAY or payment in SETTLED_PAYMENTS)


def price_of_packs(line_paid_vnd: int, quantity: int, before: int, count: int) -> int:
    """What `count` packs of a line of `quantity` cost, after `before` packs of it were given back already.

    line_paid_vnd: price less discount of the whole line. The parts of a line sum to the line, in whatever steps its
    packs come back. Raises ValueError for more packs than the line has.
    """
    if before < 0 or count < 0 or before + count > quantity:
        raise ValueError("more packs than the line has")
    return sum(split(line_paid_vnd, [1] * quantity)[before : before + count])
