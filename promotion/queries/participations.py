"""Reads of who takes part in fairs: of a producer's own, and the log that a dossier rests on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from catalog.models import Producer, Product
from catalog.queries.sellers import province_of_producer
from catalog.queries.workspace import get_own_producer
from core.db import ID_MAX, db
from core.places import Vintage, find_province_by_code
from promotion.errors.fairs import FairNotFoundError
from promotion.fair_terms import ParticipationState, place_class
from promotion.models.fairs import BoothProduct, Fair, Participation, ParticipationEvent
from promotion.queries.fair_views import FairEvidence


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
