"""Changing a listing: one way for the workspace, the table of prices, files and programs.

Every change leaves a row of history with what was there before and after, an entry of the audit trail that names the
fields only, and a fresh `search_text`. Nothing here touches recognitions, certificates or sources.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.actors import Actor
from accounts.models import Membership
from accounts.operations.audit import record_act
from catalog.errors import InvalidListingError, ListingClashError
from catalog.models import Product, Variant
from catalog.models.listings import ChangeKind, ProductChange, ProductLabel, ProductSeason
from catalog.operations.listing_fields import (
    LABEL_CHECKS,
    PRODUCT_CHECKS,
    Changes,
    checked_changes,
    listing_facts,
)
from catalog.operations.products import refresh_search_text
from catalog.operations.stock import count_stock
from catalog.operations.webhook_news import tell_of_change
from core.db import db


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else changed meanwhile. seen: when the form was opened. present: on record now."""

    field: str
    seen: Any
    present: Any


@dataclass(frozen=True, slots=True)
class Telling:
    """How a change is told of in the history. undoes_id: the change that it takes back."""

    kind: ChangeKind = ChangeKind.EDIT
    undoes_id: int | None = None


def change_listing(
    product: Product,
    changes: Changes,
    *,
    by: Actor | None,
    now: datetime,
    expected: Mapping[str, Any] | None = None,
    telling: Telling | None = None,
    restoring: Collection[int] = (),
) -> ProductChange | None:
    """Give `product` the facts of `changes`; None, and no row of history, if it has them all already.

    changes: field to value, only those of `listing_fields.FIELDS`. «variants» maps the id of an own pack (or any text,
    for a new one) to its fields, or to None, which takes the pack off sale. expected: flat facts
    (`listing_fields.listing_facts`) as the person saw them; who would overwrite another's later change gets
    ListingClashError. restoring: packs that were taken off sale and come back with this change; nothing else does that.
    Raises InvalidListingError with all faults. After an error nothing has changed.
    """
    lock_listing(product)
    cleaned, faults = checked_changes(product, changes, restoring=restoring)
    if faults:
        first = faults[0]
        raise InvalidListingError(
            field=first.field,
            value=first.value,
            reason=first.reason,
            variant=first.variant,
            faults=tuple(faults),
        )
    before = listing_facts(product)
    _require_as_seen(before, expected)
    _apply(product, cleaned, by, now)
    return _note(product, before, by=by, now=now, telling=telling or Telling())


def lock_listing(product: Product) -> None:
    """Let nobody else change `product` or its packs before this transaction ends, and read them afresh.

    SQLite has one writer anyway; PostgreSQL locks the product's row.
    """
    db.session.refresh(product, with_for_update={"of": Product})
    db.session.scalars(
        select(Variant).where(Variant.product_id == product.id).execution_options(populate_existing=True)
    ).all()
    db.session.expire(product, ["variants"])


def record_change(
    product: Product,
    kind: ChangeKind,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: Actor | None,
    now: datetime,
    undoes_id: int | None = None,
) -> ProductChange:
    """Add a row to the history of `product`, and one to the audit trail that names only the fields."""
    change = ProductChange(
        product_id=product.id,
        kind=kind,
        before=dict(before),
        after=dict(after),
        undoes_id=undoes_id,
        by_id=by.user_id if by else None,
        assisted_for_id=assisted_for(by, product.producer_id),
        changed_at=now,
    )
    db.session.add(change)
    db.session.flush()
    record_act(
        f"catalog.{_VERBS[kind]}",
        by=by,
        subject=f"product:{product.id}",
        after={"change": change.id, "fields": sorted(after)},
        producer_id=product.producer_id,
        province_code=province_of(product),
        now=now,
    )
    tell_of_change(product, kind, after, now=now)
    return change


def assisted_for(by: Actor | None, producer_id: int | None) -> int | None:
    """Where `by` only assists the producer: the member who let them in; else None."""
    if by is None or not any(team.producer_id == producer_id and team.is_assisting for team in by.teams):
        return None
    return db.session.scalar(
        select(Membership.added_by_id).where(
            Membership.user_id == by.user_id,
            Membership.producer_id == producer_id,
            Membership.ended_at.is_(None),
        )
    )


def province_of(product: Product) -> str | None:
    """Today's province in which `product` is made: whose office sees what is done to it."""
    place = product.place or (product.producer.place if product.producer else None)
    return place.current_province_code if place else None


_VERBS = {
    ChangeKind.CREATE: "create_listing",
    ChangeKind.EDIT: "change_listing",
    ChangeKind.UNDO: "undo_change",
    ChangeKind.PUBLISH: "publish_listing",
    ChangeKind.UNPUBLISH: "unpublish_listing",
}


def _note(
    product: Product, before: Mapping[str, Any], *, by: Actor | None, now: datetime, telling: Telling
) -> ProductChange | None:
    after = listing_facts(product)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not changed:
        return None
    return record_change(
        product,
        telling.kind,
        before={name: before.get(name) for name in changed},
        after={name: after.get(name) for name in changed},
        by=by,
        now=now,
        undoes_id=telling.undoes_id,
    )


def _require_as_seen(present: Mapping[str, Any], expected: Mapping[str, Any] | None) -> None:
    clashes = tuple(
        Clash(field, seen, present.get(field))
        for field, seen in (expected or {}).items()
        if present.get(field) != seen
    )
    if clashes:
        raise ListingClashError(clashes=clashes)


def _apply(product: Product, cleaned: Mapping[str, Any], by: Actor | None, now: datetime) -> None:
    for field in PRODUCT_CHECKS.keys() & cleaned.keys():
        setattr(product, field, cleaned[field])
    _set_side_row(
        ProductLabel, product, {field: cleaned[field] for field in LABEL_CHECKS if field in cleaned}
    )
    if "months" in cleaned:
        _set_side_row(ProductSeason, product, {"months": cleaned["months"]})
    _apply_variants(product, cleaned.get("variants", {}), by, now)
    refresh_search_text(product)
    db.session.flush()
    db.session.expire(product, ["variants"])


def _set_side_row(
    table: type[ProductLabel] | type[ProductSeason], product: Product, values: Mapping[str, Any]
) -> None:
    """Keep `values` in the row of `product`; a row that would say nothing is none."""
    row = db.session.get(table, product.id)
    if row is None:
        if any(value is not None for value in values.values()):
            db.session.add(table(product_id=product.id, **values))
        return
    for field, value in values.items():
        setattr(row, field, value)
    said = (column.name for column in table.__table__.columns if column.name != "product_id")
    if all(getattr(row, field) is None for field in said):
        db.session.delete(row)


def _apply_variants(
    product: Product,
    wanted: Mapping[int | str, Mapping[str, Any] | None],
    by: Actor | None,
    now: datetime,
) -> None:
    every = {each.id: each for each in _all_variants(product)}
    position = max((each.position for each in every.values()), default=0)
    for key, facts in wanted.items():
        variant = every.get(key) if isinstance(key, int) else None
        if facts is None:
            if variant is not None:
                variant.withdrawn_at = variant.withdrawn_at or now
            continue
        if variant is None:
            position += 1
            variant = Variant(product_id=product.id, position=position, on_hand=0)
            db.session.add(variant)
        variant.withdrawn_at = None
        for field, value in facts.items():
            if field != "on_hand":
                setattr(variant, field, value)
        db.session.flush()
        if "on_hand" in facts:
            count_stock(variant, facts["on_hand"], by=by, now=now)


def _all_variants(product: Product) -> Iterable[Variant]:
    return db.session.scalars(select(Variant).where(Variant.product_id == product.id)).all()
