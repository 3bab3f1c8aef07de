"""What producers declared: their own to themselves, and to everybody else in sums that tell of nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Place, Producer
from catalog.models.joining import Declaration, DeclarationKind
from catalog.permissions.workspace import can_manage_team
from catalog.queries.workspace import get_own_producer
from core.clock import VIETNAM
from core.db import db

SMALLEST: Final = 5
"""A smaller sum is not told: it may speak of people one knows. Source: decision 0020 (k-anonymity, k = 5)."""
SENSITIVE: Final = frozenset({DeclarationKind.ETHNIC_MINORITY})
"""Told in steps of five, so that two sums a day apart do not tell who came. Source: Law 91/2025/QH15, article 2."""


@dataclass(frozen=True, slots=True)
class DeclarationCount:
    """How many producers declared `kind`. count: None where it is too small to be told; «at least» if is_rounded."""

    kind: str
    count: int | None
    is_rounded: bool = False


def list_own_declarations(actor: Actor, producer_id: int) -> Sequence[Declaration]:
    """What the producer declared, for its owners only. Raises NotYoursError."""
    producer = get_own_producer(actor, producer_id)
    if not can_manage_team(actor, producer.id):
        raise NotYoursError(producer_id=producer_id)
    return db.session.scalars(select(Declaration).where(Declaration.producer_id == producer.id)).all()


def count_declarations(province_code: str | None, on: date) -> tuple[DeclarationCount, ...]:
    """How many producers of a province of today (None: of the country) had declared each kind by the end of that day.

    Sums below five are None. Those of sensitive kinds go down to the next multiple of five. The country's sum is that
    of the provinces whose own can be told: what is left out of a province cannot be worked out from the whole.
    Made-up producers do not count.
    """
    by_place = _by_kind_and_province(datetime.combine(on + timedelta(days=1), time(), VIETNAM))
    return tuple(_count(kind, by_place, province_code) for kind in DeclarationKind)


def _count(
    kind: DeclarationKind, by_place: dict[tuple[str, str | None], int], province_code: str | None
) -> DeclarationCount:
    is_rounded = kind in SENSITIVE
    told = {
        place: number - number % SMALLEST if is_rounded else number
        for (each, place), number in by_place.items()
        if each == kind and number >= SMALLEST
    }
    count = sum(told.values()) if province_code is None else told.get(province_code, 0)
    return DeclarationCount(kind.value, count or None, is_rounded)


def _by_kind_and_province(before: datetime) -> dict[tuple[str, str | None], int]:
    rows = db.session.execute(
        select(Declaration.kind, Place.current_province_code, func.count())
        .join(Producer, Producer.id == Declaration.producer_id)
        .outerjoin(Place, Place.id == Producer.place_id)
        .where(Declaration.declared_at < before, Producer.is_demonstration.is_(False))
        .group_by(Declaration.kind, Place.current_province_code)
    )
    return {(kind, province): number for kind, province, number in rows}
