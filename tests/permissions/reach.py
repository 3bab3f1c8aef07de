"""A short link, a stall that stays and one that ends, a file of sales, points of sale, and a fair with figures."""

from datetime import timedelta
from typing import Any

from accounts.queries.actors import get_actor
from core import clock
from core.db import transaction
from promotion.models.fairs import Fair
from promotion.operations.elsewhere import look_at_sales
from promotion.operations.links import make_link
from promotion.operations.points import SalesPointFacts, save_sales_point
from promotion.operations.stalls import add_stall
from tests.factories import saved
from tests.permissions.roles import PROVINCE

SALES = b"don_hang,ma_hang,ngay\nA1,OCOP-0,2026-11-01\n"


def reach_things(ours: Any, people: dict[str, Any]) -> dict[str, object]:
    """What addresses call them."""
    now, day = clock.now(), clock.today()
    owner, officer = get_actor(people["owner"].id), get_actor(people["province"].id)
    fair = saved(
        Fair(
            slug="hoi-cho-so-lieu",
            kind="fair",
            name="Hội chợ",
            venue="Nhà văn hóa",
            province_code=PROVINCE,
            starts_on=day - timedelta(days=1),
            ends_on=day + timedelta(days=1),
            register_until_on=day,
            organiser_id=people["organiser"].id,
            organiser_name="Sở",
            created_at=now,
        )
    )
    with transaction():
        link = make_link("card", 1, "/products", by=owner, now=now)
        stall = add_stall(ours.id, "shopee", "https://shopee.vn/htx-dua", by=owner, now=now)
        sent = look_at_sales(ours.id, "own", SALES, "don.csv", by=owner, now=now)
        point = save_sales_point(None, _facts(ours.slug), by=officer, now=now)
        old_point = save_sales_point(None, _facts(None), by=officer, now=now)
    return {
        "short_key": link.key,
        "stall": stall.id,
        "sale_import": sent.id,
        "sales_point": point.id,
        "sales_point_slug": point.slug,
        "old_point": old_point.id,
        "reported_fair": fair.id,
    }


def _facts(keeper_slug: str | None) -> SalesPointFacts:
    return SalesPointFacts(
        kind="shop",
        name="Cửa hàng OCOP",
        name_en=None,
        run_by="HTX",
        address="Số 1",
        province_code=PROVINCE,
        commune_code=None,
        latitude=None,
        longitude=None,
        hours=((),) * 7,
        holidays_note=None,
        phone=None,
        keeper_slug=keeper_slug,
        decision_number=None,
        decided_on=None,
        decided_by=None,
        is_pickup=False,
    )
