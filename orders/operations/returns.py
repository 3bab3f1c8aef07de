"""Returns: asked for by the buyer, answered and received by the producer, paid back the way the money came.

A return is settled once: the parcel is locked before anything is decided, so that no pack comes back twice and no dong
goes back twice, however often a form is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from catalog.models import Variant
from core.db import db
from core.text import clean_text
from orders.errors import InvalidReturnError, ReturnNotFoundError, WrongMoveError
from orders.models.delivery import ProductHandling
from orders.models.orders import OrderEvent, OrderLine, SellerOrder
from orders.models.payments import RefundCause
from orders.models.returns import ReturnActor, ReturnEvent, ReturnLine, ReturnPicture, ReturnRequest
from orders.models.slices import CounterUndo
from orders.operations.cancellation import lock_parcel, payment_of, refundable
from orders.operations.payment_rows import due_vnd
from orders.operations.private_pictures import DrawnPicture
from orders.operations.refunds import request_refund
from orders.operations.return_news import tell_buyer_of_return, tell_producer_of_return
from orders.operations.stock import restock_line
from orders.return_rules import (
    NOT_COMING,
    RETURN_MOVES,
    SELLERS_FAULT,
    ReturnReason,
    ReturnState,
    may_return,
    price_of_packs,
)
from orders.states import Axis, Fulfilment, Lifecycle

TEXT_MAX: Final = 2_000
PICTURES_MAX: Final = 5
SEND_BACK_WITHIN: Final = timedelta(days=14)
"""After it was accepted; then the return counts as withdrawn."""


@dataclass(frozen=True, slots=True)
class ReturnWish:
    """What a buyer asks for. packs: count by number of the line, 1 or more."""

    submission_key: str
    reason: str
    text: str
    packs: Mapping[int, int]
    pictures: Sequence[DrawnPicture] = ()


def ask_return(part: SellerOrder, wish: ReturnWish, *, by: Actor | None, now: datetime) -> ReturnRequest:
    """Ask to send packs of a delivered parcel back; sent twice with one key, it is one return.

    Raises InvalidReturnError: field «reason» (`unknown`, `too_late`, `perishable`), «packs» (`none`, `too_many`),
    «text» (`missing`, `too_long`), «pictures» (`too_many`), «order» (`not_delivered`; `undone`: at the counter).
    Nothing has changed then.
    """
    lock_parcel(part)
    known = db.session.scalar(
        select(ReturnRequest).where(ReturnRequest.submission_key == wish.submission_key)
    )
    if known is not None:
        if known.seller_order_id != part.id:
            raise ReturnNotFoundError(return_id=known.id)
        return known
    reason, text = _checked_reason(wish.reason), _checked_text(wish.text)
    if len(wish.pictures) > PICTURES_MAX:
        raise InvalidReturnError(field="pictures", reason="too_many")
    _require_not_undone(part)
    _require_in_time(part, reason, wish.packs, now)
    _require_there(part, wish.packs)
    request = ReturnRequest(
        seller_order_id=part.id,
        submission_key=wish.submission_key,
        reason=reason.value,
        text=text,
        state=ReturnState.ASKED.value,
        asked_at=now,
        lines=[ReturnLine(line_id=line_id, quantity=packs) for line_id, packs in sorted(wish.packs.items())],
        pictures=[
            ReturnPicture(position=at, sha256=each.sha256, width=each.width, height=each.height)
            for at, each in enumerate(wish.pictures, start=1)
        ],
    )
    db.session.add(request)
    db.session.flush()
    _note(request, "", ReturnActor.BUYER, by=by, text=None, now=now)
    tell_producer_of_return(request, now=now)
    return request


def answer_return(request: ReturnRequest, to: ReturnState, text: str, *, by: Actor, now: datetime) -> bool:
    """The producer accepts, refuses or asks something; False if it said so already.

    text: what the buyer reads; needed for a refusal and a question. Raises InvalidReturnError (field «text»),
    WrongMoveError.
    """
    told = clean_text(text)
    if to in (ReturnState.REFUSED, ReturnState.QUESTIONED) and not told:
        raise InvalidReturnError(field="text", reason="missing")
    moved = _move(request, to, ReturnActor.PRODUCER, by=by, text=told, now=now)
    if moved:
        tell_buyer_of_return(request, told, now=now)
    return moved


def reply_to_question(request: ReturnRequest, text: str, *, by: Actor | None, now: datetime) -> bool:
    """The buyer answers the producer's question. Raises InvalidReturnError, WrongMoveError."""
    told = _checked_text(text)
    moved = _move(request, ReturnState.ASKED, ReturnActor.BUYER, by=by, text=told, now=now)
    if moved:
        tell_producer_of_return(request, now=now)
    return moved


