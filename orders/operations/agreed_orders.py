"""An order out of an agreement: one producer, prices of the quotation, a deposit first, the rest before hand-over.

The goods may still have to be made. They are held as soon as they are there: when the order is made, with the deposit,
or at the latest when the producer says that they are ready.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.clock import vietnam_date
from core.db import db
from core.jobs.queue import enqueue
from orders.delivery_terms import DeliveryKind
from orders.errors import OrderNotFoundError, ShortStockError, UnsoldGoodsError, WrongMoveError
from orders.models.agreed import AgreedOrder
from orders.models.orders import Order, OrderLine, PaymentMethod, SellerOrder
from orders.models.payments import Payment
from orders.operations.cancellation import lock_parcel
from orders.operations.deposits import DEPOSIT_JOB, take_deposit
from orders.operations.payment import open_payments
from orders.operations.stock import hold_lines, rehold
from orders.operations.transitions import OrderActor, move, note_event
from orders.queries.agreed_goods import UnsoldGoods, find_unsold
from orders.references import new_reference
from orders.states import UNPAID, Axis, Fulfilment, Lifecycle, PaymentState
from orders.totals import split

READY_JOB: Final = "promotion.tell_ready"


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """quantity packs of a variant, at a price each, as they were called."""

    variant_id: int
    quantity: int
    unit_price_vnd: int
    name: str
    name_en: str | None
    pack: str
    pack_en: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was agreed. key: of the order, once each. quotation: its number. deposit_vnd: 0 to all of it.

    to: name, phone (E.164), email, language, province_code, province and street of the buyer; invoice: as of `Order`.
    """

    key: str
    quotation: str
    producer_id: int
    lines: tuple[AgreedLine, ...]
    freight_vnd: int
    discount_vnd: int
    deposit_vnd: int
    deposit_by_at: datetime
    cancel_until_on: date | None
    ready_on: date
    to: Mapping[str, str | None]
    invoice: Mapping[str, str] | None
    note: str | None

    @property
    def goods_vnd(self) -> int:
        return sum(line.unit_price_vnd * line.quantity for line in self.lines)

    @property
    def total_vnd(self) -> int:
        return self.goods_vnd + self.freight_vnd - self.discount_vnd


def place_agreed_order(agreement: Agreement, *, by: Actor, now: datetime) -> Order:
    """Make the order of an agreement, in the caller's transaction, who has seen to it that there is none yet.

    It waits for its deposit by VietQR; without one it is confirmed at once. Raises UnsoldGoodsError for goods that the
    shop would not sell today, NoReceivingAccountError where nobody has said to which account transfers go; then nothing
    has changed.
    """
    require_sold([line.variant_id for line in agreement.lines], now=now)
    order = _insert(agreement, by, now)
    part = order.seller_orders[0]
    for axis, state in (
        (Axis.LIFECYCLE, part.lifecycle),
        (Axis.PAYMENT, part.payment),
        (Axis.FULFILMENT, part.fulfilment),
    ):
        note_event(part.id, axis, "", state, actor=OrderActor.BUYER, by=by, now=now)
    agreed = AgreedOrder(
        order_id=order.id,
        quotation=agreement.quotation,
        deposit_by_at=agreement.deposit_by_at,
        cancel_until_on=agreement.cancel_until_on,
    )
    db.session.add(agreed)
    db.session.flush()
    _hold_what_is_there(part, agreement.deposit_by_at, now)
    _ask(order, agreement, now)
    enqueue("settlement.freeze_terms", key=str(order.id), order_id=order.id, now=now)
    enqueue("orders.send_news", key=str(order.id), order_id=order.id, now=now)
    return order


def mark_ready(seller_order: SellerOrder, *, by: Actor, now: datetime) -> bool:
    """The producer says that the goods of an agreed order are ready; whether that is new. The rest is asked for.

    Raises OrderNotFoundError for an order of the shop, WrongMoveError where it is not confirmed, UnsoldGoodsError where
    goods are being recalled or a paper that the law asks for is missing, ShortStockError (shortfalls) where its goods
    are not in stock: they are counted in first. Then nothing has changed.
    """
    lock_parcel(seller_order)
    agreed = db.session.get(AgreedOrder, seller_order.order_id, populate_existing=True)
    if agreed is None:
        raise OrderNotFoundError(order=seller_order.code)
    if agreed.ready_at is not None:
        return False
    if seller_order.lifecycle != Lifecycle.CONFIRMED:
        raise WrongMoveError(
            order=seller_order.code,
            axis=Axis.LIFECYCLE.value,
            present=seller_order.lifecycle,
            wanted=Lifecycle.CONFIRMED.value,
        )
    left = [line.variant_id for line in seller_order.lines if line.quantity > line.cancelled_quantity]
    _require(find_unsold(left, vietnam_date(now), is_agreed=True))
    if not rehold(seller_order, now=now):
        raise ShortStockError(shortfalls={line.variant_id: line.quantity for line in seller_order.lines})
    agreed.ready_at = now
    db.session.flush()
    record_act(
        "orders.mark_ready",
        by=by,
        subject=f"order:{seller_order.code}",
        after={"ready": True},
        producer_id=seller_order.producer_id,
        now=now,
    )
    if seller_order.payment in UNPAID:
        enqueue(READY_JOB, key=f"ready:{seller_order.order_id}", order_id=seller_order.order_id, now=now)
    return True


