"""What visitors read of fairs: lists, one fair with its booths, one booth with its goods.

Of a fair with two hundred booths only numbers of products are read; what of them may be shown, and with which stars,
the columns of the catalogue know for the day (`catalog.queries.columns`), and their cards are drawn once for all pages.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, select

from accounts.models import User
from catalog.models import Place, Producer
from catalog.queries.columns import get_columns
from core.db import db
from core.places import Province, Vintage, find_commune_by_code, find_province_by_code
from core.prepared import Prepared
from orders.models.delivery import PickupPoint, ProducerPoint
from promotion.errors.fairs import FairNotFoundError
from promotion.fair_terms import FairKind, ParticipationState
from promotion.floor_plans import Spot
from promotion.models.fairs import Booth, BoothProduct, Fair, FairSession, Participation
from promotion.queries.fair_views import SessionView
from traceability.models import Lot, LotKind, StampRun

PER_PAGE: Final = 24
_FAIR = Fair.__table__.c
_IS_PUBLIC: Final = _FAIR.published_at.is_not(None)
_HEAD: Final = Prepared(
    select(
        _FAIR.id, _FAIR.slug, _FAIR.revision, _FAIR.starts_on, _FAIR.ends_on, _FAIR.hours, _FAIR.cancelled_at
    ).where(_FAIR.slug == bindparam("slug"), _IS_PUBLIC)
)
_BOOTH_HEAD: Final = Prepared(
    select(Booth.code, Participation.producer_id)
    .outerjoin(Participation, Participation.booth_id == Booth.id)
    .where(Booth.fair_id == bindparam("fair_id"), func.lower(Booth.code) == bindparam("code"))
    .limit(1)
)
_VERSION: Final = Prepared(
    select(func.count(), func.sum(_FAIR.revision).label("revisions")).where(_IS_PUBLIC)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairCriteria:
    """Which fairs are asked for. is_past: those that are over; else those that run or come. page: from 1."""

    is_past: bool = False
    province_code: str | None = None
    kind: FairKind | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FairLine:
    """A fair in a list. booth_count: confirmed producers."""

    fair: Fair
    province: Province | None
    booth_count: int
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FairList:
    """One page of fairs. provinces, kinds: what there is to choose from, whatever was chosen."""

    total: int
    lines: tuple[FairLine, ...]
    provinces: tuple[Province, ...]
    kinds: tuple[FairKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibitor:
    """A confirmed producer. code: of its booth, None before it has one.

    products: numbers of its listed goods in its order, each with the stars that may be shown on the day.
    """

    code: str | None
    producer_id: int
    slug: str
    name: str
    is_demonstration: bool
    province: Province | None
    products: tuple[tuple[int, int | None], ...]

    @property
    def star_counts(self) -> list[tuple[int, int]]:
        """How many of its goods have five stars, how many four, …; the most first."""
        counts = Counter(stars for _, stars in self.products if stars)
        return sorted(counts.items(), reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFair:
    """A fair as visitors see it. booths: all of the plan, taken or not. exhibitors: by code of the booth."""

    fair: Fair
    province: Province | None
    commune: str | None
    is_demonstration: bool
    booths: tuple[Spot, ...]
    exhibitors: tuple[Exhibitor, ...]
    programme: tuple[SessionView, ...]
    pickup: PickupPoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLot:
    """A lot whose stamped samples lie at a booth; its page is /products/<slug>/lots/<code>."""

    product_id: int
    code: str


def get_fair_head(slug: str) -> Any:
    """Of a published fair what its kept page depends on: id, revision, days, hours, cancelled_at. One statement.

    Raises FairNotFoundError.
    """
    head = _HEAD.first({"slug": slug})
    if head is None:
        raise FairNotFoundError(slug=slug)
    return head


def get_booth_head(fair_id: int, code: str) -> Any:
    """Of a booth of the plan, however its code is written: code, producer_id (None: nobody is there). One statement.

    Raises FairNotFoundError.
    """
    booth = _BOOTH_HEAD.first({"fair_id": fair_id, "code": code.lower()})
    if booth is None:
        raise FairNotFoundError(fair_id=fair_id, code=code)
    return booth


def public_fairs_version() -> tuple[int, int]:
    """Another pair after every change of any published fair. One statement."""
    row = _VERSION.one({})
    return row[0], row[1] or 0


def list_public_fairs(criteria: FairCriteria, on: date) -> FairList:
    """One page of published fairs: the soonest first, or of the past the last first. Cancelled ones are among them.

    Five statements.
    """
    in_time = _in_time(on, is_past=criteria.is_past)
    wanted = [in_time]
    if criteria.province_code:
        wanted.append(Fair.province_code == criteria.province_code)
    if criteria.kind:
        wanted.append(Fair.kind == criteria.kind.value)
    order = (Fair.ends_on.desc(), Fair.id.desc()) if criteria.is_past else (Fair.starts_on, Fair.id)
    asked = select(Fair).where(*wanted).order_by(*order)
    shown = asked.offset((criteria.page - 1) * PER_PAGE).limit(PER_PAGE)
    provinces = {
        code for (code,) in db.session.execute(select(Fair.province_code).where(in_time).distinct()) if code
    }
    kinds = set(db.session.scalars(select(Fair.kind).where(in_time).distinct()))
    return FairList(
        total=db.session.scalar(select(func.count()).select_from(Fair).where(*wanted)) or 0,
        lines=tuple(_lines(db.session.scalars(shown).all())),
        provinces=tuple(found for code in sorted(provinces) if (found := province_of(code))),
        kinds=tuple(kind for kind in FairKind if kind.value in kinds),
    )


def list_coming_fairs(on: date, most: int) -> tuple[FairLine, ...]:
    """The `most` next published fairs, those that run among them, cancelled ones not. Two statements."""
    asked = select(Fair).where(_in_time(on, is_past=False), Fair.cancelled_at.is_(None))
    return tuple(_lines(db.session.scalars(asked.order_by(Fair.starts_on, Fair.id).limit(most)).all()))


def list_calendar_fairs(on: date, most: int) -> Sequence[Fair]:
    """Published fairs that run or come, cancelled ones too, so that calendars hear of it."""
    asked = select(Fair).where(_in_time(on, is_past=False)).order_by(Fair.starts_on, Fair.id).limit(most)
    return db.session.scalars(asked).all()


def get_public_fair(slug: str, on: date) -> PublicFair:
    """A published fair with its booths, who is there and its programme. Six statements, however many booths.

    Raises FairNotFoundError.
    """
    row = db.session.execute(
        select(Fair, User.is_demonstration, PickupPoint)
        .join(User, User.id == Fair.organiser_id)
        .outerjoin(
            PickupPoint, and_(PickupPoint.id == Fair.pickup_point_id, PickupPoint.withdrawn_at.is_(None))
        )
        .where(Fair.slug == slug, Fair.published_at.is_not(None))
    ).first()
    if row is None:
        raise FairNotFoundError(slug=slug)
    fair, is_demonstration, pickup = row
    commune = find_commune_by_code(fair.commune_code) if fair.commune_code else None
    return PublicFair(
        fair=fair,
        province=province_of(fair.province_code),
        commune=commune.name if commune else None,
        is_demonstration=is_demonstration,
        booths=tuple(_spots(fair.id)),
        exhibitors=tuple(_exhibitors(fair.id, on)),
        programme=list_programme(fair.id),
        pickup=pickup,
    )


def list_programme(fair_id: int) -> tuple[SessionView, ...]:
    """The points of the programme in the order of time."""
    rows = db.session.execute(
        select(FairSession, Booth.code)
        .outerjoin(Booth, Booth.id == FairSession.booth_id)
        .where(FairSession.fair_id == fair_id)
        .order_by(FairSession.starts_at, FairSession.id)
    )
    return tuple(
        SessionView(
            id=point.id,
            starts_at=point.starts_at,
            ends_at=point.ends_at,
            title=point.title,
            title_en=point.title_en,
            booth_code=code,
        )
        for point, code in rows
    )


def list_shown_lots(fair_id: int, producer_id: int) -> list[ShownLot]:
    """Lots of which a producer declared stamped samples at the fair, where their goods are listed."""
    rows = db.session.execute(
        select(BoothProduct.product_id, Lot.code)
        .join(Participation, Participation.id == BoothProduct.participation_id)
        .join(StampRun, StampRun.id == BoothProduct.stamp_run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .where(
            Participation.fair_id == fair_id,
            Participation.producer_id == producer_id,
            Lot.product_id == BoothProduct.product_id,
            Lot.kind == LotKind.GOODS.value,
        )
        .order_by(BoothProduct.position)
    )
    return [ShownLot(product_id=product_id, code=code) for product_id, code in rows]


def brings_to_point(producer_id: int, point_id: int) -> bool:
    """Whether the producer brings orders to that point of collection."""
    return db.session.get(ProducerPoint, (producer_id, point_id)) is not None


def list_public_booths(on: date) -> Iterator[tuple[str, str | None, datetime]]:
    """For the map of the site: slug of each published fair, code of a taken booth or None, when it changed.

    First all fairs, then the booths of those that are not over; none of the demonstration.
    """
    changed = func.coalesce(Fair.changed_at, Fair.created_at)
    is_real = ~Fair.organiser_id.in_(select(User.id).where(User.is_demonstration))
    fairs = select(Fair.slug, changed).where(Fair.published_at.is_not(None), is_real).order_by(Fair.id)
    for slug, at in db.session.execute(fairs):
        yield slug, None, at
    taken = (
        select(Fair.slug, Booth.code, changed)
        .join(Booth, Booth.fair_id == Fair.id)
        .join(Participation, Participation.booth_id == Booth.id)
        .where(_in_time(on, is_past=False), is_real, Fair.cancelled_at.is_(None))
        .order_by(Fair.id, Booth.code)
    )
    for slug, code, at in db.session.execute(taken):
        yield slug, code, at


def province_of(code: str | None) -> Province | None:
    """Today's province of a code."""
    return find_province_by_code(code, Vintage.SINCE_2025_07) if code else None


