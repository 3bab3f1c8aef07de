"""What members type for a listing, kept field by field as typed, so that nothing is lost when a phone dies.

Two phones at one draft: the field that came second is not written, and both texts are told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import DraftNotFoundError, InvalidFactError, InvalidListingError
from catalog.facts import ProductFacts, Refusal
from catalog.models import Producer, Product
from catalog.models.listings import ChangeKind, DraftField, ListingDraft, ProductChange
from catalog.operations.draft_reading import read_draft
from catalog.operations.listing_fields import (
    LABEL_CHECKS,
    PRODUCT_CHECKS,
    Fault,
    checked_changes,
    listing_facts,
)
from catalog.operations.listings import change_listing, lock_listing, province_of, record_change
from catalog.operations.products import record_product
from core.db import db
from core.text import clean_text

TYPED_MAX: Final = 50_000
DRAFT_FIELDS_MAX: Final = 400
"""Fields of a draft with thirty packs; a guard."""

_PLAIN: Final = frozenset({*PRODUCT_CHECKS, *LABEL_CHECKS}) - {"group_no", "sub_group_no"}
_VARIANT: Final = re.compile(
    r"variant-(?:[1-9][0-9]{0,9}|n[1-9][0-9]?)-(?:label|label_en|quantity|unit|price|gtin|on_hand|removed)"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """One field as it came from a form. version: the one that the form was made of, 0 for a field without any."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class DraftClash:
    """A field that another phone changed first. typed: what was sent now. present, version: what the draft holds."""

    name: str
    typed: str
    present: str
    version: int
    changed_by: str | None


def is_draft_field(name: str) -> bool:
    """Whether a draft has a field of that name; nothing else of a form is looked at."""
    return name in _PLAIN or _VARIANT.fullmatch(name) is not None


