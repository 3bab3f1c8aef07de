"""Putting a listing into the shop and taking it out again; what officers make of new ones."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import (
    ListingIncompleteError,
    ListingReviewedError,
    ListingTakenDownError,
    OwnProducerError,
)
from catalog.models import Product
from catalog.models.listings import ChangeKind, ListingReview, ProductChange, ReviewState
from catalog.operations.listing_fields import is_recorded
from catalog.operations.listings import lock_listing, province_of, record_change
from catalog.operations.text_checks import required_line
from catalog.permissions.office import has_part
from core.db import db
from core.jobs.queue import enqueue

ANNOUNCEMENT: Final = "catalog.announce_listing"
REASON_MAX: Final = 1_000
_HIDING: Final = frozenset({ReviewState.TAKEN_DOWN})
_ASKED_ALREADY: Final = frozenset({ReviewState.WAITING, ReviewState.SEEN})


def missing_for_shop(product: Product) -> tuple[str, ...]:
    """What the shop needs and `product` lacks, by field; empty if it may be published.

    The least: who sells it and from where, what it is, and a pack with a price. A service may have prices on request.
    """
    missing = [] if product.group_no else ["criteria_set"]
    if product.producer is None or product.producer.place is None:
        missing.append("address")
    if not product.is_service and not product.variants:
        missing.append("variants")
    if not product.is_service and any(variant.price_vnd is None for variant in product.variants):
        missing.append("price_vnd")
    return tuple(missing)


def publish_listing(product: Product, *, by: Actor, now: datetime) -> ProductChange | None:
    """Offer `product` in the shop; None if it is offered already.

    The officers of its area find it among the new listings, followers of the producer are told. Raises
    ListingTakenDownError while an officer's decision stands, ListingIncompleteError if the shop's least is missing;
    then nothing has changed.
    """
    lock_listing(product)
    review = newest_review(product.id)
    if review is not None and review.state in _HIDING:
        raise ListingTakenDownError(product_id=product.id, reason=review.reason)
    missing = missing_for_shop(product)
    if missing:
        raise ListingIncompleteError(product_id=product.id, missing=missing)
    if product.is_listed and product.is_for_sale:
        return None
    change = _offer(product, ChangeKind.PUBLISH, is_listed=True, is_for_sale=True, by=by, now=now)
    if review is None or review.state not in _ASKED_ALREADY:
        db.session.add(ListingReview(product_id=product.id, state=ReviewState.WAITING, asked_at=now))
        db.session.flush()
    enqueue(ANNOUNCEMENT, key=str(product.id), now=now, product_id=product.id)
    return change


def unpublish_listing(product: Product, *, by: Actor, now: datetime) -> ProductChange | None:
    """Take `product` off sale; None if it is. An entry of the register stays in the register."""
    lock_listing(product)
    if not product.is_for_sale:
        return None
    return _offer(
        product, ChangeKind.UNPUBLISH, is_listed=is_recorded(product), is_for_sale=False, by=by, now=now
    )


def decide_review(
    product: Product, state: ReviewState, *, reason: str | None, by: Actor, now: datetime
) -> ListingReview:
    """Record what an officer made of the listing of `product`: the one that waits is decided, else a row is added.

    `taken_down` takes it off sale until it is `lifted`, and nothing else is decided meanwhile; that, and asking for
    changes, needs a reason. Raises InvalidFactError without one, ListingReviewedError if another officer took it down
    or lifted that before, OwnProducerError for whoever works for its producer; then nothing has changed.
    """
    if state is ReviewState.WAITING:
        raise ValueError(state)
    if has_part(by, product.producer_id):
        raise OwnProducerError(subject=f"product:{product.id}")
    needs_reason = state in {ReviewState.TAKEN_DOWN, ReviewState.CHANGES_ASKED}
    told = required_line("reason", reason or "", REASON_MAX) if needs_reason or reason else None
    lock_listing(product)
    review = newest_review(product.id)
    before = review.state if review is not None else None
    if (before == ReviewState.TAKEN_DOWN) != (state is ReviewState.LIFTED):
        raise ListingReviewedError(product_id=product.id, state=before)
    if review is None or before != ReviewState.WAITING:
        review = ListingReview(product_id=product.id, asked_at=now, state=state)
        db.session.add(review)
    review.state, review.reason = state, told
    review.decided_by_id, review.decided_at = by.user_id, now
    db.session.flush()
    record_act(
        f"catalog.review_listing_{state}",
        by=by,
        subject=f"product:{product.id}",
        before={"state": before},
        after={"state": state.value, "review": review.id},
        reason=told,
        producer_id=product.producer_id,
        province_code=province_of(product),
        now=now,
    )
    if state is ReviewState.TAKEN_DOWN:
        unpublish_listing(product, by=by, now=now)
    return review


def newest_review(product_id: int) -> ListingReview | None:
    """The row that speaks for the listing, None if it was never published."""
    return db.session.scalar(
        select(ListingReview)
        .where(ListingReview.product_id == product_id)
        .order_by(ListingReview.id.desc())
        .limit(1)
    )


def _offer(
    product: Product, kind: ChangeKind, *, is_listed: bool, is_for_sale: bool, by: Actor, now: datetime
) -> ProductChange:
    before = {"is_listed": product.is_listed, "is_for_sale": product.is_for_sale}
    product.is_listed, product.is_for_sale = is_listed, is_for_sale
    after = {"is_listed": is_listed, "is_for_sale": is_for_sale}
    return record_change(product, kind, before=before, after=after, by=by, now=now)
