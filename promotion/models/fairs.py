"""Tables of fairs: the event, its floor plan and programme, who takes part, and what a booth shows.

A participation is in one state; how it came there are rows of `participation_event`, only ever added to. Whether a
fair is in the producer's province is computed (`promotion.fair_terms.place_class`), never stored.
"""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, Product, one_of
from core.db import Model, UtcDateTime
from promotion.fair_terms import FairKind, ParticipationState


class Fair(Model):
    """An event at which producers show and sell: fair, exhibition, conference, live session, point of sale.

    starts_on, ends_on, register_until_on: Vietnam dates, all included. hours: daily, «08:00-21:00». country: ISO 3166-1
    alpha-2. province_code, commune_code: of today's places, null abroad and online. phone, organiser_name: of the
    organisation. plan_columns, plan_rows: cells of the floor plan. pickup_point_id: where orders lie ready at the fair.
    revision, changed_at: counts what visitors may see of it (`promotion.operations.fair_changes`).
    """

    __tablename__ = "fair"
    __table_args__ = (
        CheckConstraint(one_of("kind", FairKind), name="kind"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("register_until_on <= ends_on", name="register_until_on"),
        CheckConstraint("country = 'VN' OR province_code IS NULL", name="province"),
        CheckConstraint("commune_code IS NULL OR province_code IS NOT NULL", name="commune"),
        CheckConstraint("plan_columns BETWEEN 1 AND 40 AND plan_rows BETWEEN 1 AND 40", name="plan"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)"
            " AND (cancelled_at IS NULL) = (cancel_reason IS NULL)",
            name="cancelled",
        ),
        Index("ix_fair_days", "ends_on", "starts_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(13))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str | None] = mapped_column(Text)
    venue: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    province_code: Mapped[str | None] = mapped_column(String(2), index=True)
    commune_code: Mapped[str | None] = mapped_column(String(5))
    country: Mapped[str] = mapped_column(String(2), default="VN")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[str] = mapped_column(String(11), default="08:00-21:00")
    organiser_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organiser_name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    live_url: Mapped[str | None] = mapped_column(String(300))
    register_until_on: Mapped[date]
    plan_columns: Mapped[int] = mapped_column(default=10)
    plan_rows: Mapped[int] = mapped_column(default=6)
    pickup_point_id: Mapped[int | None] = mapped_column(ForeignKey("pickup_point.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    booths: Mapped[list["Booth"]] = relationship(back_populates="fair", order_by="Booth.code")

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def is_over_on(self, day: date) -> bool:
        return day > self.ends_on

    def is_running_on(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


class Booth(Model):
    """A place on the floor plan. left, top: its first column and row, counted from 1; width, height: in cells.

    That no two overlap is seen to while the fair's row is locked (`promotion.floor_plans`).
    """

    __tablename__ = "booth"
    __table_args__ = (
        CheckConstraint('"left" BETWEEN 1 AND 40 AND top BETWEEN 1 AND 40', name="corner"),
        CheckConstraint("width BETWEEN 1 AND 40 AND height BETWEEN 1 AND 40", name="size"),
        UniqueConstraint("fair_id", "code", name="uq_booth_code"),
        UniqueConstraint("fair_id", "id", name="uq_booth_fair"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    code: Mapped[str] = mapped_column(String(8))
    left: Mapped[int]
    top: Mapped[int]
    width: Mapped[int] = mapped_column(default=1)
    height: Mapped[int] = mapped_column(default=1)
    fair: Mapped[Fair] = relationship(back_populates="booths")


class FairSession(Model):
    """A point of the programme. booth_id: where it happens, null for the stage or the whole fair."""

    __tablename__ = "fair_session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        ForeignKeyConstraint(
            ["fair_id", "booth_id"], ["booth.fair_id", "booth.id"], name="fk_fair_session_booth"
        ),
        Index("ix_fair_session_fair", "fair_id", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str | None] = mapped_column(String(160))
    booth_id: Mapped[int | None]


class Participation(Model):
    """A producer at a fair. booth_id: given with the confirmation, or later; one booth is of one producer.

    note: what the producer told the organiser when registering.
    """

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint(one_of("state", ParticipationState), name="state"),
        CheckConstraint("booth_id IS NULL OR state = 'confirmed'", name="booth_confirmed"),
        ForeignKeyConstraint(
            ["fair_id", "booth_id"], ["booth.fair_id", "booth.id"], name="fk_participation_booth"
        ),
        UniqueConstraint("fair_id", "producer_id", name="uq_participation_pair"),
        UniqueConstraint("booth_id", name="uq_participation_booth"),
        Index("ix_participation_producer", "producer_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    state: Mapped[str] = mapped_column(String(10))
    booth_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(500))
    fair: Mapped[Fair] = relationship()
    producer: Mapped[Producer] = relationship()
    booth: Mapped[Booth | None] = relationship(viewonly=True)
    products: Mapped[list["BoothProduct"]] = relationship(order_by="BoothProduct.position")


class ParticipationEvent(Model):
    """A move of a participation: who, when, why, and the booth's code then. from_state: null for the first."""

    __tablename__ = "participation_event"
    __table_args__ = (
        CheckConstraint(
            f"from_state IS NULL OR {one_of('from_state', ParticipationState)}", name="from_state"
        ),
        CheckConstraint(one_of("to_state", ParticipationState), name="to_state"),
        CheckConstraint("to_state <> 'refused' OR reason IS NOT NULL", name="reason"),
        Index("ix_participation_event_participation", "participation_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    from_state: Mapped[str | None] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    booth_code: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class BoothProduct(Model):
    """A product that a producer shows at a fair, in the order of `position` (from 1).

    stamp_run_id, stamp_first, stamp_last: stamps declared as display samples; all null without.
    """

    __tablename__ = "booth_product"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 60", name="position"),
        CheckConstraint(
            "(stamp_run_id IS NULL) = (stamp_first IS NULL) AND (stamp_run_id IS NULL) = (stamp_last IS NULL)"
            " AND (stamp_first IS NULL OR (stamp_first >= 1 AND stamp_last >= stamp_first))",
            name="stamps",
        ),
        UniqueConstraint("participation_id", "position", name="uq_booth_product_position"),
    )
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id"), primary_key=True, autoincrement=False
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int]
    stamp_run_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"))
    stamp_first: Mapped[int | None]
    stamp_last: Mapped[int | None]
    product: Mapped[Product] = relationship()