def _in_time(on: date, *, is_past: bool) -> ColumnElement[bool]:
    return and_(Fair.published_at.is_not(None), Fair.ends_on < on if is_past else Fair.ends_on >= on)


def _lines(fairs: Sequence[Fair]) -> Iterator[FairLine]:
    ids = [fair.id for fair in fairs]
    counts = db.session.execute(
        select(Participation.fair_id, func.count())
        .where(Participation.fair_id.in_(ids), Participation.state == ParticipationState.CONFIRMED.value)
        .group_by(Participation.fair_id)
    )
    by_fair = {row[0]: row[1] for row in counts}
    organisers = {fair.organiser_id for fair in fairs}
    made_up = set(db.session.scalars(select(User.id).where(User.id.in_(organisers), User.is_demonstration)))
    for fair in fairs:
        yield FairLine(
            fair=fair,
            province=province_of(fair.province_code),
            booth_count=by_fair.get(fair.id, 0),
            is_demonstration=fair.organiser_id in made_up,
        )


def _spots(fair_id: int) -> Iterator[Spot]:
    parts = (Booth.code, Booth.left, Booth.top, Booth.width, Booth.height)
    for row in db.session.execute(select(*parts).where(Booth.fair_id == fair_id).order_by(Booth.code)):
        yield Spot(*row)


