"""Trade buyers: their accounts, the producers' price ladders, requests, quotations and meetings.

What was said to the other side is only ever added: checks, ladders, quotations and what became of them. That a
quotation has expired, and which ladder counts today, is computed.
"""

import json
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import BigId, Producer, Variant, one_of
from catalog.models.evidence import EvidenceFile
from core.db import Model, UtcDateTime
from promotion.price_ladders import Step
from promotion.quotation_terms import Outcome


class FirmKind(StrEnum):
    """What a trade buyer does with the goods."""

    SUPERMARKET = "supermarket"
    DISTRIBUTOR = "distributor"
    RESTAURANT = "restaurant"
    EXPORTER = "exporter"
    OTHER = "other"


class AccountState(StrEnum):
    """How an account stands. `waits`: the office has not compared it with its papers yet."""

    WAITS = "waits"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class RfqKind(StrEnum):
    """What is asked for."""

    GOODS = "goods"
    SAMPLE = "sample"


class NoteKind(StrEnum):
    """What was noted of a request. `lost`: no sale comes of it; `reopened` takes that back."""

    LOST = "lost"
    REOPENED = "reopened"
    RECEIVED = "received"
    FEEDBACK = "feedback"


class TradeAccount(Model):
    """A firm that buys for trade, and who acts for it. tax_code: as checked. phone: E.164. province_code: of today.

    state: that of the last check. erased_at: the contact was emptied; the firm stays, quotations were made to it.
    """

    __tablename__ = "trade_account"
    __table_args__ = (
        CheckConstraint(one_of("kind", FirmKind), name="kind"),
        CheckConstraint(one_of("state", AccountState), name="state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    tax_code: Mapped[str] = mapped_column(String(20), index=True)
    province_code: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(String(200))
    contact_name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(10), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[User] = relationship()
    checks: Mapped[list["TradeCheck"]] = relationship(order_by="TradeCheck.id")
    papers: Mapped[list["TradePaper"]] = relationship(order_by="TradePaper.id")

    def firm_digest(self) -> str:
        """SHA-256 in hexadecimal of what an officer compares: name, kind, tax code and which papers there are."""
        compared = (self.name, self.kind, self.tax_code, sorted(paper.id for paper in self.papers))
        return sha256(json.dumps(compared).encode()).hexdigest()


class TradeCheck(Model):
    """One decision of the office about an account, or its being handed in again. Only ever added."""

    __tablename__ = "trade_check"
    __table_args__ = (
        CheckConstraint(one_of("state", AccountState), name="state"),
        CheckConstraint("state NOT IN ('refused', 'suspended') OR reason IS NOT NULL", name="reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("trade_account.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TradePaper(Model):
    """A private paper that shows that the firm is what it says (business licence)."""

    __tablename__ = "trade_paper"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("trade_account.id"), index=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"), unique=True)
    evidence: Mapped[EvidenceFile] = relationship()


class PriceLadder(Model):
    """Prices of one pack by quantity, from a day on; a later one for the same pack replaces it from its own day.

    month_capacity: packs that can be made in a month, None where not told. is_public: everybody may see it, else only
    verified trade buyers. valid_to_on: the last day, None for no end. Only ever added.
    """

    __tablename__ = "price_ladder"
    __table_args__ = (
        CheckConstraint("minimum_quantity BETWEEN 1 AND 100000", name="minimum_quantity"),
        CheckConstraint("lead_days BETWEEN 0 AND 365", name="lead_days"),
        CheckConstraint("month_capacity IS NULL OR month_capacity > 0", name="month_capacity"),
        CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="valid_days"),
        Index("ix_price_ladder_variant", "variant_id", "valid_from_on", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    minimum_quantity: Mapped[int]
    lead_days: Mapped[int]
    month_capacity: Mapped[int | None]
    is_public: Mapped[bool]
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    variant: Mapped[Variant] = relationship()
    steps: Mapped[list["PriceStep"]] = relationship(order_by="PriceStep.from_quantity", lazy="selectin")

    @property
    def rungs(self) -> tuple[Step, ...]:
        """The steps as plain values, the smallest quantity first."""
        return tuple(Step(step.from_quantity, step.price_vnd) for step in self.steps)


class PriceStep(Model):
    """From this quantity on a pack costs so much, goods only."""

    __tablename__ = "price_step"
    __table_args__ = (
        CheckConstraint("from_quantity BETWEEN 1 AND 100000", name="from_quantity"),
        CheckConstraint("price_vnd > 0", name="price_vnd"),
    )
    ladder_id: Mapped[int] = mapped_column(ForeignKey("price_ladder.id"), primary_key=True)
    from_quantity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    price_vnd: Mapped[int] = mapped_column(BigInteger)


class Rfq(Model):
    """A request for quotation to one producer. key: of the form and producer; sent twice, one request.

    next_step, next_by_on: what the producer does next and by when, its own note. delivery_place: street and commune
    as typed.
    """

    __tablename__ = "rfq"
    __table_args__ = (
        CheckConstraint(one_of("kind", RfqKind), name="kind"),
        Index("ix_rfq_producer", "producer_id", "id"),
        Index("ix_rfq_account", "account_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int] = mapped_column(ForeignKey("trade_account.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    wanted_on: Mapped[date | None]
    province_code: Mapped[str] = mapped_column(String(2))
    delivery_place: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(String(200))
    next_by_on: Mapped[date | None]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account: Mapped[TradeAccount] = relationship()
    producer: Mapped[Producer] = relationship()
    lines: Mapped[list["RfqLine"]] = relationship(order_by="RfqLine.position")
    quotations: Mapped[list["Quotation"]] = relationship(back_populates="rfq", order_by="Quotation.version")
    notes: Mapped[list["RfqNote"]] = relationship(order_by="RfqNote.id")


class RfqLine(Model):
    """One thing asked for: a pack of the shop, or in words."""

    __tablename__ = "rfq_line"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),
        CheckConstraint("variant_id IS NOT NULL OR words IS NOT NULL", name="what"),
    )
    rfq_id: Mapped[int] = mapped_column(ForeignKey("rfq.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    words: Mapped[str | None] = mapped_column(String(200))
    quantity: Mapped[int]
    variant: Mapped[Variant | None] = relationship()


class RfqNote(Model):
    """What somebody noted of a request: lost and why, a sample that came, what was thought of it. Only ever added."""

    __tablename__ = "rfq_note"
    __table_args__ = (CheckConstraint(one_of("kind", NoteKind), name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    rfq_id: Mapped[int] = mapped_column(ForeignKey("rfq.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Quotation(Model):
    """A version of a producer's offer, as sent: never changed. number: of the whole market, «BG-2026-000012-1».

    valid_until_on: Vietnam date, included. ready_on: by when the goods are ready. cancel_until_on: the last day on
    which the buyer may cancel after the deposit and gets it back, None where it may not. deposit_vnd: what is paid
    first; all of it for samples. parties: both firms as they stood then, see `queries.trade_parties`; None for what was
    sent before it was kept.
    """

    __tablename__ = "quotation"
    __table_args__ = (
        CheckConstraint(
            "goods_vnd >= 0 AND freight_vnd >= 0 AND discount_vnd BETWEEN 0 AND goods_vnd", name="amounts"
        ),
        CheckConstraint("total_vnd = goods_vnd + freight_vnd - discount_vnd", name="total"),
        CheckConstraint("deposit_vnd BETWEEN 0 AND total_vnd", name="deposit_vnd"),
        UniqueConstraint("rfq_id", "version", name="uq_quotation_version"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    rfq_id: Mapped[int] = mapped_column(ForeignKey("rfq.id"))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    goods_vnd: Mapped[int] = mapped_column(BigInteger)
    freight_vnd: Mapped[int] = mapped_column(BigInteger)
    discount_vnd: Mapped[int] = mapped_column(BigInteger)
    total_vnd: Mapped[int] = mapped_column(BigInteger)
    deposit_vnd: Mapped[int] = mapped_column(BigInteger)
    valid_until_on: Mapped[date]
    ready_on: Mapped[date]
    cancel_until_on: Mapped[date | None]
    terms: Mapped[str | None] = mapped_column(Text)
    parties: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rfq: Mapped[Rfq] = relationship(back_populates="quotations")
    lines: Mapped[list["QuotationLine"]] = relationship(order_by="QuotationLine.position")
    end: Mapped["QuotationEnd | None"] = relationship(back_populates="quotation")
    contact: Mapped["QuotationContact | None"] = relationship()


class QuotationContact(Model):
    """With whom one spoke at the buyer's firm when a quotation was sent; goes with the person. phone: E.164."""

    __tablename__ = "quotation_contact"
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))


class QuotationLine(Model):
    """So many packs at one price. name, pack: as they were called then. ladder_id: where the price came from."""

    __tablename__ = "quotation_line"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),
        CheckConstraint("unit_price_vnd >= 0", name="unit_price_vnd"),
    )
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    pack: Mapped[str]
    pack_en: Mapped[str | None]
    quantity: Mapped[int]
    unit_price_vnd: Mapped[int] = mapped_column(BigInteger)
    ladder_id: Mapped[int | None] = mapped_column(ForeignKey("price_ladder.id"))

    @property
    def goods_vnd(self) -> int:
        return self.unit_price_vnd * self.quantity


class QuotationEnd(Model):
    """What became of a quotation; at most one thing, and of one request at most one acceptance. Only ever added."""

    __tablename__ = "quotation_end"
    __table_args__ = (
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("(outcome = 'accepted') = (order_id IS NOT NULL)", name="order"),
        Index(
            "uq_quotation_end_accepted",
            "rfq_id",
            unique=True,
            sqlite_where=text("outcome = 'accepted'"),
            postgresql_where=text("outcome = 'accepted'"),
        ),
    )
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id"), primary_key=True)
    rfq_id: Mapped[int] = mapped_column(ForeignKey("rfq.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    quotation: Mapped[Quotation] = relationship(back_populates="end")


class TradeNews(Model):
    """What a side was told already: each thing once. key: «rfq:12», «quotation:7»."""

    __tablename__ = "trade_news"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MeetingSlot(Model):
    """A time at which a producer that takes part in a fair receives a trade buyer. place: empty for its booth."""

    __tablename__ = "meeting_slot"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 10 AND 240", name="minutes"),
        UniqueConstraint("participation_id", "starts_at", name="uq_meeting_slot_start"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(120))
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bookings: Mapped[list["MeetingBooking"]] = relationship(
        back_populates="slot", order_by="MeetingBooking.id"
    )


class MeetingBooking(Model):
    """A trade buyer comes at the time of a slot; of those that are not cancelled there is one for each slot."""

    __tablename__ = "meeting_booking"
    __table_args__ = (
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled"),
        Index(
            "uq_meeting_booking_slot",
            "slot_id",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("meeting_slot.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("trade_account.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(200))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    slot: Mapped[MeetingSlot] = relationship(back_populates="bookings")
    account: Mapped[TradeAccount] = relationship()
