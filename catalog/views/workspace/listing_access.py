"""Who may open a page about a listing, and whose it is: what is not one's own is not found."""

from dataclasses import dataclass

from accounts.access import current_actor
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer, Product
from catalog.permissions.workspace import (
    can_edit_listings,
    can_publish_listings,
    can_see_producer,
    can_set_stock,
)
from catalog.queries.workspace import get_own_producer
from catalog.queries.workspace_products import get_own_product


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works, and for whom."""

    actor: Actor
    producer: Producer

    @property
    def may_edit(self) -> bool:
        return can_edit_listings(self.actor, self.producer.id)

    @property
    def may_count(self) -> bool:
        return can_set_stock(self.actor, self.producer.id)

    @property
    def may_publish(self) -> bool:
        return can_publish_listings(self.actor, self.producer.id)


def team_desk(producer_id: int) -> Desk:
    """For pages that everybody of the team may use. Raises NotYoursError."""
    actor = current_actor()
    if not can_see_producer(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return Desk(actor, get_own_producer(actor, producer_id))


def counting_desk(producer_id: int) -> Desk:
    """For those who count what is on the shelf, packers too. Raises NotYoursError."""
    desk = team_desk(producer_id)
    if not desk.may_count:
        raise NotYoursError(producer_id=producer_id)
    return desk


def writing_desk(producer_id: int) -> Desk:
    """For pages of those who write listings, also of who only assists with them. Raises NotYoursError."""
    desk = team_desk(producer_id)
    if not desk.may_edit:
        raise NotYoursError(producer_id=producer_id)
    return desk


def publishing_desk(producer_id: int) -> Desk:
    """For acts that change what the shop shows. Raises NotYoursError."""
    desk = team_desk(producer_id)
    if not desk.may_publish:
        raise NotYoursError(producer_id=producer_id)
    return desk


def product_of(desk: Desk, product_id: int) -> Product:
    """A product of the producer. Raises NotYoursError, also for one of another producer of the same person."""
    product = get_own_product(desk.actor, product_id)
    if product.producer_id != desk.producer.id:
        raise NotYoursError(product_id=product_id)
    return product
