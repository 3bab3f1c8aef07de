"""What officers record: decisions with their lines, who released them, notes, findings.

A decision is stated once (`Proposal`, never edited) and ends once (`ProposalOutcome`): recorded by the one officer whom
the law asks, released by a second one, returned, or withdrawn. The database itself refuses a release by the person who
proposed. Nothing here shows a star: a star is a `Certification`, written by the release.
Source: Decision 26/2026/QĐ-TTg, articles 5 to 8; docs/decisions/0026.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models.evidence import EvidenceFile
from catalog.models.register import (
    AuthorityLevel,
    Certification,
    ExpiryBasis,
    Product,
    Revocation,
    RevocationGround,
    one_of,
)
from core.db import Model, UtcDateTime


class ProposalKind(StrEnum):
    """What a decision does to its products."""

    RECOGNITION = "recognition"
    REVOCATION = "revocation"


class OutcomeKind(StrEnum):
    """How a proposal ended. `recorded`: by its own officer, where one is enough; `released`: by a second one."""

    RECORDED = "recorded"
    RELEASED = "released"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


EFFECTIVE = frozenset({OutcomeKind.RECORDED.value, OutcomeKind.RELEASED.value})
"""Outcomes after which the decision is in the register."""


class Proposal(Model):
    """A decision as one officer stated it from its paper, with the paper's hash; frozen.

    decided_on: of a revocation the first day without effect. province_code: of today, None where lines lie in several.
    most_stars: the highest rank among the lines, which says who may release. document_sha256: the paper's file.
    evidence_id: its pages as officers see them.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(one_of("kind", ProposalKind), name="kind"),
        CheckConstraint("most_stars IN (3, 4, 5)", name="most_stars"),
        CheckConstraint("needs_second OR (kind = 'recognition' AND most_stars = 3)", name="four_eyes"),
        CheckConstraint("(kind = 'revocation') = (ground IS NOT NULL)", name="ground_stated"),
        CheckConstraint(f"ground IS NULL OR {one_of('ground', RevocationGround)}", name="ground"),
        CheckConstraint("(kind = 'recognition') = (authority_level IS NOT NULL)", name="level_stated"),
        CheckConstraint(
            f"authority_level IS NULL OR {one_of('authority_level', AuthorityLevel)}", name="authority_level"
        ),
        CheckConstraint("(expires_on IS NULL) = (expiry_basis IS NULL)", name="expiry_stated"),
        CheckConstraint(
            f"expiry_basis IS NULL OR {one_of('expiry_basis', ExpiryBasis)}", name="expiry_basis"
        ),
        UniqueConstraint("id", "proposed_by_id", "needs_second", name="uq_proposal_eyes"),
        Index("ix_proposal_province", "province_code", "proposed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    authority_level: Mapped[str | None] = mapped_column(String(10))
    authority_name: Mapped[str]
    criteria_version: Mapped[str | None] = mapped_column(String(20))
    expires_on: Mapped[date | None]
    expiry_basis: Mapped[str | None] = mapped_column(String(10))
    ground: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    most_stars: Mapped[int]
    needs_second: Mapped[bool]
    province_code: Mapped[str | None] = mapped_column(String(2))
    document_sha256: Mapped[str] = mapped_column(String(64))
    document_title: Mapped[str] = mapped_column(String(200))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposed_by: Mapped[User] = relationship()
    evidence: Mapped[EvidenceFile] = relationship()
    lines: Mapped[list["ProposalLine"]] = relationship(
        back_populates="proposal", order_by="ProposalLine.position"
    )
    outcome: Mapped["ProposalOutcome | None"] = relationship(back_populates="proposal")


class ProposalLine(Model):
    """One product of a decision. certification_id: the recognition that a revocation takes away."""

    __tablename__ = "proposal_line"
    __table_args__ = (
        CheckConstraint("stars IN (3, 4, 5)", name="stars"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        UniqueConstraint("proposal_id", "product_id", name="uq_proposal_line_product"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    certification_id: Mapped[int | None] = mapped_column(ForeignKey("certification.id"), index=True)
    stars: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    proposal: Mapped[Proposal] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()
    certification: Mapped[Certification | None] = relationship()


class ProposalOutcome(Model):
    """How a proposal ended: once, by whom, when. The facts of the proposal stand here again, for the check."""

    __tablename__ = "proposal_outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["proposal_id", "proposed_by_id", "needs_second"],
            ["proposal.id", "proposal.proposed_by_id", "proposal.needs_second"],
            name="fk_proposal_outcome_eyes",
        ),
        CheckConstraint(
            "(outcome IN ('released', 'returned') AND decided_by_id <> proposed_by_id)"
            " OR (outcome = 'withdrawn' AND decided_by_id = proposed_by_id)"
            " OR (outcome = 'recorded' AND decided_by_id = proposed_by_id AND NOT needs_second)",
            name="eyes",
        ),
        CheckConstraint("outcome <> 'returned' OR reason IS NOT NULL", name="reason"),
    )
    proposal_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proposed_by_id: Mapped[int]
    needs_second: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(10))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    proposal: Mapped[Proposal] = relationship(back_populates="outcome")
    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])


class ProposalRecord(Model):
    """What a line became in the register."""

    __tablename__ = "proposal_record"
    __table_args__ = (
        CheckConstraint("(certification_id IS NULL) <> (revocation_id IS NULL)", name="one_record"),
    )
    line_id: Mapped[int] = mapped_column(
        ForeignKey("proposal_line.id"), primary_key=True, autoincrement=False
    )
    certification_id: Mapped[int | None] = mapped_column(ForeignKey("certification.id"), index=True)
    revocation_id: Mapped[int | None] = mapped_column(ForeignKey("revocation.id"), index=True)
    line: Mapped[ProposalLine] = relationship()
    certification: Mapped[Certification | None] = relationship()
    revocation: Mapped[Revocation | None] = relationship()


class DecisionDraft(Model):
    """A file of one decision with many products, read and not yet proposed; thrown away after a day.

    rows: what the file states, line by line. Nothing of it counts anywhere.
    """

    __tablename__ = "decision_draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    document_sha256: Mapped[str] = mapped_column(String(64))
    document_title: Mapped[str] = mapped_column(String(200))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"), index=True)
    evidence: Mapped[EvidenceFile] = relationship()


class Finding(Model):
    """What an officer, most often of a commune, found about a product and reports to those who decide."""

    __tablename__ = "finding"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    message: Mapped[str] = mapped_column(Text)
    found_on: Mapped[date]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()
    reported_by: Mapped[User] = relationship()


class OfficeNote(Model):
    """A remark of an officer about something: subject «finding:3», «stamp_report:5», «proposal:7». Only added."""

    __tablename__ = "office_note"
    __table_args__ = (Index("ix_office_note_subject", "subject", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    subject: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[User] = relationship()


class OfficeClosure(Model):
    """The end of something that waited in a queue, once: subject as in `OfficeNote`."""

    __tablename__ = "office_closure"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[User] = relationship()
