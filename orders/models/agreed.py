"""Orders that follow from an agreement: prices, deposit and terms were settled before, in a quotation."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class AgreedOrder(Model):
    """What was agreed beside the lines. quotation: its number, as printed.

    deposit_by_at: until when the deposit is waited for. deposit_at: when it was there. cancel_until_on: the last day on
    which the buyer may still cancel then, None where it may not. ready_at: the producer said the goods were ready.
    """

    __tablename__ = "agreed_order"
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), primary_key=True, autoincrement=False)
    quotation: Mapped[str] = mapped_column(String(24), unique=True)
    deposit_by_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deposit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_until_on: Mapped[date | None]
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
