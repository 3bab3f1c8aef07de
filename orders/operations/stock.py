"""What orders hold of the stock: held until paid, committed, shipped or released; and from which lots it comes.

A hold leaves its state once, by one guarded UPDATE that tells whose it was: doing a thing twice, or two things at
once, changes stock once. Variants are always changed before lots, each in the order of their numbers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, and_, exists, func, insert, select, update

from catalog.operations.stock_levels import give_back, reserve, restock, ship
from core.db import db
from core.prepared import Prepared, values_of
from orders.errors import NotHeldError, ShortStockError
from orders.models.orders import OrderLine, SellerOrder
from orders.models.stock import HoldState, StockHold
from orders.operations.lots import bring_back_to_lots, keep_from_lots, take_from_lots
from orders.operations.packed_codes import ship_codes
from traceability.queries.recalls import recalled_variants

LIVE: Final = (HoldState.HELD.value, HoldState.COMMITTED.value)
EXPIRED_AT_ONCE: Final = 200
"""Orders whose holds are released in one transaction, so that nobody waits long for it."""

_HOLDS: Final = cast("Table", StockHold.__table__)
_HOLD: Final = _HOLDS.c
_LINE: Final = OrderLine.__table__.c
_INSERT: Final = Prepared(insert(_HOLDS).values(values_of(_HOLDS)))


def hold_lines(seller_orders: Sequence[SellerOrder], *, expires_at: datetime | None, now: datetime) -> None:
    """Hold the goods of new orders: all of all of them, or nothing. Their lines are flushed.

    expires_at: until when payment is waited for; None for what is paid at the door, which is committed at once. Lots
    are chosen with it, the first to expire first. Raises ShortStockError (shortfalls: packs that may be had, by number
    of the variant; 0 while a lot of the product is being recalled); then nothing is held. Safe when many buy at once.
    """
    _hold([line for each in seller_orders for line in each.lines], expires_at, now)


def commit_holds(seller_order: SellerOrder, *, now: datetime) -> bool:
    """The order is paid: its goods are held without an end. Whether all of them are held still.

    False if the hold had run out and was released: then nothing has changed (see `rehold`).
    """
    _change(StockHold.seller_order_id == seller_order.id, (HoldState.HELD,), HoldState.COMMITTED, now)
    return not _lines_without_hold(seller_order)


def rehold(seller_order: SellerOrder, *, now: datetime) -> bool:
    """Hold the goods of an order that was paid late, if they are there. Whether all of them are held now.

    False if there are too few by now; then nothing has changed and the money goes back.
    """
    if commit_holds(seller_order, now=now):
        return True
    missing = select(OrderLine).where(OrderLine.id.in_(_lines_without_hold(seller_order)))
    try:
        _hold(db.session.scalars(missing.execution_options(populate_existing=True)).all(), None, now)
    except ShortStockError:
        return False
    return True


def release_holds(seller_order: SellerOrder, *, now: datetime) -> None:
    """Let others buy what the order held and has not sent. Done twice, nothing more happens."""
    release_all([seller_order], now=now)


def release_all(seller_orders: Iterable[SellerOrder], *, now: datetime) -> None:
    """`release_holds` for several orders at once, which cannot wait for each other in a ring with other buyers."""
    numbers = sorted(each.id for each in seller_orders)
    released = _change(StockHold.seller_order_id.in_(numbers), LIVE, HoldState.RELEASED, now)
    _let_go(released)


def ship_holds(seller_order: SellerOrder, *, now: datetime) -> None:
    """The goods of the order have left the house: they leave the stock too. Done twice, nothing more happens.

    Raises NotHeldError if some of its goods are not held for good: unpaid, run out or cancelled. Then the caller's
    transaction must not be kept.
    """
    shipped = _change(
        StockHold.seller_order_id == seller_order.id, (HoldState.COMMITTED,), HoldState.SHIPPED, now
    )
    if _lines_without_hold(seller_order, (HoldState.SHIPPED,)):
        raise NotHeldError(order=seller_order.code)
    ship(_sums(shipped), subject=f"order:{seller_order.code}", now=now)
    ship_codes(seller_order, now=now)


def release_line(line: OrderLine, quantity: int, *, now: datetime) -> None:
    """Take `quantity` packs out of a line that was not sent: they are cancelled in it and others may buy them.

    Raises NotHeldError if the line holds fewer, or has been sent; then nothing has changed.
    """
    if quantity < 1:
        raise NotHeldError(line_id=line.id, quantity=quantity)
    hold = db.session.scalar(
        select(StockHold)
        .where(StockHold.line_id == line.id, StockHold.state.in_(LIVE))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if hold is None or hold.quantity < quantity:
        raise NotHeldError(line_id=line.id, quantity=quantity)
    stays = hold.quantity - quantity
    if stays:
        hold.quantity = stays
    else:
        hold.state = HoldState.RELEASED.value
    hold.changed_at = now
    db.session.refresh(line, ["cancelled_quantity"])
    line.cancelled_quantity += quantity
    db.session.flush()
    give_back({line.variant_id: quantity})
    keep_from_lots({line.id: stays})


def restock_line(line: OrderLine, quantity: int, *, sellable: bool, now: datetime) -> None:
    """`quantity` packs of a line that had been sent came back; those that are `sellable` go on the shelf again.

    Call it once for each thing that came back. Raises NotHeldError if the line was not sent, or with fewer packs.
    """
    sent = db.session.scalar(
        select(func.sum(StockHold.quantity)).where(
            StockHold.line_id == line.id, StockHold.state == HoldState.SHIPPED.value
        )
    )
    if not 1 <= quantity <= (sent or 0):
        raise NotHeldError(line_id=line.id, quantity=quantity)
    if not sellable:
        return
    code = db.session.scalar(select(SellerOrder.code).where(SellerOrder.id == line.seller_order_id))
    restock({line.variant_id: quantity}, subject=f"order:{code}", now=now)
    bring_back_to_lots(line.id, quantity)


def expire_holds(now: datetime, limit: int = EXPIRED_AT_ONCE) -> int:
    """Release what at most `limit` orders held that were not paid in time by `now`; how many orders those were.

    Safe beside a payment that comes in meanwhile: the goods of an order are either committed or released.
    """
    late = (_HOLD.state == HoldState.HELD.value, _HOLD.expires_at <= now)
    orders = select(_HOLD.seller_order_id).where(*late).group_by(_HOLD.seller_order_id)
    numbers = db.session.scalars(orders.order_by(_HOLD.seller_order_id).limit(limit)).all()
    if numbers:
        of_them = and_(_HOLD.seller_order_id.in_(numbers), _HOLD.expires_at <= now)
        _let_go(_change(of_them, (HoldState.HELD,), HoldState.RELEASED, now))
    return len(numbers)


def _hold(lines: Iterable[OrderLine], expires_at: datetime | None, now: datetime) -> None:
    wanted = {line: line.quantity - (line.cancelled_quantity or 0) for line in lines}
    wanted = {line: packs for line, packs in wanted.items() if packs}
    packs_of: Counter[int] = Counter()
    for line, packs in wanted.items():
        packs_of[line.variant_id] += packs
    shortfalls = dict.fromkeys(recalled_variants(packs_of), 0) or reserve(packs_of)
    if shortfalls:
        raise ShortStockError(shortfalls=shortfalls)
    if not wanted:
        return
    state = HoldState.HELD if expires_at else HoldState.COMMITTED
    _INSERT.run_each(
        [
            {
                "line_id": line.id,
                "seller_order_id": line.seller_order_id,
                "variant_id": line.variant_id,
                "quantity": packs,
                "state": state.value,
                "expires_at": expires_at,
                "changed_at": now,
            }
            for line, packs in wanted.items()
        ],
    )
    take_from_lots({line.id: packs for line, packs in wanted.items()})


def _change(whose: Any, before: Iterable[str], after: HoldState, now: datetime) -> Sequence[Any]:
    """Move holds from one of the states `before` to `after`; those that moved (line_id, variant_id, quantity)."""
    return db.session.execute(
        update(_HOLDS)
        .where(whose, _HOLD.state.in_([str(state) for state in before]))
        .values(
            state=after.value,
            changed_at=now,
            # Only what waits for money has an end.
            expires_at=None if after is HoldState.COMMITTED else _HOLD.expires_at,
        )
        .returning(_HOLD.line_id, _HOLD.variant_id, _HOLD.quantity)
    ).all()


def _let_go(holds: Sequence[Any]) -> None:
    give_back(_sums(holds))
    keep_from_lots(dict.fromkeys((hold.line_id for hold in holds), 0))


def _sums(holds: Sequence[Any]) -> Mapping[int, int]:
    sums: Counter[int] = Counter()
    for hold in holds:
        sums[hold.variant_id] += hold.quantity
    return sums


def _lines_without_hold(
    seller_order: SellerOrder, states: Iterable[str] = (*LIVE, HoldState.SHIPPED.value)
) -> Sequence[int]:
    """Lines of the order with packs left in them for which nothing is held in one of `states`."""
    held = exists().where(_HOLD.line_id == _LINE.id, _HOLD.state.in_([str(state) for state in states]))
    missing = select(_LINE.id).where(
        _LINE.seller_order_id == seller_order.id, _LINE.quantity > _LINE.cancelled_quantity, ~held
    )
    return db.session.scalars(missing).all()
