"""What orders hold of the stock, and from which lots it comes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime


class HoldState(StrEnum):
    """`held` until paid, `committed` if paid or to be paid at the door, `shipped` left, `released` given back.

    The reserved packs of a variant are the sum of its held and committed holds (invariant I1).
    """

    HELD = "held"
    COMMITTED = "committed"
    SHIPPED = "shipped"
    RELEASED = "released"


class StockHold(Model):
    """`quantity` packs of a variant, reserved for a line of an order. expires_at: only while it is `held`."""

    __tablename__ = "stock_hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(one_of("state", HoldState), name="state"),
        CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name="expires_at"),
        Index("ix_stock_hold_variant", "variant_id", "state"),
        Index(
            "ix_stock_hold_expiry",
            "expires_at",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LotTake(Model):
    """How many packs of a lot are promised or sold: never more than were made (invariant I2)."""

    __tablename__ = "lot_take"
    __table_args__ = (CheckConstraint("taken BETWEEN 0 AND quantity", name="taken"),)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    quantity: Mapped[int]
    taken: Mapped[int]


class LineLot(Model):
    """From which lot packs of a line come. A line without rows, or with fewer packs, has goods of no recorded lot.

    returned_quantity: of them came back and may be sold again.
    """

    __tablename__ = "line_lot"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("returned_quantity BETWEEN 0 AND quantity", name="returned_quantity"),
    )
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(
        ForeignKey("lot.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]
    returned_quantity: Mapped[int] = mapped_column(default=0, server_default=text("0"))
