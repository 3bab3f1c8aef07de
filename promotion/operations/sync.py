"""What a telephone did without a network is written down, each thing once, whatever is sent again or broke off.

The caller opens a transaction for each item. The row of the booth is taken first: of two that send the same at once the
second finds what the first wrote. An item is kept with its outcome in the transaction that books it, so that a crash
between the two cannot be.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import db
from orders.errors import InvalidSliceError, NotUndoneError, ShortStockError, SliceShortError
from orders.models.orders import Order, SellerOrder
from orders.models.slices import CounterUndo
from orders.operations.counter_undo import undo_counter_sale
from promotion.booth_terms.items import (
    DayItem,
    Item,
    ItemFaultError,
    SoldItem,
    UndoItem,
    item_id,
    parse_item,
    payload_of,
)
from promotion.booth_terms.rules import Notice, believed, is_same_day
from promotion.models.counter import BoothDevice, BoothItem, BoothReference, Choice, ItemKind, Outcome
from promotion.operations.booth_sales import (
    ItemRefusedError,
    Told,
    book_sale,
    judge_sale,
    missing_packs,
    use_reference,
)
from promotion.operations.conflicts import note_decision, without_buyer
from promotion.operations.day_end import DayCount, close_day, keep_counts
from promotion.operations.devices import lock_booth, reserve_reference

_SALES: Final = (ItemKind.SALE, ItemKind.SHIP_HOME)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of an item. id: as it was sent, None if it had none. receipt: code and key of its receipt."""

    id: str | None
    outcome: str
    told: tuple[Any, ...]
    order_code: str | None = None
    receipt: tuple[str, str] | None = None


def take_item(device: BoothDevice, raw: Any, *, by: Actor, now: datetime) -> ItemResult:
    """Book one item, keep it for a person to decide, or refuse it; sent again, the same answer and nothing more.

    by: who paired the telephone. raw: as JSON gives it, whatever it is.
    """
    known_id = item_id(raw)
    if known_id is None:
        return ItemResult(None, Outcome.REFUSED.value, ((Notice.SHAPE, {"field": "id"}),))
    lock_booth(device.participation_id)
    known = db.session.get(BoothItem, known_id, populate_existing=True)
    if known is not None:
        if known.participation_id != device.participation_id:
            return ItemResult(known_id, Outcome.REFUSED.value, ((Notice.ID_TAKEN, {}),))
        return result_of(known)
    try:
        item = parse_item(raw)
    except ItemFaultError as fault:
        return ItemResult(known_id, Outcome.REFUSED.value, ((Notice.SHAPE, {"field": str(fault)}),))
    if db.session.scalar(select(Order.id).where(Order.checkout_key == item.id)) is not None:
        return ItemResult(known_id, Outcome.REFUSED.value, ((Notice.ID_TAKEN, {}),))
    return result_of(_take(device, item, by, now))


def result_of(kept: BoothItem) -> ItemResult:
    """What became of an item, as it stands."""
    code, receipt = None, None
    if kept.order_id is not None:
        code = db.session.scalar(select(Order.code).where(Order.id == kept.order_id))
        reference = db.session.get(BoothReference, code)
        receipt = (reference.code, reference.receipt_key) if reference is not None else None
    return ItemResult(kept.id, kept.outcome, tuple(kept.told), code, receipt)


@dataclass(frozen=True, slots=True)
class _Taking:
    """An item on its way into the books: who sent it, the row that will be kept of it, what is told so far."""

    device: BoothDevice
    item: Item
    kept: BoothItem
    told: Told
    by: Actor
    now: datetime

    def tell(self, notice: Notice, **facts: Any) -> None:
        self.told.append((notice, facts))


def _take(device: BoothDevice, item: Item, by: Actor, now: datetime) -> BoothItem:
    if isinstance(item.what, SoldItem) and not item.what.reference:
        item = replace(item, what=replace(item.what, reference=reserve_reference(device, now=now)))
    instant = believed(item.at, now)
    kept = BoothItem(
        id=item.id,
        participation_id=device.participation_id,
        device_id=device.id,
        kind=item.kind,
        payload=without_buyer(payload_of(item)),
        outcome=Outcome.BOOKED.value,
        told=[],
        happened_at=instant.at,
        received_at=now,
    )
    taking = _Taking(device, item, kept, [], by, now)
    if not instant.is_believed:
        taking.tell(Notice.CLOCK)
    if device.ended_at is not None:
        taking.tell(Notice.TAKEN_OVER)
    try:
        _do(taking)
    except ItemRefusedError as refused:
        kept.outcome = Outcome.REFUSED.value
        taking.tell(refused.notice, **refused.facts)
    kept.told = [[notice.value, facts] for notice, facts in taking.told]
    db.session.add(kept)
    db.session.flush()
    return kept


