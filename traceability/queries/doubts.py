"""Doubts about codes, for producers and officers.

Open: a person is asked to look. That is every doubt that nobody decided, and one that was cleared before more spoke for
a copy than was known then.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product
from core.db import ID_MAX, db
from traceability.models import CloneDecision, CloneDoubt, CloneOutcome, Lot, Scan, Stamp, StampRun
from traceability.queries.recalls import goods_seen_by
from traceability.scan_months import SMALLEST_GROUP

STATES: Final = ("open", "copied", "cleared", "all")
_LAST: Final = aliased(CloneDecision)


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A doubt and what it is about. decision: the last one, None if there is none."""

    doubt: CloneDoubt
    stamp: Stamp
    lot: Lot
    product: Product
    decision: CloneDecision | None

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(self.doubt.reasons.split())

    @property
    def is_open(self) -> bool:
        if self.decision is None:
            return True
        cleared = self.decision.outcome == CloneOutcome.CLEARED
        return cleared and self.doubt.grade > self.decision.grade


@dataclass(frozen=True, slots=True)
class ProvinceLooks:
    """Looks from one province: how many devices of a day, and in which hours the first and last of them came.

    province: None where it is not known. device_count: None where there are too few to be told.
    """

    province: str | None
    device_count: int | None
    first_at: datetime
    last_at: datetime


def list_own_doubts(producer_id: int, *, limit: int = 200) -> list[DoubtLine]:
    """Doubts about stamps on the producer's goods, the gravest first."""
    own = _doubts().where(Product.producer_id == producer_id)
    return _lines(own.order_by(CloneDoubt.grade.desc(), CloneDoubt.id.desc()).limit(limit))


def list_office_doubts(
    actor: Actor, state: str, *, page: int = 1, per_page: int = 50
) -> tuple[list[DoubtLine], int]:
    """A page of the doubts about goods in the area of `actor`, the gravest first, and how many there are."""
    wanted = _doubts().where(goods_seen_by(actor))
    if state != "all":
        wanted = wanted.where(_state_is(state))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    shown = wanted.order_by(CloneDoubt.grade.desc(), CloneDoubt.id).limit(per_page)
    return _lines(shown.offset((page - 1) * per_page)), total


def count_open_doubts(actor: Actor) -> int:
    """How many doubts about goods in the area wait for a decision."""
    return list_office_doubts(actor, "open", per_page=1)[1]


def get_office_doubt(actor: Actor, doubt_id: int) -> DoubtLine:
    """The doubt, if its goods lie in the area of `actor`. Raises NotYoursError."""
    found = (
        _lines(_doubts().where(CloneDoubt.id == doubt_id, goods_seen_by(actor))) if doubt_id <= ID_MAX else []
    )
    if not found:
        raise NotYoursError(doubt_id=doubt_id)
    return found[0]


def looks_by_province(stamp_id: int, *, smallest: int = SMALLEST_GROUP) -> list[ProvinceLooks]:
    """Looks at a stamp by province, most devices first; counts below `smallest` are withheld."""
    devices: dict[str | None, set[bytes]] = defaultdict(set)
    hours: dict[str | None, list[datetime]] = defaultdict(list)
    asked = select(Scan.province, Scan.scanned_hour_at, Scan.device_hash).where(Scan.stamp_id == stamp_id)
    for province, hour_at, device in db.session.execute(asked.order_by(Scan.scanned_hour_at).limit(20_000)):
        hours[province].append(hour_at)
        if device is not None:
            devices[province].add(device)
    counted = sorted(hours, key=lambda each: (-len(devices[each]), each or ""))
    return [
        ProvinceLooks(
            province,
            len(devices[province]) if len(devices[province]) >= smallest else None,
            hours[province][0],
            hours[province][-1],
        )
        for province in counted
    ]


def _state_is(state: str) -> ColumnElement[bool]:
    reopened = and_(_LAST.outcome == CloneOutcome.CLEARED.value, CloneDoubt.grade > _LAST.grade)
    return {
        "open": or_(_LAST.id.is_(None), reopened),
        "copied": _LAST.outcome == CloneOutcome.CONFIRMED_COPY.value,
        "cleared": and_(_LAST.outcome == CloneOutcome.CLEARED.value, CloneDoubt.grade <= _LAST.grade),
    }[state]


def _doubts() -> Select[Any]:
    last_id = (
        select(func.max(CloneDecision.id)).where(CloneDecision.doubt_id == CloneDoubt.id).scalar_subquery()
    )
    query: Select[Any] = select(CloneDoubt, Stamp, Lot, Product, _LAST)  # type: ignore[assignment]
    return (
        query.join(Stamp, Stamp.id == CloneDoubt.stamp_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .outerjoin(_LAST, _LAST.id == last_id)
        .options(selectinload(CloneDoubt.decisions))
        .execution_options(populate_existing=True)
    )


def _lines(query: Select[Any]) -> list[DoubtLine]:
    return [DoubtLine(*row) for row in db.session.execute(query)]
