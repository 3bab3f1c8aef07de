"""What a shopper keeps: favourites and producers followed. Those of others are not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from catalog.errors import ProducerNotFoundError
from catalog.models import Producer, Product
from catalog.models.shoppers import Favourite, Follow
from core.db import db

SHOWN_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class FollowedProducer:
    """A producer that a person follows. product_count: listed products."""

    id: int
    slug: str
    name: str
    product_count: int


def get_producer(slug: str) -> Producer:
    """The producer with that slug. Raises ProducerNotFoundError (with `slug`)."""
    found = db.session.scalar(select(Producer).where(Producer.slug == slug))
    if found is None:
        raise ProducerNotFoundError(slug=slug)
    return found


def list_favourite_ids(user_id: int) -> list[int]:
    """Ids of the products that the person keeps, the latest first."""
    own = select(Favourite.product_id).where(Favourite.user_id == user_id)
    return list(db.session.scalars(own.order_by(Favourite.id.desc()).limit(SHOWN_MOST)))


def is_favourite(user_id: int, product_id: int) -> bool:
    """Whether the person keeps the product."""
    own = (Favourite.user_id == user_id, Favourite.product_id == product_id)
    return db.session.scalar(select(Favourite.id).where(*own)) is not None


def is_following(user_id: int, producer_id: int) -> bool:
    """Whether the person follows the producer."""
    own = (Follow.user_id == user_id, Follow.producer_id == producer_id)
    return db.session.scalar(select(Follow.id).where(*own)) is not None


def list_follower_ids(producer_id: int) -> Sequence[int]:
    """Who follows the producer, by number."""
    return db.session.scalars(
        select(Follow.user_id).where(Follow.producer_id == producer_id).order_by(Follow.user_id)
    ).all()


def list_followed_producers(user_id: int) -> list[FollowedProducer]:
    """The producers that the person follows, the latest first."""
    listed = func.count(Product.id)
    rows = db.session.execute(
        select(Producer.id, Producer.slug, Producer.name, listed)
        .join(Follow, Follow.producer_id == Producer.id)
        .outerjoin(Product, (Product.producer_id == Producer.id) & Product.is_listed)
        .where(Follow.user_id == user_id)
        .group_by(Producer.id, Producer.slug, Producer.name, Follow.id)
        .order_by(Follow.id.desc())
        .limit(SHOWN_MOST)
    )
    return [FollowedProducer(*row) for row in rows]
