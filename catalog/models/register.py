"""Tables of the register and the shop window.

Nothing here stores "is valid": whether a recognition is in force is computed from its dates (`catalog.stars`).
Certifications, revocations and dossiers are only ever added. Every change to what a page shows leaves a row in
`catalog_change` (written by triggers of the database, see migrations), from which caches and the search index
learn what to read again.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.stars import RecognitionFacts
from core.db import Model, UtcDateTime

BigId = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def one_of(column: str, choices: type[StrEnum]) -> str:
    """SQL of a CHECK that admits only the values of `choices`."""
    return f"{column} IN ({', '.join(repr(choice.value) for choice in choices)})"


class ProducerKind(StrEnum):
    """Who may hold a recognition. Source: Decision 26/2026/QĐ-TTg, article 2."""

    COOPERATIVE = "cooperative"
    COOPERATIVE_GROUP = "cooperative_group"
    ENTERPRISE = "enterprise"
    HOUSEHOLD = "household"
    FARM = "farm"


class AuthorityLevel(StrEnum):
    """Who recognised: districts until June 2025, provinces, and the ministry (or the central council before it)."""

    DISTRICT = "district"
    PROVINCE = "province"
    MINISTRY = "ministry"


class CriteriaVersion(StrEnum):
    """The decision whose criteria were applied."""

    QD_1048_2019 = "1048/QĐ-TTg"
    QD_781_2020 = "781/QĐ-TTg"
    QD_148_2023 = "148/QĐ-TTg"
    QD_1489_2025 = "1489/QĐ-TTg"
    QD_26_2026 = "26/2026/QĐ-TTg"


class EvidenceLevel(StrEnum):
    """A: the decision itself was read. B: official press names it. C: claimed by its holder only."""

    A = "A"
    B = "B"
    C = "C"


class ExpiryBasis(StrEnum):
    """Where `expires_on` comes from: stated by the source, or the legal term counted from `decided_on`."""

    SOURCE = "source"
    LAW = "law"


class RevocationGround(StrEnum):
    """Source: Decision 26/2026/QĐ-TTg, article 8."""

    FALSE_DOSSIER = "false_dossier"
    CRITERIA_NOT_MET = "criteria_not_met"
    BREACH_OF_LAW = "breach_of_law"
    MISUSE_OF_MARK = "misuse_of_mark"
    NOT_PRODUCED = "not_produced"
    OTHER = "other"


class CertificateKind(StrEnum):
    """Certificates other than the OCOP recognition."""

    FOOD_SAFETY = "food_safety"
    VIETGAP = "vietgap"
    GLOBALGAP = "globalgap"
    ORGANIC = "organic"
    HACCP = "haccp"
    ISO = "iso"
    GEOGRAPHICAL_INDICATION = "geographical_indication"
    COLLECTIVE_MARK = "collective_mark"
    ALCOHOL_LICENCE = "alcohol_licence"  # to make or sell spirits: `catalog.sale_rules`
    ADVERT_CONFIRMATION = "advert_confirmation"  # of what may be said of health goods


class Source(Model):
    """A publication that a record rests on."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    publisher: Mapped[str | None]
    title: Mapped[str | None]
    published_on: Mapped[date | None]
    url: Mapped[str | None]


