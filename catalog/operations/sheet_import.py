"""Carrying out what a dry run of a file showed: all of it in the caller's transaction, or nothing."""

from collections.abc import Iterator
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import InvalidListingError, SheetClashError
from catalog.models import Producer, Product, Variant
from catalog.operations.drafts import create_listing, discard_draft, open_draft
from catalog.operations.listing_fields import listing_facts
from catalog.operations.listings import change_listing
from catalog.product_sheet.plan import ProductPlan, SheetPlan
from catalog.product_sheet.rows import SheetFault, SheetMessage
from core.db import db


def apply_plan(plan: SheetPlan, producer: Producer, *, key: str, by: Actor, now: datetime) -> int:
    """Do all that `plan` says to the goods of `producer`; returns how many products were made or changed.

    key: of the dry run, so that what is new is made once however often this is done. Raises SheetClashError with a
    message for each field that somebody else changed since the dry run, or that can no longer be recorded; then the
    transaction must not be kept.
    """
    if not plan.can_be_applied:
        raise ValueError("a plan with faults")
    clashes = [message for each in plan.products for message in _clashes(each, producer)]
    if clashes:
        raise SheetClashError(messages=tuple(clashes))
    for each in plan.products:
        _apply(each, producer, key, by, now)
    record_act(
        "catalog.import_sheet",
        by=by,
        subject=f"producer:{producer.id}",
        after={"new": plan.new_count, "changed": plan.changed_count},
        producer_id=producer.id,
        now=now,
    )
    return len(plan.products)


def _apply(plan: ProductPlan, producer: Producer, key: str, by: Actor, now: datetime) -> None:
    product = _product_of(plan, producer, key, by, now)
    try:
        change_listing(product, {**plan.changes, "variants": dict(plan.packs)}, by=by, now=now)
    except InvalidListingError as error:
        # Another pack took the number of goods meanwhile, or the register now speaks of the product.
        raise SheetClashError(
            messages=tuple(
                SheetMessage(plan.line, fault.field, fault.reason, str(fault.value or ""))
                for fault in error.facts["faults"]  # type: ignore[attr-defined]
            )
        ) from None


def _product_of(plan: ProductPlan, producer: Producer, key: str, by: Actor, now: datetime) -> Product:
    if plan.product_id is not None:
        return db.session.get_one(Product, plan.product_id)
    submission_key = str(uuid5(NAMESPACE_URL, f"{key}:{plan.line}"))
    product = create_listing(producer, plan.name, submission_key=submission_key, by=by, now=now)
    # What was typed stands in the file: nothing is left open for a person to finish.
    discard_draft(open_draft(product, by=by, now=now), by=by, now=now)
    return product


def _clashes(plan: ProductPlan, producer: Producer) -> Iterator[SheetMessage]:
    if plan.product_id is None:
        known = (
            select(Product.id).where(Product.producer_id == producer.id, Product.name == plan.name).limit(1)
        )
        number = db.session.scalar(known)
        if number is not None:  # the same file was checked twice
            yield SheetMessage(plan.line, "name", SheetFault.ALREADY_THERE, plan.name, str(number))
        return
    product = db.session.get(Product, plan.product_id, with_for_update=True, populate_existing=True)
    if product is None or product.producer_id != producer.id:
        yield SheetMessage(plan.line, "product_id", SheetFault.UNKNOWN_PRODUCT, str(plan.product_id))
        return
    present = listing_facts(product)
    for name, seen in plan.expected.items():
        if present.get(name) != seen:
            column = name.rpartition(".")[2]
            yield SheetMessage(
                plan.line, column, SheetFault.CHANGED_MEANWHILE, str(seen or ""), str(present.get(name) or "")
            )
    for pack_id, on_hand in plan.stock.items():
        variant = db.session.get(Variant, int(pack_id), with_for_update=True, populate_existing=True)
        if variant is None or variant.withdrawn_at is not None or variant.on_hand != on_hand:
            left = str(variant.on_hand) if variant and variant.withdrawn_at is None else ""
            yield SheetMessage(plan.line, "on_hand", SheetFault.CHANGED_MEANWHILE, str(on_hand), left)