def withdraw_return(request: ReturnRequest, *, by: Actor | None, now: datetime) -> bool:
    """The buyer keeps the goods after all; False if it said so already. Raises WrongMoveError once they came back."""
    return _move(request, ReturnState.WITHDRAWN, ReturnActor.BUYER, by=by, text="", now=now)


def receive_return(
    request: ReturnRequest,
    sellable: Mapping[int, int],
    damaged: Mapping[int, int],
    *,
    by: Actor,
    now: datetime,
) -> bool:
    """The goods are back: on the shelf or not, and the money goes back. False if that was said already.

    sellable, damaged: packs by number of the line; together at most what was accepted, at least one. The price of
    these packs goes back less their share of discounts; with the last packs of a parcel at the seller's fault the
    freight too. Raises InvalidReturnError (field «packs»: `none`, `too_many`; «payment»: `not_paid`;
    «order»: `undone`), WrongMoveError.
    """
    lock_parcel(request.seller_order)
    db.session.refresh(request, ["state"])
    if request.state == ReturnState.RECEIVED:
        return False
    _require_not_undone(request.seller_order)
    _set_found(request, sellable, damaged)
    goods_vnd, shipping_vnd = _money_back(request)
    _move(request, ReturnState.RECEIVED, ReturnActor.PRODUCER, by=by, text="", now=now)
    for line in request.lines:
        for packs, is_sellable in ((line.sellable_quantity, True), (line.damaged_quantity, False)):
            if packs:
                restock_line(line.line, packs, sellable=is_sellable, now=now)
    request.goods_vnd, request.shipping_vnd = goods_vnd, shipping_vnd
    if goods_vnd + shipping_vnd:
        request.refund_id = _refund(request, by, now)
    db.session.flush()
    tell_buyer_of_return(request, "", now=now)
    return True


def close_forgotten(return_id: int, *, now: datetime) -> bool:
    """A return that was accepted, and whose goods never came, counts as withdrawn. Whether it does now."""
    request = db.session.get(ReturnRequest, return_id)
    if request is None or request.state != ReturnState.ACCEPTED:
        return False
    accepted_at = max(each.happened_at for each in request.events)
    if now <= accepted_at + SEND_BACK_WITHIN:
        return False
    return _move(request, ReturnState.WITHDRAWN, ReturnActor.PLATFORM, by=None, text="", now=now)


def _checked_reason(reason: str) -> ReturnReason:
    if reason not in list(ReturnReason):
        raise InvalidReturnError(field="reason", reason="unknown")
    return ReturnReason(reason)


def _checked_text(text: str) -> str:
    told = clean_text(text)
    if not told:
        raise InvalidReturnError(field="text", reason="missing")
    if len(told) > TEXT_MAX:
        raise InvalidReturnError(field="text", reason="too_long")
    return told


def _require_not_undone(part: SellerOrder) -> None:
    """Goods and money of a counter sale that was undone went back over the table. The caller holds the parcel."""
    undone = select(CounterUndo.seller_order_id).where(CounterUndo.seller_order_id == part.id)
    if db.session.scalar(undone) is not None:
        raise InvalidReturnError(field="order", reason="undone")


def _require_in_time(
    part: SellerOrder, reason: ReturnReason, packs: Mapping[int, int], now: datetime
) -> None:
    delivered_at = delivered_at_of(part.id)
    if delivered_at is None or part.lifecycle not in (Lifecycle.CONFIRMED, Lifecycle.COMPLETED):
        raise InvalidReturnError(field="order", reason="not_delivered")
    if not may_return(reason, delivered_at=delivered_at, is_perishable=False, now=now):
        raise InvalidReturnError(field="reason", reason="too_late")
    is_perishable = _is_any_perishable(packs)
    if not may_return(reason, delivered_at=delivered_at, is_perishable=is_perishable, now=now):
        raise InvalidReturnError(field="reason", reason="perishable")


def delivered_at_of(seller_order_id: int) -> datetime | None:
    """When the parcel arrived, None if it did not."""
    return db.session.scalar(
        select(OrderEvent.happened_at)
        .where(
            OrderEvent.seller_order_id == seller_order_id,
            OrderEvent.axis == Axis.FULFILMENT.value,
            OrderEvent.to_state == Fulfilment.DELIVERED.value,
        )
        .order_by(OrderEvent.id.desc())
        .limit(1)
    )


