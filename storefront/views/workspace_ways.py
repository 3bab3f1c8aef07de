"""Which ways of a producer's workspace would not answer the reader, as templates ask for them: none is offered."""

from collections.abc import Callable
from typing import Final

from accounts.access import find_actor
from accounts.actors import Actor
from catalog.permissions.workspace import can_publish_listings, can_set_stock
from orders.permissions import can_handle_orders
from promotion.permissions.trade import can_see_pipeline
from settlement.permissions import can_see_money

_ASKED: Final[dict[str, Callable[[Actor, int], bool]]] = {
    "orders": can_handle_orders,
    "stock": can_set_stock,
    "money": can_see_money,
    "delivery": can_publish_listings,
    "trade": can_see_pipeline,
    "returns": can_handle_orders,
}
"""By their names in templates/components/workspace_nav.html. All others are open to the whole team."""


def closed_ways(producer_id: int) -> frozenset[str]:
    """Names of the ways at that producer that would not answer the reader."""
    actor = find_actor()
    return frozenset(
        name for name, may_open in _ASKED.items() if actor is None or not may_open(actor, producer_id)
    )
