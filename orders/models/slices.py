"""Packs that a producer takes along to a place of sale, and what it sells there over the counter.

A slice has left the shop's stock: nobody else can buy its packs, and what is sold from it was counted once, when it
was allotted. What changed a slice are rows of `slice_movement`, only ever added; they sum to the slice (invariant I30).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Variant, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import SellerOrder


class SliceMove(StrEnum):
    """Why a slice changed.

    `allot`: packs came out of the shop; `back`: they went back. `sale`: sold over the counter, `undo`: that was undone.
    `parcel`: sold at the counter to be sent, so that they lie in the shop again, kept for the order. `count`: somebody
    counted, and more or fewer were there.
    """

    ALLOT = "allot"
    BACK = "back"
    SALE = "sale"
    UNDO = "undo"
    PARCEL = "parcel"
    COUNT = "count"


class CounterWay(StrEnum):
    """How goods that were sold at a counter reach the buyer: taken along, or sent home."""

    TAKEN = "taken"
    SENT = "sent"


class StockSlice(Model):
    """Packs of a variant at a place of sale: «participation:5». left = allotted - sold - returned, never below 0."""

    __tablename__ = "stock_slice"
    __table_args__ = (
        CheckConstraint("sold >= 0", name="sold"),
        CheckConstraint("returned >= 0", name="returned"),
        CheckConstraint("sold + returned <= allotted", name="left"),
        UniqueConstraint("place", "variant_id", name="uq_stock_slice_place"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place: Mapped[str] = mapped_column(String(40))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    allotted: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    variant: Mapped[Variant] = relationship()

    @property
    def left(self) -> int:
        return self.allotted - self.sold - self.returned


class SliceMovement(Model):
    """One change of a slice: what was added to each of its counts. Only ever added.

    subject: what it is about («order:OCK7M2Q9XTR»). note: in a person's words, for a count.
    """

    __tablename__ = "slice_movement"
    __table_args__ = (
        CheckConstraint(one_of("kind", SliceMove), name="kind"),
        CheckConstraint("allotted <> 0 OR sold <> 0 OR returned <> 0", name="moves"),
        Index("ix_slice_movement_slice", "slice_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("stock_slice.id"))
    kind: Mapped[str] = mapped_column(String(6))
    allotted: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    subject: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CounterSale(Model):
    """A producer's order that was sold at a place of sale by the producer itself. sold_at: as the seller's clock said.

    The money of it never was with the platform, save cash that a carrier takes at the buyer's door.
    """

    __tablename__ = "counter_sale"
    __table_args__ = (
        CheckConstraint(one_of("way", CounterWay), name="way"),
        Index("ix_counter_sale_place", "place", "sold_at"),
    )
    seller_order_id: Mapped[int] = mapped_column(
        ForeignKey("seller_order.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(5))
    sold_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seller_order: Mapped[SellerOrder] = relationship()


class CounterUndo(Model):
    """A sale at a counter that was undone on its day: typed wrongly, or the buyer thought better of it."""

    __tablename__ = "counter_undo"
    seller_order_id: Mapped[int] = mapped_column(
        ForeignKey("counter_sale.seller_order_id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime] = mapped_column(UtcDateTime)
