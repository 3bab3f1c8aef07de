"""Which address leads to which page about lots, areas and what happened to goods, under /workspace and /office."""

from typing import Final

from catalog.views.routes import Route
from traceability.views import areas, diary_doubts, lot_events, lots

_OWN: Final = "/<int:producer_id>"
_LOT: Final = f"{_OWN}/lots/<int:lot_id>"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", f"{_OWN}/lots", lots.lots),
    ("POST", f"{_OWN}/lots", lots.lot_create),
    ("GET", f"{_OWN}/lots/new", lots.lot_new),
    ("GET", _LOT, lots.lot),
    ("GET", f"{_LOT}/events/new", lot_events.event_new),
    ("POST", f"{_LOT}/events", lot_events.event_create),
    ("GET", f"{_LOT}/events/<int:event_id>/error", lot_events.event_error),
    ("POST", f"{_LOT}/events/<int:event_id>/error", lot_events.event_error_create),
    ("GET", f"{_LOT}/events/<int:event_id>/papers/<int:number>", lot_events.event_paper),
    ("POST", f"{_LOT}/photos/<int:photo_id>/removal", lot_events.event_photo_removal_create),
    ("GET", f"{_OWN}/areas", areas.areas),
    ("POST", f"{_OWN}/areas", areas.area_create),
    ("POST", f"{_OWN}/areas/<int:area_id>/retirement", areas.area_retirement_create),
    ("GET", f"{_OWN}/event-templates", areas.templates),
    ("POST", f"{_OWN}/event-templates", areas.template_create),
    ("POST", f"{_OWN}/event-templates/<int:template_id>/removal", areas.template_removal_create),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/diary-doubts", diary_doubts.diary_doubts),
    ("GET", "/diary-doubts/<int:doubt_id>", diary_doubts.diary_doubt),
    ("POST", "/diary-doubts/<int:doubt_id>/notes", diary_doubts.diary_doubt_note),
    ("POST", "/diary-doubts/<int:doubt_id>/closure", diary_doubts.diary_doubt_close),
)
