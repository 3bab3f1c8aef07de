"""Parcels on their way: with which carrier, under which number, and what was told of them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import SellerOrder
from orders.tracking import ShipmentStatus


class BookingState(StrEnum):
    """`by_hand`: no system is asked. `asked`: the job is to ask it. `failed`: it would not, or gave no answer."""

    BY_HAND = "by_hand"
    ASKED = "asked"
    BOOKED = "booked"
    FAILED = "failed"
    CANCELLED = "cancelled"


class EventSource(StrEnum):
    """Who told of a parcel."""

    CARRIER = "carrier"
    HAND = "hand"


class EventOutcome(StrEnum):
    """What an event did to the order. `conflict`: the order stands where no way leads from; a person looks at it."""

    MOVED = "moved"
    NOTHING = "nothing"
    CONFLICT = "conflict"


class Shipment(Model):
    """The parcel of a producer's order; its code at carriers is the code of that order.

    carrier: «manual» or the code of an adapter. attempt: counts bookings asked for. cod_vnd: to be collected at the
    door, 0 for what is paid. fault: why the last booking failed, a word.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint(one_of("booking", BookingState), name="booking"),
        CheckConstraint("cod_vnd >= 0 AND weight_g > 0", name="amounts"),
        UniqueConstraint("carrier", "tracking_number", name="uq_shipment_tracking"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"), unique=True)
    carrier: Mapped[str] = mapped_column(String(20))
    service: Mapped[str] = mapped_column(String(20))
    booking: Mapped[str] = mapped_column(String(10))
    attempt: Mapped[int] = mapped_column(default=0)
    tracking_number: Mapped[str | None] = mapped_column(String(40))
    weight_g: Mapped[int]
    cod_vnd: Mapped[int] = mapped_column(BigInteger)
    fault: Mapped[str | None] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seller_order: Mapped[SellerOrder] = relationship()
    events: Mapped[list["ShipmentEvent"]] = relationship(
        back_populates="shipment", order_by="ShipmentEvent.happened_at, ShipmentEvent.id"
    )


class ShipmentEvent(Model):
    """One thing told of a parcel, only ever added. key: tells it from others of the parcel; told twice it is one row.

    code: the carrier's own word. by_id: who typed it, for `hand`.
    """

    __tablename__ = "shipment_event"
    __table_args__ = (
        CheckConstraint(one_of("source", EventSource), name="source"),
        CheckConstraint(one_of("status", ShipmentStatus), name="status"),
        CheckConstraint(one_of("outcome", EventOutcome), name="outcome"),
        UniqueConstraint("shipment_id", "key", name="uq_shipment_event_key"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    key: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shipment: Mapped[Shipment] = relationship(back_populates="events")


class CarrierNotice(Model):
    """A notice of a carrier as it came, kept for a month. outcome: «applied», «repeated», or why it was not taken."""

    __tablename__ = "carrier_notice"
    __table_args__ = (UniqueConstraint("carrier", "sha256", name="uq_carrier_notice_body"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(30))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CarrierPlace(Model):
    """What a carrier calls a place of today, in a version of its list. Only ever added; the newest version counts.

    place_code: of a province (2 digits) or commune (5). carrier_code: in the carrier's words, parts split by «|».
    """

    __tablename__ = "carrier_place"
    __table_args__ = (
        UniqueConstraint("carrier", "version", "place_code", name="uq_carrier_place_code"),
        Index("ix_carrier_place_valid", "carrier", "place_code", "valid_from_on"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(40))
    valid_from_on: Mapped[date]
    place_code: Mapped[str] = mapped_column(String(5))
    carrier_code: Mapped[str] = mapped_column(String(80))


class RemittanceOutcome(StrEnum):
    """What became of a line of a carrier's remittance."""

    MATCHED = "matched"
    UNKNOWN = "unknown"  # no parcel of this code or number
    OTHER_CARRIER = "other_carrier"
    NOT_COD = "not_cod"
    AMOUNT_DIFFERS = "amount_differs"
    REPEATED = "repeated"  # remitted before
    NOT_DELIVERED = "not_delivered"
    UNREADABLE = "unreadable"
    SETTLED_BY_HAND = "settled_by_hand"


class CodRemittance(Model):
    """A carrier's list of cash that it collected and handed on. sha256: of the file; the same file counts once."""

    __tablename__ = "cod_remittance"
    id: Mapped[int] = mapped_column(primary_key=True)
    carrier: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(120))
    bank_reference: Mapped[str] = mapped_column(String(80))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lines: Mapped[list["CodRemittanceLine"]] = relationship(
        back_populates="remittance", order_by="CodRemittanceLine.line"
    )


class CodRemittanceLine(Model):
    """One parcel of the list. code: as the carrier wrote it. fee_vnd: kept back by the carrier.

    closed_at: by whom a difference was seen to, with a note.
    """

    __tablename__ = "cod_remittance_line"
    __table_args__ = (
        CheckConstraint(one_of("outcome", RemittanceOutcome), name="outcome"),
        UniqueConstraint("remittance_id", "line", name="uq_cod_remittance_line"),
        Index("ix_cod_remittance_line_open", "closed_at", "outcome"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    remittance_id: Mapped[int] = mapped_column(ForeignKey("cod_remittance.id"))
    line: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    collected_vnd: Mapped[int] = mapped_column(BigInteger)
    fee_vnd: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(String(20))
    seller_order_id: Mapped[int | None] = mapped_column(ForeignKey("seller_order.id"), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str | None] = mapped_column(String(300))
    remittance: Mapped[CodRemittance] = relationship(back_populates="lines")
    seller_order: Mapped[SellerOrder | None] = relationship()
