"""Reads of one fair: by its address, with all its booths and goods for papers, its programme."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models import Place, Producer
from catalog.queries.cards import get_cards
from catalog.queries.view_models import ProductCard
from core.db import db
from core.places import Vintage, find_commune_by_code, find_province_by_code
from promotion.errors.fairs import FairNotFoundError
from promotion.fair_terms import ParticipationState
from promotion.models.fairs import Booth, BoothProduct, Fair, FairSession, Participation
from promotion.queries.fair_views import BoothView, FairPage, SessionView
from promotion.queries.star_names import is_misnamed


def get_fair(slug: str) -> Fair:
    """The published fair of that address, cancelled ones too. Raises FairNotFoundError."""
    found = db.session.scalar(select(Fair).where(Fair.slug == slug, Fair.published_at.is_not(None)))
    if found is None:
        raise FairNotFoundError(slug=slug)
    return found


def page_of(fair: Fair, on: date) -> FairPage:
    """All that is printed of a fair, published or not, stars judged for `on`. Eight statements, however many goods."""
    taken = _taken(fair.id, on)
    by_booth = {row.booth_id: (row, goods) for row, goods in taken if row.booth_id is not None}
    booths = db.session.scalars(
        select(Booth).where(Booth.fair_id == fair.id).order_by(Booth.top, Booth.left, Booth.id)
    ).all()
    province = (
        find_province_by_code(fair.province_code, Vintage.SINCE_2025_07) if fair.province_code else None
    )
    commune = find_commune_by_code(fair.commune_code) if fair.commune_code else None
    return FairPage(
        fair=fair,
        province=province.short_name if province else None,
        commune=commune.name if commune else None,
        booths=tuple(_booth_view(booth, *by_booth.get(booth.id, (None, ()))) for booth in booths),
        without_booth=tuple(_booth_view(None, row, goods) for row, goods in taken if row.booth_id is None),
        programme=tuple(list_programme(fair.id)),
    )


_Goods = tuple[tuple[ProductCard, bool], ...]


def _taken(fair_id: int, on: date) -> list[tuple[Participation, _Goods]]:
    """Confirmed producers of the fair by name, each with its goods and whether their samples are declared."""
    rows = db.session.scalars(
        select(Participation)
        .join(Participation.producer)
        .where(Participation.fair_id == fair_id, Participation.state == ParticipationState.CONFIRMED.value)
        .options(joinedload(Participation.producer).joinedload(Producer.place))
        .order_by(Producer.name, Participation.id)
    ).all()
    shown = db.session.scalars(
        select(BoothProduct)
        .where(BoothProduct.participation_id.in_([row.id for row in rows]))
        .order_by(BoothProduct.participation_id, BoothProduct.position)
    ).all()
    listed = get_cards([line.product_id for line in shown], on)
    cards = {card.id: card for card in listed if not is_misnamed(card)}
    goods: defaultdict[int, list[tuple[ProductCard, bool]]] = defaultdict(list)
    for line in shown:
        if line.product_id in cards:
            goods[line.participation_id].append((cards[line.product_id], line.stamp_run_id is not None))
    return [(row, tuple(goods[row.id])) for row in rows]


def _booth_view(booth: Booth | None, row: Participation | None, goods: _Goods) -> BoothView:
    place: Place | None = row.producer.place if row else None
    code = place.current_province_code if place else None
    province = find_province_by_code(code, Vintage.SINCE_2025_07) if code else None
    return BoothView(
        id=booth.id if booth else 0,
        code=booth.code if booth else "",
        left=booth.left if booth else 0,
        top=booth.top if booth else 0,
        width=booth.width if booth else 0,
        height=booth.height if booth else 0,
        participation_id=row.id if row else None,
        producer_id=row.producer_id if row else None,
        producer_name=row.producer.name if row else None,
        producer_slug=row.producer.slug if row else None,
        province_code=code,
        province=province.short_name if province else None,
        goods=tuple(card for card, _ in goods),
        has_samples=frozenset(card.id for card, is_declared in goods if is_declared),
    )


def list_programme(fair_id: int) -> list[SessionView]:
    """The points of the programme, by time."""
    rows = db.session.execute(
        select(FairSession, Booth.code)
        .outerjoin(Booth, Booth.id == FairSession.booth_id)
        .where(FairSession.fair_id == fair_id)
        .order_by(FairSession.starts_at, FairSession.id)
    ).all()
    return [
        SessionView(
            id=point.id,
            starts_at=point.starts_at,
            ends_at=point.ends_at,
            title=point.title,
            title_en=point.title_en,
            booth_code=code,
        )
        for point, code in rows
    ]
