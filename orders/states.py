"""The three axes of a producer's order, each a table of the moves that it admits. Pure.

Lifecycle says what was agreed, payment where the money is, fulfilment where the goods are. One status for all three
would be wrong for cash on delivery, which is paid after the goods are handed over. The database admits no other move
either: `order_event` checks each row against these tables.
"""

from enum import StrEnum
from typing import Final


class Axis(StrEnum):
    """Which of the three states an event moved."""

    LIFECYCLE = "lifecycle"
    PAYMENT = "payment"
    FULFILMENT = "fulfilment"


class Lifecycle(StrEnum):
    """What buyer and producer agreed."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    RESOLVED = "resolved"


class PaymentState(StrEnum):
    """Where the money is. `void`: cancelled before any money moved; nothing is owed."""

    UNPAID = "unpaid"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    COD_DUE = "cod_due"
    COD_COLLECTED = "cod_collected"
    COD_REFUSED = "cod_refused"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOID = "void"


class Fulfilment(StrEnum):
    """Where the goods are."""

    UNFULFILLED = "unfulfilled"
    PACKED = "packed"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    FAILED_ATTEMPT = "failed_attempt"
    RETURNING = "returning"
    RETURNED = "returned"


STATES: Final[dict[Axis, type[StrEnum]]] = {
    Axis.LIFECYCLE: Lifecycle,
    Axis.PAYMENT: PaymentState,
    Axis.FULFILMENT: Fulfilment,
}

MOVES: Final[dict[Axis, dict[str, tuple[str, ...]]]] = {
    Axis.LIFECYCLE: {
        Lifecycle.PLACED: (Lifecycle.CONFIRMED, Lifecycle.CANCELLED),
        Lifecycle.CONFIRMED: (Lifecycle.COMPLETED, Lifecycle.CANCELLED, Lifecycle.DISPUTED),
        Lifecycle.COMPLETED: (Lifecycle.DISPUTED,),
        Lifecycle.DISPUTED: (Lifecycle.COMPLETED, Lifecycle.RESOLVED),
    },
    Axis.PAYMENT: {
        PaymentState.UNPAID: (PaymentState.PENDING, PaymentState.PAID, PaymentState.VOID),
        PaymentState.PENDING: (
            PaymentState.PAID,
            PaymentState.FAILED,
            PaymentState.EXPIRED,
            PaymentState.VOID,
        ),
        PaymentState.FAILED: (PaymentState.PENDING, PaymentState.PAID, PaymentState.VOID),
        # Money that comes late is still the buyer's: it pays the order if the goods are there, else it goes back.
        PaymentState.EXPIRED: (PaymentState.PAID,),
        PaymentState.VOID: (PaymentState.PAID,),
        PaymentState.PAID: (PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED),
        PaymentState.PARTIALLY_REFUNDED: (PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED),
        PaymentState.COD_DUE: (PaymentState.COD_COLLECTED, PaymentState.COD_REFUSED, PaymentState.VOID),
        PaymentState.COD_COLLECTED: (PaymentState.PAID,),
    },
    Axis.FULFILMENT: {
        Fulfilment.UNFULFILLED: (Fulfilment.PACKED,),
        Fulfilment.PACKED: (Fulfilment.HANDED_OVER, Fulfilment.UNFULFILLED),
        Fulfilment.HANDED_OVER: (
            Fulfilment.IN_TRANSIT,
            Fulfilment.DELIVERED,
            Fulfilment.FAILED_ATTEMPT,
        ),
        Fulfilment.IN_TRANSIT: (Fulfilment.DELIVERED, Fulfilment.FAILED_ATTEMPT),
        Fulfilment.FAILED_ATTEMPT: (
            Fulfilment.IN_TRANSIT,
            Fulfilment.DELIVERED,
            Fulfilment.RETURNING,
        ),
        Fulfilment.RETURNING: (Fulfilment.RETURNED,),
    },
}
"""From each state the states that may follow it."""

OPEN: Final = frozenset({Lifecycle.PLACED, Lifecycle.CONFIRMED})
UNPAID: Final = frozenset(
    {PaymentState.UNPAID, PaymentState.PENDING, PaymentState.FAILED, PaymentState.EXPIRED}
)
"""Payment states in which money is waited for: nothing leaves the house. The table of orders checks the same."""
SETTLED_PAYMENTS: Final = frozenset({PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED})
"""Payment states in which money of the buyer is there."""


def may_move(axis: Axis, before: str, after: str) -> bool:
    """Whether the table of `axis` admits the move."""
    return after in MOVES[axis].get(before, ())


def admitted_moves_sql() -> str:
    """SQL of a CHECK that admits the moves of the tables, and the first state of a new order (from '')."""
    moves = [
        f"'{axis}:{before}>{after}'"
        for axis, table in MOVES.items()
        for before, followers in table.items()
        for after in followers
    ]
    firsts = [
        f"'{Axis.LIFECYCLE}:>{Lifecycle.PLACED}'",
        f"'{Axis.FULFILMENT}:>{Fulfilment.UNFULFILLED}'",
        *(
            f"'{Axis.PAYMENT}:>{state}'"
            for state in (PaymentState.UNPAID, PaymentState.PENDING, PaymentState.COD_DUE)
        ),
    ]
    return f"axis || ':' || from_state || '>' || to_state IN ({', '.join([*firsts, *moves])})"