def require_sold(variant_ids: Collection[int], *, now: datetime) -> None:
    """Raises UnsoldGoodsError for the first of the packs that may not be sold today."""
    _require(find_unsold(variant_ids, vietnam_date(now)))


def _require(unsold: UnsoldGoods | None) -> None:
    if unsold is not None:
        raise UnsoldGoodsError(name=unsold.name, name_en=unsold.name_en, problem=unsold.problem.value)


def _insert(agreement: Agreement, by: Actor, now: datetime) -> Order:
    sums = {
        "goods_vnd": agreement.goods_vnd,
        "shipping_vnd": agreement.freight_vnd,
        "discount_vnd": agreement.discount_vnd,
        "total_vnd": agreement.total_vnd,
    }
    part = SellerOrder(
        producer_id=agreement.producer_id,
        code=new_reference(),
        lifecycle=Lifecycle.PLACED.value,
        payment=(PaymentState.PENDING if agreement.total_vnd else PaymentState.UNPAID).value,
        fulfilment=Fulfilment.UNFULFILLED.value,
        discount_platform_vnd=0,
        uncharged_vnd=0,
        delivery_kind=DeliveryKind.PRODUCER.value,
        delivery={"key": "agreed", "kind": DeliveryKind.PRODUCER.value, "carrier": None, "facts": {}},
        promised_from_on=min(agreement.ready_on, vietnam_date(now)),
        promised_to_on=agreement.ready_on,
        placed_at=now,
        act_by_at=agreement.deposit_by_at,
        lines=_lines(agreement),
        **sums,
    )
    order = Order(
        code=new_reference(),
        checkout_key=agreement.key,
        user_id=by.user_id,
        method=PaymentMethod.VIETQR.value,
        terms={"quotation": agreement.quotation},
        note=agreement.note,
        invoice=dict(agreement.invoice) if agreement.invoice else None,
        placed_at=now,
        seller_orders=[part],
        **sums,
        **agreement.to,
    )
    db.session.add(order)
    db.session.flush()
    return order


def _lines(agreement: Agreement) -> list[OrderLine]:
    goods = [line.unit_price_vnd * line.quantity for line in agreement.lines]
    shares = split(agreement.discount_vnd, goods) if agreement.discount_vnd else (0,) * len(goods)
    return [
        OrderLine(
            variant_id=line.variant_id,
            name=line.name,
            name_en=line.name_en,
            pack=line.pack,
            pack_en=line.pack_en,
            unit_price_vnd=line.unit_price_vnd,
            quantity=line.quantity,
            cancelled_quantity=0,
            goods_vnd=worth,
            discount_vnd=share,
        )
        for line, worth, share in zip(agreement.lines, goods, shares, strict=True)
    ]


def _hold_what_is_there(part: SellerOrder, until: datetime, now: datetime) -> None:
    try:
        hold_lines([part], expires_at=until, now=now)
    except ShortStockError:
        return  # it is made to order


def _ask(order: Order, agreement: Agreement, now: datetime) -> None:
    """Ask for the money, of which the deposit comes first. It does not expire: the order's own timer ends it."""
    part = order.seller_orders[0]
    open_payments(order, now=now, expires_at=agreement.deposit_by_at)
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).first()
    if payment is None:  # nothing to pay: confirmed at once
        _confirm_free(part, now)
        return
    payment.expires_at = None
    payment.deposit_vnd = agreement.deposit_vnd
    db.session.flush()
    take_deposit(payment, [part], 0, source=OrderActor.PLATFORM, by=None, now=now)


def _confirm_free(part: SellerOrder, now: datetime) -> None:
    agreed = db.session.get_one(AgreedOrder, part.order_id)
    agreed.deposit_at = now
    move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PLATFORM, reason="deposit", now=now)
    enqueue(DEPOSIT_JOB, key=f"deposit:{part.order_id}", order_id=part.order_id, now=now)
