"""Sales as they are settled: terms frozen when ordered, what became of each dong, and what refunds took back.

All of these are only ever added, save the payout that a transfer goes out with.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import OrderLine, SellerOrder
from settlement.terms import CommissionTerms, TakeHome


class TransferKind(StrEnum):
    """Why the platform's debt to a producer changed. `cash`: the producer holds, or paid, cash of an order itself."""

    SALE = "sale"
    REVERSAL = "reversal"
    CASH = "cash"
    RECEIPT = "receipt"  # the producer paid what it owed


class CommissionLine(Model):
    """Terms of commission of one line of an order, frozen when it was placed. line_id: null for the shipping fee.

    rule_id: null where no rule fitted: no commission.
    """

    __tablename__ = "commission_line"
    __table_args__ = (
        CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_bp"),
        CheckConstraint("flat_vnd >= 0 AND min_vnd >= 0", name="amounts"),
        UniqueConstraint("line_id", name="uq_commission_line_line_id"),
        Index(
            "uq_commission_line_shipping",
            "seller_order_id",
            unique=True,
            sqlite_where=text("line_id IS NULL"),
            postgresql_where=text("line_id IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("commission_rule.id"))
    rate_bp: Mapped[int]
    flat_vnd: Mapped[int] = mapped_column(BigInteger)
    min_vnd: Mapped[int] = mapped_column(BigInteger)
    max_vnd: Mapped[int | None] = mapped_column(BigInteger)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def terms(self) -> CommissionTerms:
        return CommissionTerms(self.rate_bp, self.flat_vnd, self.min_vnd, self.max_vnd)


class Sale(Model):
    """A producer's order that was completed and paid, once. Amounts after the refunds that came before it.

    goods_… and shipping_…: paid by the buyer, added by the platform for its discounts, and what was taken off.
    """

    __tablename__ = "sale"
    __table_args__ = (Index("ix_sale_producer", "producer_id", "recognised_at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"), unique=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    seller_type: Mapped[str] = mapped_column(String(12))
    residency: Mapped[str] = mapped_column(String(12))
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_journal.id"))
    recognised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seller_order: Mapped[SellerOrder] = relationship()
    lines: Mapped[list["SaleLine"]] = relationship(back_populates="sale", order_by="SaleLine.id")
    reversals: Mapped[list["SaleReversal"]] = relationship(back_populates="sale", order_by="SaleReversal.id")

    def goods(self) -> TakeHome:
        """What became of the goods' money when the sale was recognised."""
        return sum((line.take_home for line in self.lines if line.line_id is not None), TakeHome())

    def shipping(self) -> TakeHome:
        """What became of the shipping fee."""
        return sum((line.take_home for line in self.lines if line.line_id is None), TakeHome())


class SaleLine(Model):
    """A line of a sale. line_id: null for the shipping fee. The rules are those of the day of the sale."""

    __tablename__ = "sale_line"
    __table_args__ = (
        CheckConstraint("paid_vnd >= 0 AND promotion_vnd >= 0", name="revenue"),
        CheckConstraint("commission_vnd >= 0 AND vat_vnd >= 0 AND pit_vnd >= 0", name="deductions"),
        CheckConstraint("commission_vnd + vat_vnd + pit_vnd <= paid_vnd + promotion_vnd", name="net"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    paid_vnd: Mapped[int] = mapped_column(BigInteger)
    promotion_vnd: Mapped[int] = mapped_column(BigInteger)
    commission_vnd: Mapped[int] = mapped_column(BigInteger)
    vat_vnd: Mapped[int] = mapped_column(BigInteger)
    pit_vnd: Mapped[int] = mapped_column(BigInteger)
    vat_rule_id: Mapped[int | None] = mapped_column(ForeignKey("tax_rule.id"))
    pit_rule_id: Mapped[int | None] = mapped_column(ForeignKey("tax_rule.id"))
    sale: Mapped[Sale] = relationship(back_populates="lines")
    line: Mapped[OrderLine | None] = relationship()

    @property
    def take_home(self) -> TakeHome:
        return TakeHome(self.paid_vnd, self.promotion_vnd, self.commission_vnd, self.vat_vnd, self.pit_vnd)


class SaleReversal(Model):
    """What one refund took back of a sale; all amounts are positive. refund_id: each refund once.

    goods_vnd, shipping_vnd: which parts of `paid_vnd` were goods and freight. A refund that came before the sale is
    noted with its sale and zeros: the sale was smaller from the beginning.
    """

    __tablename__ = "sale_reversal"
    __table_args__ = (
        CheckConstraint("paid_vnd >= 0 AND promotion_vnd >= 0", name="revenue"),
        CheckConstraint("commission_vnd >= 0 AND vat_vnd >= 0 AND pit_vnd >= 0", name="deductions"),
        CheckConstraint("goods_vnd + shipping_vnd = paid_vnd", name="parts"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"), index=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), unique=True)
    goods_vnd: Mapped[int] = mapped_column(BigInteger)
    shipping_vnd: Mapped[int] = mapped_column(BigInteger)
    paid_vnd: Mapped[int] = mapped_column(BigInteger)
    promotion_vnd: Mapped[int] = mapped_column(BigInteger)
    commission_vnd: Mapped[int] = mapped_column(BigInteger)
    vat_vnd: Mapped[int] = mapped_column(BigInteger)
    pit_vnd: Mapped[int] = mapped_column(BigInteger)
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_journal.id"))
    reversed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sale: Mapped[Sale] = relationship(back_populates="reversals")

    @property
    def take_home(self) -> TakeHome:
        return TakeHome(self.paid_vnd, self.promotion_vnd, self.commission_vnd, self.vat_vnd, self.pit_vnd)


class Transfer(Model):
    """A change of what the platform owes a producer: one for each journal of SELLER_PAYABLE. net_vnd: any sign.

    payout_id: with which it went out; empty again if that payout failed. The open ones are what is due.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint(one_of("kind", TransferKind), name="kind"),
        CheckConstraint("net_vnd <> 0", name="net_vnd"),
        Index("ix_transfer_open", "producer_id", "payout_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    seller_order_id: Mapped[int | None] = mapped_column(ForeignKey("seller_order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    net_vnd: Mapped[int] = mapped_column(BigInteger)
    journal_id: Mapped[int] = mapped_column(ForeignKey("ledger_journal.id"), unique=True)
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seller_order: Mapped[SellerOrder | None] = relationship()
