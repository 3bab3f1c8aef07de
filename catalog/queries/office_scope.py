"""What lies in an officer's area: conditions for SELECTs, so that what is outside is never read.

A product lies where its own place is, else where its producer's is; places are those of today. What has no known place
only the nation's officers see.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from accounts.actors import Actor, Post
from accounts.errors import NotYoursError
from catalog.models import Certification, Place, Producer, Product, RenewalDossier
from core.db import db

_MAKER: Final = aliased(Producer)
_SITE: Final = aliased(Place)


def places_of(actor: Actor) -> ColumnElement[bool]:
    """Whether a row of `place` lies in the area of one of the posts of `actor`."""
    return or_(false(), *(_covered(post, Place) for post in actor.posts))


def products_of(actor: Actor) -> ColumnElement[bool]:
    """Whether a row of `product` lies in the area of one of the posts of `actor`."""
    if _is_national(actor):
        return true()
    return Product.id.in_(
        select(Product.id)
        .select_from(Product)
        .outerjoin(_MAKER, _MAKER.id == Product.producer_id)
        .join(_SITE, _SITE.id == func.coalesce(Product.place_id, _MAKER.place_id))
        .where(or_(false(), *(_covered(post, _SITE) for post in actor.posts)))
        .correlate(None)
    )


def producers_of(actor: Actor) -> ColumnElement[bool]:
    """Whether a row of `producer` lies in the area, or makes a product that does."""
    if _is_national(actor):
        return true()
    at_home = select(Place.id).where(places_of(actor)).correlate(None)
    makers = select(Product.producer_id).where(
        products_of(actor), Product.place_id.is_not(None), Product.producer_id.is_not(None)
    )
    return or_(Producer.place_id.in_(at_home), Producer.id.in_(makers.correlate(None)))


def get_office_product(actor: Actor, product_id: int) -> Product:
    """The product, listed or not, if it lies in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(select(Product).where(Product.id == product_id, products_of(actor)))
    if found is None:
        raise NotYoursError(product_id=product_id)
    return found


def get_office_products(actor: Actor, product_ids: Iterable[int]) -> list[Product]:
    """The products in the order of `product_ids`. Raises NotYoursError if one is not in the area."""
    wanted = list(dict.fromkeys(product_ids))
    found = {
        each.id: each
        for each in db.session.scalars(select(Product).where(Product.id.in_(wanted), products_of(actor)))
    }
    if len(found) != len(wanted):
        raise NotYoursError(product_ids=[each for each in wanted if each not in found])
    return [found[each] for each in wanted]


def get_office_producer(actor: Actor, producer_id: int) -> Producer:
    """The producer, if it or one of its products lies in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(select(Producer).where(Producer.id == producer_id, producers_of(actor)))
    if found is None:
        raise NotYoursError(producer_id=producer_id)
    return found


def get_office_certification(actor: Actor, certification_id: int) -> Certification:
    """The recognition of a product in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(
        select(Certification)
        .join(Certification.product)
        .where(Certification.id == certification_id, products_of(actor))
    )
    if found is None:
        raise NotYoursError(certification_id=certification_id)
    return found


def get_office_dossier(actor: Actor, dossier_id: int) -> RenewalDossier:
    """The renewal dossier of a product in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(
        select(RenewalDossier)
        .join(RenewalDossier.certification)
        .join(Certification.product)
        .where(RenewalDossier.id == dossier_id, products_of(actor))
    )
    if found is None:
        raise NotYoursError(dossier_id=dossier_id)
    return found


def place_of_product(product: Product) -> Place | None:
    """Where the product is made: its own place, else its producer's."""
    if product.place is not None:
        return product.place
    return product.producer.place if product.producer is not None else None


def province_of(product: Product) -> str | None:
    """Code of today's province in which the product is made; None if that is not known."""
    place = place_of_product(product)
    return place.current_province_code if place is not None else None


def _is_national(actor: Actor) -> bool:
    return any(post.level == "nation" for post in actor.posts)


def _covered(post: Post, place: type[Place]) -> ColumnElement[bool]:
    """The same rule as `Post.covers`, as a condition."""
    if post.level == "nation":
        return true()
    in_province = place.current_province_code == post.province_code
    if post.level == "province":
        return in_province
    return and_(in_province, place.current_commune_code == post.commune_code)
