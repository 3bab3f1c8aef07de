"""The end of a day at a booth: cash and packs are counted, and the books of the goods follow the count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from catalog.models import Product, Variant
from core.db import db
from core.text import clean_line
from orders.errors import InvalidSliceError
from orders.operations.slices import bring_back, correct_count
from orders.queries.slices import carried_since, left_at, list_slices
from promotion.booth_terms.rules import AMOUNT_MAX_VND
from promotion.errors.counter import InvalidBoothError
from promotion.models.counter import DayEnd
from promotion.models.fairs import Participation
from promotion.operations.devices import lock_booth
from promotion.queries.counter import place_of
from promotion.queries.counter_days import get_day
from promotion.queries.late_counts import counted_since, sold_since

NOTE_MAX = 500
COUNTED_LATER = "late_sale"
"""Stands for the words of why a count is kept, of a sale or an undoing from before it that came after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """What was counted. on: Vietnam date. float_vnd: in the box in the morning. counts: packs left by variant.

    counted_at: None for just now; else what was sold since then is left out of the comparison, and the books of goods
    stay as they are that were carried to or from the booth since then, or counted again.
    """

    on: date
    cash_counted_vnd: int
    float_vnd: int
    counts: Mapping[int, int]
    note: str
    counted_at: datetime | None = None


def close_day(
    booth: Participation, count: DayCount, *, by: Actor, now: datetime, item_id: str | None = None
) -> DayEnd:
    """Write a count down and let the goods of the booth follow it; may be done again, the last one counts.

    Only packs that were counted are touched. Raises InvalidSliceError for goods of somebody else, InvalidBoothError for
    amounts that cannot be (`field`); then nothing has changed.
    """
    lock_booth(booth.id)
    for name, amount_vnd in (("cash_counted_vnd", count.cash_counted_vnd), ("float_vnd", count.float_vnd)):
        if not 0 <= amount_vnd <= AMOUNT_MAX_VND:
            raise InvalidBoothError(field=name, reason="out_of_range")
    names = _names(booth, count.counts)
    note = clean_line(count.note)[:NOTE_MAX]
    compared = _follow(booth, count, note or "day_end", by=by, now=now)
    sums = get_day(booth.id, count.on)
    ended = DayEnd(
        participation_id=booth.id,
        item_id=item_id,
        counted_on=count.on,
        float_vnd=count.float_vnd,
        cash_counted_vnd=count.cash_counted_vnd,
        cash_expected_vnd=count.float_vnd + sums.box_vnd,
        cash_vnd=sums.cash_vnd,
        given_back_vnd=sums.given_back_vnd,
        transfer_vnd=sums.transfer_vnd,
        sales_count=sums.sales_count,
        undone_count=sums.undone_count,
        counts=[{"variant_id": number, "name": names[number], **facts} for number, facts in compared.items()],
        note=note or None,
        by_id=by.user_id,
        closed_at=now,
    )
    db.session.add(ended)
    db.session.flush()
    return ended


def _follow(
    booth: Participation, count: DayCount, note: str, *, by: Actor, now: datetime
) -> dict[int, dict[str, Any]]:
    """Let the books of goods follow a count, as of when it was made: what is kept of each variant, by its number."""
    place, counted_at = place_of(booth.id), count.counted_at or now
    carried = carried_since(place, count.counts, counted_at)
    sold = sold_since(place, count.counts, counted_at, carried=carried)
    moved = carried.keys() | counted_since(booth.id, count.counts, counted_at)
    since = {number: carried.get(number, 0) + sold.get(number, 0) for number in count.counts}
    left = left_at(place, count.counts)
    still = {n: max(0, packs + since[n]) for n, packs in count.counts.items() if n not in moved}
    correct_count(place, still, note, by=by, now=now)
    return {
        number: {"expected": max(0, left[number] - since[number]), "left": packs, "is_moved": number in moved}
        for number, packs in sorted(count.counts.items())
    }


def keep_counts(
    booth: Participation, changes: Mapping[int, int], at: datetime, *, by: Actor, now: datetime
) -> list[int]:
    """Let a count stand against what was done before it and comes after it: the variants of which there was one.

    changes: packs by number of the variant that the books are to have more (above 0: just before a sale takes them) or
    fewer (below 0: just after an undoing brought them). at: when that was done. Once for each sale and undoing.
    """
    counted = counted_since(booth.id, changes, at)
    place = place_of(booth.id)
    left = left_at(place, counted)
    counts = {number: max(0, packs + changes[number]) for number, packs in left.items()}
    correct_count(place, counts, COUNTED_LATER, by=by, now=now)
    return sorted(counted)


def bring_all_back(booth: Participation, *, by: Actor, now: datetime) -> int:
    """Put all that lies at the booth back into the shop; how many packs that are. Done twice, the second is 0."""
    lock_booth(booth.id)
    place = place_of(booth.id)
    left = {each.variant_id: each.left for each in list_slices(place) if each.left}
    if left:
        bring_back(place, left, by=by, now=now)
    return sum(left.values())


def _names(booth: Participation, counts: Mapping[int, int]) -> dict[int, str]:
    """What the packs are called. Raises InvalidSliceError if some are not the producer's."""
    variants = db.session.scalars(
        select(Variant)
        .join(Variant.product)
        .options(joinedload(Variant.product))
        .where(Variant.id.in_(sorted(counts)), Product.producer_id == booth.producer_id)
    ).all()
    if len(variants) < len(counts):
        raise InvalidSliceError(field="counts", reason="foreign")
    return {each.id: f"{each.product.name}, {each.label}" for each in variants}
