"""What buyers were told of their orders, so that nobody hears the same thing twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class OrderNews(Model):
    """One piece of news that was written to the buyer of an order.

    key: what happened («placed», «delivered:12» for the parcel 12). The message itself is forgotten once it is sent.
    """

    __tablename__ = "order_news"
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
