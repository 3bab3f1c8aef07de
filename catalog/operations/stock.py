"""Counting what is on the shelf: each count is one guarded UPDATE and one row of movement."""

from datetime import datetime

from sqlalchemy import update

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import InvalidFactError, StockClashError
from catalog.facts import Refusal
from catalog.models import Product, Variant
from catalog.models.listings import StockMovement, StockReason
from catalog.operations.variants import STOCK_MAX
from catalog.operations.webhook_news import tell_of_stock
from core.db import db


def set_variant_stock(
    variant: Variant, on_hand: int, *, by: Actor | None, now: datetime, seen: int | None = None
) -> StockMovement | None:
    """Say that `on_hand` packs of `variant` are there; None if that was said already.

    seen: packs as the person saw them; if somebody counted meanwhile, StockClashError tells both numbers. Without it
    the last word counts. Raises InvalidFactError for a number that cannot be: a service has no stock, and what orders
    hold is there until it is sent. After an error nothing has changed. Safe when two count at once: the UPDATE decides,
    not a read before it.
    """
    movement = count_stock(variant, on_hand, by=by, now=now, seen=seen)
    if movement is not None:
        product = db.session.get_one(Product, variant.product_id)
        place = product.place or (product.producer.place if product.producer else None)
        record_act(
            "catalog.set_variant_stock",
            by=by,
            subject=f"variant:{variant.id}",
            before={"on_hand": movement.on_hand_before},
            after={"on_hand": movement.on_hand_after},
            producer_id=product.producer_id,
            province_code=place.current_province_code if place else None,
            now=now,
        )
    return movement


def count_stock(
    variant: Variant, on_hand: int, *, by: Actor | None, now: datetime, seen: int | None = None
) -> StockMovement | None:
    """`set_variant_stock` without its entry in the audit trail, for an act that makes one of its own."""
    _require_countable(variant, on_hand)
    if seen is None:
        db.session.refresh(variant, with_for_update={"of": Variant})
        seen = variant.on_hand
    if seen == on_hand:
        return None
    counted = db.session.execute(
        update(Variant)
        .where(Variant.id == variant.id, Variant.on_hand == seen, Variant.reserved <= on_hand)
        .values(on_hand=on_hand)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(variant)
    if counted.rowcount == 0:  # type: ignore[attr-defined]
        if variant.on_hand == on_hand:
            return None  # sent twice, or both counted alike
        if variant.on_hand == seen:
            raise InvalidFactError(field="on_hand", value=on_hand, reason=Refusal.BELOW_RESERVED)
        raise StockClashError(variant_id=variant.id, seen=seen, present=variant.on_hand, wanted=on_hand)
    movement = StockMovement(
        variant_id=variant.id,
        on_hand_before=seen,
        on_hand_after=on_hand,
        reason=StockReason.COUNT.value,
        by_id=by.user_id if by else None,
        moved_at=now,
    )
    db.session.add(movement)
    db.session.flush()
    tell_of_stock(variant, now=now)
    return movement


def _require_countable(variant: Variant, on_hand: int) -> None:
    if not 0 <= on_hand <= STOCK_MAX:
        raise InvalidFactError(field="on_hand", value=on_hand, reason=Refusal.OUT_OF_RANGE)
    if on_hand and variant.product.is_service:
        raise InvalidFactError(field="on_hand", value=on_hand, reason=Refusal.SERVICE_HAS_NO_STOCK)
