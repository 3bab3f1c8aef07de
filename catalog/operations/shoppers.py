"""Favourites and followed producers, and the news that followers asked for."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.models import User
from accounts.operations.notices import notify_user
from catalog.errors import TooManyKeptError
from catalog.models import Producer, Product
from catalog.models.shoppers import Announcement, Favourite, Follow
from catalog.queries.shoppers import list_follower_ids
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking

KEPT_MAX: Final = 200
"""Favourites, and producers followed, of one person (docs/limits.md)."""
NEWS_EVERY: Final = timedelta(days=1)
"""Followers hear of one producer at most so often, however much it publishes."""


def keep_favourite(product: Product, *, by: Actor, now: datetime) -> None:
    """Let `by` keep the product in mind; twice is once. Raises TooManyKeptError."""
    _refuse_too_many(Favourite, by)
    _add_once(Favourite(user_id=by.user_id, product_id=product.id, created_at=now))


def drop_favourite(product_id: int, *, by: Actor) -> None:
    """Let `by` keep the product no longer; harmless if it was not kept."""
    own = (Favourite.user_id == by.user_id, Favourite.product_id == product_id)
    db.session.execute(delete(Favourite).where(*own))


def follow_producer(producer: Producer, *, by: Actor, now: datetime) -> None:
    """Let `by` hear of the producer's new listings; twice is once. Raises TooManyKeptError."""
    _refuse_too_many(Follow, by)
    _add_once(Follow(user_id=by.user_id, producer_id=producer.id, created_at=now))


def unfollow_producer(producer_id: int, *, by: Actor) -> None:
    """Let `by` hear of the producer no longer; harmless if that was so."""
    own = (Follow.user_id == by.user_id, Follow.producer_id == producer_id)
    db.session.execute(delete(Follow).where(*own))


def announce_listing(product: Product, now: datetime) -> int:
    """Tell the followers of its producer that `product` is new; how many were told.

    A product is announced once in its life, and of one producer followers hear at most once a day. Nothing is told of
    a product that is not offered (any more).
    """
    if not (product.is_listed and product.is_for_sale) or product.producer is None:
        return 0
    producer, had_news = product.producer, _had_news(product.producer_id, now)
    if not _add_once(Announcement(product_id=product.id, announced_at=now)) or had_news:
        return 0
    follower_ids = list_follower_ids(producer.id)
    for user_id in follower_ids:
        with speaking(db.session.get_one(User, user_id).language):
            subject = _("New from %(producer)s", producer=producer.name)
            text = _(
                "%(producer)s now offers %(product)s. You follow this producer; your account page ends that.",
                producer=producer.name,
                product=product.name,
            )
        notify_user(user_id, subject, text, now=now)
    return len(follower_ids)


def _add_once(row: Favourite | Follow | Announcement) -> bool:
    """Whether the row is new; a constraint says that it was there already, perhaps since a moment ago."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def _had_news(producer_id: int | None, now: datetime) -> bool:
    latest = (
        select(func.max(Announcement.announced_at))
        .join(Product, Product.id == Announcement.product_id)
        .where(Product.producer_id == producer_id)
    )
    announced_at = db.session.scalar(latest)
    return announced_at is not None and now - announced_at < NEWS_EVERY


def _refuse_too_many(kind: Any, by: Actor) -> None:
    count = db.session.scalar(select(func.count()).where(kind.user_id == by.user_id)) or 0
    if count >= KEPT_MAX:
        raise TooManyKeptError(most=KEPT_MAX)
