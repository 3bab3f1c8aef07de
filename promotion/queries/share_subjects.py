"""What a picture for sharing is of: a product, producer, fair, campaign or collection, judged for a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from catalog.errors import ProducerNotFoundError
from catalog.models import Producer, Product
from catalog.queries.cards import get_cards
from catalog.queries.columns import get_columns
from catalog.queries.pictures import find_picture_file
from catalog.queries.producer import get_producer_page
from catalog.queries.sale_terms import UNRULED, list_sale_terms
from catalog.queries.view_models import ProducerPage, ProductCard
from core.db import db
from core.places import Vintage, find_province_by_code
from promotion.errors.campaigns import CampaignNotFoundError, CollectionNotFoundError
from promotion.models.fairs import Fair
from promotion.queries.campaigns import get_campaign_page
from promotion.queries.collections import get_collection_page
from promotion.queries.star_names import is_misnamed, is_misnamed_maker, told_maker


class SubjectKind(StrEnum):
    """What may be shared with a picture of its own."""

    PRODUCT = "product"
    PRODUCER = "producer"
    FAIR = "fair"
    CAMPAIGN = "campaign"
    COLLECTION = "collection"


PATHS = {
    SubjectKind.PRODUCT: "/products/",
    SubjectKind.PRODUCER: "/producers/",
    SubjectKind.FAIR: "/fairs/",
    SubjectKind.CAMPAIGN: "/campaigns/",
    SubjectKind.COLLECTION: "/collections/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareSubject:
    """All that a picture can say. stars, state: of the recognition that speaks for a product on the day.

    maker: who makes it, or who invites. place: commune and province, or a venue. picture_key: of a photograph of the
    shop. illustration: our drawing where there is none. count: of products. There is never a price.
    """

    kind: SubjectKind
    id: int
    slug: str
    name: str
    name_en: str | None = None
    stars: int | None = None
    state: str | None = None
    maker: str | None = None
    place: str | None = None
    about: str | None = None
    about_en: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    count: int | None = None
    picture_key: str | None = None
    illustration: str = "stall"
    is_demonstration: bool = False
    producer_id: int | None = None

    @property
    def path(self) -> str:
        """Where its page stands, without language."""
        return PATHS[self.kind] + self.slug


def find_share_subject(kind: str, slug: str, on: date) -> ShareSubject | None:
    """What there is to draw of the thing with that address on the day; None where nothing is.

    None also for goods that the law lets nobody promote, while goods are being recalled, and for a name that claims
    stars which are not in force on the day.
    """
    finders = {
        SubjectKind.PRODUCT: _product,
        SubjectKind.PRODUCER: _producer,
        SubjectKind.FAIR: _fair,
        SubjectKind.CAMPAIGN: _campaign,
        SubjectKind.COLLECTION: _collection,
    }
    if kind not in set(SubjectKind):
        return None
    return finders[SubjectKind(kind)](slug, on)


def list_product_subjects(product_ids: list[int], on: date) -> dict[int, ShareSubject]:
    """The same of several listed products, by number; those that may not be shared are left out."""
    cards = get_cards(product_ids, on)
    ids = [card.id for card in cards]
    terms = list_sale_terms(ids, on)
    makers = {
        row.id: row.producer_id
        for row in db.session.execute(select(Product.id, Product.producer_id).where(Product.id.in_(ids)))
    }
    return {
        card.id: _of_card(card, makers.get(card.id))
        for card in cards
        if terms.get(card.id, UNRULED).terms.is_promotable
        and not card.sale.is_stopped
        and not is_misnamed(card)
    }


def find_photograph(key: str) -> str | None:
    """SHA-256 of the JPEG of a photograph that is wide enough to draw from, the largest that pages show."""
    for name in ("960", "640", "320"):
        found = find_picture_file(key, name, "jpeg")
        if found is not None:
            return found.sha256
    return None


def subject_of_page(page: ProducerPage) -> ShareSubject | None:
    """The producer of a page that was read already, None for one whose name speaks of stars."""
    if is_misnamed_maker(page.producer.name):
        return None
    place = page.producer.place
    covers = [card for card in page.products if card.cover]
    drawn = [card.illustration for card in page.products if card.illustration]
    parts = (place.commune, place.province) if place else ()
    return ShareSubject(
        kind=SubjectKind.PRODUCER,
        id=page.producer.id,
        slug=page.producer.slug,
        name=page.producer.name,
        place=", ".join(part for part in parts if part) or None,
        count=len(page.products),
        picture_key=covers[0].cover.key if covers and covers[0].cover else None,
        illustration=drawn[0] if drawn else "basket",
        is_demonstration=page.producer.is_demonstration,
        producer_id=page.producer.id,
    )


def _product(slug: str, on: date) -> ShareSubject | None:
    product_id = get_columns(on).find_id(slug)
    return list_product_subjects([product_id], on).get(product_id) if product_id else None


def _of_card(card: ProductCard, producer_id: int | None) -> ShareSubject:
    return ShareSubject(
        kind=SubjectKind.PRODUCT,
        id=card.id,
        slug=card.slug,
        name=card.name,
        name_en=card.name_en,
        stars=card.stars,
        state=card.state,
        maker=told_maker(card),
        place=card.place_line,
        picture_key=card.cover.key if card.cover else None,
        illustration=card.illustration or "basket",
        is_demonstration=card.is_demonstration,
        producer_id=producer_id,
    )


def _producer(slug: str, on: date) -> ShareSubject | None:
    if db.session.scalar(select(Producer.id).where(Producer.slug == slug)) is None:
        return None
    try:
        return subject_of_page(get_producer_page(slug, on))
    except ProducerNotFoundError:
        return None


def _fair(slug: str, _on: date) -> ShareSubject | None:
    found = db.session.scalar(select(Fair).where(Fair.slug == slug, Fair.published_at.is_not(None)))
    if found is None or found.cancelled_at is not None:
        return None
    return subject_of_fair(found)


def subject_of_fair(fair: Fair) -> ShareSubject:
    """A fair, published or not."""
    province = find_province_by_code(fair.province_code or "", Vintage.SINCE_2025_07)
    return ShareSubject(
        kind=SubjectKind.FAIR,
        id=fair.id,
        slug=fair.slug,
        name=fair.name,
        name_en=fair.name_en,
        maker=fair.organiser_name,
        place=", ".join(part for part in (fair.venue, province.short_name if province else "") if part),
        from_on=fair.starts_on,
        until_on=fair.ends_on,
    )


def _campaign(slug: str, on: date) -> ShareSubject | None:
    try:
        found = get_campaign_page(slug, on).campaign
    except CampaignNotFoundError:
        return None
    return ShareSubject(
        kind=SubjectKind.CAMPAIGN,
        id=found.id,
        slug=found.slug,
        name=found.name,
        name_en=found.name_en,
        about=found.summary,
        about_en=found.summary_en,
        from_on=found.from_on,
        until_on=found.until_on,
    )


def _collection(slug: str, on: date) -> ShareSubject | None:
    try:
        page = get_collection_page(slug, on)
    except CollectionNotFoundError:
        return None
    found = page.collection
    cards = get_cards(page.product_ids[:1], on)
    cover = cards[0].cover if cards else None
    return ShareSubject(
        kind=SubjectKind.COLLECTION,
        id=found.id,
        slug=found.slug,
        name=found.title,
        name_en=found.title_en,
        about=found.criteria,
        about_en=found.criteria_en,
        picture_key=cover.key if cover else None,
        illustration=(cards[0].illustration if cards else None) or "stall",
    )
