"""Money of orders: what was asked for, and what goes back. What came in stands with each way of payment."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import Order, PaymentMethod, SellerOrder


class PayState(StrEnum):
    """State of one asking for money."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    VOID = "void"


class RefundState(StrEnum):
    """`requested` waits for an approval, `approved` for sending, `sent` for the word of bank or processor."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"
    REFUSED = "refused"


class RefundCause(StrEnum):
    """Why money goes back."""

    CANCELLED = "cancelled"
    OUT_OF_STOCK = "out_of_stock"
    RETURN = "return"
    LATE_PAYMENT = "late_payment"
    OVERPAID = "overpaid"
    DISPUTE = "dispute"
    GOODWILL = "goodwill"


class Payment(Model):
    """One asking for money: for a whole order, or (one QR per producer, cash on delivery) for one producer's part.

    reference: the memo of the transfer and the `client_reference_id` at the processor. attempt: counts askings of the
    same reference. received_vnd: what came in so far. external_id: of the processor's session, external_charge: of its
    payment intent; each belongs to one payment only. deposit_vnd: what is asked for first, where that was agreed; the
    rest is asked for when it is there. refunded_vnd: of what came in, what refunds that were not refused
    ask back; the database lets nobody ask for more. receiving_account_id: the account that the buyer was shown.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(one_of("method", PaymentMethod), name="method"),
        CheckConstraint(one_of("state", PayState), name="state"),
        CheckConstraint("amount_vnd > 0 AND received_vnd >= 0", name="amounts"),
        CheckConstraint("state <> 'paid' OR received_vnd >= amount_vnd", name="paid_in_full"),
        CheckConstraint("refunded_vnd BETWEEN 0 AND received_vnd", name="refunded_vnd"),
        CheckConstraint("deposit_vnd IS NULL OR deposit_vnd BETWEEN 0 AND amount_vnd", name="deposit_vnd"),
        Index("uq_payment_attempt", "reference", "attempt", unique=True),
        Index("ix_payment_state", "state", "method", "expires_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    seller_order_id: Mapped[int | None] = mapped_column(ForeignKey("seller_order.id"), index=True)
    method: Mapped[str] = mapped_column(String(10))
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    received_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(11))
    attempt: Mapped[int] = mapped_column(default=1)
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    external_charge: Mapped[str | None] = mapped_column(String(255), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refunded_vnd: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    receiving_account_id: Mapped[int | None] = mapped_column(ForeignKey("receiving_account.id"))
    deposit_vnd: Mapped[int | None] = mapped_column(BigInteger)
    order: Mapped[Order] = relationship()
    seller_order: Mapped[SellerOrder | None] = relationship()

    @property
    def asked_vnd(self) -> int:
        """What the buyer is asked for next: the rest of the deposit, else the rest of all. At least 0."""
        is_deposit = self.deposit_vnd is not None and self.received_vnd < self.deposit_vnd
        first_vnd = self.deposit_vnd if is_deposit and self.deposit_vnd else self.amount_vnd
        return max(first_vnd - self.received_vnd, 0)


class Refund(Model):
    """Money on its way back to the buyer, by the way it came. key: what it is for, so it cannot be asked for twice.

    goods_vnd, shipping_vnd: what of it is goods and freight of the producer's order; both 0 for money that never paid
    anything (overpaid, late). account: where a transfer goes, sealed (bank, number, name), as the buyer gave it;
    bank_reference: of that transfer. external_id: of the processor's refund. attempt: which try of sending it is.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(one_of("state", RefundState), name="state"),
        CheckConstraint(one_of("cause", RefundCause), name="cause"),
        CheckConstraint("amount_vnd > 0", name="amount_vnd"),
        CheckConstraint(
            "(goods_vnd = 0 AND shipping_vnd = 0) OR goods_vnd + shipping_vnd = amount_vnd", name="parts"
        ),
        CheckConstraint("goods_vnd >= 0 AND shipping_vnd >= 0", name="parts_sign"),
        Index("ix_refund_state", "state", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    seller_order_id: Mapped[int | None] = mapped_column(ForeignKey("seller_order.id"), index=True)
    cause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    goods_vnd: Mapped[int] = mapped_column(BigInteger)
    shipping_vnd: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    account: Mapped[str | None] = mapped_column(Text)
    bank_reference: Mapped[str | None] = mapped_column(String(80))
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(default=1)
    payment: Mapped[Payment] = relationship()
    seller_order: Mapped[SellerOrder | None] = relationship()
