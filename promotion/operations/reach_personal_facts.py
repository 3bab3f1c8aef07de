"""Which short link an order of a person came from, and what a person stated in public: told on request."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from catalog.models import Producer
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, personal_data
from orders.models.orders import Order
from orders.queries.own_orders import is_own_to
from promotion.models.campaigns import WomenLedStatement
from promotion.models.reach import OrderSource, ShortLink


@personal_data("promotion.sources", _("Links that led to your orders"))
class Sources(NoFiles):
    """The fair, the booth and the way of sale stay with the order, which names nobody once it is emptied."""

    def export(self, user_id: int) -> Any:
        rows = db.session.execute(
            select(Order.code, ShortLink.target, OrderSource.noted_at)
            .select_from(OrderSource)
            .join(Order, Order.id == OrderSource.order_id)
            .join(ShortLink, ShortLink.id == OrderSource.link_id)
            .where(is_own_to(user_id))
            .order_by(Order.id)
        )
        return [
            {"order": code, "link_led_to": target, "at": noted_at.isoformat()}
            for code, target, noted_at in rows
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        own = select(Order.id).where(is_own_to(user_id))
        db.session.execute(
            update(OrderSource)
            .where(OrderSource.order_id.in_(own))
            .values(link_id=None)
            .execution_options(synchronize_session=False)
        )


@personal_data("promotion.statements", _("What you stated in public about who leads a producer"))
class Statements(NoFiles):
    """It is the producer's own word, so it stays when the person goes who spoke it; the account then names nobody."""

    def export(self, user_id: int) -> Any:
        rows = db.session.execute(
            select(Producer.name, WomenLedStatement.stated_at)
            .join(Producer, Producer.id == WomenLedStatement.producer_id)
            .where(WomenLedStatement.stated_by_id == user_id)
            .order_by(Producer.id)
        )
        return [{"led_by_women": name, "at": stated_at.isoformat()} for name, stated_at in rows]

    def erase(self, user_id: int, now: datetime) -> None:
        """Nothing here names the person."""
