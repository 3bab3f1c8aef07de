"""Events as pages show them: with area, photographs and what was declared to be wrong."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Place
from catalog.queries.addresses import place_view
from catalog.queries.recognitions import document_view
from catalog.queries.view_models import PlaceView
from traceability.models import SourceArea, TraceEvent
from traceability.queries.view_models import AreaView, EventErrorView, EventPhotoView, EventView

EVENT_PARTS: Final[tuple[Any, ...]] = (
    joinedload(TraceEvent.place),
    joinedload(TraceEvent.document),
    joinedload(TraceEvent.area).joinedload(SourceArea.place),
    joinedload(TraceEvent.error),
    selectinload(TraceEvent.photos),
    selectinload(TraceEvent.papers),
)
"""What of an event is read with it, so that its view needs no further statement."""


def event_views(rows: Sequence[TraceEvent]) -> tuple[EventView, ...]:
    """The views of the events of one lot, read with `EVENT_PARTS`, in the order given."""
    corrected = {
        row.error.corrective_event_id: row.id for row in rows if row.error and row.error.corrective_event_id
    }
    return tuple(_view(row, corrected.get(row.id)) for row in rows)


def area_view(area: SourceArea) -> AreaView:
    """An area without anything finer than its commune and its square."""
    return AreaView(area.name, commune_only(area.place), area.code, area.cell)


def commune_only(place: Place | None) -> PlaceView | None:
    """Where something happened is told by commune: the street may be where somebody lives."""
    return place_view(place, "household")


def _view(row: TraceEvent, corrects_id: int | None) -> EventView:
    error = row.error
    place = row.place or (row.area.place if row.area else None)
    return EventView(
        id=row.id,
        step=row.step,
        happened_on=row.happened_on,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        note=row.note,
        note_en=row.note_en,
        place=commune_only(place),
        area=area_view(row.area) if row.area else None,
        photos=tuple(
            EventPhotoView(each.key, each.width, each.height)
            for each in row.photos
            if each.sha256 is not None
        ),
        document=document_view(row.document),
        paper_count=len(row.papers),
        error=EventErrorView(error.reason, error.declared_at, error.corrective_event_id) if error else None,
        corrects_id=corrects_id,
    )
