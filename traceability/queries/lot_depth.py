"""What the page of a lot tells beyond its facts: where its stuff came from, how much went in, its place in the log.

Read only when a page is made anew; what is asked for at every look stays one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from catalog.models import Product
from core.db import db
from traceability.errors import CouldNotCheckError
from traceability.mass_balances import MassBalance
from traceability.models import Lot, LotInput, TraceEvent
from traceability.queries.event_views import EVENT_PARTS, area_view, event_views
from traceability.queries.logged import LOT
from traceability.queries.origin import list_inputs, mass_balance
from traceability.queries.view_models import AreaView, EventView, LotPage
from transparency.queries.entries import find_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class InputView:
    """What went into a lot. Of an area `area` is known, of another lot its code and what it is of."""

    quantity: int
    unit: str
    area: AreaView | None
    lot_code: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the lot, or of a lot that went into it (`of_lot`: its code)."""

    event: EventView
    of_lot: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDepth:
    """steps: of the lot and of what went straight into it, the earliest first. stops: today's provinces of areas and
    steps in the order of the journey, each once. entry_seq: of the lot in the public log, None if it is not there.
    """

    steps: tuple[Step, ...]
    areas: tuple[AreaView, ...]
    inputs: tuple[InputView, ...]
    stops: tuple[str, ...]
    balance: MassBalance | None
    story: str | None
    story_en: str | None
    entry_seq: int | None


def get_lot_depth(page: LotPage) -> LotDepth:
    """All of that for the lot of `page`. Raises CouldNotCheckError when the database does not answer."""
    try:
        lot = db.session.get_one(Lot, page.id)
        rows = list_inputs(page.id)
        steps = _steps(page, rows)
        story, story_en = db.session.execute(
            select(Product.story, Product.story_en).where(Product.id == page.product.id)
        ).one()
        entry = find_entry(LOT, f"lot:{page.id}")
        balance = mass_balance(lot)
    except SQLAlchemyError as error:
        raise CouldNotCheckError(code=page.code) from error
    areas = _areas(rows, steps)
    return LotDepth(
        steps=steps,
        areas=areas,
        inputs=tuple(map(_input_view, rows)),
        stops=_stops(page, areas, steps),
        balance=balance,
        story=story,
        story_en=story_en,
        entry_seq=entry.seq if entry else None,
    )


def _input_view(row: LotInput) -> InputView:
    source = row.input_lot
    return InputView(
        quantity=row.quantity,
        unit=row.unit,
        area=area_view(row.area) if row.area else None,
        lot_code=source.code if source else None,
        name=(source.material or source.product.name) if source else None,
    )


def _steps(page: LotPage, inputs: Sequence[LotInput]) -> tuple[Step, ...]:
    codes = {row.input_lot_id: row.input_lot.code for row in inputs if row.input_lot is not None}
    steps = [Step(event, None) for event in page.events]
    if codes:
        found = select(TraceEvent).where(TraceEvent.lot_id.in_(codes)).options(*EVENT_PARTS)
        rows = db.session.scalars(found.order_by(TraceEvent.id)).unique().all()
        steps += [Step(view, codes[row.lot_id]) for row, view in zip(rows, event_views(rows), strict=True)]
    return tuple(sorted(steps, key=_when))


def _when(step: Step) -> tuple[date, float, int]:
    at = step.event.happened_at
    return step.event.happened_on, at.timestamp() if at else 0.0, step.event.id


def _areas(inputs: Sequence[LotInput], steps: tuple[Step, ...]) -> tuple[AreaView, ...]:
    own = [area_view(row.area) for row in inputs if row.area is not None]
    own += [step.event.area for step in steps if step.event.area is not None and step.event.error is None]
    return tuple(dict.fromkeys(own))


def _stops(page: LotPage, areas: tuple[AreaView, ...], steps: tuple[Step, ...]) -> tuple[str, ...]:
    places = [area.place for area in areas]
    places += [step.event.place for step in steps if step.event.error is None]
    places.append(page.origin)
    return tuple(dict.fromkeys(place.province for place in places if place is not None and place.province))
