"""What happens when at a fair."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.clock import vietnam_date
from core.db import db
from promotion.errors.fairs import FairNotFoundError, InvalidFairError
from promotion.models.fairs import Booth, FairSession
from promotion.operations.fair_changes import touch_fair
from promotion.operations.fairs import lock_fair, require_open

TITLE_MAX = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A point of the programme. Times None: what was typed is no time. booth_id: None for the stage or all of it."""

    title: str
    title_en: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    booth_id: int | None


def add_session(fair_id: int, facts: SessionFacts, *, now: datetime) -> FairSession:
    """Add a point to the programme. Raises InvalidFairError (`faults` by field), FairStateError."""
    fair = lock_fair(fair_id)
    require_open(fair, now)
    faults = _text_faults(facts)
    if facts.starts_at is None or facts.ends_at is None:
        raise InvalidFairError(
            faults=faults | {"starts_at" if facts.starts_at is None else "ends_at": "time"}
        )
    if facts.ends_at <= facts.starts_at:
        faults["ends_at"] = "reversed"
    if not fair.starts_on <= vietnam_date(facts.starts_at) <= fair.ends_on:
        faults["day"] = "outside"
    if facts.booth_id is not None and not _has_booth(fair_id, facts.booth_id):
        faults["booth_id"] = "unknown"
    if faults:
        raise InvalidFairError(faults=faults)
    point = FairSession(
        fair_id=fair_id,
        title=facts.title,
        title_en=facts.title_en,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        booth_id=facts.booth_id,
    )
    db.session.add(point)
    touch_fair(fair_id, now=now)
    return point


def remove_session(fair_id: int, session_id: int, *, now: datetime) -> None:
    """Take a point off the programme. Raises FairNotFoundError, FairStateError."""
    fair = lock_fair(fair_id)
    require_open(fair, now)
    point = db.session.scalar(
        select(FairSession).where(FairSession.id == session_id, FairSession.fair_id == fair_id)
    )
    if point is None:
        raise FairNotFoundError(fair_id=fair_id, session_id=session_id)
    db.session.delete(point)
    touch_fair(fair_id, now=now)


def _text_faults(facts: SessionFacts) -> dict[str, str]:
    faults = {}
    if not facts.title or len(facts.title) > TITLE_MAX:
        faults["title"] = "too_long" if facts.title else "missing"
    if len(facts.title_en or "") > TITLE_MAX:
        faults["title_en"] = "too_long"
    return faults


def _has_booth(fair_id: int, booth_id: int) -> bool:
    return (
        db.session.scalar(select(Booth.id).where(Booth.id == booth_id, Booth.fair_id == fair_id)) is not None
    )
