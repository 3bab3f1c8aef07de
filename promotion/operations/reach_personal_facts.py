"""Which short link an order of a person came from: told on request, forgotten on request."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, personal_data
from orders.models.orders import Order
from orders.queries.own_orders import is_own_to
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
