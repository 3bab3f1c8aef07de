"""What is printed on a stamp besides its QR, and the address in it. Values in, values out."""

from dataclasses import dataclass
from datetime import date

from traceability.digital_link import gtin_path, trace_path


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What all labels of a run have in common. gtin: 14 digits, or None: then the label says it has none.

    host: as a person would type it. is_lot_code: one code for the whole lot. Stars are never printed: paper stays
    when a recognition ends.
    """

    product_name: str
    lot_code: str
    produced_on: date | None
    expires_on: date | None
    gtin: str | None
    host: str
    is_lot_code: bool
    is_demonstration: bool


def printed_url(base_url: str, code: str, *, gtin: str | None, lot_code: str) -> str:
    """The address in a stamp's QR, without a seal. base_url: PUBLIC_BASE_URL of the settings, never from a request."""
    return f"{base_url}{printed_path(code, gtin=gtin, lot_code=lot_code)}"


def printed_path(code: str, *, gtin: str | None, lot_code: str) -> str:
    """The path of a stamp's address: what a seal signs.

    With a GTIN it names goods, lot and code (GS1 Digital Link); without one the code alone.
    """
    return trace_path(code) if gtin is None else gtin_path(gtin, lot=lot_code, code=code)
