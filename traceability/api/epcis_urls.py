"""Which address of the interface leads to which answer about events, under /api/v1."""

from typing import Final

from catalog.views.routes import Route
from traceability.api import epcis_capture, epcis_events, epcis_queries, lots

ROUTES: Final[tuple[Route, ...]] = (
    ("POST", "/epcis/capture", epcis_capture.capture_create),
    ("GET", "/epcis/capture", epcis_capture.capture_list),
    ("GET", "/epcis/capture/<capture_id>", epcis_capture.capture),
    ("POST", "/epcis/events", epcis_capture.event_create),
    ("GET", "/epcis/events", epcis_events.event_list),
    ("POST", "/epcis/queries", epcis_queries.query_create),
    ("GET", "/epcis/queries", epcis_queries.query_list),
    ("GET", "/epcis/queries/<name>", epcis_queries.query),
    ("DELETE", "/epcis/queries/<name>", epcis_queries.query_delete),
    ("GET", "/epcis/queries/<name>/events", epcis_queries.query_events),
    ("GET", "/epcis/<collection>", epcis_events.value_list),
    ("GET", "/lots/<int:lot_id>/epcis", lots.lot_epcis),
    ("GET", "/lots/<int:lot_id>/dataset", lots.lot_dataset),
    ("GET", "/lots/<int:lot_id>/dataset.csv", lots.lot_dataset_csv),
    ("GET", "/dpp/<int:lot_id>", lots.lot_passport),
)

WITH_ADDRESSES: Final[tuple[Route, ...]] = (
    ("GET", "/epcis/events/<path:event_id>", epcis_events.event),
    ("GET", "/epcis/<collection>/<path:value>/events", epcis_events.value_events),
)
"""Routes with a URI in their path: its double slashes stay as they are."""
