"""The steps of a parcel in their order: what happened when, what comes next and by when. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from orders.models.orders import DeliveryKind, PaymentMethod
from orders.queries.order_views import OrderPage, ParcelView
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState

_FORWARD: Final = (
    ("placed", Axis.LIFECYCLE, Lifecycle.PLACED),
    ("paid", Axis.PAYMENT, PaymentState.PAID),
    ("confirmed", Axis.LIFECYCLE, Lifecycle.CONFIRMED),
    ("packed", Axis.FULFILMENT, Fulfilment.PACKED),
    ("handed_over", Axis.FULFILMENT, Fulfilment.HANDED_OVER),
    ("delivered", Axis.FULFILMENT, Fulfilment.DELIVERED),
)
_ENDS: Final = (
    ("failed_attempt", Axis.FULFILMENT, Fulfilment.FAILED_ATTEMPT),
    ("returned", Axis.FULFILMENT, Fulfilment.RETURNED),
    ("cancelled", Axis.LIFECYCLE, Lifecycle.CANCELLED),
    ("refunded", Axis.PAYMENT, PaymentState.REFUNDED),
)
PICKUPS: Final = frozenset(
    {DeliveryKind.PICKUP_PRODUCER, DeliveryKind.PICKUP_POINT, DeliveryKind.PICKUP_FAIR}
)


@dataclass(frozen=True, slots=True)
class Step:
    """key: which step. at: when it was made, null for what is still to come. by_at, by_on: by when it comes."""

    key: str
    at: datetime | None = None
    by_at: datetime | None = None
    by_on: date | None = None
    is_next: bool = False


def steps_of(order: OrderPage, parcel: ParcelView) -> tuple[Step, ...]:
    """What was done for a parcel in the order in which it happened, then, unless it ended, what is still to come."""
    is_cod = order.method == PaymentMethod.COD
    wanted = [each for each in _FORWARD if not (is_cod and each[0] == "paid")]
    done = [Step(key, parcel.reached_at(axis, state)) for key, axis, state in (*wanted, *_ENDS)]
    past = sorted((step for step in done if step.at), key=lambda step: step.at or order.placed_at)
    if _is_over(parcel):
        return tuple(past)
    made = {step.key for step in past}
    coming = [key for key, _axis, _state in wanted if key not in made]
    return (*past, *(_coming(key, key == coming[0], order, parcel) for key in coming))


def _is_over(parcel: ParcelView) -> bool:
    return parcel.lifecycle == Lifecycle.CANCELLED or parcel.fulfilment in (
        Fulfilment.DELIVERED,
        Fulfilment.RETURNING,
        Fulfilment.RETURNED,
    )


def _coming(key: str, is_next: bool, order: OrderPage, parcel: ParcelView) -> Step:
    match key:
        case "paid":
            ends = [each.expires_at for each in order.payments if each.expires_at]
            return Step(key, by_at=min(ends) if ends else None, is_next=is_next)
        case "confirmed":
            return Step(key, by_at=parcel.act_by_at if is_next else None, is_next=is_next)
        case "delivered":
            return Step(key, by_on=parcel.promised_to_on, is_next=is_next)
    return Step(key, is_next=is_next)
