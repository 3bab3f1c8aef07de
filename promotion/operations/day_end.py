"""The end of a day at a booth: cash and packs are counted, and the books of the goods follow the count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

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

NOTE_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """What was counted. on: Vietnam date. float_vnd: in the box in the morning. counts: packs left by variant.

    counted_at: None for just now; else the books of goods carried to or from the booth since then stay as they are.
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
    place, note = place_of(booth.id), clean_line(count.note)[:NOTE_MAX]
    moved = carried_since(place, count.counts, count.counted_at or now)
    left = left_at(place, count.counts)
    expected = {number: max(0, packs - moved.get(number, 0)) for number, packs in left.items()}
    still = {number: packs for number, packs in count.counts.items() if number not in moved}
    correct_count(place, still, note or "day_end", by=by, now=now)
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
        counts=[
            {
                "variant_id": number,
                "name": names[number],
                "expected": expected[number],
                "left": packs,
                "is_moved": number in moved,
            }
            for number, packs in sorted(count.counts.items())
        ],
        note=note or None,
        by_id=by.user_id,
        closed_at=now,
    )
    db.session.add(ended)
    db.session.flush()
    return ended


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
