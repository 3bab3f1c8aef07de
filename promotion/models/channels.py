"""Other shelves: goods kept off one, categories of platforms, keys of feeds, what was made and what was fetched.

What each file holds is never stored: it is judged anew for the moment at which it is made.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from promotion.channel_rules import ChannelKey


class ChannelExclusion(Model):
    """A producer keeps a product off a shelf. While it has not ended, no file for that shelf has the product."""

    __tablename__ = "channel_exclusion"
    __table_args__ = (
        CheckConstraint(one_of("channel", ChannelKey), name="channel"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
        Index(
            "uq_channel_exclusion_open",
            "product_id",
            "channel",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    channel: Mapped[str] = mapped_column(String(10))
    excluded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    excluded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlatformCategory(Model):
    """The category of a product on a platform, as the platform writes it: only who sells there knows it."""

    __tablename__ = "platform_category"
    __table_args__ = (CheckConstraint(one_of("channel", ChannelKey), name="channel"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    category: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedKey(Model):
    """The part of a producer's feed addresses that nobody can guess. One holds; an ended one leads nowhere."""

    __tablename__ = "feed_key"
    __table_args__ = (
        CheckConstraint("length(key) = 26", name="key"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
        Index(
            "uq_feed_key_open",
            "producer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    key: Mapped[str] = mapped_column(String(26), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChannelFetch(Model):
    """How often files for a shelf were taken on a day. producer_id: 0 for those of the whole shop. Nobody is noted."""

    __tablename__ = "channel_fetch"
    __table_args__ = (
        CheckConstraint(one_of("channel", ChannelKey), name="channel"),
        CheckConstraint("count > 0", name="count"),
    )
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    producer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fetched_on: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedRun(Model):
    """A file of the whole shop that was made: for which day, of which change of the catalogue, and what it holds.

    breach_count: what reading it again found; with any, the file was not put in place.
    """

    __tablename__ = "feed_run"
    __table_args__ = (
        CheckConstraint("row_count >= 0 AND breach_count >= 0 AND byte_count >= 0", name="counts"),
        Index("ix_feed_run_name", "name", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    judged_on: Mapped[date]
    seq: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int]
    breach_count: Mapped[int]
    byte_count: Mapped[int] = mapped_column(BigInteger)


class ChannelCount(Model):
    """How many products of a province are on a shelf, or are not for a reason, as of the last making of the files.

    province_code: of today, «» where it is not known. reason: of `channel_rules.Reason`, «offered» for those on it.
    """

    __tablename__ = "channel_count"
    __table_args__ = (
        CheckConstraint(one_of("channel", ChannelKey), name="channel"),
        CheckConstraint("count > 0", name="count"),
    )
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int]
