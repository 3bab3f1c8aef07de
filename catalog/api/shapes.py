"""What the answers hold. The types check the code that fills them in, and the OpenAPI document is made from them.

Every name is always there; null is «not stated», «not known» or «does not apply», never a guess. Days are ISO 8601
dates in Vietnam (`2026-11-22`), money is whole đồng. The texts under the fields are what the document says of them.
"""

from typing import Literal

# pydantic, which makes the document, reads no TypedDict of the standard library before Python 3.12.
from typing_extensions import TypedDict

State = Literal[
    "in_force",
    "renewal_due",
    "last_days",
    "awaiting_renewal",
    "extended",
    "expired",
    "revoked",
    "incomplete",
]
GroupSlug = Literal["food", "drinks", "herbal", "handicraft", "ornamental", "tourism"]
Stars = Literal[3, 4, 5]
ProducerKindName = Literal["cooperative", "cooperative_group", "enterprise", "household", "farm"]
ExpiryBasisName = Literal["source", "law"]
AuthorityLevelName = Literal["district", "province", "ministry"]
EvidenceLevelName = Literal["A", "B", "C"]
VintageName = Literal["before_2025_07", "since_2025_07"]
CertificateStateName = Literal["in_force", "expired", "not_yet", "incomplete"]
CertificateKindName = Literal[
    "food_safety",
    "vietgap",
    "globalgap",
    "organic",
    "haccp",
    "iso",
    "geographical_indication",
    "collective_mark",
    "alcohol_licence",
    "advert_confirmation",
]


class SourceJson(TypedDict):
    """The publication that a record rests on; all null where it rests on a document alone."""

    publisher: str | None
    """Who published it."""
    title: str | None
    """What it is called."""
    published_on: str | None
    """The day of publication."""
    url: str | None
    """Where it can be read."""


class DocumentJson(TypedDict):
    """A stored file, such as the scan of a decision."""

    sha256: str
    """Hash of its bytes, 64 hexadecimal digits."""
    title: str
    """What it is."""
    media_type: str
    """`application/pdf`, `image/jpeg` or `image/png`."""
    url: str
    """Where to read it."""


class CertificationJson(TypedDict):
    """One OCOP recognition as recorded, and its state on the day of the answer."""

    state: State
    """The state today; stars are shown in the first five."""
    stars: Stars
    """What the record says, whatever the state. What may be shown today is `stars` of the product."""
    decision_number: str | None
    """Number of the decision."""
    decided_on: str | None
    """Day of the decision."""
    expires_on: str | None
    """The last day in force; at midnight after it (Vietnam time) the stars are gone."""
    authority: str | None
    """Who decided."""
    source: SourceJson
    """On what the record rests."""
    expiry_basis: ExpiryBasisName | None
    """Where `expires_on` is from: `source` states it, or the legal term of 36 months from `decided_on` (`law`)."""
    extended_until: str | None
    """While `extended`: the last day it may run on (Decision 26/2026/QĐ-TTg, article 12)."""
    recognised_year: int | None
    """The year, where the source gives no day."""
    authority_level: AuthorityLevelName | None
    """Level of the authority."""
    criteria_version: str | None
    """The decision whose criteria were applied."""
    evidence_level: EvidenceLevelName
    """A: the decision itself was read. B: official press names it. C: claimed by its holder only."""
    score: float | None
    """Points of the council, 0 to 100."""
    revoked_on: str | None
    """First day without effect, where a revocation is recorded; it may lie ahead."""
    renewal_filed_on: str | None
    """Day on which a dossier for renewal was filed."""
    is_replaced: bool
    """True in a history: a later decision speaks for the product; this one shows nothing whatever its dates say."""
    note: str | None
    """Remark of the record, in Vietnamese."""
    document: DocumentJson | None
    """The decision itself, where its file is kept here."""


class ProducerRefJson(TypedDict):
    """Who makes a product."""

    slug: str
    """Name in addresses: `/api/v1/producers/<slug>`."""
    name: str
    """As recorded."""
    kind: ProducerKindName | None
    """What it is."""


class PlaceJson(TypedDict):
    """Where it is made: as certified, and as the place is called since the merger of 1 July 2025."""

    certified: str | None
    """The address as the record has it."""
    current: str | None
    """The same place today; null where it could not be told."""
    province: str | None
    """Today's province, without «Tỉnh» or «Thành phố»."""
    province_slug: str | None
    """Its value in the facet `province`."""
    former_province: str | None
    """The province it was certified in, where that one has since become part of another."""
    vintage: VintageName | None
    """Which division of the country `certified` is written in."""


class ProductJson(TypedDict):
    """A product of the register or of the shop."""

    slug: str
    """Name in addresses: `/api/v1/products/<slug>`."""
    name: str
    """As recorded, in Vietnamese."""
    name_en: str | None
    """In English, where it was written; nothing is translated by machine."""
    url: str
    """Its page for people."""
    group: GroupSlug | None
    """Group of Decision 26/2026/QĐ-TTg."""
    stars: Stars | None
    """What may be shown today; null without a recognition in force."""
    certification: CertificationJson | None
    """The recognition that speaks for the product today: the latest decided one, be it run out or revoked."""
    producer: ProducerRefJson | None
    """Who makes it."""
    place: PlaceJson
    """Where it is made."""
    price_vnd: int | None
    """Price of its cheapest pack; null in the register."""
    in_stock: bool
    """Whether it can be bought now."""
    is_for_sale: bool
    """False: an entry of the register, nobody's offer."""
    is_service: bool
    """Group VI: no lot, stamp or stock."""
    is_demonstration: bool
    """True: made up, with its producer, certificates and prices."""
    group_as_stated: str | None
    """Name of the group as the source has it, where that is another."""


