"""Vouchers: codes that take something off the price, within limits that hold however many use them at once."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, one_of
from core.db import Model, UtcDateTime


class Bearer(StrEnum):
    """Who pays for a discount."""

    PLATFORM = "platform"
    PRODUCER = "producer"


class Voucher(Model):
    """A code. producer_id: the discount is on goods of that producer only; null: on all goods of the shop.

    Of percent_bp (hundredths of a percent) and amount_vnd exactly one is set; cap_vnd: a percentage gives at most so
    much. minimum_vnd: goods in scope must be worth so much. from_on, until_on: Vietnam dates, both included.
    used: live uses. What was used stays; a code is ended, never deleted.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint(one_of("bearer", Bearer), name="bearer"),
        CheckConstraint("bearer = 'platform' OR producer_id IS NOT NULL", name="bearer_known"),
        CheckConstraint("(percent_bp IS NULL) <> (amount_vnd IS NULL)", name="one_kind"),
        CheckConstraint("percent_bp BETWEEN 1 AND 10000", name="percent_bp"),
        CheckConstraint("amount_vnd > 0", name="amount_vnd"),
        CheckConstraint("cap_vnd IS NULL OR (cap_vnd > 0 AND percent_bp IS NOT NULL)", name="cap_vnd"),
        CheckConstraint("minimum_vnd >= 0", name="minimum_vnd"),
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint("use_limit > 0", name="use_limit"),
        CheckConstraint("person_limit > 0", name="person_limit"),
        CheckConstraint("used >= 0 AND (use_limit IS NULL OR used <= use_limit)", name="used"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
        Index("ix_voucher_producer", "producer_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    bearer: Mapped[str] = mapped_column(String(10))
    percent_bp: Mapped[int | None]
    amount_vnd: Mapped[int | None] = mapped_column(BigInteger)
    cap_vnd: Mapped[int | None] = mapped_column(BigInteger)
    minimum_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    from_on: Mapped[date]
    until_on: Mapped[date]
    use_limit: Mapped[int | None]
    person_limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer | None] = relationship()


class VoucherUse(Model):
    """A use of a voucher by an order. person_key: keyed hash of the telephone number, 16 bytes.

    ordinal: the person's first, second, … live use. released_at: the order was cancelled unpaid; it counts no more.
    """

    __tablename__ = "voucher_use"
    __table_args__ = (
        CheckConstraint("discount_vnd >= 0", name="discount_vnd"),
        CheckConstraint("ordinal > 0", name="ordinal"),
        UniqueConstraint("voucher_id", "order_id", name="uq_voucher_use_order"),
        Index(
            "uq_voucher_use_person",
            "voucher_id",
            "person_key",
            "ordinal",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_voucher_use_order", "order_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    person_key: Mapped[bytes] = mapped_column(LargeBinary(16))
    ordinal: Mapped[int]
    discount_vnd: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voucher: Mapped[Voucher] = relationship()
