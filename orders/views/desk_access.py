"""Who may open a page of a producer's order desk: what is not one's own is not found."""

from dataclasses import dataclass

from accounts.access import current_actor
from accounts.actors import Actor
from accounts.errors import NotYoursError
from orders.permissions import can_cancel_orders, can_handle_orders
from orders.queries.desk import DeskProducer, get_desk_producer


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Who works, and for whom."""

    actor: Actor
    producer: DeskProducer

    @property
    def may_cancel(self) -> bool:
        return can_cancel_orders(self.actor, self.producer.id)


def order_desk(producer_id: int) -> OrderDesk:
    """For pages of everybody who handles orders of the producer. Raises NotYoursError."""
    actor = current_actor()
    if not can_handle_orders(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return OrderDesk(actor, get_desk_producer(producer_id))


def deciding_desk(producer_id: int) -> OrderDesk:
    """For acts by which money goes back. Raises NotYoursError."""
    desk = order_desk(producer_id)
    if not desk.may_cancel:
        raise NotYoursError(producer_id=producer_id)
    return desk
