"""Tables of lots, stamps, scans and recalls.

A stamp is never deleted: what ends its life is a row (`StampWithdrawal`, `Recall`), so a printed code always
finds its page. Scans keep no address and no browser name (see `Scan`).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Document, Place, Product, one_of
from core.db import Model, UtcDateTime


class TraceStep(StrEnum):
    """What happened to a lot. Words follow the business steps of CBV 2.0 where one exists."""

    HARVESTING = "harvesting"
    COLLECTING = "collecting"
    PROCESSING = "processing"
    INSPECTING = "inspecting"
    PACKING = "packing"
    STORING = "storing"
    SHIPPING = "shipping"


class StampKind(StrEnum):
    """A code for one pack, or one code printed on every pack of a lot."""

    UNIT = "unit"
    LOT = "lot"


class Lot(Model):
    """Goods of one product made together. `code` is AI 10 of GS1: 1 to 20 characters of its set."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("length(code) BETWEEN 1 AND 20", name="code"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "expires_on IS NULL OR produced_on IS NULL OR expires_on >= produced_on", name="dates"
        ),
        UniqueConstraint("product_id", "code", name="uq_lot_code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    code: Mapped[str] = mapped_column(String(20))
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    quantity: Mapped[int]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()
    place: Mapped[Place | None] = relationship()
    events: Mapped[list["TraceEvent"]] = relationship(back_populates="lot", order_by="TraceEvent.happened_on")
    recalls: Mapped[list["Recall"]] = relationship(back_populates="lot", order_by="Recall.opened_at")


class TraceEvent(Model):
    """A step in the life of a lot, never edited."""

    __tablename__ = "trace_event"
    __table_args__ = (CheckConstraint(one_of("step", TraceStep), name="step"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lot: Mapped[Lot] = relationship(back_populates="events")
    place: Mapped[Place | None] = relationship()
    document: Mapped[Document | None] = relationship()


class StampRun(Model):
    """Stamps issued together for one lot. Invariant I11: `stamp_count` equals its stamps.

    gtin: the one in the printed address, kept so that paper stays right when the product's GTIN changes later.
    """

    __tablename__ = "stamp_run"
    __table_args__ = (
        CheckConstraint(one_of("kind", StampKind), name="kind"),
        CheckConstraint("stamp_count > 0", name="stamp_count"),
        CheckConstraint("gtin IS NULL OR length(gtin) = 14", name="gtin"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    stamp_count: Mapped[int]
    gtin: Mapped[str | None] = mapped_column(String(14))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lot: Mapped[Lot] = relationship()


class Stamp(Model):
    """One code. `activated_at` null: printed, but not yet put on goods."""

    __tablename__ = "stamp"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(13), unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    run: Mapped[StampRun] = relationship()
    withdrawal: Mapped["StampWithdrawal | None"] = relationship(back_populates="stamp")


class StampWithdrawal(Model):
    """A code taken out of circulation (lost roll, misprint), with the reason that its page tells."""

    __tablename__ = "stamp_withdrawal"
    id: Mapped[int] = mapped_column(primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"), unique=True)
    reason: Mapped[str]
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stamp: Mapped[Stamp] = relationship(back_populates="withdrawal")


class Recall(Model):
    """A recall of a whole lot; open until it is closed."""

    __tablename__ = "recall"
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    instruction: Mapped[str] = mapped_column(Text)
    contact: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lot: Mapped[Lot] = relationship(back_populates="recalls")


class Scan(Model):
    """One look at a stamp's page.

    Keeps the hour, the province of the address (looked up, then dropped) and a keyed hash of address prefix and
    browser that cannot be undone once the day's key is destroyed. Source: traceability design 4.8, Law 91/2025/QH15.
    """

    __tablename__ = "scan"
    __table_args__ = (Index("ix_scan_stamp", "stamp_id", "scanned_hour_at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"))
    scanned_hour_at: Mapped[datetime] = mapped_column(UtcDateTime)
    province: Mapped[str | None] = mapped_column(String(40))
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class ScanKey(Model):
    """The key of one day's device hashes; destroyed after 30 days."""

    __tablename__ = "scan_key"
    day_on: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))


class ScanGap(Model):
    """A stretch of time in which looks at stamps were lost under load: no page may speak of «the first look»."""

    __tablename__ = "scan_gap"
    __table_args__ = (
        CheckConstraint("lost_count > 0", name="lost_count"),
        CheckConstraint("ended_at >= began_at", name="order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    lost_count: Mapped[int]


class ScanMonth(Model):
    """What remains of scans after 13 months: counts per product, month and province, small ones withheld."""

    __tablename__ = "scan_month"
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(String(40), primary_key=True)
    scan_count: Mapped[int]


class StampReport(Model):
    """What a person who scanned a stamp wanted to tell: a suspicion, a wrong detail."""

    __tablename__ = "stamp_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
