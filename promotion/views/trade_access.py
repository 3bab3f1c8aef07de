"""Who may open a page of trade, and for whom: what is not one's own is not found."""

from dataclasses import dataclass

from accounts.access import current_actor
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.queries.workspace import get_own_producer
from promotion.models.trade import TradeAccount
from promotion.permissions.trade import can_see_pipeline, can_trade
from promotion.queries.trade_accounts import get_own_account


@dataclass(frozen=True, slots=True)
class TradeDesk:
    """Who works, and for whom. may_trade: whether the person sees prices and acts."""

    actor: Actor
    producer: Producer

    @property
    def may_trade(self) -> bool:
        return can_trade(self.actor, self.producer.id)


def pipeline_desk(producer_id: int) -> TradeDesk:
    """For the list that packers see as well. Raises NotYoursError."""
    actor = current_actor()
    if not can_see_pipeline(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return TradeDesk(actor, get_own_producer(actor, producer_id))


def trade_desk(producer_id: int) -> TradeDesk:
    """For pages with prices. Raises NotYoursError, also for packers and who only assists."""
    desk = pipeline_desk(producer_id)
    if not desk.may_trade:
        raise NotYoursError(producer_id=producer_id)
    return desk


def own_account() -> TradeAccount:
    """The trade account of the person. Raises TradeNotFoundError where there is none."""
    return get_own_account(current_actor().user_id)