class Document(Model):
    """A stored file (scan of a decision or certificate), named by its hash."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(80))
    byte_count: Mapped[int] = mapped_column(BigInteger)
    page_count: Mapped[int | None]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Place(Model):
    """An address as certified (never edited, with its vintage) and the address it has today."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("vintage IN ('before_2025_07', 'since_2025_07')", name="vintage"),
        Index("ix_place_current", "current_province_code", "current_commune_code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vintage: Mapped[str] = mapped_column(String(20))
    street: Mapped[str | None]
    commune: Mapped[str | None]
    district: Mapped[str | None]
    province: Mapped[str | None]
    old_province_code: Mapped[str | None] = mapped_column(String(2))
    current_commune_code: Mapped[str | None] = mapped_column(String(5))
    current_commune: Mapped[str | None]
    current_province_code: Mapped[str | None] = mapped_column(String(2))
    current_province: Mapped[str | None]
    conversion: Mapped[str] = mapped_column(String(12))


class Producer(Model):
    """A cooperative, firm, household or farm that makes products."""

    __tablename__ = "producer"
    __table_args__ = (CheckConstraint(f"kind IS NULL OR {one_of('kind', ProducerKind)}", name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str]
    kind: Mapped[str | None] = mapped_column(String(20))
    tax_code: Mapped[str | None] = mapped_column(String(14), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    founded_year: Mapped[int | None]
    story: Mapped[str | None] = mapped_column(Text)
    story_en: Mapped[str | None] = mapped_column(Text)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    place: Mapped[Place | None] = relationship()
    products: Mapped[list["Product"]] = relationship(back_populates="producer")


class Product(Model):
    """A product of the register or of the shop; group 6 is a service (tourism)."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("group_no BETWEEN 1 AND 6", name="group_no"),
        CheckConstraint("criteria_set BETWEEN 1 AND 26", name="criteria_set"),
        Index("ix_product_group", "group_no"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    register_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    group_no: Mapped[int | None]
    group_as_stated: Mapped[str | None]
    sub_group_no: Mapped[int | None]
    criteria_set: Mapped[int | None]
    ocop_code: Mapped[str | None] = mapped_column(String(40))
    illustration: Mapped[str | None] = mapped_column(String(40))
    summary: Mapped[str | None]
    summary_en: Mapped[str | None]
    story: Mapped[str | None] = mapped_column(Text)
    story_en: Mapped[str | None] = mapped_column(Text)
    ingredients: Mapped[str | None]
    ingredients_en: Mapped[str | None]
    storage: Mapped[str | None]
    storage_en: Mapped[str | None]
    is_listed: Mapped[bool] = mapped_column(default=True)
    is_for_sale: Mapped[bool] = mapped_column(default=False)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(Text, default="")
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    producer: Mapped[Producer | None] = relationship(back_populates="products")
    place: Mapped[Place | None] = relationship()
    source: Mapped[Source | None] = relationship()
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product",
        order_by="Variant.position",
        primaryjoin="and_(Product.id == Variant.product_id, Variant.withdrawn_at.is_(None))",
    )
    certifications: Mapped[list["Certification"]] = relationship(
        back_populates="product", order_by="Certification.id"
    )

    @property
    def is_service(self) -> bool:
        """Services (group VI) have no lot, stamp or stock: they offer an inquiry."""
        return self.group_no == 6


class Variant(Model):
    """A pack of a product: what is priced, counted and bought. One withdrawn is offered no more, but never deleted.

    on_hand: packs on the shelf. reserved: packs of them that orders hold (invariant I1); the rest may be bought.
    """

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price_vnd >= 0", name="price_vnd"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved"),
        CheckConstraint("gtin IS NULL OR length(gtin) = 14", name="gtin"),
        UniqueConstraint("product_id", "position", name="uq_variant_position"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int] = mapped_column(default=1)
    label: Mapped[str]
    label_en: Mapped[str | None]
    net_quantity: Mapped[int | None]
    net_unit: Mapped[str | None] = mapped_column(String(10))
    price_vnd: Mapped[int | None] = mapped_column(BigInteger)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    gtin: Mapped[str | None] = mapped_column(String(14), unique=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship(back_populates="variants")


class Certification(Model):
    """One OCOP recognition, as recorded. What a source does not state is null, never guessed."""

    __tablename__ = "certification"
    __table_args__ = (
        CheckConstraint("stars IN (3, 4, 5)", name="stars"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint(
            f"authority_level IS NULL OR {one_of('authority_level', AuthorityLevel)}", name="authority_level"
        ),
        CheckConstraint(one_of("evidence_level", EvidenceLevel), name="evidence_level"),
        CheckConstraint("source_id IS NOT NULL OR document_id IS NOT NULL", name="has_evidence"),
        CheckConstraint("(expires_on IS NULL) = (expiry_basis IS NULL)", name="expiry_basis"),
        CheckConstraint("expires_on IS NULL OR decided_on IS NULL OR expires_on >= decided_on", name="dates"),
        UniqueConstraint("product_id", "record_key", name="uq_certification_record"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    record_key: Mapped[str] = mapped_column(String(120))
    stars: Mapped[int]
    score: Mapped[float | None] = mapped_column(Numeric(5, 2))
    decision_number: Mapped[str | None] = mapped_column(String(60))
    decided_on: Mapped[date | None]
    recognised_year: Mapped[int | None]
    authority_level: Mapped[str | None] = mapped_column(String(10))
    authority_name: Mapped[str | None]
    criteria_version: Mapped[str | None] = mapped_column(String(20))
    expires_on: Mapped[date | None]
    expiry_basis: Mapped[str | None] = mapped_column(String(10))
    evidence_level: Mapped[str] = mapped_column(String(1))
    note: Mapped[str | None]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship(back_populates="certifications")
    source: Mapped[Source | None] = relationship()
    document: Mapped[Document | None] = relationship()
    revocation: Mapped["Revocation | None"] = relationship(back_populates="certification")
    dossiers: Mapped[list["RenewalDossier"]] = relationship(
        back_populates="certification", order_by="RenewalDossier.filed_on"
    )

    @property
    def facts(self) -> RecognitionFacts:
        """What `catalog.stars` needs to judge this record on a day."""
        dossier = self.dossiers[-1] if self.dossiers else None
        return RecognitionFacts(
            stars=self.stars,
            decision_number=self.decision_number,
            decided_on=self.decided_on,
            expires_on=self.expires_on,
            revoked_on=self.revocation.revoked_on if self.revocation else None,
            renewal_filed_on=dossier.filed_on if dossier else None,
            renewal_refused_on=dossier.refusal.refused_on if dossier and dossier.refusal else None,
        )


class Revocation(Model):
    """The withdrawal of a recognition; from `revoked_on` on it shows no star."""

    __tablename__ = "revocation"
    __table_args__ = (CheckConstraint(one_of("ground", RevocationGround), name="ground"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), unique=True)
    decision_number: Mapped[str] = mapped_column(String(60))
    revoked_on: Mapped[date]
    ground: Mapped[str] = mapped_column(String(20))
    authority_name: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    certification: Mapped[Certification] = relationship(back_populates="revocation")


class RenewalDossier(Model):
    """A renewal file handed in before a recognition ends (Decision 26/2026, articles 7 and 12.3)."""

    __tablename__ = "renewal_dossier"
    id: Mapped[int] = mapped_column(primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    filed_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    certification: Mapped[Certification] = relationship(back_populates="dossiers")
    refusal: Mapped["RenewalRefusal | None"] = relationship(back_populates="dossier")


class RenewalRefusal(Model):
    """A renewal that was decided against. A renewal that was granted is a new Certification."""

    __tablename__ = "renewal_refusal"
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("renewal_dossier.id"), unique=True)
    refused_on: Mapped[date]
    decision_number: Mapped[str | None] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dossier: Mapped[RenewalDossier] = relationship(back_populates="refusal")


class Certificate(Model):
    """A certificate other than OCOP, of one product or of all that a producer makes."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(one_of("kind", CertificateKind), name="kind"),
        CheckConstraint("(product_id IS NULL) <> (producer_id IS NULL)", name="one_holder"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    standard: Mapped[str | None]
    number: Mapped[str | None] = mapped_column(String(80))
    issuer: Mapped[str | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[Document | None] = relationship()


class Inquiry(Model):
    """A visitor's question to a producer: how a service is asked for, and any product before the shop has a till."""

    __tablename__ = "inquiry"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()


class CatalogChange(Model):
    """One row per changed product, in the order in which changes were committed. Old rows may be pruned.

    `product_id` 0: something changed that is shown on no product's page (a producer without products).
    """

    __tablename__ = "catalog_change"
    __table_args__ = {"sqlite_autoincrement": True}  # a number is never used again, even when rows are pruned
    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    product_id: Mapped[int] = mapped_column(index=True)
