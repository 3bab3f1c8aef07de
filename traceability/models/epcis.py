"""Tables of events as EPCIS tells them: our own for asking, those that producers' systems handed in, and names of lots.

Rows are only ever added (migration 0025): an event that was wrong is declared so by the same event once more.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId
from core.db import Model, UtcDateTime
from traceability.models.lots import Lot, TraceEvent

NAME_MAX = 400
"""Characters of an identifier in an event, an address included."""


class LotName(Model):
    """How a lot is named in events, fixed with its first event: a GTIN that comes later changes nothing.

    site: address of the site then, in which places and words of our own are named. salt: 16 bytes with which notes are
    hashed in events.
    """

    __tablename__ = "lot_name"
    __table_args__ = (Index("ix_lot_name_name", "name"),)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    site: Mapped[str] = mapped_column(String(200))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    lot: Mapped[Lot] = relationship()


class EpcisCapture(Model):
    """A document that a producer's system handed in, and what became of it.

    key: its name in addresses. event_count: events in it; captured_count: that are new; errors: JSON, what was wrong.
    """

    __tablename__ = "epcis_capture"
    __table_args__ = (
        CheckConstraint("captured_count BETWEEN 0 AND event_count", name="captured_count"),
        CheckConstraint("error_behaviour IN ('rollback', 'proceed')", name="error_behaviour"),
        UniqueConstraint("key", name="uq_epcis_capture_key"),
        Index("ix_epcis_capture_producer", "producer_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    error_behaviour: Mapped[str] = mapped_column(String(8))
    event_count: Mapped[int]
    captured_count: Mapped[int]
    errors: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EpcisEvent(Model):
    """One event for asking. trace_event_id: of our own ones; capture_id: of those that were handed in.

    event_hash: 64 hexadecimal digits (`traceability.epcis.event_hash`); one declared wrong has the same and `is_error`.
    biz_step, disposition, read_point, biz_location: in full and canonical. document: the event as JSON.
    """

    __tablename__ = "epcis_event"
    __table_args__ = (
        UniqueConstraint("event_hash", "is_error", name="uq_epcis_event_hash"),
        CheckConstraint("(trace_event_id IS NULL) <> (capture_id IS NULL)", name="source"),
        CheckConstraint("length(event_hash) = 64", name="event_hash"),
        Index("ix_epcis_event_time", "event_at", "id"),
        Index("ix_epcis_event_name", "event_name"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_hash: Mapped[str] = mapped_column(String(64))
    is_error: Mapped[bool]
    event_name: Mapped[str] = mapped_column(String(NAME_MAX))
    event_type: Mapped[str] = mapped_column(String(20))
    action: Mapped[str | None] = mapped_column(String(7))
    biz_step: Mapped[str | None] = mapped_column(String(NAME_MAX), index=True)
    disposition: Mapped[str | None] = mapped_column(String(NAME_MAX))
    read_point: Mapped[str | None] = mapped_column(String(NAME_MAX))
    biz_location: Mapped[str | None] = mapped_column(String(NAME_MAX))
    event_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    trace_event_id: Mapped[int | None] = mapped_column(ForeignKey("trace_event.id"), index=True)
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("epcis_capture.id"), index=True)
    document: Mapped[str] = mapped_column(Text)
    trace_event: Mapped[TraceEvent | None] = relationship()
    identifiers: Mapped[list["EpcisIdentifier"]] = relationship(back_populates="event")


class EpcisIdentifier(Model):
    """What an event names, canonical. role: the list that it stands in («epcList»)."""

    __tablename__ = "epcis_identifier"
    __table_args__ = (Index("ix_epcis_identifier_name", "name", "role"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("epcis_event.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    quantity: Mapped[float | None] = mapped_column(Float)
    event: Mapped[EpcisEvent] = relationship(back_populates="identifiers")


class EpcisQuery(Model):
    """A question that a producer's system keeps under a name, for everybody to ask again. query: JSON."""

    __tablename__ = "epcis_query"
    __table_args__ = (
        UniqueConstraint("name", name="uq_epcis_query_name"),
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
