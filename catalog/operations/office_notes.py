"""What officers write beside the register: findings, notes, and how a matter ended. Only ever added."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import User
from accounts.operations.audit import record_act
from catalog.errors import AlreadyClosedError, InvalidFactError
from catalog.facts import Refusal
from catalog.models import Product
from catalog.models.office import Finding, OfficeClosure, OfficeNote
from catalog.operations.text_checks import optional_text
from catalog.queries.office_scope import province_of
from core.clock import vietnam_date
from core.db import db

MESSAGE_MAX: Final = 2_000
NOTE_MAX: Final = 1_000


def report_finding(
    product: Product, *, message: str, found_on: date, by: Actor, now: datetime, submission_key: str
) -> Finding:
    """Tell those who decide what was found about `product`. The same `submission_key` again changes nothing.

    Raises InvalidFactError without words, for too many, or for a day of the future.
    """
    await_own_forms(by)
    known = db.session.scalar(select(Finding).where(Finding.submission_key == submission_key))
    if known is not None:
        _require_own(known.reported_by_id, by)
        return known
    text = _required("message", message, MESSAGE_MAX)
    if found_on > vietnam_date(now):
        raise InvalidFactError(field="found_on", value=found_on, reason=Refusal.IN_THE_FUTURE)
    finding = Finding(
        submission_key=submission_key,
        product_id=product.id,
        message=text,
        found_on=found_on,
        reported_by_id=by.user_id,
        reported_at=now,
    )
    db.session.add(finding)
    db.session.flush()
    record_act(
        "catalog.report_finding",
        by=by,
        subject=f"finding:{finding.id}",
        after={"product": product.id, "found_on": found_on.isoformat()},
        producer_id=product.producer_id,
        province_code=province_of(product),
        now=now,
    )
    return finding


def write_note(
    subject: str,
    *,
    text: str,
    by: Actor,
    now: datetime,
    submission_key: str,
    province_code: str | None = None,
) -> OfficeNote:
    """Add a note about `subject` («finding:3»), which only officers read. The same key again changes nothing.

    Raises InvalidFactError without words or for too many.
    """
    await_own_forms(by)
    known = db.session.scalar(select(OfficeNote).where(OfficeNote.submission_key == submission_key))
    if known is not None:
        _require_own(known.written_by_id, by)
        return known
    note = OfficeNote(
        submission_key=submission_key,
        subject=subject,
        text=_required("text", text, NOTE_MAX),
        written_by_id=by.user_id,
        written_at=now,
    )
    db.session.add(note)
    db.session.flush()
    record_act("catalog.write_note", by=by, subject=subject, province_code=province_code, now=now)
    return note


def close_matter(
    subject: str, *, result: str, by: Actor, now: datetime, province_code: str | None = None
) -> OfficeClosure:
    """Close `subject` with what came of it; it leaves its queue. Raises AlreadyClosedError, InvalidFactError."""
    stated = _required("result", result, NOTE_MAX)
    await_own_forms(by)
    closure = OfficeClosure(subject=subject, closed_by_id=by.user_id, closed_at=now, result=stated)
    try:
        # Two officers at once: the key decides on PostgreSQL, where neither sees the other's row before.
        with db.session.begin_nested():
            db.session.add(closure)
            db.session.flush()
    except IntegrityError:
        raise AlreadyClosedError(subject=subject) from None
    record_act(
        "catalog.close_matter",
        by=by,
        subject=subject,
        before={"closed": False},
        after={"closed": True},
        province_code=province_code,
        now=now,
    )
    return closure


def await_own_forms(by: Actor) -> None:
    """Let another form of the same officer finish first, so that one sent twice at once finds what the first one made.

    On SQLite there is one writer anyway.
    """
    db.session.scalar(select(User.id).where(User.id == by.user_id).with_for_update())


def _required(field: str, text: str, limit: int) -> str:
    clean = optional_text(field, text, limit)
    if clean is None:
        raise InvalidFactError(field=field, value="", reason=Refusal.MISSING)
    return clean


def _require_own(user_id: int, by: Actor) -> None:
    if user_id != by.user_id:
        raise NotYoursError
