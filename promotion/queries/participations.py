"""Reads of who takes part in fairs: of a producer's own, and the log that a dossier rests on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.actors import Actor
from catalog.models import Producer, Product
from catalog.queries.sellers import province_of_producer
from catalog.queries.workspace import get_own_producer
from core.db import ID_MAX, db
from core.places import Vintage, find_province_by_code
from promotion.errors.fairs import FairNotFoundError
from promotion.fair_terms import ParticipationState, PlaceClass, place_class
from promotion.models.fairs import BoothProduct, Fair, Participation, ParticipationEvent
from promotion.queries.fair_views import FairEvidence
from traceability.models import Lot, StampRun

SHOWABLE_MOST: Final = 500
RUNS_MOST: Final = 300


def get_own_participation(actor: Actor, producer_id: int, fair_id: int) -> Participation:
    """The place of a producer that `actor` works for at a published fair, in whatever state, with its fair and booth.

    Raises NotYoursError for a producer of somebody else, FairNotFoundError where it takes no part.
    """
    get_own_producer(actor, producer_id)
    found = db.session.scalar(
        select(Participation)
        .join(Participation.fair)
        .where(
            Participation.producer_id == producer_id,
            Participation.fair_id == min(fair_id, ID_MAX),
            Fair.published_at.is_not(None),
        )
        .options(joinedload(Participation.fair), joinedload(Participation.booth))
    )
    if found is None:
        raise FairNotFoundError(fair_id=fair_id)
    return found


def participations_of(producer: Producer, on: date) -> tuple[FairEvidence, ...]:
    """Fairs that count for criterion 4.3: over by `on`, never cancelled, and confirmed to the end; the last first.

    Source: Decision 26/2026/QĐ-TTg, criterion 4.3. Five statements, however many fairs.
    """
    rows = db.session.scalars(
        select(Participation)
        .join(Participation.fair)
        .where(
            Participation.producer_id == producer.id,
            Participation.state == ParticipationState.CONFIRMED.value,
            Fair.published_at.is_not(None),
            Fair.cancelled_at.is_(None),
            Fair.ends_on < on,
        )
        .options(joinedload(Participation.fair), joinedload(Participation.booth))
        .order_by(Fair.ends_on.desc(), Fair.id.desc())
    ).all()
    ids = [row.id for row in rows]
    confirmed, products = _confirmed(ids), _products(ids)
    home = province_of_producer(producer)
    return tuple(_evidence(row, confirmed[row.id], products[row.id], home) for row in rows)


def _confirmed(ids: Sequence[int]) -> dict[int, ParticipationEvent]:
    """The last time each was confirmed after not being it."""
    events = db.session.scalars(
        select(ParticipationEvent)
        .where(
            ParticipationEvent.participation_id.in_(ids),
            ParticipationEvent.to_state == ParticipationState.CONFIRMED.value,
            ParticipationEvent.from_state != ParticipationState.CONFIRMED.value,
        )
        .order_by(ParticipationEvent.id)
    )
    return {event.participation_id: event for event in events}


def _products(ids: Sequence[int]) -> dict[int, list[str]]:
    names: defaultdict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(BoothProduct.participation_id, Product.name)
        .join(Product, Product.id == BoothProduct.product_id)
        .where(BoothProduct.participation_id.in_(ids))
        .order_by(BoothProduct.participation_id, BoothProduct.position)
    )
    for participation_id, name in rows:
        names[participation_id].append(name)
    return names


def _evidence(
    row: Participation, confirmed: ParticipationEvent, products: Sequence[str], home: str | None
) -> FairEvidence:
    fair = row.fair
    province = (
        find_province_by_code(fair.province_code, Vintage.SINCE_2025_07) if fair.province_code else None
    )
    return FairEvidence(
        participation_id=row.id,
        fair_id=fair.id,
        slug=fair.slug,
        name=fair.name,
        kind=fair.kind,
        place_class=place_class(fair.country, fair.province_code, home),
        starts_on=fair.starts_on,
        ends_on=fair.ends_on,
        venue=fair.venue,
        address=fair.address,
        province=province.short_name if province else None,
        country=fair.country,
        organiser_name=fair.organiser_name,
        booth_code=row.booth.code if row.booth else None,
        confirmed_at=confirmed.at,
        confirmed_by_id=confirmed.by_id,
        products=tuple(products),
    )


@dataclass(frozen=True, slots=True)
class DeskFair:
    """A fair in a producer's list. part: None where it takes no part. place: None where it is not known."""

    fair: Fair
    part: Participation | None
    place: PlaceClass | None


