"""Papers that producers and officers hand in, and what officers made of the certificates among them.

A paper is private: officers in whose area it lies see pictures of its pages, and so do members of the producer whose
paper it is. What was decided is added as a row; a claim that was decided is never changed.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models.register import Certificate, CertificateKind, Producer, Product, one_of
from core.db import Model, UtcDateTime

OCOP = "ocop"
"""An OCOP certificate handed in by its holder: evidence for an officer, and never itself a certification."""

_CLAIM_KINDS = ", ".join(repr(kind) for kind in (*(each.value for each in CertificateKind), OCOP))


class ReviewOutcome(StrEnum):
    """What an officer made of a claim. `noted`: kept as evidence, without any effect (OCOP certificates)."""

    VERIFIED = "verified"
    REFUSED = "refused"
    NOTED = "noted"


class ReviewMethod(StrEnum):
    """How an officer compared a certificate."""

    ISSUER_REGISTER = "issuer_register"
    ISSUER_ASKED = "issuer_asked"
    ORIGINAL_SEEN = "original_seen"
    OWN_FILES = "own_files"


class EvidenceFile(Model):
    """A private paper. sha256: of the file as handed in. producer_id: whose; None where no producer is on record yet.

    province_code: where it lies if it has no producer. is_for_members: whether members of the producer may see it
    (what a stranger hands in to claim a register entry is for officers only).
    """

    __tablename__ = "evidence_file"
    __table_args__ = (Index("ix_evidence_file_sha256", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    byte_count: Mapped[int] = mapped_column(BigInteger)
    page_count: Mapped[int]
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(String(2))
    is_for_members: Mapped[bool]
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    producer: Mapped[Producer | None] = relationship()
    pages: Mapped[list["EvidencePage"]] = relationship(
        back_populates="evidence", order_by="EvidencePage.number"
    )


class EvidencePage(Model):
    """A page of a paper as a picture (WebP). number: from 1."""

    __tablename__ = "evidence_page"
    __table_args__ = (UniqueConstraint("evidence_id", "number", name="uq_evidence_page_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"))
    number: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    evidence: Mapped[EvidenceFile] = relationship(back_populates="pages")


class CertificateClaim(Model):
    """A certificate as its holder states it, with its paper. Never changed: what is wrong is claimed anew.

    product_id: None where it is held for all that the producer makes. supersedes_id: the claim that this one corrects.
    withdrawn_at: taken back by the producer before an officer decided. submission_key: of the form it came with.
    """

    __tablename__ = "certificate_claim"
    __table_args__ = (CheckConstraint(f"kind IN ({_CLAIM_KINDS})", name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    standard: Mapped[str | None] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"), index=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificate_claim.id"))
    claimed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()
    product: Mapped[Product | None] = relationship()
    evidence: Mapped[EvidenceFile] = relationship()
    review: Mapped["CertificateReview | None"] = relationship(back_populates="claim")


class CertificateReview(Model):
    """An officer's decision about a claim; there is at most one. certificate_id: what it put on the public record."""

    __tablename__ = "certificate_review"
    __table_args__ = (
        CheckConstraint(one_of("outcome", ReviewOutcome), name="outcome"),
        CheckConstraint(f"method IS NULL OR {one_of('method', ReviewMethod)}", name="method"),
        CheckConstraint("(outcome = 'verified') = (certificate_id IS NOT NULL)", name="certificate"),
        CheckConstraint("(outcome = 'verified') = (method IS NOT NULL)", name="verified_by_method"),
        CheckConstraint("outcome = 'verified' OR reason IS NOT NULL", name="reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("certificate_claim.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(10))
    method: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    claim: Mapped[CertificateClaim] = relationship(back_populates="review")
    officer: Mapped[User] = relationship()
    certificate: Mapped[Certificate | None] = relationship()


class CertificateWithdrawal(Model):
    """A certificate on the public record that turned out not to hold: from then on no page shows it."""

    __tablename__ = "certificate_withdrawal"
    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CertificatePage(Model):
    """A page of a verified certificate that everybody may see: our picture of it. number: from 1, without gaps."""

    __tablename__ = "certificate_page"
    __table_args__ = (UniqueConstraint("certificate_id", "number", name="uq_certificate_page_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    number: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)


class Reminder(Model):
    """A reminder that was given: at most one for each certificate or recognition and mark. Only ever added.

    subject: «certification:12» or «certificate:5». mark: days before the last day in force.
    """

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("subject", "expires_on", "mark", name="uq_reminder_mark"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date]
    mark: Mapped[int]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