def _do(taking: _Taking) -> None:
    what = taking.item.what
    if isinstance(what, SoldItem):
        _sell(taking, what)
    elif isinstance(what, UndoItem):
        _undo(taking, what)
    else:
        _close(taking, what)


def _sell(taking: _Taking, what: SoldItem) -> None:
    kept, now = taking.kept, taking.now
    try:
        sale = judge_sale(taking.device, taking.item, what, sold_at=kept.happened_at, now=now)
    except ItemRefusedError as refused:
        if refused.notice is not Notice.ADDRESS:
            raise
        use_reference(what.reference, now)  # goods and money changed hands: whom to ask must not be lost
        kept.outcome, kept.payload = Outcome.CONFLICT.value, payload_of(taking.item)
        taking.tell(Notice.ADDRESS)
        return
    use_reference(what.reference, now)
    missing: dict[int, int] = {}
    taking.told.extend(sale.told)
    sale.told.clear()
    try:
        with db.session.begin_nested():
            for number in keep_counts(sale.booth, sale.packs, kept.happened_at, by=taking.by, now=now):
                sale.told.append((Notice.COUNTED, {"name": sale.name_of(number)}))
            missing = missing_packs(sale)
            kept.order_id = book_sale(sale, by=taking.by, now=now).order_id
        taking.told.extend(sale.told)
    except ShortStockError:
        kept.outcome, kept.payload = Outcome.CONFLICT.value, payload_of(taking.item)
        for number, packs in sorted(missing.items()):
            taking.tell(Notice.SHORT, packs=packs, name=sale.name_of(number))


def _undo(taking: _Taking, what: UndoItem) -> None:
    kept, by, now = taking.kept, taking.by, taking.now
    sold = db.session.get(BoothItem, what.of, populate_existing=True)
    if sold is None or sold.participation_id != kept.participation_id:
        raise ItemRefusedError(Notice.NOT_FOUND)
    if sold.outcome == Outcome.CONFLICT:
        note_decision(sold, Choice.DROP, by=by, now=now)
        taking.tell(Notice.UNDONE)
        return
    if sold.outcome != Outcome.BOOKED or sold.kind not in _SALES or sold.order_id is None:
        raise ItemRefusedError(Notice.NOT_FOUND)
    if not is_same_day(sold.happened_at, kept.happened_at):
        raise ItemRefusedError(Notice.OTHER_DAY)
    part = db.session.scalars(select(SellerOrder).where(SellerOrder.order_id == sold.order_id)).one()
    if db.session.get(CounterUndo, part.id) is not None:
        taking.tell(Notice.UNDONE_BEFORE)
        return
    try:
        with db.session.begin_nested():
            is_back = undo_counter_sale(part, reason=what.reason or "undo", by=by, now=now)
            if is_back:
                _keep_counts_of(taking, part)
    except NotUndoneError as error:
        is_asked_back = error.facts["reason"] == "return"
        raise ItemRefusedError(Notice.ASKED_BACK if is_asked_back else Notice.GONE) from None
    kept.order_id = sold.order_id
    taking.tell(Notice.UNDONE)
    if not is_back:
        taking.tell(Notice.KEPT_IN_SHOP)


def _keep_counts_of(taking: _Taking, part: SellerOrder) -> None:
    """What was undone before a count was counted then: it is not to be counted twice."""
    packs: Counter[int] = Counter()
    for line in part.lines:
        packs[line.variant_id] -= line.quantity
    booth, at = taking.device.participation, taking.kept.happened_at
    counted = keep_counts(booth, packs, at, by=taking.by, now=taking.now)
    names = {line.variant_id: f"{line.name}, {line.pack}" for line in part.lines}
    for number in counted:
        taking.tell(Notice.COUNTED, name=names[number])


def _close(taking: _Taking, what: DayItem) -> None:
    kept = taking.kept
    # By a clock that is not followed the day is wrong too, and its sales stand under the day of their arrival.
    is_followed = kept.happened_at == taking.item.at
    count = DayCount(
        on=what.on if is_followed else vietnam_date(kept.happened_at),
        cash_counted_vnd=what.cash_counted_vnd,
        float_vnd=what.float_vnd,
        counts=what.counts,
        note=what.note,
        counted_at=kept.happened_at,
    )
    db.session.add(kept)
    db.session.flush()
    try:
        with db.session.begin_nested():
            booth = taking.device.participation
            ended = close_day(booth, count, item_id=kept.id, by=taking.by, now=taking.now)
    except (InvalidSliceError, SliceShortError):
        raise ItemRefusedError(Notice.FOREIGN) from None
    taking.tell(Notice.CASH, difference_vnd=ended.cash_difference_vnd)
    for each in ended.counts:
        if each["left"] != each["expected"] and each.get("is_moved"):
            taking.tell(Notice.MOVED, name=each["name"])
        elif each["left"] != each["expected"]:
            taking.tell(Notice.PACKS, packs=each["left"] - each["expected"], name=each["name"])
