"""What the answer about a stamp holds. Every name is always there; null: not stated, not known or does not apply.

The texts under the fields are what the OpenAPI document says of them. Days are ISO 8601 dates in Vietnam.
"""

from typing import Literal

# pydantic, which makes the OpenAPI document, reads no TypedDict of the standard library before Python 3.12.
from typing_extensions import TypedDict

from catalog.api.shapes import CertificateJson, CertificationJson, DocumentJson, PlaceJson, ProductJson
from traceability.models.recalls import RecallScope
from traceability.verdicts import Verdict


class TraceEventJson(TypedDict):
    """A step in the life of a lot."""

    step: str
    """`harvesting`, `collecting`, `processing`, `inspecting`, `packing`, `storing` or `shipping`."""
    happened_on: str
    """Its day."""
    happened_at: str | None
    """Its instant; null where only the day is known."""
    error: str | None
    """Why it does not hold: `did_not_occur` or `incorrect_data`; null: it holds."""
    note: str | None
    """In Vietnamese."""
    note_en: str | None
    """In English, where it was written."""
    place: PlaceJson
    """Where, down to the commune; all null where it is not stated."""
    document: DocumentJson | None
    """Its evidence; null: none is on record."""


class RecallJson(TypedDict):
    """A recall of a lot."""

    reason: str
    """Why."""
    instruction: str
    """What to do with the goods."""
    contact: str
    """Whom to ask."""
    risk: str | None
    """What may happen to who uses them."""
    refund: str | None
    """How to get the money back."""
    opened_on: str
    """First day of the recall."""
    closed_on: str | None
    """Last day; null while it is open."""


class LotJson(TypedDict):
    """Goods made together."""

    code: str
    """The producer's own code of the lot."""
    produced_on: str | None
    """Day of production."""
    expires_on: str | None
    """The last good day."""
    place: PlaceJson
    """Where it comes from."""
    recall: RecallJson | None
    """The recall that is open."""
    past_recalls: list[RecallJson]
    """Recalls that were closed."""
    events: list[TraceEventJson]
    """What is on record of its journey, oldest first."""
    certificates: list[CertificateJson]
    """Certificates other than OCOP, of the product and of its producer, in their state today."""


class FirstScanJson(TypedDict):
    """The first look at a stamp."""

    hour: str
    """The hour it was in, UTC; minutes are not kept."""
    province: str | None
    """Today's province, where it is known."""


class StampJson(TypedDict):
    """What can be said of a code today."""

    code: str
    """The 13 characters; for `mistyped` what was sent."""
    verdict: Verdict
    """The words of the trace page. What is more serious speaks first."""
    product: ProductJson | None
    """What the stamp belongs to; null for `unknown` and `mistyped`."""
    lot: LotJson | None
    """Which goods; null for `unknown` and `mistyped`."""
    certification: CertificationJson | None
    """The recognition that speaks for the product today."""
    scanned_before: bool | None
    """Whether somebody looked before; null: not known, because looks may be missing from the record."""
    first_scan: FirstScanJson | None
    """The first look, where it is certain that none came before it."""
    is_lot_code: bool
    """True: one code for all packs of the lot, of which copies cannot be told."""
    withdrawn_on: str | None
    """For `withdrawn`: since when."""
    withdrawn_reason: str | None
    """For `withdrawn`: why."""
    recall: RecallJson | None
    """The open recall of this very pack: of its lot, its product, or of single packs."""
    doubts: list[str]
    """For `check_further`, what speaks for a copy, the strongest first: `opened_twice`, `after_opening`,
    `before_shipping`, `elsewhere`, `out_of_area`, `many_provinces` or `more_than_sold`. It proves nothing."""
    copied_on: str | None
    """For `confirmed_copy`: the day on which a person decided so."""


class RecalledProductJson(TypedDict):
    """The product of a recall."""

    slug: str
    """Its name in addresses."""
    name: str
    """In Vietnamese."""
    url: str
    """Its page."""


class RecallStatusJson(TypedDict):
    """A recall and its goods."""

    id: int
    """Its number."""
    scope: RecallScope
    """What it is of: all of the product, some lots, or single packs."""
    status: Literal["opened", "warned", "closed"]
    """`warned`: the buyers were written to."""
    disposition: Literal["recalled"]
    """The word of CBV 2.0 for these goods."""
    product: RecalledProductJson
    """Of which product."""
    lots: list[str]
    """Codes of the lots; of single packs those that they are from; none: all lots of the product."""
    pack_count: int | None
    """Of single packs how many; null: all of the lots or of the product."""
    reason: str
    """Why."""
    risk: str | None
    """What may happen to who uses them."""
    instruction: str
    """What to do with the goods."""
    refund: str | None
    """How to get the money back."""
    contact: str
    """Whom to ask."""
    opened_at: str
    """Since when, UTC."""
    warned_at: str | None
    """When the buyers had been written to."""
    closed_at: str | None
    """When it was over."""


class RecallListJson(TypedDict):
    """Recalls, the newest first."""

    recalls: list[RecallStatusJson]
    """None: none is on record here."""
