"""Reads of those who hold fairs. Every one is asked by a person, and finds only what that person may run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from accounts.models import Membership
from catalog.models import Producer
from core.db import ID_MAX, db
from core.places import Vintage, find_province_by_code
from core.text import fold
from orders.models.delivery import PickupPoint
from promotion.errors.fairs import FairNotFoundError
from promotion.fair_terms import ParticipationState
from promotion.models.fairs import Booth, Fair, Participation, ParticipationEvent

FOUND_MOST: Final = 30
FAIRS_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class FairLine:
    """A fair in its organiser's list. counts: participations by state."""

    fair: Fair
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A producer at a fair, for the organiser. events: what happened, the last first."""

    part: Participation
    province: str | None
    events: tuple[ParticipationEvent, ...]


@dataclass(frozen=True, slots=True)
class ProducerFound:
    """A producer that may be invited. province: of today. state: where it stands at this fair, None if nowhere."""

    id: int
    name: str
    province: str | None
    state: str | None


def get_own_fair(actor: Actor, fair_id: int) -> Fair:
    """A fair that `actor` may run, of whatever state. Raises FairNotFoundError, also for somebody else's."""
    found = db.session.scalar(select(Fair).where(Fair.id == min(fair_id, ID_MAX), _run_by(actor)))
    if found is None:
        raise FairNotFoundError(fair_id=fair_id)
    return found


def list_own_fairs(actor: Actor, on: date) -> tuple[list[FairLine], list[FairLine]]:
    """Fairs that `actor` may run: those that run or come, the soonest first; and the past, the last first."""
    fairs = db.session.scalars(
        select(Fair).where(_run_by(actor)).order_by(Fair.starts_on.desc(), Fair.id.desc()).limit(FAIRS_MOST)
    ).all()
    counts: dict[int, dict[str, int]] = {fair.id: {} for fair in fairs}
    rows = db.session.execute(
        select(Participation.fair_id, Participation.state, func.count())
        .where(Participation.fair_id.in_(counts))
        .group_by(Participation.fair_id, Participation.state)
    )
    for fair_id, state, count in rows:
        counts[fair_id][state] = count
    lines = [FairLine(fair, counts[fair.id]) for fair in fairs]
    coming = [line for line in reversed(lines) if not line.fair.is_over_on(on)]
    return coming, [line for line in lines if line.fair.is_over_on(on)]


def list_participants(fair_id: int) -> list[Participant]:
    """Everybody at a fair, those who wait for a word first, then by name."""
    parts = db.session.scalars(
        select(Participation)
        .join(Participation.producer)
        .where(Participation.fair_id == fair_id)
        .options(
            joinedload(Participation.producer).joinedload(Producer.place), joinedload(Participation.booth)
        )
        .order_by(Participation.state != ParticipationState.REGISTERED.value, Producer.name, Participation.id)
    ).all()
    events: dict[int, list[ParticipationEvent]] = {part.id: [] for part in parts}
    for event in db.session.scalars(
        select(ParticipationEvent)
        .where(ParticipationEvent.participation_id.in_(events))
        .order_by(ParticipationEvent.id.desc())
    ):
        events[event.participation_id].append(event)
    return [
        Participant(part=part, province=_province(part.producer), events=tuple(events[part.id]))
        for part in parts
    ]


def has_open_pickup(fair: Fair) -> bool:
    """Whether orders may be fetched at the fair."""
    if fair.pickup_point_id is None:
        return False
    point = db.session.get(PickupPoint, fair.pickup_point_id)
    return point is not None and point.withdrawn_at is None


def list_booths(fair_id: int) -> Sequence[Booth]:
    """The booths of a fair, as they lie on the plan: row by row."""
    return db.session.scalars(
        select(Booth).where(Booth.fair_id == fair_id).order_by(Booth.top, Booth.left, Booth.id)
    ).all()


def holders_of(fair_id: int) -> dict[int, str]:
    """Who has a booth: names of producers by number of the booth."""
    rows = db.session.execute(
        select(Participation.booth_id, Producer.name)
        .join(Participation.producer)
        .where(Participation.fair_id == fair_id, Participation.booth_id.is_not(None))
    )
    return {booth_id: name for booth_id, name in rows if booth_id is not None}


def find_producers(words: str, fair_id: int) -> list[ProducerFound]:
    """Producers with people of their own whose name has all `words`, with or without tones; at most 30, by name."""
    wanted = fold(words).split()
    if not wanted:
        return []
    has_people = exists().where(Membership.producer_id == Producer.id, Membership.ended_at.is_(None))
    names = db.session.execute(
        select(Producer.id, Producer.name).where(has_people).order_by(Producer.name, Producer.id)
    )
    ids = [number for number, name in names if all(word in fold(name) for word in wanted)][:FOUND_MOST]
    states = _states(fair_id, ids)
    producers = db.session.scalars(
        select(Producer).where(Producer.id.in_(ids)).options(joinedload(Producer.place))
    ).all()
    by_id = {producer.id: producer for producer in producers}
    return [
        ProducerFound(number, by_id[number].name, _province(by_id[number]), states.get(number))
        for number in ids
    ]


def _states(fair_id: int, producer_ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Participation.producer_id, Participation.state).where(
            Participation.fair_id == fair_id, Participation.producer_id.in_(producer_ids)
        )
    )
    return {row.producer_id: row.state for row in rows}


def _run_by(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.is_administrator else Fair.organiser_id == actor.user_id


def _province(producer: Producer) -> str | None:
    code = producer.place.current_province_code if producer.place else None
    province = find_province_by_code(code, Vintage.SINCE_2025_07) if code else None
    return province.short_name if province else None