def _is_any_perishable(packs: Mapping[int, int]) -> bool:
    spoils = ProductHandling.is_chilled | ProductHandling.max_transit_days.is_not(None)
    found = (
        select(OrderLine.id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(ProductHandling, ProductHandling.product_id == Variant.product_id)
        .where(OrderLine.id.in_(list(packs)), spoils)
    )
    return db.session.scalar(found.limit(1)) is not None


def _require_there(part: SellerOrder, packs: Mapping[int, int]) -> None:
    if not packs or min(packs.values()) < 1:
        raise InvalidReturnError(field="packs", reason="none")
    lines = {line.id: line for line in part.lines}
    asked = {
        row.line_id: int(row.packs)
        for row in db.session.execute(
            select(ReturnLine.line_id, func.sum(ReturnLine.quantity).label("packs"))
            .join(ReturnRequest, ReturnRequest.id == ReturnLine.return_id)
            .where(ReturnLine.line_id.in_(list(lines)), ReturnRequest.state.not_in(NOT_COMING))
            .group_by(ReturnLine.line_id)
        )
    }
    for line_id, wanted in packs.items():
        line = lines.get(line_id)
        left = line.quantity - line.cancelled_quantity - asked.get(line_id, 0) if line else 0
        if wanted > left:
            raise InvalidReturnError(field="packs", reason="too_many")


def _set_found(request: ReturnRequest, sellable: Mapping[int, int], damaged: Mapping[int, int]) -> None:
    total = 0
    for line in request.lines:
        good, bad = sellable.get(line.line_id, 0), damaged.get(line.line_id, 0)
        if good < 0 or bad < 0 or good + bad > line.quantity:
            raise InvalidReturnError(field="packs", reason="too_many")
        line.sellable_quantity, line.damaged_quantity = good, bad
        total += good + bad
    if not total:
        raise InvalidReturnError(field="packs", reason="none")


def _money_back(request: ReturnRequest) -> tuple[int, int]:
    """What goes back of goods and freight, never more than is left of what was paid for the parcel."""
    if not due_vnd(request.seller_order):
        return 0, 0  # a voucher paid for all of it: the goods come back, no money does
    if payment_of(request.seller_order) is None:
        raise InvalidReturnError(field="payment", reason="not_paid")
    goods_vnd = sum(_price_of(line) for line in request.lines)
    goods_left_vnd, shipping_left_vnd = refundable(request.seller_order)
    is_whole = _all_came_back(request)
    shipping_vnd = shipping_left_vnd if is_whole and request.reason in SELLERS_FAULT else 0
    return min(goods_vnd, goods_left_vnd), shipping_vnd


def _price_of(line: ReturnLine) -> int:
    bought = line.line
    before = bought.cancelled_quantity + _came_back(bought.id, line.return_id)
    packs = line.sellable_quantity + line.damaged_quantity
    return price_of_packs(bought.goods_vnd - bought.discount_vnd, bought.quantity, before, packs)


def _came_back(line_id: int, but: int) -> int:
    found = func.sum(ReturnLine.sellable_quantity + ReturnLine.damaged_quantity)
    total = (
        select(func.coalesce(found, 0))
        .join(ReturnRequest, ReturnRequest.id == ReturnLine.return_id)
        .where(
            ReturnLine.line_id == line_id,
            ReturnRequest.state == ReturnState.RECEIVED.value,
            ReturnRequest.id != but,
        )
    )
    return int(db.session.scalar(total) or 0)


def _all_came_back(request: ReturnRequest) -> bool:
    """Whether with this return nothing of the parcel remains with the buyer."""
    now_back = {each.line_id: each.sellable_quantity + each.damaged_quantity for each in request.lines}
    return all(
        line.quantity - line.cancelled_quantity == _came_back(line.id, request.id) + now_back.get(line.id, 0)
        for line in request.seller_order.lines
    )


def _refund(request: ReturnRequest, by: Actor, now: datetime) -> int:
    payment = payment_of(request.seller_order)
    if payment is None:
        raise InvalidReturnError(field="payment", reason="not_paid")
    refund = request_refund(
        payment,
        key=f"return:{request.id}",
        cause=RefundCause.RETURN,
        goods_vnd=request.goods_vnd,
        shipping_vnd=request.shipping_vnd,
        seller_order=request.seller_order,
        reason=request.reason,
        by=by,
        now=now,
    )
    return refund.id


def _move(
    request: ReturnRequest, to: ReturnState, actor: ReturnActor, *, by: Actor | None, text: str, now: datetime
) -> bool:
    lock_parcel(request.seller_order)
    db.session.refresh(request, ["state"])
    before = request.state
    if before == to:
        return False
    if to not in RETURN_MOVES.get(before, ()):
        raise WrongMoveError(return_id=request.id, axis="return", present=before, wanted=to.value)
    request.state = to.value
    db.session.flush()
    _note(request, before, actor, by=by, text=text or None, now=now)
    return True


def _note(
    request: ReturnRequest,
    before: str,
    actor: ReturnActor,
    *,
    by: Actor | None,
    text: str | None,
    now: datetime,
) -> None:
    db.session.add(
        ReturnEvent(
            return_id=request.id,
            from_state=before,
            to_state=request.state,
            actor=actor.value,
            by_id=by.user_id if by else None,
            text=text,
            happened_at=now,
        )
    )
    db.session.flush()
