"""Live sessions as those who plan them and those who follow them see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.actors import Actor
from catalog.models import Product, Variant
from catalog.queries.cards import get_cards
from catalog.queries.recognitions import recognition_facts
from catalog.queries.sale_terms import UNRULED, list_sale_terms
from catalog.queries.view_models import ProductCard
from catalog.stars import effective, last_day_on
from core.db import ID_MAX, db
from promotion.errors.campaigns import RunSheetNotFoundError
from promotion.models.campaigns import RunSheet, RunSheetItem, RunSheetSwitch
from promotion.queries.star_names import is_misnamed, told_maker
from promotion.run_sheets import shown_first, starts

LISTED_MOST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGoods:
    """Goods in a session on a day: what the shop says of them now, and the record's facts beside the host's points.

    maker: None also where that name speaks of stars that the goods do not have. decision_number, decided_on,
    holds_until: of the recognition that speaks for them, only while stars may be shown.
    """

    product: Product
    card: ProductCard
    starts_at: datetime
    minutes: int
    points: str
    maker: str | None
    decision_number: str | None
    decided_on: date | None
    holds_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveHead:
    """What a page of a session depends on, besides the goods. order: product ids; current: shown now.

    stock: packs that can be bought, in that order: the feed of changes sleeps where the shop shows the same.
    """

    sheet: RunSheet
    order: tuple[int, ...]
    stock: tuple[int, ...]
    current: int | None

    @property
    def version(self) -> tuple[object, ...]:
        sheet = self.sheet
        said = (sheet.id, sheet.title, sheet.title_en, sheet.live_url, sheet.planned_at, sheet.ended_at)
        return (*said, self.order, self.stock, self.current)


def list_run_sheets(producer_id: int | None, actor: Actor) -> Sequence[RunSheet]:
    """A producer's sessions, or (None) those that the person planned for no producer; the latest first."""
    mine = RunSheet.producer_id == producer_id
    if producer_id is None:
        mine = RunSheet.producer_id.is_(None) & (RunSheet.made_by_id == actor.user_id)
    found = select(RunSheet).where(mine).options(selectinload(RunSheet.items))
    return db.session.scalars(found.order_by(RunSheet.planned_at.desc()).limit(LISTED_MOST)).all()


def get_own_run_sheet(run_sheet_id: int, producer_id: int | None, actor: Actor) -> RunSheet:
    """A session of the producer, or (None) one that the person planned. Raises RunSheetNotFoundError."""
    found = db.session.get(RunSheet, run_sheet_id) if 0 < run_sheet_id <= ID_MAX else None
    if found is None or found.producer_id != producer_id:
        raise RunSheetNotFoundError(run_sheet_id=run_sheet_id)
    if producer_id is None and found.made_by_id != actor.user_id:
        raise RunSheetNotFoundError(run_sheet_id=run_sheet_id)
    return found


def get_live_head(slug: str) -> LiveHead:
    """A session that everybody may follow, or that is over. Raises RunSheetNotFoundError."""
    sheet = db.session.scalar(
        select(RunSheet).where(RunSheet.slug == slug, RunSheet.published_at.is_not(None))
    )
    if sheet is None:
        raise RunSheetNotFoundError(slug=slug)
    available = select(func.coalesce(func.sum(Variant.on_hand - Variant.reserved), 0)).where(
        Variant.product_id == RunSheetItem.product_id, Variant.withdrawn_at.is_(None)
    )
    items = select(RunSheetItem.product_id, available.scalar_subquery().label("available"))
    rows = db.session.execute(
        items.where(RunSheetItem.run_sheet_id == sheet.id).order_by(RunSheetItem.position)
    ).all()
    return LiveHead(
        sheet=sheet,
        order=tuple(row.product_id for row in rows),
        stock=tuple(int(row.available) for row in rows),
        current=find_current(sheet.id),
    )


def find_current(run_sheet_id: int) -> int | None:
    """The product that the host turned to last."""
    switches = select(RunSheetSwitch.product_id).where(RunSheetSwitch.run_sheet_id == run_sheet_id)
    return db.session.scalar(switches.order_by(RunSheetSwitch.id.desc()).limit(1))


def list_session_goods(sheet: RunSheet, on: date) -> list[SessionGoods]:
    """The goods of a session in their order, judged for the day.

    Left out: those that are not listed any more, those that the law lets nobody promote any more, and those whose
    names speak of stars that they do not have.
    """
    items = db.session.scalars(
        select(RunSheetItem)
        .where(RunSheetItem.run_sheet_id == sheet.id)
        .options(joinedload(RunSheetItem.product))
        .order_by(RunSheetItem.position)
    ).all()
    ids = [item.product_id for item in items]
    terms = list_sale_terms(ids, on)
    cards = {
        card.id: card
        for card in get_cards(ids, on)
        if terms.get(card.id, UNRULED).terms.is_promotable and not is_misnamed(card)
    }
    facts = recognition_facts(ids) if ids else {}
    moments = starts([item.minutes for item in items], sheet.planned_at)
    goods = []
    for item, moment in zip(items, moments, strict=True):
        card = cards.get(item.product_id)
        if card is None:
            continue
        speaking = effective(facts.get(item.product_id, []), on) if card.stars else None
        goods.append(
            SessionGoods(
                product=item.product,
                card=card,
                starts_at=moment,
                minutes=item.minutes,
                points=item.points or "",
                maker=told_maker(card),
                decision_number=speaking.decision_number if speaking else None,
                decided_on=speaking.decided_on if speaking else None,
                holds_until=last_day_on(speaking, on) if speaking else None,
            )
        )
    return goods


def in_live_order(goods: Sequence[SessionGoods], current: int | None) -> list[SessionGoods]:
    """The goods with what is shown now in front."""
    by_id = {each.card.id: each for each in goods}
    return [by_id[product_id] for product_id in shown_first(list(by_id), current)]
