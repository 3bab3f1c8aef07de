"""Complaints: what somebody says is wrong, by when it is answered, and every step until it is."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.complaint_terms import ComplaintKind


class ComplaintState(StrEnum):
    """Where a complaint stands. An answer ends it; whoever is not content complains again, naming its number."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    ANSWERED = "answered"


class Complaint(Model):
    """One complaint. reference: told to its author, who asks after it with the telephone number.

    submission_key: of the form. order_code: as typed, «» for none. due_on: the last day for the answer, Vietnam, as
    the term in force on the day of receipt says. erased_at: name, telephone, e-mail and words were emptied.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint(one_of("kind", ComplaintKind), name="kind"),
        CheckConstraint(one_of("state", ComplaintState), name="state"),
        Index("ix_complaint_state", "state", "due_on", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(11), unique=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    order_code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    steps: Mapped[list["ComplaintStep"]] = relationship(
        back_populates="complaint", order_by="ComplaintStep.id"
    )


class ComplaintStep(Model):
    """A move of a complaint to a state, only ever added. text: the answer, or a note for colleagues."""

    __tablename__ = "complaint_step"
    __table_args__ = (CheckConstraint(one_of("state", ComplaintState), name="state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    complaint: Mapped[Complaint] = relationship(back_populates="steps")
    by: Mapped[User | None] = relationship()