def _exhibitors(fair_id: int, on: date) -> Iterator[Exhibitor]:
    rows = db.session.execute(
        select(
            Participation.id,
            Booth.code,
            Producer.id.label("producer_id"),
            Producer.slug,
            Producer.name,
            Producer.is_demonstration,
            Place.current_province_code,
        )
        .join(Producer, Producer.id == Participation.producer_id)
        .outerjoin(Place, Place.id == Producer.place_id)
        .outerjoin(Booth, Booth.id == Participation.booth_id)
        .where(Participation.fair_id == fair_id, Participation.state == ParticipationState.CONFIRMED.value)
        .order_by(Booth.code.is_(None), Booth.code, Producer.slug)
    ).all()
    goods = _listed_goods(fair_id, on)
    for row in rows:
        yield Exhibitor(
            code=row.code,
            producer_id=row.producer_id,
            slug=row.slug,
            name=row.name,
            is_demonstration=row.is_demonstration,
            province=province_of(row.current_province_code),
            products=tuple(goods.get(row.id, ())),
        )


def _listed_goods(fair_id: int, on: date) -> dict[int, list[tuple[int, int | None]]]:
    """By participation the listed products that it shows, each with the stars that may be shown on `on`."""
    rows = db.session.execute(
        select(BoothProduct.participation_id, BoothProduct.product_id)
        .join(Participation, Participation.id == BoothProduct.participation_id)
        .where(Participation.fair_id == fair_id, Participation.state == ParticipationState.CONFIRMED.value)
        .order_by(BoothProduct.participation_id, BoothProduct.position)
    )
    columns = get_columns(on)
    found: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for participation_id, product_id in rows:
        position = columns.find_position(product_id)
        if position is not None and columns.listed >> position & 1:
            found[participation_id].append((product_id, columns.stars_at(position)))
    return found
