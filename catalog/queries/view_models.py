"""What pages and JSON show: frozen records of plain values, made by the queries of this room.

Names ending in `_en` are English where it was written, else None: nothing is translated by machine. Dates (`_on`)
are dates in Vietnam. Whatever depends on the day was judged for the day handed to the query (`catalog.stars`).
"""

from dataclasses import dataclass
from datetime import date, datetime

from catalog.queries.pictures import PictureView


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A publication that a record rests on; what it does not state is None."""

    key: str
    publisher: str | None
    title: str | None
    published_on: date | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A stored file. sha256: 64 hex digits, its name and its proof. byte_count: size in bytes."""

    sha256: str
    title: str
    media_type: str
    byte_count: int
    page_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """An address as certified and as it is today.

    certified: one line as the record has it, None if it names nothing. current: one line today, None if it could
    not be told («conversion» says how it was told). province: today's, short («Vĩnh Long»). former_province: short
    name of the province it was certified in, only where that one has since become part of another («Bến Tre»).
    The slugs lead to /places/<slug>.
    """

    certified: str | None
    current: str | None
    commune: str | None
    province: str | None
    former_province: str | None
    province_slug: str | None
    former_province_slug: str | None
    commune_slug: str | None
    vintage: str
    conversion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationView:
    """The withdrawal of a recognition; `revoked_on` is the first day without effect."""

    decision_number: str
    revoked_on: date
    ground: str
    authority_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionView:
    """One OCOP recognition, judged on a day.

    stars_shown: 3, 4 or 5 if this is the recognition that speaks for the product that day and its state allows
    stars, else None: the only number a badge is drawn from. stars_recorded: what the record says, for words only.
    state: a value of `catalog.stars.CertificationState`. extended_until: last day an extended one may run on.
    is_replaced: a later decision speaks for the product, so that this one shows nothing whatever its dates say.
    """

    id: int
    stars_shown: int | None
    stars_recorded: int
    state: str
    decision_number: str | None
    decided_on: date | None
    recognised_year: int | None
    expires_on: date | None
    expiry_basis: str | None
    extended_until: date | None
    authority_level: str | None
    authority_name: str | None
    criteria_version: str | None
    evidence_level: str
    score: float | None
    note: str | None
    revocation: RevocationView | None
    renewal_filed_on: date | None
    renewal_refused_on: date | None
    is_replaced: bool
    source: SourceView | None
    document: DocumentView | None

    @property
    def revoked_on(self) -> date | None:
        """First day without effect, if a revocation is recorded (it may lie ahead)."""
        return None if self.revocation is None else self.revocation.revoked_on


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate other than OCOP.

    kind: a value of `CertificateKind`. state: a value of `catalog.certificates.CertificateState`.
    is_of_producer: held for all that the producer makes. verified_on: the day on which an officer compared it, None
    where it rests on the register alone. page_count: of our pictures of its paper that everybody may see.
    """

    id: int
    verified_on: date | None
    page_count: int

    kind: str
    standard: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    expires_on: date | None
    state: str
    is_of_producer: bool
    document: DocumentView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleDays:
    """Whether the calendar lets something be sold, judged on a day.

    next_month: the month (1 to 12) in which it is sold again, None in season. away_until: the last day on which its
    producer is away, None while it is there. is_stopped: its goods are being recalled.
    """

    next_month: int | None = None
    away_until: date | None = None
    is_stopped: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is sold on that day."""
        return self.next_month is None and self.away_until is None and not self.is_stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """What a label states beyond ingredients and storage; what it does not state is None."""

    origin: str | None = None
    usage: str | None = None
    usage_en: str | None = None
    warnings: str | None = None
    warnings_en: str | None = None
    allergens: str | None = None
    allergens_en: str | None = None
    alcohol: str | None = None
    shelf_life_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    """A pack. net_quantity: in `net_unit` ("g", "ml", …). available: packs on the shelf that no order holds."""

    id: int
    label: str
    label_en: str | None
    net_quantity: int | None
    net_unit: str | None
    price_vnd: int | None
    unit_price_vnd: int | None
    unit_price_per: str | None
    available: int
    gtin: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerView:
    """Who makes it. place: without the street where the producer is a household or farm."""

    id: int
    slug: str
    name: str
    kind: str | None
    phone: str | None
    founded_year: int | None
    is_demonstration: bool
    place: PlaceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopCodeView:
    """A product code as issued, and what its parts say by their vintage; parts that say nothing are None."""

    text: str
    province: str | None
    district: str | None
    commune: str | None
    ordinal: int | None
    year: int | None

    @property
    def is_decoded(self) -> bool:
        """Whether the code has a form that is known."""
        return self.year is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """A product in a list. stars: 3, 4, 5 or None: what may be shown that day. available: of all variants together.

    price_vnd, pack_label, net_quantity and net_unit are those of the cheapest pack that has a price. place_line:
    commune and today's province. former_province: as in PlaceView.
    """

    id: int
    slug: str
    name: str
    name_en: str | None
    stars: int | None
    state: str | None
    producer_name: str | None
    place_line: str | None
    former_province: str | None
    price_vnd: int | None
    pack_label: str | None
    pack_label_en: str | None
    net_quantity: int | None
    net_unit: str | None
    unit_price_vnd: int | None
    unit_price_per: str | None
    available: int
    is_for_sale: bool
    is_service: bool
    is_demonstration: bool
    illustration: str | None
    group_no: int | None
    sale: SaleDays = SaleDays()
    cover: PictureView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """All that the page of one product says. recognition: the one that speaks for it; history: the others.

    producer_slug etc. are in `producer`. group_as_stated: the group's name in an older programme, as recorded.
    recorded_at: when the entry was made, aware UTC.
    """

    id: int
    slug: str
    name: str
    name_en: str | None
    group_no: int | None
    group_as_stated: str | None
    sub_group_no: int | None
    criteria_set: int | None
    illustration: str | None
    summary: str | None
    summary_en: str | None
    story: str | None
    story_en: str | None
    ingredients: str | None
    ingredients_en: str | None
    storage: str | None
    storage_en: str | None
    is_for_sale: bool
    is_service: bool
    is_demonstration: bool
    recorded_at: datetime
    ocop_code: OcopCodeView | None
    recognition: RecognitionView | None
    history: tuple[RecognitionView, ...]
    certificates: tuple[CertificateView, ...]
    producer: ProducerView | None
    origin: PlaceView | None
    variants: tuple[VariantView, ...]
    source: SourceView | None
    sale: SaleDays = SaleDays()
    label: LabelView = LabelView()
    pictures: tuple[PictureView, ...] = ()

    @property
    def stars(self) -> int | None:
        """3, 4, 5 or None: what may be shown on the day the page was judged for."""
        return None if self.recognition is None else self.recognition.stars_shown

    @property
    def state(self) -> str | None:
        """State of the recognition that speaks for the product, None without any."""
        return None if self.recognition is None else self.recognition.state

    @property
    def available(self) -> int:
        """Packs that may be bought, all variants together."""
        return sum(variant.available for variant in self.variants)

    @property
    def cheapest(self) -> VariantView | None:
        """The pack with the lowest price, None where none has a price."""
        priced = [variant for variant in self.variants if variant.price_vnd is not None]
        return min(priced, key=lambda variant: variant.price_vnd or 0) if priced else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerPage:
    """A producer with its certificates and everything it has listed."""

    producer: ProducerView
    story: str | None
    story_en: str | None
    source: SourceView | None
    certificates: tuple[CertificateView, ...]
    products: tuple[ProductCard, ...]
    away_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerLine:
    """A producer in a list. product_count: listed products."""

    slug: str
    name: str
    kind: str | None
    place_line: str | None
    product_count: int
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerList:
    """One page of producers by name. total: of all pages."""

    total: int
    page: int
    per_page: int
    producers: tuple[ProducerLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A recognition among the newest: its product and the decision behind it."""

    product_slug: str
    product_name: str
    product_name_en: str | None
    stars_shown: int
    state: str
    decision_number: str
    decided_on: date
    authority_name: str | None
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerStory:
    """A producer and its story, for the front page. illustration: of one of its products."""

    slug: str
    name: str
    kind: str | None
    place_line: str | None
    story: str
    story_en: str | None
    illustration: str | None
    is_demonstration: bool
    cover: PictureView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePage:
    """A province of today (`province`), one of before July 2025 (`former_province`) or a commune of today (`commune`).

    name: with its kind («Tỉnh Vĩnh Long»). province_code: today's province, for a former one the one that took it
    in. parts: for a province the former provinces it was made of, if they were others than itself.
    """

    kind: str
    slug: str
    name: str
    short_name: str
    code: str
    province_code: str
    province_name: str
    province_slug: str
    parts: tuple["PlaceLink", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLink:
    """A place with the key of its page and of its choice in the listing."""

    slug: str
    name: str
