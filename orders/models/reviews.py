"""What buyers say of what they bought."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, Product, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import OrderLine
from orders.review_rules import ReviewState


class Review(Model):
    """One line of a delivered order, judged by its buyer: a number from 1 to 5 and words. One for each line.

    Pages show it while it is `published` and not `hidden`. publish_at: when a waiting one is published by itself; null
    for one that a person must look at first. author: how the buyer wants to be called there. by_id: where signed in.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint(one_of("state", ReviewState), name="state"),
        CheckConstraint("(state = 'hidden') = (hidden_at IS NOT NULL)", name="hidden"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published"),
        CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name="reply"),
        Index("ix_review_product", "product_id", "state", "id"),
        Index("ix_review_producer", "producer_id", "id"),
        Index(
            "ix_review_due",
            "publish_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    author: Mapped[str] = mapped_column(String(60))
    rating: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    line: Mapped[OrderLine] = relationship()
    product: Mapped[Product] = relationship()
    producer: Mapped[Producer] = relationship()
    pictures: Mapped[list["ReviewPicture"]] = relationship(order_by="ReviewPicture.position")


class ReviewPicture(Model):
    """A photograph that belongs to a review, drawn anew: one WebP."""

    __tablename__ = "review_picture"
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
