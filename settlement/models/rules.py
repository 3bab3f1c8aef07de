"""Rules of commission and tax, as dated rows: entered by one administrator, in force once another has released them.

A rule is never rewritten. One that replaces another ends it when it is released; history says what held on which day.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import BigId, Producer, one_of
from catalog.models.register import ProducerKind
from core.db import Model, UtcDateTime
from settlement.terms import (
    CommissionRuleFacts,
    CommissionTerms,
    Residency,
    SellerType,
    TaxCategory,
    TaxKind,
    TaxRuleFacts,
)


class CommissionRule(Model):
    """A rule of the ordered list; the first that fits wins. entered_by_id: null for the one that came with the program.

    refused_at: the second administrator did not release it; it never held.
    """

    __tablename__ = "commission_rule"
    __table_args__ = (
        CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_bp"),
        CheckConstraint("flat_vnd >= 0 AND min_vnd >= 0", name="amounts"),
        CheckConstraint("max_vnd IS NULL OR max_vnd >= min_vnd", name="max_vnd"),
        CheckConstraint("group_no BETWEEN 1 AND 6", name="group_no"),
        CheckConstraint(
            f"producer_kind IS NULL OR {one_of('producer_kind', ProducerKind)}", name="producer_kind"
        ),
        CheckConstraint("valid_to_at IS NULL OR valid_to_at >= valid_from_at", name="validity"),
        CheckConstraint("released_by_id IS NULL OR released_by_id <> entered_by_id", name="four_eyes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    producer_kind: Mapped[str | None] = mapped_column(String(20))
    group_no: Mapped[int | None]
    rate_bp: Mapped[int]
    flat_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    min_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    max_vnd: Mapped[int | None] = mapped_column(BigInteger)
    includes_shipping: Mapped[bool] = mapped_column(default=False)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    valid_from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("commission_rule.id"))
    reason: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer | None] = relationship()
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    released_by: Mapped[User | None] = relationship(foreign_keys=[released_by_id])

    @property
    def terms(self) -> CommissionTerms:
        return CommissionTerms(self.rate_bp, self.flat_vnd, self.min_vnd, self.max_vnd)

    def facts(self) -> CommissionRuleFacts:
        """The rule as a value."""
        return CommissionRuleFacts(
            id=self.id,
            position=self.position,
            producer_id=self.producer_id,
            producer_kind=self.producer_kind,
            group_no=self.group_no,
            terms=self.terms,
            includes_shipping=self.includes_shipping,
            is_enabled=self.is_enabled,
            valid_from_at=self.valid_from_at,
            valid_to_at=self.valid_to_at,
        )


class TaxRule(Model):
    """A rate of tax to withhold, with the legal text that sets it; released by a second administrator."""

    __tablename__ = "tax_rule"
    __table_args__ = (
        CheckConstraint(one_of("kind", TaxKind), name="kind"),
        CheckConstraint(one_of("seller_type", SellerType), name="seller_type"),
        CheckConstraint(one_of("residency", Residency), name="residency"),
        CheckConstraint(one_of("category", TaxCategory), name="category"),
        CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_bp"),
        CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="validity"),
        CheckConstraint("length(source) > 0", name="source"),
        CheckConstraint("released_by_id IS NULL OR released_by_id <> entered_by_id", name="four_eyes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(3))
    seller_type: Mapped[str] = mapped_column(String(12))
    residency: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(10))
    rate_bp: Mapped[int]
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    released_by: Mapped[User | None] = relationship(foreign_keys=[released_by_id])

    def facts(self) -> TaxRuleFacts:
        """The rule as a value."""
        return TaxRuleFacts(
            id=self.id,
            kind=TaxKind(self.kind),
            seller_type=SellerType(self.seller_type),
            residency=Residency(self.residency),
            category=TaxCategory(self.category),
            rate_bp=self.rate_bp,
            valid_from_on=self.valid_from_on,
            valid_to_on=self.valid_to_on,
            source=self.source,
        )


class TaxThreshold(Model):
    """Revenue of a calendar year up to which a household owes no tax, from a day on. evidence: how well we know it."""

    __tablename__ = "tax_threshold"
    __table_args__ = (CheckConstraint("amount_vnd > 0", name="amount_vnd"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from_on: Mapped[date] = mapped_column(unique=True)
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)


class TaxProfile(Model):
    """What a producer is to the tax office from a day on, and what shows it. The latest row of a day holds."""

    __tablename__ = "tax_profile"
    __table_args__ = (
        CheckConstraint(one_of("seller_type", SellerType), name="seller_type"),
        CheckConstraint(one_of("residency", Residency), name="residency"),
        CheckConstraint("length(evidence) > 0", name="evidence"),
        Index("ix_tax_profile_producer", "producer_id", "valid_from_on", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    seller_type: Mapped[str] = mapped_column(String(12))
    residency: Mapped[str] = mapped_column(String(12))
    evidence: Mapped[str] = mapped_column(Text)
    valid_from_on: Mapped[date]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
