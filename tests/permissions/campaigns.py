"""A campaign and a collection of our province's office with goods of ours; sessions of us and of an organiser."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from accounts.queries.actors import get_actor
from core import clock
from core.db import db, transaction
from promotion.campaign_terms import CampaignFacts, CollectionFacts, CollectionRule
from promotion.models.campaigns import CampaignEntry
from promotion.operations.campaign_entries import ask_to_take_part
from promotion.operations.campaigns import attach_hamper, make_campaign, publish_campaign
from promotion.operations.collections import exclude, make_collection, publish_collection
from promotion.operations.run_sheets import plan_session, publish_session, put_item
from promotion.run_sheets import ItemFacts, RunSheetFacts
from promotion.views.share_refs import share_ref
from tests.permissions.roles import PROVINCE


def campaign_things(product: Any, people: dict[str, Any], names: dict[str, Any]) -> dict[str, str | int]:
    """What addresses call them. names: those of `promotion_things` are among them."""
    day, now = clock.today(), clock.now()
    office, owner = get_actor(people["province"].id), get_actor(people["owner"].id)
    organiser = get_actor(people["organiser"].id)
    words = CampaignFacts(
        name="Tết", summary="Quà", criteria="Có sao", from_on=day, until_on=day + timedelta(days=9)
    )
    rule = CollectionRule(province_code=PROVINCE)
    with transaction():
        campaign = make_campaign(words, by=office, now=now)
        publish_campaign(campaign, now=now)
        attach_hamper(campaign, names["hamper_slug"], now=now)
        ask_to_take_part(campaign, product.producer_id, [product.id], by=owner, now=now)
        chosen = CollectionFacts(title="Chọn", criteria="Của tỉnh", rule=rule)
        collection = make_collection(chosen, by=office, now=now)
        publish_collection(collection, now=now)
        exclusion = exclude(collection, product.slug, "Chờ", by=office, now=now)
        sheets = []
        for producer_id, by in ((product.producer_id, owner), (None, organiser)):
            sheet = plan_session(RunSheetFacts(title="Phiên", planned_at=now), producer_id, by=by, now=now)
            put_item(sheet, ItemFacts(product_id=product.id, minutes=5), by=by, now=now)
            publish_session(sheet, now=now)
            sheets.append(sheet)
    entry = db.session.scalars(select(CampaignEntry)).one()
    return {
        "campaign": campaign.id,
        "campaign_slug": campaign.slug,
        "campaign_entry": entry.id,
        "collection": collection.id,
        "collection_slug": collection.slug,
        "exclusion": exclusion.id,
        "own_run_sheet": sheets[0].id,
        "run_sheet": sheets[1].id,
        "live_slug": sheets[0].slug,
    }


def image_version(slug: str) -> str:
    """The version of a product's picture for sharing, once all that it shows is there. Goods under recall have none."""
    ref = share_ref("product", slug)
    assert ref is not None
    return ref.wide_url.rpartition("/")[2].partition("-")[0]