class CertificateJson(TypedDict):
    """A certificate other than OCOP, and its state today."""

    kind: CertificateKindName
    """What it certifies."""
    standard: str | None
    """Such as «ISO 22000:2018»."""
    number: str | None
    """Its number."""
    issuer: str | None
    """Who issued it."""
    issued_on: str | None
    """Day of issue."""
    expires_on: str | None
    """The last day in force."""
    state: CertificateStateName
    """The state today; held only while `in_force`."""
    is_of_producer: bool
    """True: held for all that the producer makes."""
    document: DocumentJson | None
    """Its file, where it is kept here."""


class PackJson(TypedDict):
    """A pack that can be bought."""

    label: str
    """What is written on it, in Vietnamese."""
    label_en: str | None
    """The same in English."""
    net_quantity: int | None
    """Contents, in `net_unit`."""
    net_unit: str | None
    """g, kg, ml, l, piece …"""
    price_vnd: int | None
    """Price."""
    unit_price_vnd: int | None
    """Price of one `unit_price_per`."""
    unit_price_per: str | None
    """kg, l …"""
    in_stock: bool
    """Whether it can be bought now."""
    gtin: str | None
    """GTIN, 14 digits; those that begin with 0952 are examples."""


class OcopCodeJson(TypedDict):
    """Product code of the programme as issued, and what its parts say."""

    text: str
    """The code as issued."""
    province: str | None
    """Province that the code names."""
    district: str | None
    """District that the code names."""
    commune: str | None
    """Commune that the code names."""
    ordinal: int | None
    """Number within the commune."""
    year: int | None
    """Year of issue."""


class ProductDetailJson(ProductJson):
    """One product with all that its page says."""

    sub_group: int | None
    """Sub-group of the decision, 1 to 17."""
    criteria_set: int | None
    """Criteria set of the decision, 1 to 26."""
    summary: str | None
    """In one sentence, in Vietnamese."""
    summary_en: str | None
    """The same in English."""
    story: str | None
    """Its story, in Vietnamese."""
    story_en: str | None
    """The same in English."""
    ingredients: str | None
    """What it is made of, in Vietnamese."""
    ingredients_en: str | None
    """The same in English."""
    storage: str | None
    """How to keep it, in Vietnamese."""
    storage_en: str | None
    """The same in English."""
    history: list[CertificationJson]
    """Its other recognitions, the latest decided first; their `state` is judged each by itself."""
    certificates: list[CertificateJson]
    """Certificates other than OCOP, its own and those of its producer."""
    packs: list[PackJson]
    """What can be bought."""
    ocop_code: OcopCodeJson | None
    """Product code of the programme."""
    source: SourceJson
    """On what the entry of the product itself rests."""
    recorded_at: str
    """When the entry was made, UTC."""


class ProductListJson(TypedDict):
    """One page of the products that match, and how many there are under each further choice."""

    items: list[ProductJson]
    """The products of this page."""
    total: int
    """Products on all pages together."""
    page: int
    """Number of this page, from 1; a page after the last one is empty."""
    per_page: int
    """Products on a full page."""
    facets: dict[str, dict[str, int]]
    """Facet to value to count. A facet counts the products that match the words and the choices of all other
    facets, so that a count is what choosing that value gives. Values are those that the parameters take. Communes
    are counted once a province or a commune is chosen."""
    did_you_mean: list[str]
    """Other spellings of the words that find more."""


class ProducerProductJson(TypedDict):
    """A product in the list of its producer."""

    slug: str
    """Name in addresses."""
    name: str
    """As recorded."""
    name_en: str | None
    """In English."""
    url: str
    """Its page for people."""
    stars: Stars | None
    """What may be shown today."""
    state: State | None
    """State of the recognition that speaks for it today; null without any."""
    price_vnd: int | None
    """Price of its cheapest pack; null in the register."""
    in_stock: bool
    """Whether it can be bought now."""
    is_for_sale: bool
    """False: an entry of the register."""
    is_demonstration: bool
    """True: made up."""


class ProducerDetailJson(TypedDict):
    """A producer with all it has listed."""

    slug: str
    """Name in addresses."""
    name: str
    """As recorded."""
    kind: ProducerKindName | None
    """What it is."""
    url: str
    """Its page for people."""
    place: PlaceJson
    """Where it is; of households and farms without the street."""
    phone: str | None
    """Telephone, where something of theirs is for sale here."""
    founded_year: int | None
    """Year of foundation."""
    is_demonstration: bool
    """True: made up."""
    story: str | None
    """Its story, in Vietnamese."""
    story_en: str | None
    """The same in English."""
    source: SourceJson
    """On what the entry rests."""
    certificates: list[CertificateJson]
    """Certificates for all that it makes."""
    products: list[ProducerProductJson]
    """What it has listed: for sale first, then by name; at most 200."""


class ProblemJson(TypedDict):
    """Why there is no answer (RFC 9457); further members carry the facts."""

    type: str
    """`about:blank`: the status says what kind it is."""
    title: str
    """The kind of error in words."""
    status: int
    """The status of the answer."""
    detail: str
    """What happened and what to do, in the language asked for by `Accept-Language` or `/en`."""
