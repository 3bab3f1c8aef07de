"""Packing binds codes to orders: the packer scans each pack, or takes the next ones of the roll.

A code that is bound says more than any count of scans can: where its pack went, and when.
Each act takes the order for itself first, then the stamp, so that of two packers the second sees what the first did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import db
from orders.errors import CodeRefusedError, WrongMoveError
from orders.models.orders import OrderLine, SellerOrder
from orders.models.stock import LineLot
from orders.operations.cancellation import lock_parcel
from orders.states import Axis, Fulfilment, Lifecycle
from traceability.models import Lot, Opening, RangeState, Stamp, StampBinding, StampKind, StampRun
from traceability.operations.bindings import bind_stamps, unbind_stamp
from traceability.queries.recalls import recalled_stamps
from traceability.queries.stamp_states import in_range, is_bound, is_withdrawn

RANGE_MOST: Final = 999
"""Codes that are bound at once at most; the next ones of a larger line are bound by the next act."""
_IN_HOUSE: Final = frozenset({Fulfilment.UNFULFILLED, Fulfilment.PACKED})
_BACK: Final = frozenset({Fulfilment.RETURNED})


@dataclass(frozen=True, slots=True)
class Bound:
    """What was done: to which line, which codes, and whether their lot is the one that was set aside for the line."""

    line_id: int
    codes: tuple[str, ...]
    is_planned_lot: bool


def bind_code(part: SellerOrder, code: str, *, by: Actor, now: datetime) -> Bound:
    """The pack with this code goes into the parcel. Scanned again it is the same, not an error.

    code: 13 characters. Raises CodeRefusedError, with a word why, where the code is none of these goods or cannot be
    sent; WrongMoveError once the parcel has left. Then nothing has changed.
    """
    _take(part)
    stamp = _stamp_of(part, code)
    line_id = _line_that_has(part, stamp, now)
    if line_id is None:
        _require_sendable(stamp, now)
        line_id = _choose_line(part, stamp).id
        bind_stamps([stamp], line_id, by_id=by.user_id, now=now)
    return Bound(line_id, (code,), _is_planned(line_id, stamp.run.lot_id))


def bind_range(part: SellerOrder, first_code: str, *, by: Actor, now: datetime) -> Bound:
    """The next codes of the roll from this one on go onto all packs of a line that have none yet, 999 at once.

    Codes that were withdrawn, are shown at a fair or are on other goods are passed over. Raises as `bind_code` does;
    with the word «too_few» where the run ends before the line is full.
    """
    _take(part)
    first = _stamp_of(part, first_code)
    if _line_that_has(part, first, now) is not None:
        raise CodeRefusedError(code=first_code, reason="bound")
    _require_sendable(first, now)
    line = _choose_line(part, first)
    wanted = min(_left(line), RANGE_MOST)
    stamps = _next_stamps(first, wanted)
    if len(stamps) < wanted:
        raise CodeRefusedError(code=first_code, reason="too_few", left=len(stamps), wanted=wanted)
    recalled = recalled_stamps([stamp.id for stamp in stamps])
    if recalled:
        raise CodeRefusedError(code=first_code, reason="recalled")
    bind_stamps(stamps, line.id, by_id=by.user_id, now=now)
    return Bound(line.id, tuple(each.code for each in stamps), _is_planned(line.id, first.run.lot_id))


def unbind_code(part: SellerOrder, code: str, *, by: Actor, now: datetime) -> None:
    """The pack with this code comes out of the parcel again. Raises CodeRefusedError if it is not in it."""
    _take(part)
    stamp = _stamp_of(part, code)
    if _line_that_has(part, stamp, now) is None:
        raise CodeRefusedError(code=code, reason="not_here")
    unbind_stamp(stamp.id, by_id=by.user_id, now=now)


def require_codes_fit(part: SellerOrder) -> None:
    """Raises CodeRefusedError («too_many») where a line has more codes than packs, because some were taken out."""
    for line in _lines(part):
        if _left(line) < 0:
            raise CodeRefusedError(code="", reason="too_many")


def _take(part: SellerOrder) -> None:
    lock_parcel(part)
    if part.lifecycle != Lifecycle.CONFIRMED or part.fulfilment not in _IN_HOUSE:
        raise WrongMoveError(
            order=part.code,
            axis=Axis.FULFILMENT.value,
            present=part.fulfilment,
            wanted=Fulfilment.PACKED.value,
        )


def _stamp_of(part: SellerOrder, code: str) -> Stamp:
    """The stamp, its row locked. One of another producer is answered as one that nobody issued."""
    stamp = db.session.scalar(
        select(Stamp)
        .where(Stamp.code == code)
        .options(
            joinedload(Stamp.run, innerjoin=True)
            .joinedload(StampRun.lot, innerjoin=True)
            .joinedload(Lot.product, innerjoin=True)
        )
        .with_for_update(of=Stamp)
        .execution_options(populate_existing=True)
    )
    if stamp is None or stamp.run.lot.product.producer_id != part.producer_id:
        raise CodeRefusedError(code=code, reason="unknown")
    return stamp


def _line_that_has(part: SellerOrder, stamp: Stamp, now: datetime) -> int | None:
    """The line of this parcel that the code is on already. One that came back with its parcel is taken off its line.

    Raises CodeRefusedError if it is on goods of another order.
    """
    found = db.session.execute(
        select(StampBinding.order_line_id, SellerOrder.id, SellerOrder.fulfilment, StampBinding.shipped_at)
        .join(OrderLine, OrderLine.id == StampBinding.order_line_id)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
        .where(StampBinding.stamp_id == stamp.id)
    ).first()
    if found is None:
        return None
    line_id, order_id, fulfilment, shipped_at = found
    if order_id == part.id:
        return int(line_id)
    if fulfilment in _BACK:
        unbind_stamp(stamp.id, by_id=None, now=now)
        return None
    raise CodeRefusedError(code=stamp.code, reason="sold" if shipped_at else "bound")


def _require_sendable(stamp: Stamp, now: datetime) -> None:
    """Raises CodeRefusedError with a word why goods with this code cannot be sent."""
    lot = stamp.run.lot
    facts = db.session.execute(
        select(is_withdrawn(), in_range(RangeState.DISPLAY), _is_opened()).where(Stamp.id == stamp.id)
    ).one()
    for holds, reason in (
        (stamp.run.kind != StampKind.UNIT, "lot_code"),
        (facts[0], "withdrawn"),
        (facts[1], "display"),
        (facts[2], "opened"),
        (bool(recalled_stamps([stamp.id])), "recalled"),
        (_is_past(lot.expires_on, vietnam_date(now)), "past_date"),
    ):
        if holds:
            raise CodeRefusedError(code=stamp.code, reason=reason)


def _is_past(expires_on: date | None, today: date) -> bool:
    return expires_on is not None and expires_on < today


def _choose_line(part: SellerOrder, stamp: Stamp) -> OrderLine:
    """The line that the pack belongs to: rather one for which its lot was set aside. Raises CodeRefusedError."""
    lot = stamp.run.lot
    of_goods = [
        line
        for line in _lines(part)
        if line.variant.product_id == lot.product_id and lot.variant_id in {None, line.variant_id}
    ]
    if not of_goods:
        raise CodeRefusedError(code=stamp.code, reason="other_goods", product=lot.product.name)
    free = [line for line in of_goods if _left(line) > 0]
    if not free:
        raise CodeRefusedError(code=stamp.code, reason="full", product=lot.product.name)
    return min(free, key=lambda line: (not _is_planned(line.id, lot.id), line.id))


def _lines(part: SellerOrder) -> Sequence[OrderLine]:
    lines = (
        select(OrderLine).where(OrderLine.seller_order_id == part.id).options(joinedload(OrderLine.variant))
    )
    return db.session.scalars(lines.order_by(OrderLine.id).execution_options(populate_existing=True)).all()


def _left(line: OrderLine) -> int:
    """Packs of the line that have no code yet."""
    bound = select(func.count()).select_from(StampBinding).where(StampBinding.order_line_id == line.id)
    return line.quantity - line.cancelled_quantity - (db.session.scalar(bound) or 0)


def _is_planned(line_id: int, lot_id: int) -> bool:
    """Whether packs of the lot were set aside for the line."""
    found = select(LineLot.lot_id).where(
        LineLot.line_id == line_id, LineLot.lot_id == lot_id, LineLot.quantity > LineLot.returned_quantity
    )
    return db.session.scalar(found) is not None


def _next_stamps(first: Stamp, count: int) -> Sequence[Stamp]:
    """`count` stamps of the run from this one on that are free to be sent, their rows locked."""
    free = (~is_withdrawn(), ~in_range(RangeState.DISPLAY), ~is_bound(), ~_is_opened())
    return db.session.scalars(
        select(Stamp)
        .where(Stamp.run_id == first.run_id, Stamp.number >= first.number, *free)
        .order_by(Stamp.number)
        .limit(count)
        .with_for_update(of=Stamp)
    ).all()


def _is_opened() -> ColumnElement[bool]:
    """SQL of: somebody said that they opened the pack."""
    return select(Opening.id).where(Opening.stamp_id == Stamp.id).correlate(Stamp).exists()
