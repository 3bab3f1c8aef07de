"""Complaints, for their authors and for administrators."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import ID_MAX, db
from orders.errors import ComplaintNotFoundError
from orders.models.complaints import Complaint, ComplaintState, ComplaintStep

LATE: Final = "late"
OPEN: Final = "open"
"""Filters of the list: not answered; not answered in time."""


def find_own_complaint(reference: str, phone: str) -> Complaint | None:
    """The complaint of that number whose author gave that telephone number (E.164); None for any other."""
    wanted = (Complaint.reference == reference, Complaint.phone == phone, Complaint.erased_at.is_(None))
    return db.session.scalar(select(Complaint).where(*wanted).options(selectinload(Complaint.steps)))


def get_complaint(complaint_id: int) -> Complaint:
    """With its steps and who took them. Raises ComplaintNotFoundError."""
    found = None
    if complaint_id <= ID_MAX:
        found = db.session.scalar(
            select(Complaint)
            .where(Complaint.id == complaint_id)
            .options(selectinload(Complaint.steps).options(joinedload(ComplaintStep.by)))
        )
    if found is None:
        raise ComplaintNotFoundError(complaint_id=complaint_id)
    return found


def list_complaints(
    state: str, words: str, on: date, *, page: int = 1, per_page: int = 50
) -> tuple[Sequence[Complaint], int]:
    """Those due first come first; and how many there are.

    state: one of `ComplaintState`, «open», «late» or "" for all. words: a number of a complaint or code of an order.
    """
    wanted: list[Any] = []
    if state in (OPEN, LATE):
        wanted.append(Complaint.state != ComplaintState.ANSWERED.value)
    elif state:
        wanted.append(Complaint.state == state)
    if state == LATE:
        wanted.append(Complaint.due_on < on)
    if words:
        code = words.upper().replace(" ", "")
        wanted.append(or_(Complaint.reference == code, Complaint.order_code == code))
    rows = db.session.scalars(
        select(Complaint)
        .where(*wanted)
        .order_by(Complaint.state == ComplaintState.ANSWERED.value, Complaint.due_on, Complaint.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return rows.all(), db.session.scalar(select(func.count(Complaint.id)).where(*wanted)) or 0
