"""How lots, places and areas are named in events, and the words of our own beside those of the standard.

A lot with a GTIN is `https://id.gs1.org/01/<gtin>/10/<lot>`; without one it has an address of this site, never an
invented number (Decree 37/2026/NĐ-CP art. 28(4)). site: the public address of the site without a slash at the end, as
it was when the lot got its name; names never change afterwards.
"""

from typing import Final

from traceability.digital_link import gtin_path
from traceability.epcis.identifiers import CANONICAL

EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OWN_PREFIX: Final = "ocop"

_site = "http://127.0.0.1:8000"


def use_site(base_url: str) -> None:
    """Name what has no name yet by this address (PUBLIC_BASE_URL) from now on."""
    global _site
    _site = base_url.rstrip("/")


def present_site() -> str:
    """The address by which new names are made."""
    return _site


def lot_name(site: str, lot_id: int, code: str, gtin: str | None) -> str:
    """The name of a lot in events. gtin: 14 digits of the pack it was filled into, or None."""
    if gtin is not None:
        return CANONICAL + gtin_path(gtin, lot=code)
    return f"{site}/api/v1/lots/{lot_id}"


def place_name(site: str, place_id: int) -> str:
    """The name of a place on record; what it is called today stands in the master data of a document."""
    return f"{site}/voc/place/{place_id}"


def area_name(site: str, area_id: int) -> str:
    """The name of a raw-material area."""
    return f"{site}/voc/area/{area_id}"


def own_context(site: str) -> dict[str, str]:
    """What our own prefix stands for."""
    return {OWN_PREFIX: f"{site}/voc/"}
