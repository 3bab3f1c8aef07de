"""What reads of fairs answer: plain values for pages, files and papers."""

from dataclasses import dataclass, field
from datetime import date, datetime

from catalog.queries.view_models import ProductCard
from promotion.fair_terms import PlaceClass
from promotion.models.fairs import Fair


@dataclass(frozen=True, slots=True, kw_only=True)
class BoothView:
    """A booth on the plan and who has it. goods: in the producer's order, stars judged for the day of the page.

    left, top: counted from 1. producer_*: None while nobody is confirmed there. has_samples: ids of products whose
    samples carry declared display stamps.
    """

    id: int
    code: str
    left: int
    top: int
    width: int
    height: int
    participation_id: int | None = None
    producer_id: int | None = None
    producer_name: str | None = None
    producer_slug: str | None = None
    province_code: str | None = None
    province: str | None = None
    goods: tuple[ProductCard, ...] = ()
    has_samples: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A point of the programme; aware instants. booth_code: None for the stage or the whole fair."""

    id: int
    starts_at: datetime
    ends_at: datetime
    title: str
    title_en: str | None
    booth_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPage:
    """A fair with all that is shown of it. booths: by code; empty ones too. without_booth: confirmed, no booth yet."""

    fair: Fair
    province: str | None
    commune: str | None
    booths: tuple[BoothView, ...]
    without_booth: tuple[BoothView, ...]
    programme: tuple[SessionView, ...]

    @property
    def taken(self) -> tuple[BoothView, ...]:
        return tuple(booth for booth in self.booths if booth.producer_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairEvidence:
    """A fair that a producer took part in, for a dossier. confirmed_at, confirmed_by_id: by the fair's side.

    place_class: None where the place of the fair or of the producer is not known. products: names as of today.
    """

    participation_id: int
    fair_id: int
    slug: str
    name: str
    kind: str
    place_class: PlaceClass | None
    starts_on: date
    ends_on: date
    venue: str
    address: str
    province: str | None
    country: str
    organiser_name: str
    booth_code: str | None
    confirmed_at: datetime
    confirmed_by_id: int
    products: tuple[str, ...]