def list_desk_fairs(producer: Producer, on: date) -> tuple[list[DeskFair], list[DeskFair]]:
    """Fairs that run or come: those where the producer is invited, registered or confirmed (or was refused), and others
    that it may register for; the soonest first.
    """
    rows = db.session.execute(
        select(Fair, Participation)
        .outerjoin(
            Participation, and_(Participation.fair_id == Fair.id, Participation.producer_id == producer.id)
        )
        .where(Fair.published_at.is_not(None), Fair.ends_on >= on)
        .options(joinedload(Participation.booth))
        .order_by(Fair.starts_on, Fair.id)
    ).all()
    home = province_of_producer(producer)
    lines = [DeskFair(fair, part, place_class(fair.country, fair.province_code, home)) for fair, part in rows]
    own = [line for line in lines if line.part is not None]
    open_ones = [
        line
        for line in lines
        if line.part is None and not line.fair.is_cancelled and line.fair.register_until_on >= on
    ]
    return own, open_ones


def get_desk_fair(actor: Actor, producer_id: int, fair_id: int) -> DeskFair:
    """A published fair as a producer sees it.

    Raises NotYoursError for a producer of somebody else, FairNotFoundError.
    """
    producer = get_own_producer(actor, producer_id)
    fair = db.session.scalar(
        select(Fair).where(Fair.id == min(fair_id, ID_MAX), Fair.published_at.is_not(None))
    )
    if fair is None:
        raise FairNotFoundError(fair_id=fair_id)
    part = db.session.scalar(
        select(Participation)
        .where(Participation.fair_id == fair.id, Participation.producer_id == producer_id)
        .options(joinedload(Participation.booth))
    )
    return DeskFair(fair, part, place_class(fair.country, fair.province_code, province_of_producer(producer)))


def list_events(participation_id: int) -> Sequence[ParticipationEvent]:
    """What happened to a participation, the first first."""
    return db.session.scalars(
        select(ParticipationEvent)
        .where(ParticipationEvent.participation_id == participation_id)
        .order_by(ParticipationEvent.id)
    ).all()


def list_shown(participation_id: int) -> Sequence[BoothProduct]:
    """What a booth shows, in order, with the products."""
    return db.session.scalars(
        select(BoothProduct)
        .where(BoothProduct.participation_id == participation_id)
        .options(joinedload(BoothProduct.product))
        .order_by(BoothProduct.position)
    ).all()


def list_showable(producer_id: int) -> Sequence[Product]:
    """Listed products of a producer, by name: what its booths may show."""
    return db.session.scalars(
        select(Product)
        .where(Product.producer_id == producer_id, Product.is_listed)
        .order_by(Product.name, Product.id)
        .limit(SHOWABLE_MOST)
    ).all()


def list_runs_of(product_ids: Sequence[int]) -> dict[int, list[StampRun]]:
    """Runs of stamps by number of the product, the last first: for declaring samples."""
    runs: dict[int, list[StampRun]] = {product_id: [] for product_id in product_ids}
    rows = db.session.execute(
        select(Lot.product_id, StampRun)
        .join(StampRun, StampRun.lot_id == Lot.id)
        .where(Lot.product_id.in_(runs))
        .options(contains_eager(StampRun.lot))
        .order_by(StampRun.id.desc())
        .limit(RUNS_MOST)
    )
    for product_id, run in rows:
        runs[product_id].append(run)
    return runs
