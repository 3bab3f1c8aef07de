"""Promotion in the demonstration: a campaign with its code and hamper, a collection, a point of sale, a price ladder.

Made by the operations that offices and producers use. The point of sale names no decision: it shows how one looks that
nobody has recognised.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.models import User
from accounts.queries.actors import get_actor
from catalog.models import Product, Variant
from core.clock import vietnam_date
from core.db import db
from orders.models.bundles import Bundle
from promotion.campaign_terms import CampaignFacts, CollectionFacts, CollectionRule
from promotion.models.points import PointKind
from promotion.opening_hours import read_week
from promotion.operations.campaigns import attach_hamper, attach_voucher, make_campaign, publish_campaign
from promotion.operations.collections import make_collection, publish_collection
from promotion.operations.points import SalesPointFacts, save_sales_point, set_point_goods
from promotion.operations.trade_ladders import set_ladder
from promotion.price_ladders import LadderFacts, Step
from storefront.demo.trade import PROVINCE, VOUCHER_CODE, owner_desk

CAMPAIGN_DAYS: Final = 60
POINT_GOODS: Final = 8
HOURS: Final = ("07:30-11:30, 13:30-17:00",) * 6 + ("",)
LADDER: Final = ((20, 95), (100, 90), (500, 85))
"""From so many packs, so many percent of the shop's price."""


def build_offers(owner: User, administrator: User, *, now: datetime) -> None:
    """Make them. Runs in the caller's transaction, after `build_trade`, whose code and hamper they show."""
    office = get_actor(administrator.id)
    _make_campaign(office, now)
    _make_collection(office, now)
    _make_point(office, now)
    _set_ladders(_packs_of(owner), get_actor(owner.id), now)


def _make_campaign(by: Actor, now: datetime) -> None:
    today = vietnam_date(now)
    campaign = make_campaign(
        CampaignFacts(
            name="Quà quê trình diễn",
            name_en="Demonstration gifts",
            summary="Dữ liệu trình diễn: giỏ quà và mã giảm giá để thử.",
            summary_en="Demonstration data: a hamper and a code to try.",
            criteria="Nhà sản xuất của bộ trình diễn, hàng còn bán.",
            criteria_en="Producers of the demonstration, goods on sale.",
            from_on=today,
            until_on=today + timedelta(days=CAMPAIGN_DAYS),
        ),
        by=by,
        now=now,
    )
    publish_campaign(campaign, now=now)
    attach_voucher(campaign, VOUCHER_CODE, now=now)
    for slug in db.session.scalars(select(Bundle.slug).order_by(Bundle.id)):
        attach_hamper(campaign, slug, now=now)


def _make_collection(by: Actor, now: datetime) -> None:
    collection = make_collection(
        CollectionFacts(
            title="Từ bốn sao trở lên",
            title_en="Four stars and more",
            criteria="Công nhận 4 hoặc 5 sao còn hiệu lực trong ngày xem.",
            criteria_en="A recognition of 4 or 5 stars, in force on the day you look.",
            rule=CollectionRule(stars_least=4),
        ),
        by=by,
        now=now,
    )
    publish_collection(collection, now=now)


def _make_point(by: Actor, now: datetime) -> None:
    facts = SalesPointFacts(
        kind=PointKind.SHOP.value,
        name="Điểm bán trình diễn",
        name_en="Demonstration shop",
        run_by="Ban tổ chức trình diễn",
        address="2 đường Trình Diễn",
        province_code=PROVINCE[0],
        commune_code=None,
        latitude=None,
        longitude=None,
        hours=read_week(HOURS),
        holidays_note=None,
        phone=None,
        keeper_slug=None,
        decision_number=None,
        decided_on=None,
        decided_by=None,
        is_pickup=False,
    )
    point = save_sales_point(None, facts, by=by, now=now)
    shown = select(Product.id).where(Product.is_demonstration, Product.is_for_sale).order_by(Product.id)
    set_point_goods(point, db.session.scalars(shown.limit(POINT_GOODS)), by=by, now=now)


def _packs_of(owner: User) -> Sequence[Variant]:
    own = select(Variant).join(Product).where(Product.producer_id == owner_desk(owner), Variant.price_vnd > 0)
    return db.session.scalars(own.where(Variant.withdrawn_at.is_(None)).order_by(Variant.id).limit(2)).all()


def _set_ladders(packs: Sequence[Variant], by: Actor, now: datetime) -> None:
    for pack in packs:
        price_vnd = pack.price_vnd or 0
        facts = LadderFacts(
            steps=tuple(Step(least, price_vnd * percent // 100) for least, percent in LADDER),
            minimum_quantity=LADDER[0][0],
            lead_days=7,
            month_capacity=2_000,
            is_public=True,
            valid_from_on=vietnam_date(now),
            valid_to_on=None,
        )
        set_ladder(pack, facts, by=by, now=now)
