"""What a person did to listings, for the person's archive; and the end of texts that were taken over long ago.

Listings belong to the producer: of an erased person the rows stay, without a name, as the law on goods and the audit
trail need them. Source: `core.personal_data`.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from catalog.models import Product, Variant
from catalog.models.listings import DraftField, ListingDraft, ProductChange, StockMovement
from catalog.operations.drafts import prune_drafts
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, kept_for, personal_data

DRAFTS_KEPT: Final = timedelta(days=30)
"""Texts of closed drafts: long enough to look into a complaint (docs/listings.md)."""


@personal_data("catalog.listing_changes", _("What you changed of products"))
class ListingChanges(NoFiles):
    """Changes and counts with their days; what a listing said is the producer's."""

    def export(self, user_id: int) -> Any:
        changes = db.session.execute(
            select(Product.name, ProductChange.kind, ProductChange.changed_at)
            .join(ProductChange, ProductChange.product_id == Product.id)
            .where(ProductChange.by_id == user_id)
            .order_by(ProductChange.id)
        )
        counts = db.session.execute(
            select(Product.name, StockMovement.on_hand_after, StockMovement.moved_at)
            .join(Variant, Variant.product_id == Product.id)
            .join(StockMovement, StockMovement.variant_id == Variant.id)
            .where(StockMovement.by_id == user_id)
            .order_by(StockMovement.id)
        )
        return {
            "changes": [
                {"product": row.name, "what": row.kind, "at": row.changed_at.isoformat()} for row in changes
            ],
            "counts": [
                {"product": row.name, "packs": row.on_hand_after, "at": row.moved_at.isoformat()}
                for row in counts
            ],
        }

    def erase(self, user_id: int, now: datetime) -> None:
        """Nothing: the rows name a number, and who it was is erased with the account."""


@kept_for("catalog.closed_drafts", DRAFTS_KEPT)
class ClosedDrafts:
    """What was typed into drafts that are closed."""

    def count_older(self, before: datetime) -> int:
        query = (
            select(func.count())
            .select_from(DraftField)
            .join(ListingDraft, ListingDraft.id == DraftField.draft_id)
            .where(ListingDraft.closed_at < before)
        )
        return db.session.scalar(query) or 0

    def delete_older(self, before: datetime) -> int:
        return prune_drafts(before)
