"""What shoppers keep and ask: favourites, producers they follow, questions shown once they are answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.register import Producer, Product
from core.db import Model, UtcDateTime


class Favourite(Model):
    """A product that a person keeps in mind."""

    __tablename__ = "favourite"
    __table_args__ = (UniqueConstraint("user_id", "product_id", name="uq_favourite_pair"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()


class Follow(Model):
    """A person who wants to hear of a producer's new listings."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("user_id", "producer_id", name="uq_follow_pair"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()


class Announcement(Model):
    """That followers were told of a product: once in its life, however often it is published."""

    __tablename__ = "announcement"
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Question(Model):
    """A shopper's question about a product. Everybody sees it together with its answer, and never who asked.

    author_id is null when its author was erased. hidden_at: the producer or the office took it out of sight.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_question_product", "product_id", "answered_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    product: Mapped[Product] = relationship()
    reports: Mapped[list["QuestionReport"]] = relationship(
        back_populates="question", order_by="QuestionReport.id"
    )


class QuestionReport(Model):
    """A person who finds a question or its answer abusive; the office of the producer's province settles it."""

    __tablename__ = "question_report"
    __table_args__ = (
        UniqueConstraint("question_id", "reporter_id", name="uq_question_report_pair"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled"),
        Index("ix_question_report_open", "settled_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    question: Mapped[Question] = relationship(back_populates="reports")
