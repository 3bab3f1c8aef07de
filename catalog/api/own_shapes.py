"""What a producer's own system sends and is answered. Bodies are checked against these types as they stand here.

In a body a field that is left out stays as it is; null takes the fact away.
"""

from typing import Literal, NotRequired

# pydantic, which makes the document, reads no TypedDict of the standard library before Python 3.12.
from typing_extensions import TypedDict

from catalog.api.shapes import GroupSlug

Unit = Literal["g", "kg", "ml", "l", "piece"]


class OwnPackJson(TypedDict):
    """A pack of a listing."""

    id: int
    """Its number."""
    label: str
    """What is written on it, in Vietnamese."""
    label_en: str | None
    """The same in English."""
    net_quantity: int | None
    """Contents, in `net_unit`."""
    net_unit: Unit | None
    """Unit of the contents."""
    price_vnd: int | None
    """Price in đồng."""
    gtin: str | None
    """GTIN, 14 digits."""
    on_hand: int
    """Packs that are there."""
    reserved: int
    """Packs of them that orders hold; the rest may be bought."""


class OwnListingJson(TypedDict):
    """A listing as its producer sees it, published or not."""

    id: int
    """Its number."""
    version: str
    """Names this state of its facts (not of its stock), for `If-Match`; also the `ETag`."""
    is_published: bool
    """Whether it is offered in the shop."""
    url: str | None
    """Its page for people, where it has one."""
    missing: list[str]
    """What the shop needs before it can be published."""
    name: str
    """Name, in Vietnamese."""
    name_en: str | None
    """Name in English."""
    group: GroupSlug | None
    """Group of Decision 26/2026/QĐ-TTg."""
    sub_group: int | None
    """Sub-group, 1 to 17."""
    criteria_set: int | None
    """Criteria set, 1 to 26."""
    summary: str | None
    """In one sentence."""
    summary_en: str | None
    """The same in English."""
    story: str | None
    """Its story; a subset of Markdown."""
    story_en: str | None
    """The same in English."""
    ingredients: str | None
    """What it is made of."""
    ingredients_en: str | None
    """The same in English."""
    storage: str | None
    """How to keep it."""
    storage_en: str | None
    """The same in English."""
    origin: str | None
    """Origin as on the label."""
    usage: str | None
    """How to use it."""
    usage_en: str | None
    """The same in English."""
    warnings: str | None
    """Warnings as on the label."""
    warnings_en: str | None
    """The same in English."""
    allergens: str | None
    """Allergens."""
    allergens_en: str | None
    """The same in English."""
    alcohol: str | None
    """As printed, «29% vol»."""
    shelf_life_days: int | None
    """Days from the day of making."""
    months: list[int] | None
    """Months of sale, 1 to 12; null: all the year."""
    packs: list[OwnPackJson]
    """Packs on offer, in their order."""


class OwnListingListJson(TypedDict):
    """One page of a producer's listings, by name."""

    items: list[OwnListingJson]
    """The listings of this page."""
    total: int
    """Listings on all pages together."""
    page: int
    """Number of this page, from 1."""
    per_page: int
    """Listings on a full page."""


class NewPackJson(TypedDict):
    """A pack to be added."""

    label: str
    """What is written on it, in Vietnamese."""
    label_en: NotRequired[str | None]
    """The same in English."""
    net_quantity: NotRequired[int | None]
    """Contents, in `net_unit`."""
    net_unit: NotRequired[Unit | None]
    """Unit of the contents."""
    price_vnd: NotRequired[int | None]
    """Price in đồng, at least 500."""
    gtin: NotRequired[str | None]
    """GTIN of 8, 12, 13 or 14 digits."""
    on_hand: NotRequired[int]
    """Packs that are there; 0 if left out."""


class PackChangesJson(TypedDict, total=False):
    """What shall be another way about a pack. Its price and stock have addresses of their own."""

    label: str
    """What is written on it, in Vietnamese."""
    label_en: str | None
    """The same in English."""
    net_quantity: int | None
    """Contents, in `net_unit`."""
    net_unit: Unit | None
    """Unit of the contents."""
    gtin: str | None
    """GTIN of 8, 12, 13 or 14 digits."""


class ListingChangesJson(TypedDict, total=False):
    """What shall be another way about a listing."""

    name: str
    """Name, in Vietnamese. Stays as it is once the register speaks of the product."""
    name_en: str | None
    """Name in English."""
    group: GroupSlug
    """Group of Decision 26/2026/QĐ-TTg."""
    sub_group: int | None
    """Sub-group, 1 to 17; brings its group with it."""
    criteria_set: int | None
    """Criteria set, 1 to 26; brings its sub-group with it."""
    summary: str | None
    """In one sentence."""
    summary_en: str | None
    """The same in English."""
    story: str | None
    """Its story; a subset of Markdown."""
    story_en: str | None
    """The same in English."""
    ingredients: str | None
    """What it is made of."""
    ingredients_en: str | None
    """The same in English."""
    storage: str | None
    """How to keep it."""
    storage_en: str | None
    """The same in English."""
    origin: str | None
    """Origin as on the label."""
    usage: str | None
    """How to use it."""
    usage_en: str | None
    """The same in English."""
    warnings: str | None
    """Warnings as on the label."""
    warnings_en: str | None
    """The same in English."""
    allergens: str | None
    """Allergens."""
    allergens_en: str | None
    """The same in English."""
    alcohol: str | None
    """As printed, «29% vol»."""
    shelf_life_days: int | None
    """Days from the day of making."""
    months: list[int] | None
    """Months of sale, 1 to 12; null: all the year."""


class NewListingJson(ListingChangesJson):
    """A listing to be made; it is not published by that."""

    packs: NotRequired[list[NewPackJson]]
    """Its packs, 30 at most."""


class StockJson(TypedDict):
    """How many packs are there."""

    on_hand: int
    """Packs that are there."""
    seen: NotRequired[int]
    """What your system believed before; if somebody counted meanwhile, nothing is changed (409)."""


class PriceJson(TypedDict):
    """A price."""

    price_vnd: int | None
    """Price in đồng, at least 500; null takes it away."""


class StockItemJson(StockJson):
    """The stock of one pack."""

    pack_id: int
    """Number of the pack."""


class PriceItemJson(PriceJson):
    """The price of one pack."""

    pack_id: int
    """Number of the pack."""


class StockListJson(TypedDict):
    """The stock of several packs: all are set or none."""

    items: list[StockItemJson]
    """1 to 500 packs, each once."""


class PriceListJson(TypedDict):
    """The prices of several packs: all are set or none."""

    items: list[PriceItemJson]
    """1 to 500 packs, each once."""


class PackListJson(TypedDict):
    """Packs as they are now."""

    items: list[OwnPackJson]
    """In the order in which they were sent."""


class RefusalJson(TypedDict):
    """One thing in a body that cannot be used."""

    pointer: str
    """Where it stands: a JSON Pointer (RFC 6901), «/items/3/on_hand»."""
    reason: str
    """A word for programs: `missing`, `too_long`, `out_of_range`, `unknown_field` …"""
    detail: str
    """A sentence for people."""