def create_listing(
    producer: Producer, name: str, *, submission_key: str, by: Actor, now: datetime
) -> Product:
    """A product of `producer` that nobody sees yet, with an open draft.

    submission_key: of the form; sent twice, it is one product. Made up exactly if its producer is.
    Raises InvalidFactError if there is no name; then nothing has changed.
    """
    # Of two presses one comes second, and finds what the first one made.
    db.session.execute(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    known = db.session.scalar(select(ListingDraft).where(ListingDraft.submission_key == submission_key))
    if known is not None and known.product.producer_id == producer.id:
        return known.product
    facts = ProductFacts(name=name, is_demonstration=producer.is_demonstration)
    product = record_product(facts, now=now, producer=producer)
    product.is_listed = False
    db.session.flush()
    record_change(product, ChangeKind.CREATE, before={}, after={"name": product.name}, by=by, now=now)
    _add_draft(product, by=by, now=now, submission_key=None if known else submission_key)
    return product


def open_draft(product: Product, *, by: Actor, now: datetime) -> ListingDraft:
    """The draft that is open for `product`, opened now if none is."""
    lock_listing(product)
    return _find_open(product.id) or _add_draft(product, by=by, now=now)


def save_draft(
    draft: ListingDraft, typed: Mapping[str, Typed], *, by: Actor, now: datetime
) -> tuple[DraftClash, ...]:
    """Keep what was typed, as typed; what another phone changed since stays, and is told as a clash.

    typed: field (`is_draft_field`) to text. Sent twice it is kept once. Raises InvalidFactError for a field that no
    draft has or a text without end, DraftNotFoundError if the draft was closed; then nothing is kept.
    """
    _require_open(draft)
    kept = {field.name: field for field in draft.fields}
    for name, each in typed.items():
        if not is_draft_field(name) or len(kept | dict(typed)) > DRAFT_FIELDS_MAX:
            raise InvalidFactError(field=name, value=None, reason=Refusal.UNKNOWN_FIELD)
        if len(each.text) > TYPED_MAX:
            raise InvalidFactError(field=name, value=None, reason=Refusal.TOO_LONG)
    clashes = []
    for name, each in typed.items():
        clash = _keep(draft, kept.get(name), name, each, by=by, now=now)
        if clash is not None:
            clashes.append(clash)
    db.session.flush()
    db.session.expire(draft, ["fields"])
    return tuple(clashes)


def apply_draft(
    draft: ListingDraft, *, by: Actor, now: datetime, overwrite: bool = False
) -> ProductChange | None:
    """Give the listing what the draft says, and close the draft. None if it says nothing new.

    overwrite: also what somebody else changed in the listing since the draft was opened; else ListingClashError.
    Raises InvalidListingError with a fault for each field that cannot be used. After an error the draft is open
    and nothing has changed.
    """
    _require_open(draft)
    reading = read_draft(draft, listing_facts(draft.product))
    if reading.faults:
        first = reading.faults[0]
        raise InvalidListingError(
            field=first.field,
            value=first.value,
            reason=first.reason,
            variant=first.variant,
            faults=reading.faults,
        )
    expected = None if overwrite else reading.expected
    change = change_listing(draft.product, reading.changes, by=by, now=now, expected=expected)
    _close(draft, by=by, now=now)
    return change


def faults_of_draft(draft: ListingDraft) -> tuple[Fault, ...]:
    """Everything in `draft` that cannot be used as it is. Nothing is changed."""
    reading = read_draft(draft, listing_facts(draft.product))
    _, faults = checked_changes(draft.product, reading.changes)
    return (*reading.faults, *faults)


def apply_usable(draft: ListingDraft, *, by: Actor, now: datetime) -> None:
    """Give the listing what can be used of `draft`, leave the rest out, and offer it in the shop: for a rehearsal."""
    product = draft.product
    reading = read_draft(draft, listing_facts(product))
    cleaned, faults = checked_changes(product, reading.changes)
    unusable = {fault.variant for fault in faults if fault.variant is not None}
    kept = cleaned.keys() & reading.changes.keys() - {"variants"}
    changes = {field: reading.changes[field] for field in kept}
    for fault in faults:
        changes.pop(fault.field, None)
    variants = reading.changes.get("variants", {})
    changes["variants"] = {key: facts for key, facts in variants.items() if key not in unusable}
    change_listing(product, changes, by=by, now=now)
    product.is_listed = product.is_for_sale = True
    db.session.flush()


def discard_draft(draft: ListingDraft, *, by: Actor, now: datetime) -> None:
    """Close the draft without taking anything over. What was typed stays on record until the draft is pruned."""
    _require_open(draft)
    _close(draft, by=by, now=now)
    record_act(
        "catalog.discard_draft",
        by=by,
        subject=f"product:{draft.product_id}",
        producer_id=draft.product.producer_id,
        province_code=province_of(draft.product),
        now=now,
    )


def prune_drafts(closed_before: datetime) -> int:
    """Delete what was typed into drafts that were closed before; how many fields that were. The drafts stay, empty."""
    closed = select(ListingDraft.id).where(ListingDraft.closed_at < closed_before)
    gone = db.session.execute(delete(DraftField).where(DraftField.draft_id.in_(closed)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _find_open(product_id: int) -> ListingDraft | None:
    return db.session.scalar(
        select(ListingDraft).where(ListingDraft.product_id == product_id, ListingDraft.closed_at.is_(None))
    )


def _add_draft(
    product: Product, *, by: Actor, now: datetime, submission_key: str | None = None
) -> ListingDraft:
    draft = ListingDraft(
        product_id=product.id,
        submission_key=submission_key,
        base=listing_facts(product),
        opened_by_id=by.user_id,
        opened_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _require_open(draft: ListingDraft) -> None:
    """Lock the draft, so that of two phones one comes second."""
    db.session.refresh(draft, with_for_update={"of": ListingDraft})
    if draft.closed_at is not None:
        raise DraftNotFoundError(product_id=draft.product_id)


def _close(draft: ListingDraft, *, by: Actor, now: datetime) -> None:
    draft.closed_by_id, draft.closed_at = by.user_id, now
    db.session.flush()


def _keep(
    draft: ListingDraft, field: DraftField | None, name: str, typed: Typed, *, by: Actor, now: datetime
) -> DraftClash | None:
    text = clean_text(typed.text)
    if field is None:
        db.session.add(
            DraftField(
                draft_id=draft.id, name=name, typed=text, version=1, changed_by_id=by.user_id, changed_at=now
            )
        )
        return None
    if field.typed == text:
        return None
    if field.version != typed.version:
        return DraftClash(name, typed.text, field.typed, field.version, field.changed_by.name)
    field.typed, field.version = text, field.version + 1
    field.changed_by_id, field.changed_at = by.user_id, now
    return None
