"""Listings that producers published, as officers look at them."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.actors import Actor
from catalog.models import Product
from catalog.models.listings import ListingReview, ReviewState
from catalog.queries.office_scope import products_of
from core.db import db

REVIEW_STATES: Final = (*(state.value for state in ReviewState), "all")


def list_reviews(
    actor: Actor, state: str, *, page: int = 1, per_page: int = 50
) -> tuple[list[ListingReview], int]:
    """A page of the newest reviews of listings in the area, the oldest waiting first, and how many there are."""
    newest = select(func.max(ListingReview.id)).group_by(ListingReview.product_id)
    query = (
        select(ListingReview)
        .join(Product, Product.id == ListingReview.product_id)
        .where(ListingReview.id.in_(newest), products_of(actor))
    )
    if state != "all":
        query = query.where(ListingReview.state == state)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = ListingReview.id.asc() if state == ReviewState.WAITING else ListingReview.id.desc()
    found = db.session.scalars(
        query.options(contains_eager(ListingReview.product).options(joinedload(Product.producer)))
        .order_by(order)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(found), total


def count_new_listings(actor: Actor) -> int:
    """How many listings of the area no officer has looked at yet."""
    return list_reviews(actor, ReviewState.WAITING.value, per_page=1)[1]
