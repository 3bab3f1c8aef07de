"""Items that lack goods or a right address: kept as they were sent, until a person of the team says what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select

from accounts.actors import Actor
from core.db import db
from orders.models.orders import SellerOrder
from orders.operations.slices import correct_count
from orders.queries.slices import left_at
from promotion.booth_terms.items import ItemFaultError, SoldItem, parse_item
from promotion.booth_terms.rules import Notice
from promotion.errors.counter import BoothNotFoundError, DecidedError
from promotion.models.counter import BoothDecision, BoothItem, BoothReference, Choice, Outcome
from promotion.models.fairs import Participation
from promotion.operations.booth_sales import ItemRefusedError, book_sale, judge_sale, missing_packs
from promotion.operations.day_end import keep_counts
from promotion.operations.devices import lock_booth

_OF_BUYER: Final = ("buyer", "phone")
CORRECTED: Final = "conflict"
"""Stands for the words of whoever says that more packs were there than the books had."""


def decide(
    booth: Participation, item_id: str, choice: Choice, *, by: Actor, now: datetime
) -> SellerOrder | None:
    """Say what is to become of an item that waits; the order that it made, None where the sale did not happen.

    Raises BoothNotFoundError for an item of another booth, DecidedError for one that waits no more, ShortStockError
    where the goods are to come out of the shop and are not there. Then nothing has changed.
    """
    lock_booth(booth.id)
    item = db.session.get(BoothItem, item_id, populate_existing=True)
    if item is None or item.participation_id != booth.id:
        raise BoothNotFoundError(item_id=item_id)
    if item.outcome != Outcome.CONFLICT:
        raise DecidedError(item_id=item_id)
    if choice is Choice.DROP:
        note_decision(item, choice, by=by, now=now)
        return None
    return _book(item, choice, by, now)


def note_decision(item: BoothItem, choice: Choice, *, by: Actor, now: datetime) -> None:
    """Write down what was decided. A sale that did not happen is over with it; of its buyer nothing is kept."""
    decided = {"choice": choice.value, "by_id": by.user_id, "decided_at": now}
    db.session.execute(insert(BoothDecision), {"item_id": item.id, **decided})
    item.payload = without_buyer(item.payload)
    if choice is Choice.DROP:
        item.outcome = Outcome.REFUSED.value
        item.told = [*item.told, [Notice.NOT_HAPPENED.value, {}]]
    db.session.flush()


def without_buyer(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent without what it says of the buyer."""
    return {name: value for name, value in payload.items() if name not in _OF_BUYER}


def _book(item: BoothItem, choice: Choice, by: Actor, now: datetime) -> SellerOrder:
    try:
        parsed = parse_item(item.payload)
    except ItemFaultError:  # its buyer was forgotten meanwhile
        raise DecidedError(item_id=item.id) from None
    if not isinstance(parsed.what, SoldItem):
        raise DecidedError(item_id=item.id)
    reference = db.session.get_one(BoothReference, parsed.what.reference)
    reference.used_at = None  # it was kept for this very sale
    db.session.flush()
    try:
        sale = judge_sale(item.device, parsed, parsed.what, sold_at=item.happened_at, now=now)
    except ItemRefusedError:
        raise DecidedError(item_id=item.id) from None
    if choice is Choice.CORRECT:
        keep_counts(sale.booth, sale.packs, item.happened_at, by=by, now=now)
        missing = missing_packs(sale)
        left = left_at(sale.place, missing)
        counts = {number: left[number] + packs for number, packs in missing.items()}
        correct_count(sale.place, counts, CORRECTED, by=by, now=now)
    part = book_sale(sale, by=by, now=now)
    reference.used_at = now
    item.order_id, item.outcome = part.order_id, Outcome.BOOKED.value
    item.told = [[notice.value, facts] for notice, facts in sale.told]
    note_decision(item, choice, by=by, now=now)
    return part


def list_open(participation_id: int) -> list[BoothItem]:
    """Items of a booth that wait for a decision, the oldest first."""
    return list(
        db.session.scalars(
            select(BoothItem)
            .where(
                BoothItem.participation_id == participation_id, BoothItem.outcome == Outcome.CONFLICT.value
            )
            .order_by(BoothItem.received_at, BoothItem.id)
        )
    )
