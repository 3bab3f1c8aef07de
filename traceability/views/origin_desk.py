"""Who may open a page about lots of a producer: what is not one's own is not found."""

from dataclasses import dataclass

from accounts.access import current_actor
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.queries.workspace import get_own_producer
from traceability.models import Lot
from traceability.permissions import can_keep_areas, can_record_events
from traceability.queries.origin_desk import get_own_lot


@dataclass(frozen=True, slots=True)
class OriginDesk:
    """Who works, and for whom."""

    actor: Actor
    producer: Producer

    @property
    def may_record(self) -> bool:
        return can_record_events(self.actor, self.producer.id)

    @property
    def may_keep(self) -> bool:
        return can_keep_areas(self.actor, self.producer.id)

    def lot(self, lot_id: int) -> Lot:
        """A lot of the producer. Raises LotNotFoundError."""
        return get_own_lot(self.producer.id, lot_id)


def reading_desk(producer_id: int) -> OriginDesk:
    """For pages that everybody of the team reads, also who only assists. Raises NotYoursError."""
    actor = current_actor()
    return OriginDesk(actor, get_own_producer(actor, producer_id))


def recording_desk(producer_id: int) -> OriginDesk:
    """For opening lots and recording events. Raises NotYoursError."""
    desk = reading_desk(producer_id)
    if not desk.may_record:
        raise NotYoursError(producer_id=producer_id)
    return desk


def keeping_desk(producer_id: int) -> OriginDesk:
    """For areas, templates and taking photographs away. Raises NotYoursError."""
    desk = reading_desk(producer_id)
    if not desk.may_keep:
        raise NotYoursError(producer_id=producer_id)
    return desk
