"""Listings among the things to do: what an office wants changed, what is not published yet, what runs out."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Product, Variant
from catalog.models.listings import ListingDraft, ListingReview, ReviewState, StockMovement
from catalog.queries.todo_cards import Todo
from core.db import db

LOW_STOCK: Final = 5
"""From so few packs on the shop says how many are left (templates/components/stock_line.html)."""

EVERYBODY: Final = frozenset({"owner", "editor", "packer"})
_ASKING: Final = {
    ReviewState.TAKEN_DOWN: "listing_taken_down",
    ReviewState.CHANGES_ASKED: "listing_changes_asked",
}


def listing_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """A card for each listing that an office speaks of, one for drafts, one for packs that run out."""
    yield from _reviews(producer_id)
    yield from _drafts(producer_id)
    yield from _low_stock(producer_id)


def _reviews(producer_id: int) -> Iterator[Todo]:
    newest = select(func.max(ListingReview.id)).group_by(ListingReview.product_id)
    rows = db.session.execute(
        select(ListingReview.state, ListingReview.decided_at, Product.id, Product.name)
        .join(Product, Product.id == ListingReview.product_id)
        .where(
            ListingReview.id.in_(newest),
            ListingReview.state.in_([state.value for state in _ASKING]),
            Product.producer_id == producer_id,
        )
    )
    for row in rows:
        state = ReviewState(row.state)
        yield Todo(
            kind=_ASKING[state],
            path=f"/products/{row.id}",
            noted_at=row.decided_at,
            name=row.name,
            is_urgent=state is ReviewState.TAKEN_DOWN,
        )


def _drafts(producer_id: int) -> Iterator[Todo]:
    rows = db.session.execute(
        select(Product.id, Product.name, ListingDraft.opened_at)
        .join(ListingDraft, ListingDraft.product_id == Product.id)
        .where(Product.producer_id == producer_id, ListingDraft.closed_at.is_(None))
        .order_by(ListingDraft.opened_at.desc())
    ).all()
    if rows:
        path = f"/products/{rows[0].id}" if len(rows) == 1 else "/products"
        yield Todo(
            kind="listing_drafts", path=path, noted_at=rows[0].opened_at, count=len(rows), name=rows[0].name
        )


def _low_stock(producer_id: int) -> Iterator[Todo]:
    moved = func.max(StockMovement.moved_at)
    available = (Variant.on_hand - Variant.reserved).label("available")
    rows = db.session.execute(
        select(Product.name, Variant.label, available, Product.recorded_at, moved.label("moved_at"))
        .join(Variant, Variant.product_id == Product.id)
        .outerjoin(StockMovement, StockMovement.variant_id == Variant.id)
        .where(
            Product.producer_id == producer_id,
            Product.is_for_sale,
            func.coalesce(Product.group_no, 0) != SERVICE_GROUP_NUMBER,
            Variant.withdrawn_at.is_(None),
            Variant.on_hand - Variant.reserved <= LOW_STOCK,
        )
        .group_by(
            Variant.id, Product.name, Variant.label, Variant.on_hand, Variant.reserved, Product.recorded_at
        )
        .order_by(available.desc(), Variant.id)
    ).all()
    if rows:
        first = rows[0]
        noted_at: datetime = max(row.moved_at or row.recorded_at for row in rows)
        yield Todo(
            kind="stock_low",
            path="/stock",
            noted_at=noted_at,
            count=len(rows),
            name=f"{first.name} {first.label} ({first.available})",
            roles=EVERYBODY,
        )
