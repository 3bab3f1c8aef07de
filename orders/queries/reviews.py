"""Reviews: of a product for everybody, of a producer, and those that wait for a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import ID_MAX, db
from orders.errors import ReviewNotFoundError
from orders.models.reviews import Review, ReviewPicture
from orders.review_rules import ReviewState

SHOWN_MOST: Final = 3
"""On the page of a product; the latest."""
PER_PAGE: Final = 20
LISTED_MOST: Final = 200
_REVIEW = Review.__table__.c
_SHOWN: Final = (
    select(
        _REVIEW.id,
        _REVIEW.author,
        _REVIEW.rating,
        _REVIEW.text,
        _REVIEW.published_at,
        _REVIEW.reply,
        _REVIEW.replied_at,
        func.count().over().label("review_count"),
        func.sum(_REVIEW.rating).over().label("rating_sum"),
    )
    .where(_REVIEW.product_id == bindparam("product_id"), _REVIEW.state == ReviewState.PUBLISHED.value)
    .order_by(_REVIEW.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("start"))
)


@dataclass(frozen=True, slots=True)
class PictureView:
    """A photograph of a review."""

    position: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What everybody sees of a review."""

    id: int
    author: str
    rating: int
    text: str
    published_at: datetime
    reply: str | None
    replied_at: datetime | None
    pictures: tuple[PictureView, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductReviews:
    """How a product is judged. count: of all; average: their mean in tenths, rounded half up (46 is 4.6)."""

    count: int
    average_tenths: int
    latest: tuple[ReviewView, ...]

    @property
    def average(self) -> float:
        return self.average_tenths / 10


NONE: Final = ProductReviews(0, 0, ())


def get_product_reviews(product_id: int, *, most: int = SHOWN_MOST, start: int = 0) -> ProductReviews:
    """Number, mean and the latest reviews of a product, `most` from `start` on. One statement, no photographs."""
    rows = db.session.execute(_SHOWN, {"product_id": product_id, "most": most, "start": start}).all()
    if not rows:
        return NONE
    count, total = rows[0].review_count, int(rows[0].rating_sum)
    return ProductReviews(
        count,
        (total * 20 + count) // (count * 2),
        tuple(
            ReviewView(row.id, row.author, row.rating, row.text, row.published_at, row.reply, row.replied_at)
            for row in rows
        ),
    )


def list_pictures(review_ids: Sequence[int]) -> dict[int, tuple[PictureView, ...]]:
    """The photographs of some reviews, by number of the review. One statement."""
    rows = db.session.execute(
        select(ReviewPicture.review_id, ReviewPicture.position, ReviewPicture.width, ReviewPicture.height)
        .where(ReviewPicture.review_id.in_(review_ids))
        .order_by(ReviewPicture.review_id, ReviewPicture.position)
    )
    found: dict[int, tuple[PictureView, ...]] = {}
    for row in rows:
        found[row.review_id] = (*found.get(row.review_id, ()), PictureView(*row[1:]))
    return found


def find_shown_picture(review_id: int, position: int) -> str | None:
    """The file of a photograph of a review that everybody sees."""
    if max(review_id, position) > ID_MAX:
        return None
    return db.session.scalar(
        select(ReviewPicture.sha256)
        .join(Review, Review.id == ReviewPicture.review_id)
        .where(
            Review.id == review_id,
            Review.state == ReviewState.PUBLISHED.value,
            ReviewPicture.position == position,
        )
    )


def list_producer_reviews(producer_id: int) -> Sequence[Review]:
    """Published reviews of the producer's goods: those without an answer first, then the latest."""
    rows = (
        select(Review)
        .where(Review.producer_id == producer_id, Review.state == ReviewState.PUBLISHED.value)
        .options(joinedload(Review.product), selectinload(Review.pictures))
        .order_by(Review.reply.is_not(None), Review.id.desc())
        .limit(LISTED_MOST)
    )
    return db.session.scalars(rows).all()


def get_producer_review(producer_id: int, review_id: int) -> Review:
    """A published review of that producer's goods. Raises ReviewNotFoundError."""
    found = db.session.scalar(
        select(Review).where(
            Review.id == min(review_id, ID_MAX),
            Review.producer_id == producer_id,
            Review.state == ReviewState.PUBLISHED.value,
        )
    )
    if found is None:
        raise ReviewNotFoundError(review_id=review_id)
    return found


def list_reviews(state: ReviewState) -> Sequence[Review]:
    """Reviews in a state, for officials; the latest first."""
    rows = (
        select(Review)
        .where(Review.state == state.value)
        .options(joinedload(Review.product), joinedload(Review.producer), selectinload(Review.pictures))
        .order_by(Review.id.desc())
        .limit(LISTED_MOST)
    )
    return db.session.scalars(rows).all()


def get_review(review_id: int) -> Review:
    """A review in any state. Raises ReviewNotFoundError."""
    found = db.session.get(Review, review_id) if review_id <= ID_MAX else None
    if found is None:
        raise ReviewNotFoundError(review_id=review_id)
    return found
