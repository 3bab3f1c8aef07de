"""Featured collections: who belongs to one is computed when somebody looks, by the rule that the page prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from catalog.facets import bits_of, choose, take
from catalog.groups import group_by_number
from catalog.models import Certification, Product
from catalog.queries.columns import Columns, get_columns
from catalog.queries.sale_terms import list_sale_terms
from catalog.sale_rules import ruled_sets
from core.db import ID_MAX, db
from core.places import Vintage, find_province_by_code
from promotion.campaign_terms import CollectionRule
from promotion.errors.campaigns import CollectionNotFoundError
from promotion.models.campaigns import CollectionExclusion, FeaturedCollection, WomenLedStatement
from promotion.permissions.campaigns import can_run_of_office
from promotion.queries.star_names import misnamed_positions

PER_PAGE: Final = 24
LISTED_MOST: Final = 60
NOWHERE: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPage:
    """A collection on a day. product_ids: of one page, in the order «stars, then what can be bought, then name».

    exclusions: goods left out by the office, each with its public reason.
    """

    collection: FeaturedCollection
    rule: CollectionRule
    total: int
    page: int
    pages: int
    product_ids: tuple[int, ...]
    exclusions: tuple[CollectionExclusion, ...]


def list_collections() -> Sequence[FeaturedCollection]:
    """What is shown now, the newest first."""
    return db.session.scalars(
        _shown().order_by(FeaturedCollection.published_at.desc(), FeaturedCollection.id).limit(LISTED_MOST)
    ).all()


def get_collection_page(slug: str, on: date, page: int = 1) -> CollectionPage:
    """One page of a collection that is shown. Raises CollectionNotFoundError."""
    found = db.session.scalar(_shown().where(FeaturedCollection.slug == slug))
    if found is None:
        raise CollectionNotFoundError(slug=slug)
    return collection_page(found, on, page)


def collection_page(collection: FeaturedCollection, on: date, page: int = 1) -> CollectionPage:
    """Who belongs to it on that day, shown or not. page: from 1; beyond the last it is the last."""
    columns, rule, exclusions = get_columns(on), rule_of(collection), list_exclusions(collection.id)
    out = (columns.find_position(each.product_id) for each in exclusions)
    bits = member_bits(columns, rule, on) & ~bits_of(each for each in out if each is not None)
    total = bits.bit_count()
    pages = max(1, -(-total // PER_PAGE))
    shown = min(max(1, page), pages)
    positions = take(bits, columns.order("certified"), (shown - 1) * PER_PAGE, PER_PAGE)
    return CollectionPage(
        collection=collection,
        rule=rule,
        total=total,
        page=shown,
        pages=pages,
        product_ids=tuple(columns.ids[position] for position in positions),
        exclusions=tuple(exclusions),
    )


def member_bits(columns: Columns, rule: CollectionRule, on: date) -> int:
    """The listed products that the rule takes, as positions.

    Never goods that the law lets nobody promote, nor those whose name speaks of stars that they do not have.
    """
    bits = columns.listed
    if rule.stars_least is not None:
        bits &= choose(columns.facets["stars"], [str(each) for each in range(rule.stars_least, 6)])
    if rule.province_code is not None:
        province = find_province_by_code(rule.province_code, Vintage.SINCE_2025_07)
        bits &= choose(columns.facets["province"], [province.slug if province else NOWHERE])
    if rule.group_no is not None:
        group = group_by_number(rule.group_no)
        bits &= choose(columns.facets["group"], [group.slug if group else NOWHERE])
    if rule.is_women_led:
        bits &= _bits(columns, _women_led())
    if rule.recognised_within_days is not None:
        bits &= choose(columns.facets["certified"], ["true"])
        bits &= _bits(columns, _recognised_since(on, rule.recognised_within_days))
    return bits & ~misnamed_positions(columns) & ~_bits(columns, _not_promotable(on))


def rule_of(collection: FeaturedCollection) -> CollectionRule:
    """What the collection asks for."""
    return CollectionRule(
        stars_least=collection.stars_least,
        province_code=collection.province_code,
        group_no=collection.group_no,
        is_women_led=collection.is_women_led,
        recognised_within_days=collection.recognised_within_days,
    )


def list_exclusions(collection_id: int) -> Sequence[CollectionExclusion]:
    """What is left out now, in the order in which it was."""
    return db.session.scalars(
        select(CollectionExclusion)
        .where(CollectionExclusion.collection_id == collection_id, CollectionExclusion.lifted_at.is_(None))
        .options(joinedload(CollectionExclusion.product))
        .order_by(CollectionExclusion.id)
    ).all()


def list_office_collections(actor: Actor) -> list[FeaturedCollection]:
    """What the person may change, the newest first."""
    found = db.session.scalars(select(FeaturedCollection).order_by(FeaturedCollection.id.desc()).limit(500))
    own = (each for each in found if can_run_of_office(actor, each.office_level, each.office_province_code))
    return list(own)[:LISTED_MOST]


def get_office_collection(actor: Actor, collection_id: int) -> FeaturedCollection:
    """A collection that the person may change. Raises CollectionNotFoundError for any other."""
    found = db.session.get(FeaturedCollection, collection_id) if 0 < collection_id <= ID_MAX else None
    if found is None or not can_run_of_office(actor, found.office_level, found.office_province_code):
        raise CollectionNotFoundError(collection_id=collection_id)
    return found


def get_office_exclusion(actor: Actor, collection_id: int, exclusion_id: int) -> CollectionExclusion:
    """An exclusion from a collection that the person may change. Raises CollectionNotFoundError."""
    get_office_collection(actor, collection_id)
    found = db.session.get(CollectionExclusion, exclusion_id) if 0 < exclusion_id <= ID_MAX else None
    if found is None or found.collection_id != collection_id:
        raise CollectionNotFoundError(collection_id=collection_id)
    return found


def is_women_led(producer_id: int) -> bool:
    """Whether the producer says in public that women lead it."""
    return db.session.get(WomenLedStatement, producer_id) is not None


def _shown() -> Select[FeaturedCollection]:
    return select(FeaturedCollection).where(
        FeaturedCollection.published_at.is_not(None), FeaturedCollection.ended_at.is_(None)
    )


def _bits(columns: Columns, product_ids: Sequence[int]) -> int:
    positions = (columns.find_position(each) for each in product_ids)
    return bits_of(each for each in positions if each is not None)


def _women_led() -> Sequence[int]:
    stated = select(WomenLedStatement.producer_id)
    return db.session.scalars(select(Product.id).where(Product.producer_id.in_(stated))).all()


def _recognised_since(on: date, days: int) -> Sequence[int]:
    """Products whose speaking recognition, the latest decided by `on`, is at most `days` days old."""
    return db.session.scalars(
        select(Certification.product_id)
        .where(Certification.decided_on <= on)
        .group_by(Certification.product_id)
        .having(func.max(Certification.decided_on) >= on - timedelta(days=days))
    ).all()


def _not_promotable(on: date) -> list[int]:
    ruled = db.session.scalars(select(Product.id).where(Product.criteria_set.in_(sorted(ruled_sets())))).all()
    terms = list_sale_terms(ruled, on)
    return [each for each in ruled if each in terms and not terms[each].terms.is_promotable]
