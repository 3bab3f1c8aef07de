"""How people come to work for a producer, what they say about it, and what an office found.

Ends of claims, invitations and assistances are noted on their rows, once; the audit trail holds every act. What was
compared of a seller (`SellerCheck`) is history: rows are only added.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import MemberRole, User
from catalog.models.register import Producer, Product, one_of
from core.db import Model, UtcDateTime


class ClaimOutcome(StrEnum):
    """How a claim ended; until then it is open. `withdrawn`: by whoever had made it."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class InvitationOutcome(StrEnum):
    """How an invitation ended; one that nobody answered ends with its day."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class AssistanceBasis(StrEnum):
    """How the producer agreed: on its own screen, or on paper with a code told from its own telephone."""

    SCREEN = "screen"
    PAPER = "paper"


class SellerState(StrEnum):
    """Steps of a check. That one has lapsed is computed: from its last day, and from what it compared.

    Source: Law 122/2025/QH15 on electronic commerce: a platform compares the seller's identity with its papers.
    """

    ASKED = "asked"
    VERIFIED = "verified"
    REFUSED = "refused"


class CheckMethod(StrEnum):
    """What a seller's name, address and tax code were compared with."""

    BUSINESS_REGISTER = "business_register"
    PAPER_SEEN = "paper_seen"
    VISIT = "visit"


class DeclarationKind(StrEnum):
    """What the programme's targets count of a producer. Source: domain/programme_facts.md, ART-0, 0.11 to 0.16."""

    WOMEN_LED = "women_led"
    ETHNIC_MINORITY = "ethnic_minority"
    CRAFT_VILLAGE = "craft_village"
    RAW_MATERIAL_AREA = "raw_material_area"
    GREEN_CHAIN = "green_chain"
    TRAINED_WORKERS = "trained_workers"
    MODERN_CHANNELS = "modern_channels"


class ProducerDraft(Model):
    """What one person has typed of a registration that is not finished. facts: field to text, as typed."""

    __tablename__ = "producer_draft"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Registration(Model):
    """A producer that a person registered here; those of the register have none."""

    __tablename__ = "producer_registration"
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True, autoincrement=False)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Claim(Model):
    """Somebody says that an entry of the register is theirs: a producer, or a product for a producer of theirs.

    province_code: where the entry lies today, None if nobody knows; the officers of that area decide.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("(producer_id IS NULL) <> (product_id IS NULL)", name="one_entry"),
        CheckConstraint("(product_id IS NULL) = (for_producer_id IS NULL)", name="for_producer"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', ClaimOutcome)}", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("outcome <> 'refused' OR reason IS NOT NULL", name="reason"),
        Index(
            "uq_claim_open_producer",
            "claimant_id",
            "producer_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "uq_claim_open_product",
            "claimant_id",
            "product_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_claim_queue", "outcome", "province_code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    for_producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(String(2))
    statement: Mapped[str] = mapped_column(Text)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    claimant: Mapped[User] = relationship(foreign_keys=[claimant_id])
    producer: Mapped[Producer | None] = relationship(foreign_keys=[producer_id])
    product: Mapped[Product | None] = relationship()
    for_producer: Mapped[Producer | None] = relationship(foreign_keys=[for_producer_id])
    papers: Mapped[list["ClaimPaper"]] = relationship(order_by="ClaimPaper.evidence_id")


class ClaimPaper(Model):
    """A paper handed in with a claim. evidence_id: number of the kept evidence, whose table is younger than this."""

    __tablename__ = "claim_paper"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True, autoincrement=False)
    evidence_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Invitation(Model):
    """An offer of a role, to whoever holds a telephone number; its link holds a token, this row the token's hash.

    phone: «+84912345678» while the invitation is open, then None.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(one_of("role", MemberRole), name="role"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', InvitationOutcome)}", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("outcome IS NULL OR phone IS NULL", name="phone"),
        Index(
            "uq_invitation_open",
            "producer_id",
            "phone",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    role: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()
    invited_by: Mapped[User] = relationship(foreign_keys=[invited_by_id])


class Assistance(Model):
    """An owner's consent that an officer of the area helps, for a purpose and until a day; never without an end.

    membership_id: the officer's place in the team while it lasts. evidence_id: the signed form, where it was paper.
    """

    __tablename__ = "assistance"
    __table_args__ = (
        CheckConstraint(one_of("basis", AssistanceBasis), name="basis"),
        CheckConstraint("ends_at > agreed_at", name="ends_at"),
        CheckConstraint("basis <> 'paper' OR evidence_id IS NOT NULL", name="paper"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), unique=True)
    basis: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(200))
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence_id: Mapped[int | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()
    officer: Mapped[User] = relationship(foreign_keys=[officer_id])
    agreed_by: Mapped[User] = relationship(foreign_keys=[agreed_by_id])


class SellerCheck(Model):
    """One step of comparing a seller with its papers. The latest row of a producer says how it stands.

    answers_id: the request that a decision answers; unique, so that it is answered once. told: name, kind, tax code
    and address as they were when asked: what was compared. office: whose officer, in words for shoppers.
    """

    __tablename__ = "seller_check"
    __table_args__ = (
        CheckConstraint(one_of("state", SellerState), name="state"),
        CheckConstraint(f"method IS NULL OR {one_of('method', CheckMethod)}", name="method"),
        CheckConstraint(
            "CASE state WHEN 'verified' THEN method IS NOT NULL AND office IS NOT NULL AND until_on IS NOT NULL"
            " AND answers_id IS NOT NULL WHEN 'refused' THEN reason IS NOT NULL AND answers_id IS NOT NULL"
            " ELSE answers_id IS NULL END",
            name="facts",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("seller_check.id"), unique=True)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence_id: Mapped[int | None]
    method: Mapped[str | None] = mapped_column(String(20))
    office: Mapped[str | None] = mapped_column(String(120))
    checked_on: Mapped[date | None]
    until_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()


class Declaration(Model):
    """What a producer says of itself for the targets, of its own will. Taken back, the row is gone.

    share_percent: of the workers who are trained; None for the other kinds.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        CheckConstraint(one_of("kind", DeclarationKind), name="kind"),
        CheckConstraint(
            "(kind = 'trained_workers') = (share_percent IS NOT NULL)"
            " AND (share_percent IS NULL OR share_percent BETWEEN 0 AND 100)",
            name="share_percent",
        ),
        Index("uq_declaration_kind", "producer_id", "kind", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    kind: Mapped[str] = mapped_column(String(20))
    share_percent: Mapped[int | None]
    evidence_id: Mapped[int | None]
    consent_version: Mapped[str] = mapped_column(String(20))
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
