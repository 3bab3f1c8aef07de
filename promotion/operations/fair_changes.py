"""Counting what visitors may see of a fair: the version of its kept pages and of its entry in calendars."""

from datetime import datetime

from sqlalchemy import update

from core.db import db
from promotion.models.fairs import Fair


def touch_fair(fair_id: int, *, now: datetime) -> None:
    """Say that something of the fair changed: its facts, plan, programme, who takes part, what a booth shows.

    Whoever changes any of it calls this in the same transaction; a page kept for the revision before is then shown no
    more, and calendars take the entry anew (RFC 5545, 3.8.7.4).
    """
    db.session.flush()
    db.session.execute(
        update(Fair)
        .where(Fair.id == fair_id)
        .values(revision=Fair.revision + 1, changed_at=now)
        .execution_options(synchronize_session="fetch")
    )
