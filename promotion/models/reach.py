"""Short links, how often they were followed, and which link or place an order or a question came from.

A visit is a count of a link, a day and a province; no row says who came, with what, or at which minute.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime


class SourceKind(StrEnum):
    """What a short link stands on."""

    FAIR = "fair"
    BOOTH = "booth"
    CAMPAIGN = "campaign"
    COLLECTION = "collection"
    LIVE = "live"
    CARD = "card"
    SHARE = "share"
    STALL = "stall"


class SaleChannel(StrEnum):
    """Where an order was placed."""

    WEB = "web"
    COUNTER = "counter"
    ELSEWHERE = "elsewhere"


class ShortLink(Model):
    """A short address for a path of this site. Never changed: what was printed leads where it led.

    key: 8 characters, see `short_keys`. source_id: the booth, collection, live session, … by `source_kind`.
    producer_id, product_id, fair_id, campaign_id: whom its visits and orders are counted for. digest: SHA-256 of what
    it was made from, so that the same wish gives the same link.
    """

    __tablename__ = "short_link"
    __table_args__ = (
        CheckConstraint(one_of("source_kind", SourceKind), name="source_kind"),
        CheckConstraint("target LIKE '/%'", name="target"),
        CheckConstraint("length(key) = 8", name="key"),
        Index("ix_short_link_producer", "producer_id", "id"),
        Index("ix_short_link_fair", "fair_id", "id"),
        Index("ix_short_link_campaign", "campaign_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(8), unique=True)
    source_kind: Mapped[str] = mapped_column(String(12))
    source_id: Mapped[int | None]
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    fair_id: Mapped[int | None]
    campaign_id: Mapped[int | None]
    target: Mapped[str] = mapped_column(String(300))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Visit(Model):
    """How often a link was followed on a day (Vietnam) from a province. province: its short name, «» if not known."""

    __tablename__ = "link_visit"
    __table_args__ = (CheckConstraint("visit_count > 0", name="visit_count"),)
    link_id: Mapped[int] = mapped_column(ForeignKey("short_link.id"), primary_key=True, autoincrement=False)
    visited_on: Mapped[date] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(String(60), primary_key=True)
    visit_count: Mapped[int]


class OrderSource(Model):
    """Where an order came from. No row: nobody knows, and it was placed in the web shop.

    link_id: the last short link that the buyer followed in the seven days before. fair_id, booth_id: where it was
    sold, or what the link stood on.
    """

    __tablename__ = "order_source"
    __table_args__ = (
        CheckConstraint(one_of("channel", SaleChannel), name="channel"),
        Index("ix_order_source_link", "link_id"),
        Index("ix_order_source_fair", "fair_id"),
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), primary_key=True, autoincrement=False)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("short_link.id"))
    fair_id: Mapped[int | None]
    booth_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(10))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InquirySource(Model):
    """The link that somebody followed before asking a producer. It goes when the question is deleted."""

    __tablename__ = "inquiry_source"
    __table_args__ = (Index("ix_inquiry_source_link", "link_id"),)
    inquiry_id: Mapped[int] = mapped_column(
        ForeignKey("inquiry.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    link_id: Mapped[int] = mapped_column(ForeignKey("short_link.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
