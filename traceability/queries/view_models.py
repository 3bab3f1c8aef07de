"""What the pages about stamps and lots show: frozen records of plain values.

Names ending in `_en` are English where it was written, else None. Dates (`_on`) are dates in Vietnam. Whatever
depends on the day was judged for the day handed to the query.
"""

from dataclasses import dataclass
from datetime import date, datetime

from catalog.queries.view_models import (
    CertificateView,
    DocumentView,
    PlaceView,
    ProducerView,
    RecognitionView,
)
from traceability.seals import SealVerdict
from traceability.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class AreaView:
    """Where raw material comes from: commune, the official code if there is one, and a square of about 1 km.

    cell: its south-western corner, «10.24,106.37» (`traceability.map_cells`).
    """

    name: str
    place: PlaceView | None
    code: str | None
    cell: str | None


@dataclass(frozen=True, slots=True)
class EventPhotoView:
    """A photograph of an event; its files are at `/origin/photos/<key>/large.webp` and `…/card.webp`."""

    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class EventErrorView:
    """That an event was declared to be wrong. reason: an `ErrorReason`. corrective_id: what took its place."""

    reason: str
    declared_at: datetime
    corrective_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """A step in the life of a lot. step: a value of `TraceStep`. document: None is told as such on the page.

    happened_at: None where only the day is known. paper_count: of private papers, which are not shown. error: None for
    an event that holds. corrects_id: the event that this one took the place of. recorded_at: when it was written down.
    """

    id: int
    step: str
    happened_on: date
    happened_at: datetime | None
    recorded_at: datetime
    note: str | None
    note_en: str | None
    place: PlaceView | None
    area: AreaView | None
    photos: tuple[EventPhotoView, ...]
    document: DocumentView | None
    paper_count: int
    error: EventErrorView | None
    corrects_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallView:
    """A recall; `closed_at` is None while it is open. risk, refund: None where nothing was said.

    ranges: of packs, by run, first and last number; none: all of the lot is recalled. scope: a value of `RecallScope`.
    """

    reason: str
    instruction: str
    contact: str
    opened_at: datetime
    closed_at: datetime | None
    risk: str | None = None
    refund: str | None = None
    scope: str = "lots"
    ranges: tuple[tuple[int, int, int], ...] = ()

    def covers(self, run_id: int, number: int) -> bool:
        """Whether the pack with this number of this run is recalled."""
        if self.scope != "units":
            return True
        return any(run_id == run and first <= number <= last for run, first, last in self.ranges)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotProductView:
    """The product of a lot. slug leads to its page, which may have been taken down (`is_listed`)."""

    id: int
    slug: str
    name: str
    name_en: str | None
    illustration: str | None
    ingredients: str | None
    ingredients_en: str | None
    storage: str | None
    storage_en: str | None
    is_listed: bool
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPage:
    """All that is known of one lot. recall: the open one of all of it. past_recalls: those that were closed.

    unit_recalls: open ones of single packs.

    gtins: every GTIN of the product, the first pack's first. origin: where the lot, else the product, comes from.
    recognition: the one that speaks for the product that day, None without any.
    """

    id: int
    code: str
    produced_on: date | None
    expires_on: date | None
    is_past_date: bool
    has_rank_lapsed: bool
    product: LotProductView
    producer: ProducerView | None
    origin: PlaceView | None
    gtins: tuple[str, ...]
    recognition: RecognitionView | None
    certificates: tuple[CertificateView, ...]
    events: tuple[EventView, ...]
    recall: RecallView | None
    past_recalls: tuple[RecallView, ...]
    unit_recalls: tuple[RecallView, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstLook:
    """The first look at a stamp that is on record: the hour (aware) and today's name of the province, if known."""

    hour_at: datetime
    province: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPage:
    """What there is to say of a code that was typed or scanned.

    code: the 13 characters as stored; for `mistyped` what was typed, cleaned and cut. stamp_id, lot: None for
    `unknown` and `mistyped`, whatever the database holds. scanned_before: None where nothing can be said.
    first_look: None unless it is certain that none came before it. withdrawn_at, withdrawn_reason: for `withdrawn`.
    recall: the open one of this very pack. doubt: for `check_further`, what speaks for a copy, words of
    `clone_evidence.Reason`, the strongest first. copied_at: for `confirmed_copy`, when a person decided so.
    seal: what the seal in the scanned address proves, None where there was none. is_sealed: the printed one has a seal.
    sold_at: when the parcel left that the code was bound to. opened: who was first to say that they opened it.
    """

    verdict: Verdict
    code: str
    stamp_id: int | None = None
    is_unit: bool = True
    lot: LotPage | None = None
    scanned_before: bool | None = None
    first_look: FirstLook | None = None
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None
    recall: RecallView | None = None
    doubt: tuple[str, ...] | None = None
    copied_at: datetime | None = None
    seal: SealVerdict | None = None
    is_sealed: bool = False
    sold_at: datetime | None = None
    opened: FirstLook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotLine:
    """A lot in a list. unit_stamp_count: codes issued for its packs. is_recalled: a recall is open."""

    id: int
    product_slug: str
    product_name: str
    code: str
    quantity: int
    produced_on: date | None
    expires_on: date | None
    unit_stamp_count: int
    is_recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginLot:
    """A lot as the product page tells of it. gtin: of the product, for the lot's own address; None without one."""

    code: str
    gtin: str | None
    produced_on: date | None
    expires_on: date | None
    is_past_date: bool
    is_recalled: bool
    origin: PlaceView | None
    event_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginSummary:
    """Lots of a product, newest first. lot_count, is_recalled (any of them): of all, also those not among `lots`."""

    lot_count: int
    lots: tuple[OriginLot, ...]
    is_recalled: bool
