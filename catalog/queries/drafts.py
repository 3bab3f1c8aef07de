"""Drafts of listings, and what was done to a listing, for the workspace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.errors import DraftNotFoundError
from catalog.models import Product, Variant
from catalog.models.listings import (
    ListingDraft,
    ListingReview,
    ProductChange,
    ProductSeason,
    StockMovement,
    StockReason,
)
from core.db import db

HISTORY_MOST: Final = 100
"""Entries of a history that are shown; older ones stay on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that was done to a listing. change_id: None for a count of stock. fields: (name, before, after).

    by: None for the program itself, "" for a person who has left. assisted_for: who let an assisting officer in.
    """

    at: datetime
    kind: str
    by: str | None
    assisted_for: str | None
    change_id: int | None
    fields: tuple[tuple[str, Any, Any], ...]
    is_undoable: bool


def find_draft(product_id: int) -> ListingDraft | None:
    """The draft that is open for the product, with its fields, or None."""
    return db.session.scalar(
        select(ListingDraft)
        .where(ListingDraft.product_id == product_id, ListingDraft.closed_at.is_(None))
        .options(selectinload(ListingDraft.fields))
    )


def get_draft(product_id: int) -> ListingDraft:
    """The draft that is open for the product. Raises DraftNotFoundError."""
    draft = find_draft(product_id)
    if draft is None:
        raise DraftNotFoundError(product_id=product_id)
    return draft


def last_closed_draft(product_id: int) -> int:
    """Number of the draft that was published or thrown away last, 0 if none was: whoever typed before is of another."""
    query = select(func.max(ListingDraft.id)).where(
        ListingDraft.product_id == product_id, ListingDraft.closed_at.is_not(None)
    )
    return db.session.scalar(query) or 0


def drafted_ids(product_ids: Collection[int]) -> set[int]:
    """Those of the products for which a draft is open."""
    query = select(ListingDraft.product_id).where(
        ListingDraft.product_id.in_(product_ids), ListingDraft.closed_at.is_(None)
    )
    return set(db.session.scalars(query))


def newest_reviews(product_ids: Collection[int]) -> dict[int, ListingReview]:
    """The review that speaks for each of the products that has one."""
    query = select(ListingReview).where(ListingReview.product_id.in_(product_ids)).order_by(ListingReview.id)
    return {review.product_id: review for review in db.session.scalars(query)}


def find_months(product_id: int) -> int | None:
    """The months in which the product is sold (`catalog.seasons`), None for all the year."""
    return db.session.scalar(select(ProductSeason.months).where(ProductSeason.product_id == product_id))


def last_counts(variant_ids: Collection[int]) -> dict[int, int]:
    """For each of the packs the last number of packs above zero that was on its shelf, if one is known."""
    query = (
        select(StockMovement)
        .where(StockMovement.variant_id.in_(variant_ids), StockMovement.on_hand_before > 0)
        .order_by(StockMovement.id)
    )
    return {movement.variant_id: movement.on_hand_before for movement in db.session.scalars(query)}


def list_history(product: Product) -> tuple[HistoryEntry, ...]:
    """What was done to `product`, the newest first; at most a hundred entries. Two statements."""
    entries = [_of_change(change) for change in _changes(product.id)]
    entries += [_of_count(movement) for movement in _movements(product.id)]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)[:HISTORY_MOST])


def _changes(product_id: int) -> list[ProductChange]:
    query = (
        select(ProductChange)
        .where(ProductChange.product_id == product_id)
        .order_by(ProductChange.id.desc())
        .limit(HISTORY_MOST)
        .options(joinedload(ProductChange.by), joinedload(ProductChange.assisted_for))
    )
    return list(db.session.scalars(query))


def _movements(product_id: int) -> list[StockMovement]:
    query = (
        select(StockMovement)
        .join(Variant, Variant.id == StockMovement.variant_id)
        .where(Variant.product_id == product_id, StockMovement.reason == StockReason.COUNT.value)
        .order_by(StockMovement.id.desc())
        .limit(HISTORY_MOST)
        .options(joinedload(StockMovement.variant), joinedload(StockMovement.by))
    )
    return list(db.session.scalars(query))


def _of_change(change: ProductChange) -> HistoryEntry:
    fields = tuple((name, change.before.get(name), value) for name, value in sorted(change.after.items()))
    return HistoryEntry(
        at=change.changed_at,
        kind=change.kind,
        by=(change.by.name or "") if change.by else None,
        assisted_for=(change.assisted_for.name or "") if change.assisted_for else None,
        change_id=change.id,
        fields=fields,
        is_undoable=change.kind in ("edit", "undo"),
    )


def _of_count(movement: StockMovement) -> HistoryEntry:
    return HistoryEntry(
        at=movement.moved_at,
        kind="stock",
        by=(movement.by.name or "") if movement.by else None,
        assisted_for=None,
        change_id=None,
        fields=((movement.variant.label, movement.on_hand_before, movement.on_hand_after),),
        is_undoable=False,
    )
