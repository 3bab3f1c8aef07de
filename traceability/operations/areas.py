"""Raw-material areas and the producer's own templates of events."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.facts import PlaceFacts
from catalog.models import Place, Producer
from catalog.operations.places import record_place
from core.commune_search import CommuneChoice, find_choice
from core.db import db
from core.places import Vintage, find_province_by_code
from traceability.errors import InvalidAreaError, InvalidTraceEventError
from traceability.map_cells import read_point
from traceability.models import EventTemplate, SourceArea, TraceStep
from traceability.operations.texts import optional_line, required_line

NAME_MAX: Final = 100
CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z./-]{2,39}")
"""Codes of planting areas as authorities write them («VN-DTOR-0123», «PUC 86.02.001»), capitals, without blanks."""
TEMPLATE_NAME_MAX: Final = 60
TEMPLATE_NOTE_MAX: Final = 300
AREAS_MOST: Final = 200
TEMPLATES_MOST: Final = 40
"""Of one producer. Source: docs/limits.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFacts:
    """An area as a form tells it. commune: a key of `core.commune_search` within today's province of that code.

    code: of the planting area; point: «10.243, 106.375», of which the square of 1 km is kept. Both may be empty.
    """

    name: str
    province: str
    commune: str
    code: str = ""
    point: str = ""
    submission_key: str | None = None


def record_area(producer: Producer, facts: AreaFacts, *, by: Actor | None, now: datetime) -> SourceArea:
    """Record an area of `producer`; the same `submission_key` again gives the one there is.

    Raises InvalidTextError without a name, InvalidAreaError for a commune, code or point that cannot be. Then nothing
    has changed.
    """
    cell = read_point(facts.point) if facts.point.strip() else None
    if facts.point.strip() and cell is None:
        raise InvalidAreaError(field="point", value=facts.point[:60], reason="cell")
    code = re.sub(r"\s+", "", facts.code).upper() or None
    if code is not None and not CODE.fullmatch(code):
        raise InvalidAreaError(field="code", value=facts.code[:60], reason="code")
    name = required_line("name", facts.name, NAME_MAX)
    choice = find_choice(facts.commune, facts.province)
    if choice is None:
        raise InvalidAreaError(field="commune", value=facts.commune[:40], reason="commune")
    place = record_place(_place_facts(choice)).place
    return keep_area(
        producer, name, place, code=code, cell=cell, submission_key=facts.submission_key, by=by, now=now
    )


def keep_area(
    producer: Producer,
    name: str,
    place: Place,
    *,
    by: Actor | None,
    now: datetime,
    code: str | None = None,
    cell: str | None = None,
    submission_key: str | None = None,
) -> SourceArea:
    """The row of an area whose facts were checked. Raises InvalidAreaError beyond `AREAS_MOST` areas in use."""
    db.session.execute(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    known = _sent_before(producer, submission_key)
    if known is not None:
        return known
    in_use = select(SourceArea.id).where(
        SourceArea.producer_id == producer.id, SourceArea.retired_at.is_(None)
    )
    if len(db.session.scalars(in_use).all()) >= AREAS_MOST:
        raise InvalidAreaError(field="name", value=AREAS_MOST, reason="too_many")
    area = SourceArea(
        submission_key=submission_key,
        producer_id=producer.id,
        name=name,
        place=place,
        code=code,
        cell=cell,
        recorded_by_id=by.user_id if by else None,
        recorded_at=now,
    )
    db.session.add(area)
    db.session.flush()
    if by is not None:
        _note(area, "traceability.record_area", by, now)
    return area


def retire_area(area: SourceArea, *, by: Actor, now: datetime) -> None:
    """Offer the area no more; what came from it keeps it. Done before: nothing happens."""
    if area.retired_at is None:
        area.retired_at = now
        db.session.flush()
        _note(area, "traceability.retire_area", by, now)


def keep_template(
    producer_id: int,
    *,
    name: str,
    step: TraceStep,
    note: str | None,
    area: SourceArea | None,
    now: datetime,
) -> EventTemplate:
    """Keep what is written of a step again and again; one of the same name is put in its place.

    Raises InvalidTextError without a name, InvalidTraceEventError for an area of somebody else or beyond
    `TEMPLATES_MOST`.
    """
    clean_name = required_line("name", name, TEMPLATE_NAME_MAX)
    clean_note = optional_line("note", note, TEMPLATE_NOTE_MAX)
    if area is not None and area.producer_id != producer_id:
        raise InvalidTraceEventError(field="area", value=area.id, reason="area")
    db.session.execute(select(Producer.id).where(Producer.id == producer_id).with_for_update())
    own = db.session.scalars(
        select(EventTemplate).where(
            EventTemplate.producer_id == producer_id, EventTemplate.removed_at.is_(None)
        )
    ).all()
    for each in own:
        if each.name == clean_name:
            each.removed_at = now
    if len(own) >= TEMPLATES_MOST:
        raise InvalidTraceEventError(field="name", value=TEMPLATES_MOST, reason="too_many")
    template = EventTemplate(
        producer_id=producer_id,
        name=clean_name,
        step=TraceStep(step).value,
        note=clean_note,
        area=area,
        made_at=now,
    )
    db.session.add(template)
    db.session.flush()
    return template


def remove_template(template: EventTemplate, *, now: datetime) -> None:
    """Offer the template no more. Done before: nothing happens."""
    if template.removed_at is None:
        template.removed_at = now
        db.session.flush()


def _sent_before(producer: Producer, submission_key: str | None) -> SourceArea | None:
    if submission_key is None:
        return None
    known = db.session.scalar(select(SourceArea).where(SourceArea.submission_key == submission_key))
    if known is not None and known.producer_id != producer.id:
        raise InvalidAreaError(field="submission_key", value=submission_key, reason="key")
    return known


def _place_facts(choice: CommuneChoice) -> PlaceFacts:
    """The commune as the person knows it, and the one of today that the person chose; no street."""
    if choice.old is not None:
        return PlaceFacts(
            commune=choice.old.commune,
            district=choice.old.district,
            province=choice.old.province,
            vintage=Vintage.BEFORE_2025_07,
            stated_current_commune=choice.commune.name,
        )
    province = find_province_by_code(choice.commune.province_code, Vintage.SINCE_2025_07)
    return PlaceFacts(
        commune=choice.commune.name,
        province=province.name if province else None,
        vintage=Vintage.SINCE_2025_07,
    )


def _note(area: SourceArea, verb: str, by: Actor, now: datetime) -> None:
    record_act(verb, by=by, subject=f"source_area:{area.id}", producer_id=area.producer_id, now=now)
