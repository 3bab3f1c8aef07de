"""Tables of what happens to stamps by the roll: states of ranges, and sheets that were printed.

A million stamps change their state by one row, and every row stays: the state of one stamp is computed from the ranges
that hold its number and from what is on record of the stamp itself.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from traceability.models.stamps import StampRun


class RangeState(StrEnum):
    """What became of the stamps of a range. `display`: shown at a fair, to be scanned by everybody."""

    ORDERED = "ordered"
    PRINTED = "printed"
    ACTIVATED = "activated"
    DISPLAY = "display"
    WITHDRAWN = "withdrawn"


class StampRange(Model):
    """Something that happened to the stamps of a run with numbers from `first` to `last`, both included.

    reason: why they were withdrawn (their pages tell it), or at which fair they are shown. by_id: null for a command.
    """

    __tablename__ = "stamp_range"
    __table_args__ = (
        CheckConstraint(one_of("state", RangeState), name="state"),
        CheckConstraint("first >= 1 AND last >= first", name="numbers"),
        CheckConstraint("state NOT IN ('withdrawn', 'display') OR reason IS NOT NULL", name="reason"),
        Index("ix_stamp_range_run", "run_id", "state", "first"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"))
    first: Mapped[int]
    last: Mapped[int]
    state: Mapped[str] = mapped_column(String(9))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    run: Mapped[StampRun] = relationship()


class SheetPrint(Model):
    """Labels that were made for printing: who, when, which numbers, on what, and why again.

    first, last: numbers of stamps. start: the first free label of the first sheet. spoiled: how many labels of it were
    left out. label_count: with copies, where one code is for the whole lot. reason: why this was not the first time.
    """

    __tablename__ = "sheet_print"
    __table_args__ = (
        CheckConstraint("first >= 1 AND last >= first", name="numbers"),
        CheckConstraint("start >= 1 AND spoiled >= 0 AND label_count >= 1", name="counts"),
        Index("ix_sheet_print_run", "run_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"))
    first: Mapped[int]
    last: Mapped[int]
    layout: Mapped[str] = mapped_column(String(10))
    start: Mapped[int]
    spoiled: Mapped[int]
    label_count: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
