"""How long an order waits for the next thing to happen, and what a move of it makes of that. Pure.

All periods of orders stand here and in docs/limits.md. Source: issue of the state tables, commerce 3.1 (timers), after
the time-outs of Sharetribe's purchase process.
"""

from datetime import timedelta
from typing import Final

from orders.states import Axis, Fulfilment, Lifecycle, PaymentState

CONFIRM_WITHIN: Final = timedelta(hours=24)
"""After it was placed, or paid: then the producer is reminded."""
CANCEL_AFTER_REMINDER: Final = timedelta(hours=24)
"""After the reminder, 48 hours in all: then the order is cancelled and money goes back."""
COMPLETE_AFTER: Final = timedelta(days=7)
"""After delivery: nobody complained, and the producer is owed the money."""
LATE_PAYMENT_WITHIN: Final = timedelta(days=3)
"""After the time for paying: a transfer on its way may still pay the order, which is cancelled then."""
LOOK_AGAIN_AFTER: Final = timedelta(hours=6)
"""For what waits for something else: money at a carrier, a return that is not settled."""

WORKABLE_PAYMENTS: Final = frozenset(
    {PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.COD_DUE}
)
"""Payment states in which a producer may set to work: the money is there, or comes at the door."""
COLLECTED_PAYMENTS: Final = frozenset(
    {
        PaymentState.PAID,
        PaymentState.PARTIALLY_REFUNDED,
        PaymentState.REFUNDED,
        PaymentState.COD_COLLECTED,
    }
)
"""Payment states in which an order may be completed."""

WAITS: Final[dict[tuple[Axis, str], timedelta | None]] = {
    (Axis.LIFECYCLE, Lifecycle.CONFIRMED): None,
    (Axis.LIFECYCLE, Lifecycle.CANCELLED): None,
    (Axis.LIFECYCLE, Lifecycle.COMPLETED): None,
    (Axis.LIFECYCLE, Lifecycle.DISPUTED): None,
    (Axis.LIFECYCLE, Lifecycle.RESOLVED): None,
    (Axis.PAYMENT, PaymentState.PAID): CONFIRM_WITHIN,
    (Axis.PAYMENT, PaymentState.EXPIRED): LATE_PAYMENT_WITHIN,
    (Axis.FULFILMENT, Fulfilment.DELIVERED): COMPLETE_AFTER,
}
"""How long the next timer waits once an order came into a state; None: no timer. Payment counts while it is placed."""
