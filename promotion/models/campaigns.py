"""Campaigns and who takes part in them, featured collections, pictures for sharing, run sheets of live sessions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, Product, one_of
from core.db import Model, UtcDateTime
from promotion.campaign_terms import EntryState, OfficeLevel, Phase, phase_on

OF_PROVINCE = "(office_level = 'province') = (office_province_code IS NOT NULL)"
PUBLISHED_FIRST = "(ended_at IS NULL) = (ended_by_id IS NULL)"


class Campaign(Model):
    """A time of promotion: Tết, Mid-Autumn. from_on, until_on: days in Vietnam, both included, typed by people.

    criteria: in public words, which goods may take part. Seen by shoppers from published_at, on its days.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint(one_of("office_level", OfficeLevel), name="office_level"),
        CheckConstraint(OF_PROVINCE, name="office_province"),
        CheckConstraint(PUBLISHED_FIRST, name="ended"),
        Index("ix_campaign_days", "until_on", "from_on"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(1_000))
    summary_en: Mapped[str | None] = mapped_column(String(1_000))
    criteria: Mapped[str] = mapped_column(String(1_000))
    criteria_en: Mapped[str | None] = mapped_column(String(1_000))
    from_on: Mapped[date]
    until_on: Mapped[date]
    office_level: Mapped[str] = mapped_column(String(10))
    office_province_code: Mapped[str | None] = mapped_column(String(2))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def phase_on(self, on: date) -> Phase:
        """Where it stands on that day, if it is published at all."""
        return phase_on(self.from_on, self.until_on, on, is_ended=self.ended_at is not None)


class CampaignVoucher(Model):
    """A code of the market that a campaign shows to everybody."""

    __tablename__ = "campaign_voucher"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True, autoincrement=False)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), primary_key=True, autoincrement=False)


class CampaignHamper(Model):
    """A gift hamper that a campaign shows."""

    __tablename__ = "campaign_hamper"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True, autoincrement=False)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), primary_key=True, autoincrement=False)


class CampaignEntry(Model):
    """Goods of a producer in a campaign. How they came to `state` is in the events."""

    __tablename__ = "campaign_entry"
    __table_args__ = (
        CheckConstraint(one_of("state", EntryState), name="state"),
        UniqueConstraint("campaign_id", "product_id", name="uq_campaign_entry_product"),
        Index("ix_campaign_entry_producer", "producer_id", "campaign_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    campaign: Mapped[Campaign] = relationship()
    producer: Mapped[Producer] = relationship()
    product: Mapped[Product] = relationship()
    events: Mapped[list["CampaignEntryEvent"]] = relationship(order_by="CampaignEntryEvent.id")


class CampaignEntryEvent(Model):
    """A step of goods on their way into a campaign; only ever added. reason: of a refusal, read by the producer."""

    __tablename__ = "campaign_entry_event"
    __table_args__ = (
        CheckConstraint(one_of("state", EntryState), name="state"),
        CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="reason"),
        Index("ix_campaign_entry_event_entry", "entry_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("campaign_entry.id"))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeaturedCollection(Model):
    """Goods that an office points out by a rule everybody can read; who belongs to it is computed when looked at.

    stars_least: 3, 4 or 5. group_no: 1 to 6. recognised_within_days: by the decision that speaks for the goods.
    """

    __tablename__ = "featured_collection"
    __table_args__ = (
        CheckConstraint("stars_least IN (3, 4, 5)", name="stars_least"),
        CheckConstraint("group_no BETWEEN 1 AND 6", name="group_no"),
        CheckConstraint("recognised_within_days BETWEEN 1 AND 1096", name="within_days"),
        CheckConstraint(
            "stars_least IS NOT NULL OR province_code IS NOT NULL OR group_no IS NOT NULL OR is_women_led "
            "OR recognised_within_days IS NOT NULL",
            name="some_rule",
        ),
        CheckConstraint(one_of("office_level", OfficeLevel), name="office_level"),
        CheckConstraint(OF_PROVINCE, name="office_province"),
        CheckConstraint(PUBLISHED_FIRST, name="ended"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str | None] = mapped_column(String(120))
    criteria: Mapped[str] = mapped_column(String(1_000))
    criteria_en: Mapped[str | None] = mapped_column(String(1_000))
    stars_least: Mapped[int | None]
    province_code: Mapped[str | None] = mapped_column(String(2))
    group_no: Mapped[int | None]
    is_women_led: Mapped[bool] = mapped_column(default=False)
    recognised_within_days: Mapped[int | None]
    office_level: Mapped[str] = mapped_column(String(10))
    office_province_code: Mapped[str | None] = mapped_column(String(2))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CollectionExclusion(Model):
    """Goods that an office leaves out of a collection though the rule takes them; the reason is public."""

    __tablename__ = "collection_exclusion"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted"),
        Index(
            "uq_collection_exclusion_open",
            "collection_id",
            "product_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("featured_collection.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()


class WomenLedStatement(Model):
    """A producer says in public that women lead it. Taken back, the row is deleted."""

    __tablename__ = "women_led_statement"
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True, autoincrement=False)
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShareImage(Model):
    """The latest picture for sharing of one subject, language and shape. version: a digest of all that it shows.

    A cache: rows and files may be deleted, and pictures are drawn again.
    """

    __tablename__ = "share_image"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "language", "shape", name="uq_share_image_subject"),
        CheckConstraint("byte_count > 0", name="byte_count"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    shape: Mapped[str] = mapped_column(String(8))
    version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    byte_count: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RunSheet(Model):
    """The plan of a live session. producer_id: whose workspace planned it; null: the organiser or officer `made_by_id`.

    planned_at: when it begins. live_url: where it is watched. Shoppers follow it at /live/<slug> once published.
    """

    __tablename__ = "run_sheet"
    __table_args__ = (
        CheckConstraint(PUBLISHED_FIRST, name="ended"),
        Index("ix_run_sheet_producer", "producer_id", "id"),
        Index("ix_run_sheet_made_by", "made_by_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str | None] = mapped_column(String(120))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    live_url: Mapped[str | None] = mapped_column(String(300))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer | None] = relationship()
    items: Mapped[list["RunSheetItem"]] = relationship(
        back_populates="run_sheet", order_by="RunSheetItem.position"
    )


class RunSheetItem(Model):
    """Goods in the order of a session. minutes: how long they are shown. points: what the host wants to say."""

    __tablename__ = "run_sheet_item"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 180", name="minutes"),
        UniqueConstraint("run_sheet_id", "product_id", name="uq_run_sheet_item_product"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_sheet_id: Mapped[int] = mapped_column(ForeignKey("run_sheet.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    position: Mapped[int]
    minutes: Mapped[int]
    points: Mapped[str | None] = mapped_column(Text)
    run_sheet: Mapped[RunSheet] = relationship(back_populates="items")
    product: Mapped[Product] = relationship()


class RunSheetSwitch(Model):
    """The host turned to other goods; only ever added, the latest says what is shown now."""

    __tablename__ = "run_sheet_switch"
    __table_args__ = (Index("ix_run_sheet_switch_sheet", "run_sheet_id", "id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_sheet_id: Mapped[int] = mapped_column(ForeignKey("run_sheet.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
