"""Fairs of the demonstration: one on these days with three booths, one that comes, one that is over.

Made by the operations that organisers and producers use, in the past that we make up for them. The organiser and all
who take part are the demonstration's own; no such event takes place.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.models import User
from accounts.queries.actors import get_actor
from catalog.models import Producer, Product
from core.clock import VIETNAM, vietnam_date
from core.db import db
from promotion.fair_terms import AboutFacts, PlaceFacts, WhatFacts
from promotion.floor_plans import Spot
from promotion.models.fairs import Booth, Fair
from promotion.operations.booth_goods import choose_goods
from promotion.operations.booths import add_booth, set_plan_size
from promotion.operations.fair_pickup import offer_fair_pickup, open_fair_pickup
from promotion.operations.fairs import change_fair, create_fair, publish_fair
from promotion.operations.participation import confirm_participation, invite_producers, register_producer
from promotion.operations.programme import SessionFacts, add_session

GOODS_MOST: Final = 6
PLANNED_AHEAD: Final = timedelta(days=30)
PLAN: Final = (10, 6)
SPOTS: Final = (
    Spot("A1", 1, 1, 2, 2),
    Spot("A2", 4, 1, 2, 2),
    Spot("A3", 7, 1, 2, 2),
    Spot("B1", 1, 4, 2, 2),
    Spot("B2", 4, 4, 2, 2),
    Spot("B3", 7, 4, 3, 2),
)
TAKEN: Final = ("A1", "A3", "B2")


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPlan:
    """A fair by the day of the build. starts_in, ends_in: days from it."""

    kind: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    starts_in: int
    ends_in: int
    booth_count: int


FAIRS: Final = (
    FairPlan(
        kind="fair",
        name="Phiên chợ trình diễn",
        name_en="Demonstration market days",
        summary="Dữ liệu trình diễn: sự kiện này không diễn ra. Ba gian hàng, có sơ đồ và chương trình.",
        summary_en="Demonstration data: this event does not take place. Three booths, a plan and a programme.",
        starts_in=-1,
        ends_in=3,
        booth_count=3,
    ),
    FairPlan(
        kind="exhibition",
        name="Triển lãm trình diễn",
        name_en="Demonstration exhibition",
        summary="Dữ liệu trình diễn: sự kiện này không diễn ra.",
        summary_en="Demonstration data: this event does not take place.",
        starts_in=20,
        ends_in=23,
        booth_count=2,
    ),
    FairPlan(
        kind="conference",
        name="Hội nghị trình diễn",
        name_en="Demonstration conference",
        summary="Dữ liệu trình diễn: sự kiện này không diễn ra.",
        summary_en="Demonstration data: this event does not take place.",
        starts_in=-40,
        ends_in=-39,
        booth_count=1,
    ),
)


def build_fairs(organiser: User, owner: User, *, now: datetime) -> None:
    """Make them, held by `organiser`; producers act by `owner`. Runs in the caller's transaction."""
    producers = _producers()
    for plan in FAIRS:
        _build_fair(plan, producers[: plan.booth_count], get_actor(organiser.id), get_actor(owner.id), now)


def _build_fair(
    plan: FairPlan, producers: list[Producer], organiser: Actor, owner: Actor, now: datetime
) -> None:
    planned_at = now + timedelta(days=min(plan.starts_in, 0)) - PLANNED_AHEAD
    fair = _opened(plan, organiser, planned_at, now)
    booths = {}
    set_plan_size(fair.id, *PLAN, now=planned_at)
    for spot in SPOTS:
        booths[spot.code] = add_booth(fair.id, spot, now=planned_at)
    publish_fair(fair.id, by=organiser, now=planned_at)
    open_fair_pickup(fair, by=organiser, now=planned_at)
    invite_producers(fair.id, [each.id for each in producers], by=organiser, now=planned_at)
    for code, producer in zip(TAKEN, producers, strict=False):
        part = register_producer(fair.id, producer.id, "", by=owner, now=planned_at)
        confirm_participation(fair.id, part.id, booths[code].id, by=organiser, now=planned_at)
        choose_goods(fair.id, producer.id, _goods(producer), now=planned_at)
        offer_fair_pickup(part, is_offered=True, by=owner, now=planned_at)
    _add_programme(fair, booths[TAKEN[0]], planned_at)


def _opened(plan: FairPlan, by: Actor, planned_at: datetime, now: datetime) -> Fair:
    today = vietnam_date(now)
    starts_on, ends_on = today + timedelta(days=plan.starts_in), today + timedelta(days=plan.ends_in)
    what = WhatFacts(
        kind=plan.kind,
        name=plan.name,
        name_en=plan.name_en,
        starts_on=starts_on,
        ends_on=ends_on,
        hours="08:00-21:00",
        register_until_on=starts_on,
    )
    fair = create_fair(what, by=by, now=planned_at)
    place = PlaceFacts(
        kind=plan.kind,
        venue="Quảng trường Trình Diễn",
        address="1 đường Trình Diễn",
        country="VN",
        province_code="79",
        commune_code="26740",
        live_url=None,
    )
    change_fair(fair.id, place, by=by, now=planned_at)
    about = AboutFacts(
        organiser_name="Ban tổ chức trình diễn", phone=None, summary=plan.summary, summary_en=plan.summary_en
    )
    return change_fair(fair.id, about, by=by, now=planned_at)


def _add_programme(fair: Fair, booth: Booth, now: datetime) -> None:
    first = datetime.combine(fair.starts_on, time(9), VIETNAM)
    for number in range((fair.ends_on - fair.starts_on).days + 1):
        opens = first + timedelta(days=number)
        word, word_en = ("Khai mạc", "Opening") if number == 0 else ("Nếm thử đặc sản", "Tasting")
        add_session(fair.id, _point(word, word_en, opens, 1, None), now=now)
        show = _point(
            "Nhà sản xuất kể chuyện nghề",
            "A producer tells of the craft",
            opens + timedelta(hours=6),
            2,
            booth.id,
        )
        add_session(fair.id, show, now=now)


def _point(title: str, title_en: str, starts_at: datetime, hours: int, booth_id: int | None) -> SessionFacts:
    return SessionFacts(
        title=title,
        title_en=title_en,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        booth_id=booth_id,
    )


def _producers() -> list[Producer]:
    asked = select(Producer).where(Producer.is_demonstration).order_by(Producer.id).limit(len(TAKEN))
    return list(db.session.scalars(asked))


def _goods(producer: Producer) -> list[int]:
    asked = select(Product.id).where(
        Product.producer_id == producer.id, Product.is_listed, Product.is_for_sale
    )
    return list(db.session.scalars(asked.order_by(Product.id).limit(GOODS_MOST)))
