"""Taking a change of a listing back: a new change that restores what was there before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from accounts.actors import Actor
from catalog.errors import ChangeNotFoundError, ListingClashError
from catalog.models import Product
from catalog.models.listings import ChangeKind, ProductChange
from catalog.operations.listing_fields import listing_facts
from catalog.operations.listings import Clash, Telling, change_listing, lock_listing
from core.db import db

UNDOABLE: Final = frozenset({ChangeKind.EDIT, ChangeKind.UNDO})


def undo_change(
    product: Product, change_id: int, *, by: Actor, now: datetime, is_confirmed: bool = False
) -> ProductChange | None:
    """Restore what the change found; None if all of it is so already (it was sent twice).

    is_confirmed: also fields that were changed again since; else ListingClashError tells them. Raises
    ChangeNotFoundError if the product has no such change, InvalidListingError where the old value may no longer be
    (a GTIN that another pack has by now, a pack that was taken off since). After an error nothing has changed.
    """
    lock_listing(product)
    undone = db.session.scalar(
        select(ProductChange).where(ProductChange.id == change_id, ProductChange.product_id == product.id)
    )
    if undone is None or undone.kind not in UNDOABLE:
        raise ChangeNotFoundError(product_id=product.id, change_id=change_id)
    present = listing_facts(product)
    if all(present.get(field) == value for field, value in undone.before.items()):
        return None
    if not is_confirmed:
        _require_untouched(undone, present)
    return change_listing(
        product,
        _changes_back(undone.before, undone.after),
        by=by,
        now=now,
        telling=Telling(ChangeKind.UNDO, undone.id),
        restoring=_withdrawn_by(undone),
    )


def _require_untouched(undone: ProductChange, present: Mapping[str, Any]) -> None:
    clashes = tuple(
        Clash(field, value, present.get(field))
        for field, value in undone.after.items()
        if present.get(field) != value
    )
    if clashes:
        raise ListingClashError(clashes=clashes)


def _withdrawn_by(undone: ProductChange) -> set[int]:
    """Packs that the change took off sale: only these come back when it is undone."""
    return {
        int(field.split(".")[1])
        for field, label in undone.before.items()
        if field.startswith("variant.") and field.endswith(".label")
        if label is not None and undone.after.get(field) is None
    }


def _changes_back(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Flat facts as `change_listing` takes them. A pack that the change brought is withdrawn."""
    changes: dict[str, Any] = {}
    variants: dict[int, Any] = {}
    for field, value in before.items():
        if not field.startswith("variant."):
            changes[field] = value
            continue
        _, number, name = field.split(".")
        if before.get(f"variant.{number}.label", "") is None and after.get(f"variant.{number}.label"):
            variants[int(number)] = None
        else:
            variants.setdefault(int(number), {})[name] = value
    if variants:
        changes["variants"] = variants
    return changes
