"""Making featured collections, showing and ending them, leaving goods out with a public reason."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from catalog.models import Product
from core.db import db
from core.places import Vintage, find_province_by_code
from core.text import clean_text
from promotion.campaign_terms import REASON_MAX, CollectionFacts, fault_of_collection, fault_of_text
from promotion.errors.campaigns import InvalidCollectionError
from promotion.models.campaigns import CollectionExclusion, FeaturedCollection, WomenLedStatement
from promotion.operations.campaign_slugs import add_under_slug
from promotion.permissions.campaigns import office_of


def make_collection(facts: CollectionFacts, *, by: Actor, now: datetime) -> FeaturedCollection:
    """A new collection of the office for which `by` speaks; nobody sees it before it is published.

    A province's office collects goods of its province only. What a rule says is never changed: end the collection and
    make another. Raises InvalidCollectionError (`field`, `reason`); then there is none.
    """
    fault = fault_of_collection(facts)
    if fault is not None:
        raise InvalidCollectionError(field=fault[0], reason=fault[1])
    rule, (level, office_code) = facts.rule, office_of(by)
    if rule.province_code is not None and not find_province_by_code(
        rule.province_code, Vintage.SINCE_2025_07
    ):
        raise InvalidCollectionError(field="province_code", reason="unknown")
    if office_code is not None and rule.province_code != office_code:
        raise InvalidCollectionError(field="province_code", reason="elsewhere")
    collection = FeaturedCollection(
        title=facts.title,
        title_en=facts.title_en or None,
        criteria=facts.criteria,
        criteria_en=facts.criteria_en or None,
        stars_least=rule.stars_least,
        province_code=rule.province_code,
        group_no=rule.group_no,
        is_women_led=rule.is_women_led,
        recognised_within_days=rule.recognised_within_days,
        office_level=level.value,
        office_province_code=office_code,
        made_by_id=by.user_id,
        made_at=now,
    )
    add_under_slug(collection, facts.title, "bo-suu-tap")
    return collection


def publish_collection(collection: FeaturedCollection, *, now: datetime) -> None:
    """Show it to everybody; harmless when repeated. Raises InvalidCollectionError if it was ended."""
    if collection.ended_at is not None:
        raise InvalidCollectionError(field="ended", reason="ended")
    if collection.published_at is None:
        collection.published_at = now


def end_collection(collection: FeaturedCollection, *, by: Actor, now: datetime) -> None:
    """Show it no more, for good; harmless when repeated."""
    if collection.ended_at is None:
        collection.ended_at, collection.ended_by_id = now, by.user_id


def exclude(
    collection: FeaturedCollection, slug: str, reason: str, *, by: Actor, now: datetime
) -> CollectionExclusion:
    """Leave out goods named by their address, with a reason that everybody reads; said again, it changes nothing.

    Raises InvalidCollectionError (field «product» or «reason»); then nothing has changed.
    """
    said = clean_text(reason)
    fault = fault_of_text(said, REASON_MAX, is_needed=True)
    if fault:
        raise InvalidCollectionError(field="reason", reason=fault)
    named = slug[:300].strip().rstrip("/").rpartition("/")[2]
    product_id = db.session.scalar(select(Product.id).where(Product.slug == named, Product.is_listed))
    if product_id is None:
        raise InvalidCollectionError(field="product", reason="unknown")
    exclusion = CollectionExclusion(
        collection_id=collection.id, product_id=product_id, reason=said, by_id=by.user_id, at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(exclusion)
    except IntegrityError:
        return db.session.scalars(
            select(CollectionExclusion).where(
                CollectionExclusion.collection_id == collection.id,
                CollectionExclusion.product_id == product_id,
                CollectionExclusion.lifted_at.is_(None),
            )
        ).one()
    return exclusion


def lift_exclusion(exclusion: CollectionExclusion, *, by: Actor, now: datetime) -> None:
    """Let the rule speak for the goods again; harmless when repeated."""
    if exclusion.lifted_at is None:
        exclusion.lifted_at, exclusion.lifted_by_id = now, by.user_id


def state_women_led(producer_id: int, *, is_so: bool, by: Actor, now: datetime) -> None:
    """Say in public, or say no more, that women lead the producer; harmless when repeated.

    Not what it declares for the programme's figures: of those only sums may be shown (accounts.purposes).
    """
    known = db.session.get(WomenLedStatement, producer_id)
    if is_so and known is None:
        db.session.add(WomenLedStatement(producer_id=producer_id, stated_by_id=by.user_id, stated_at=now))
    elif not is_so and known is not None:
        db.session.delete(known)
    db.session.flush()
