"""Addresses of the API of booths, whole."""

from typing import Final

from catalog.views.routes import Route
from promotion.api.booth import communes, device_create, pack, sync

_API: Final = "/api/v1/booth"

ROUTES: Final[tuple[Route, ...]] = (
    ("POST", f"{_API}/devices", device_create),
    ("GET", f"{_API}/pack", pack),
    ("POST", f"{_API}/sync", sync),
    ("GET", f"{_API}/communes", communes),
)
