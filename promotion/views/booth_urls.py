"""Addresses of the booth's own pages, whole."""

from typing import Final

from catalog.views.routes import Route
from promotion.views.booth import booths, counter, phone
from promotion.views.booth_worker import booth_manifest, booth_worker

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/booth", counter),
    ("GET", "/booth/booths", booths),
    ("GET", "/booth/<int:participation_id>/phone", phone),
    ("GET", "/booth-sw.js", booth_worker),
    ("GET", "/booth.webmanifest", booth_manifest),
)
