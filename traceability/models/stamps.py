"""Tables of lots, stamps and scans.

A stamp is never deleted: what ends its life is a row (`StampWithdrawal`, a recall), so a printed code always finds its
page. Scans keep no address and no browser name (see `Scan`).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from traceability.models.lots import Lot


class StampKind(StrEnum):
    """A code for one pack, or one code printed on every pack of a lot."""

    UNIT = "unit"
    LOT = "lot"


class StampRun(Model):
    """Stamps issued together for one lot, numbered from 1. Invariant I11: `stamp_count` equals its stamps.

    gtin: the one in the printed address, kept so that paper stays right when the product's GTIN changes later.
    code_salt: 16 bytes with which the public log hashes its codes (`traceability.queries.logged_stamps`). seal_kid,
    seal_month: the key whose seal stands in its printed addresses, and until when (`traceability.seals`); both null
    without seals. ordered_by_id: null for a command.
    """

    __tablename__ = "stamp_run"
    __table_args__ = (
        CheckConstraint(one_of("kind", StampKind), name="kind"),
        CheckConstraint("stamp_count > 0", name="stamp_count"),
        CheckConstraint("gtin IS NULL OR length(gtin) = 14", name="gtin"),
        CheckConstraint("(seal_kid IS NULL) = (seal_month IS NULL)", name="seal"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    stamp_count: Mapped[int]
    gtin: Mapped[str | None] = mapped_column(String(14))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    seal_kid: Mapped[int | None] = mapped_column(ForeignKey("seal_key.kid"))
    seal_month: Mapped[int | None]
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lot: Mapped[Lot] = relationship()

    @property
    def is_sealed(self) -> bool:
        return self.seal_kid is not None


class Stamp(Model):
    """One code, number `number` of its run. `activated_at`: put on goods one by one, or with the whole run at once.

    Where it is null a range of the run may say so (`traceability.models.stamp_states`).
    """

    __tablename__ = "stamp"
    __table_args__ = (Index("uq_stamp_number", "run_id", "number", unique=True),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(13), unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"))
    number: Mapped[int] = mapped_column(default=0, server_default=text("0"))
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
    """What a person who scanned a stamp wanted to tell: a suspicion, a wrong detail.

    photo_sha256: a photograph drawn anew (WebP), for officers only.
    """

    __tablename__ = "stamp_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    photo_sha256: Mapped[str | None] = mapped_column(String(64))
