"""Complaints: taken down once, taken in hand, answered.

Each step leaves a row; the acts of administrators an audit entry.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice
from typing import Final

from sqlalchemy import func, select, update

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.clock import vietnam_date
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages
from orders.complaint_terms import ComplaintKind, due_on
from orders.errors import ComplaintNotFoundError, ComplaintStateError, InvalidOrderError
from orders.models.complaints import Complaint, ComplaintState, ComplaintStep
from orders.references import ALPHABET, check_character

PREFIX: Final = "KN"
NEWS_KIND: Final = "orders.complaint"
TEXT_MAX: Final = 3_000
ANSWER_MAX: Final = 3_000
KEPT: Final = timedelta(days=730)
"""Two years after it came in the words and the name are deleted; that there was one stays (docs/limits.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFacts:
    """A complaint as checked. phone: E.164. order_code: as typed, «» for none."""

    kind: ComplaintKind
    name: str
    phone: str
    text: str
    language: str
    email: str | None = None
    order_code: str = ""


def file_complaint(
    facts: ComplaintFacts, submission_key: str, *, by: Actor | None, now: datetime
) -> Complaint:
    """Take a complaint down, with the day by which it is answered. Sent twice with one key, it is one."""
    known = db.session.scalar(select(Complaint).where(Complaint.submission_key == submission_key))
    if known is not None:
        return known
    complaint = Complaint(
        reference=_new_reference(),
        submission_key=submission_key,
        kind=facts.kind.value,
        order_code=facts.order_code,
        name=facts.name,
        phone=facts.phone,
        email=facts.email,
        text=facts.text,
        language=facts.language,
        user_id=by.user_id if by else None,
        state=ComplaintState.RECEIVED.value,
        due_on=due_on(facts.kind, vietnam_date(now)),
        received_at=now,
    )
    complaint.steps.append(ComplaintStep(state=ComplaintState.RECEIVED.value, taken_at=now))
    db.session.add(complaint)
    db.session.flush()
    return complaint


def take_complaint(complaint_id: int, *, by: Actor, now: datetime) -> None:
    """Somebody sees to it. Raises ComplaintNotFoundError, ComplaintStateError (`state`) if it is in hand already."""
    _move(complaint_id, (ComplaintState.RECEIVED,), ComplaintState.IN_HAND, None, by=by, now=now)


def answer_complaint(complaint_id: int, text: str, *, by: Actor, now: datetime) -> None:
    """Answer it, in the page by its number and in a message. Nothing is answered twice.

    Raises InvalidOrderError (`field`, `reason`) for an empty or too long answer; ComplaintNotFoundError,
    ComplaintStateError. Then nothing has changed.
    """
    if not text or len(text) > ANSWER_MAX:
        raise InvalidOrderError(field="answer", reason="too_long" if text else "missing")
    open_states = (ComplaintState.RECEIVED, ComplaintState.IN_HAND)
    complaint = _move(complaint_id, open_states, ComplaintState.ANSWERED, text, by=by, now=now)
    _tell(complaint, text, now)


def _move(
    complaint_id: int,
    before: tuple[ComplaintState, ...],
    after: ComplaintState,
    text: str | None,
    *,
    by: Actor,
    now: datetime,
) -> Complaint:
    """One guarded UPDATE decides, so that of two who answer at once one does."""
    moved = db.session.execute(
        update(Complaint)
        .where(Complaint.id == complaint_id, Complaint.state.in_([each.value for each in before]))
        .values(state=after.value)
        .execution_options(synchronize_session=False)
    )
    complaint = db.session.get(Complaint, complaint_id, populate_existing=True)
    if complaint is None:
        raise ComplaintNotFoundError(complaint_id=complaint_id)
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise ComplaintStateError(complaint_id=complaint_id, state=complaint.state)
    db.session.add(
        ComplaintStep(complaint_id=complaint_id, state=after.value, text=text, by_id=by.user_id, taken_at=now)
    )
    verb = "orders.answer_complaint" if after is ComplaintState.ANSWERED else "orders.take_complaint"
    record_act(verb, by=by, subject=f"complaint:{complaint_id}", after={"state": after.value}, now=now)
    return complaint


def _tell(complaint: Complaint, answer: str, now: datetime) -> None:
    """By e-mail with the answer; to a telephone only that there is one, for its words may be anybody's to read."""
    to = complaint.email or (complaint.phone if can_take_messages(complaint.phone) else "")
    if not to:
        return
    with speaking(complaint.language):
        subject = _("Your complaint %(number)s was answered", number=complaint.reference)
        text = answer if complaint.email else f"{subject}. {_('Read the answer on the page Complaints.')}"
    enqueue_message(
        to=to,
        channel=Channel.EMAIL if complaint.email else Channel.SMS,
        kind=NEWS_KIND,
        subject=subject,
        text=text,
        values={"number": complaint.reference, "text": text},
        now=now,
    )


def count_old_complaints(before: datetime) -> int:
    """How many that came in before `before` still hold words and names."""
    old = (Complaint.received_at < before, Complaint.erased_at.is_(None))
    return db.session.scalar(select(func.count(Complaint.id)).where(*old)) or 0


def erase_complaints(wanted: object, now: datetime) -> int:
    """Empty names, words and answers of the complaints that fit; how many. Their kind, days and states stay."""
    rows = list(db.session.scalars(select(Complaint).where(wanted, Complaint.erased_at.is_(None))))  # type: ignore[arg-type]
    for each in rows:
        each.name = each.phone = each.text = each.order_code = ""
        each.email, each.user_id, each.erased_at = None, None, now
        for step in each.steps:
            step.text = None
    db.session.flush()
    return len(rows)


def _new_reference() -> str:
    body = "".join(choice(ALPHABET) for _each in range(8))
    return f"{PREFIX}{body}{check_character(body)}"
