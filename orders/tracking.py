"""What carriers say of a parcel, in our words, and how that moves an order. Pure."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from orders.states import MOVES, Axis, Fulfilment


class ShipmentStatus(StrEnum):
    """Where a parcel is, as told. `unknown`: the carrier said something that our table does not know."""

    BOOKED = "booked"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    FAILED_ATTEMPT = "failed_attempt"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNKNOWN = "unknown"


FULFILMENT_OF: Final[dict[ShipmentStatus, Fulfilment]] = {
    ShipmentStatus.HANDED_OVER: Fulfilment.HANDED_OVER,
    ShipmentStatus.IN_TRANSIT: Fulfilment.IN_TRANSIT,
    ShipmentStatus.DELIVERED: Fulfilment.DELIVERED,
    ShipmentStatus.FAILED_ATTEMPT: Fulfilment.FAILED_ATTEMPT,
    ShipmentStatus.RETURNING: Fulfilment.RETURNING,
    ShipmentStatus.RETURNED: Fulfilment.RETURNED,
}
"""Where the goods are then; the other statuses say nothing of that (a lost parcel is for people to decide)."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was told of a parcel. happened_at: when the carrier says it was."""

    status: ShipmentStatus
    happened_at: datetime


def latest(told: Iterable[Told]) -> ShipmentStatus | None:
    """What counts of all that was told, in whatever order it came: what happened last; of the same instant what lies
    further on the way. None where nothing was told that says where the goods are."""
    order = list(ShipmentStatus)
    known = [each for each in told if each.status in FULFILMENT_OF]
    if not known:
        return None
    return max(known, key=lambda each: (each.happened_at, order.index(each.status))).status


def steps_to(before: str, wanted: Fulfilment) -> tuple[str, ...] | None:
    """The states to go through from `before` to `wanted`, the last included; () if it is there; None if no way leads.

    Carriers leave steps out («delivered» without «in transit»); the table of moves is kept all the same. No step back
    from packed to not packed is taken.
    """
    table = MOVES[Axis.FULFILMENT]
    ways: deque[tuple[str, ...]] = deque([()])
    seen = {before}
    while ways:
        way = ways.popleft()
        here = way[-1] if way else before
        if here == wanted:
            return way
        for follower in table.get(here, ()):
            if follower not in seen and follower != Fulfilment.UNFULFILLED:
                seen.add(follower)
                ways.append((*way, str(follower)))
    return None
