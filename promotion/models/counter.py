"""Tables of fair mode: the telephone of a booth, what it sent, what a person decided about it, ends of days.

A booth of fair mode is a participation, whether or not it has a place on the floor plan yet.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import Order
from promotion.models.fairs import Participation


class DeviceEnd(StrEnum):
    """Why a telephone is no longer a booth's: `taken_over` by another, or `ended` by a person."""

    TAKEN_OVER = "taken_over"
    ENDED = "ended"


class ItemKind(StrEnum):
    """What a telephone sends."""

    SALE = "sale"
    SHIP_HOME = "ship_home"
    UNDO = "undo"
    DAY_END = "day_end"


class Outcome(StrEnum):
    """What became of an item: done; waiting for a person to decide; refused, because it can never be done."""

    BOOKED = "booked"
    CONFLICT = "conflict"
    REFUSED = "refused"


class Choice(StrEnum):
    """What a person decided about an item for which goods were missing.

    `correct`: the goods were there, the count was wrong. `drop`: the sale did not happen. `shop`: take them from the
    shop's stock, which has them by now.
    """

    CORRECT = "correct"
    DROP = "drop"
    SHOP = "shop"


class BoothDevice(Model):
    """A telephone that sells for a participation. At most one is alive; its token is kept as a hash only.

    language: of whoever paired it. ended_because, ended_at: together; ended_by_id: null never, save while it is alive.
    """

    __tablename__ = "booth_device"
    __table_args__ = (
        CheckConstraint(
            f"ended_because IS NULL OR {one_of('ended_because', DeviceEnd)}", name="ended_because"
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        Index(
            "uq_booth_device_alive",
            "participation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_booth_device_participation", "participation_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    paired_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    paired_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(10))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    participation: Mapped[Participation] = relationship()


class BoothReference(Model):
    """An order's code that a telephone may use without asking, once. receipt_key: opens the receipt, unguessable."""

    __tablename__ = "booth_reference"
    code: Mapped[str] = mapped_column(String(11), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("booth_device.id"), index=True)
    receipt_key: Mapped[str] = mapped_column(String(22))
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BoothItem(Model):
    """What a telephone sent, once: id is its own number of it (UUID). What became of it changes by a decision only.

    payload: as sent; of a buyer it holds nothing once the item is booked or refused. told: words of
    `promotion.booth_terms.rules.Notice`, with facts. happened_at: by the telephone's clock, as far as that can be.
    """

    __tablename__ = "booth_item"
    __table_args__ = (
        CheckConstraint(one_of("kind", ItemKind), name="kind"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        Index("ix_booth_item_participation", "participation_id", "outcome", "received_at"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("booth_device.id"), index=True)
    kind: Mapped[str] = mapped_column(String(9))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(8))
    told: Mapped[list[Any]] = mapped_column(JSON)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"), index=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    device: Mapped[BoothDevice] = relationship()
    order: Mapped[Order | None] = relationship()


class BoothDecision(Model):
    """What a person decided about an item that waited. Only ever added."""

    __tablename__ = "booth_decision"
    __table_args__ = (CheckConstraint(one_of("choice", Choice), name="choice"),)
    item_id: Mapped[str] = mapped_column(ForeignKey("booth_item.id"), primary_key=True)
    choice: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DayEnd(Model):
    """A count at the end of a day: money in the box, packs on the table. Only ever added; the last of a day counts.

    counted_on: Vietnam date. cash_expected_vnd: float, and the day's sales in cash less what was given back. counts:
    for each variant what should have been left and what was (`variant_id`, `expected`, `left`), and whether packs were
    carried there or back, or counted again, between the count and its arrival (`is_moved`), so that the books stayed as
    they were.
    """

    __tablename__ = "day_end"
    __table_args__ = (
        CheckConstraint("float_vnd >= 0 AND cash_counted_vnd >= 0", name="amounts"),
        Index("ix_day_end_participation", "participation_id", "counted_on", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    item_id: Mapped[str | None] = mapped_column(ForeignKey("booth_item.id"), unique=True)
    counted_on: Mapped[date]
    float_vnd: Mapped[int] = mapped_column(BigInteger)
    cash_counted_vnd: Mapped[int] = mapped_column(BigInteger)
    cash_expected_vnd: Mapped[int] = mapped_column(BigInteger)
    cash_vnd: Mapped[int] = mapped_column(BigInteger)
    given_back_vnd: Mapped[int] = mapped_column(BigInteger)
    transfer_vnd: Mapped[int] = mapped_column(BigInteger)
    sales_count: Mapped[int]
    undone_count: Mapped[int]
    counts: Mapped[list[Any]] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    participation: Mapped[Participation] = relationship()

    @property
    def cash_difference_vnd(self) -> int:
        """What there was too much (or, below 0, too little) in the box."""
        return self.cash_counted_vnd - self.cash_expected_vnd
