"""Days on which a producer sells nothing: stated once for all its listings, told in the shop until when."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import InvalidFactError
from catalog.facts import Refusal
from catalog.models import Producer
from catalog.models.listings import Vacation
from core.db import db

LONGEST: Final = timedelta(days=366)


def set_vacation(
    producer: Producer, first_on: date, last_on: date, *, by: Actor, on: date, now: datetime
) -> Vacation:
    """Sell nothing from `first_on` to `last_on`, both included; another vacation that is not over ends with this.

    on: today in Vietnam. Raises InvalidFactError for a last day before the first or before today, or more than a year;
    then nothing has changed.
    """
    if last_on < max(first_on, on):
        raise InvalidFactError(field="last_on", value=last_on, reason=Refusal.OUT_OF_RANGE)
    if last_on - first_on > LONGEST or first_on - on > LONGEST:
        raise InvalidFactError(field="first_on", value=first_on, reason=Refusal.OUT_OF_RANGE)
    db.session.refresh(producer, with_for_update={"of": Producer})
    present = find_vacation(producer.id, on)
    if present is not None and (present.first_on, present.last_on) == (first_on, last_on):
        return present
    if present is not None:
        _end(present, by, now)
    vacation = Vacation(
        producer_id=producer.id, first_on=first_on, last_on=last_on, set_by_id=by.user_id, set_at=now
    )
    db.session.add(vacation)
    db.session.flush()
    _record("set_vacation", producer, vacation, by, now)
    return vacation


def end_vacation(producer: Producer, *, by: Actor, on: date, now: datetime) -> Vacation | None:
    """Sell again from now on; None if there is no vacation that is not over."""
    db.session.refresh(producer, with_for_update={"of": Producer})
    vacation = find_vacation(producer.id, on)
    if vacation is not None:
        _end(vacation, by, now)
        _record("end_vacation", producer, vacation, by, now)
    return vacation


def find_vacation(producer_id: int, on: date) -> Vacation | None:
    """The vacation of the producer that is not over on `on`, begun or not."""
    return db.session.scalar(
        select(Vacation)
        .where(Vacation.producer_id == producer_id, Vacation.ended_at.is_(None), Vacation.last_on >= on)
        .order_by(Vacation.id.desc())
        .limit(1)
    )


def _end(vacation: Vacation, by: Actor, now: datetime) -> None:
    vacation.ended_by_id, vacation.ended_at = by.user_id, now
    db.session.flush()


def _record(verb: str, producer: Producer, vacation: Vacation, by: Actor, now: datetime) -> None:
    record_act(
        f"catalog.{verb}",
        by=by,
        subject=f"producer:{producer.id}",
        after={"first_on": vacation.first_on.isoformat(), "last_on": vacation.last_on.isoformat()},
        producer_id=producer.id,
        province_code=producer.place.current_province_code if producer.place else None,
        now=now,
    )
