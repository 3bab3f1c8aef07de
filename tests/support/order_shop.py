"""Orders as the till leaves them, written straight into the database; a test names only what matters to it.

`make_order([parcel(...), parcel(...)])` commits an order with its parts, lines, first events, payments and holds.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from catalog.models import Product, Variant
from core import clock
from core.db import db, transaction
from orders.models.orders import DeliveryKind, Order, OrderLine, PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState
from orders.operations.stock import commit_holds, hold_lines, ship_holds
from orders.operations.transitions import OrderActor, move, note_event
from orders.references import new_reference
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from tests.factories import make_product

BUYER_PHONE = "+84912345678"
FIRST_STATE = {PaymentMethod.COD: PaymentState.COD_DUE}


def parcel(*lines: tuple[Variant, int], **facts: Any) -> dict[str, Any]:
    """One producer's part: pairs of pack and count (one pack of a new product if none), and facts of SellerOrder."""
    return {"lines": lines or ((make_product().variants[0], 1),)} | facts


def make_order(parcels: list[dict[str, Any]] | None = None, **facts: Any) -> Order:
    """An order of `parcels` (one of one pack if none), placed just now and not yet paid; cash on delivery if told.

    method: a PaymentMethod (VietQR for the whole order). A payment is asked for, the goods are held.
    """
    parcels = parcels or [parcel()]
    with transaction():
        return add_order(parcels, **facts)


def add_order(parcels: list[dict[str, Any]], **facts: Any) -> Order:
    """`make_order` within the caller's transaction: for many of them."""
    now = facts.pop("now", None) or clock.now()
    method = facts.pop("method", PaymentMethod.VIETQR)
    parts = [_part(each, now) for each in parcels]
    sums = {
        name: sum(getattr(part, name) for part in parts)
        for name in ("goods_vnd", "shipping_vnd", "discount_vnd", "total_vnd")
    }
    values: dict[str, Any] = {
        "code": new_reference(),
        "checkout_key": str(uuid4()),
        "method": method,
        "name": "Người Mua Thử",
        "phone": BUYER_PHONE,
        "language": "vi",
        "province_code": "79",
        "province": "Thành phố Hồ Chí Minh",
        "commune_code": "26740",
        "commune": "Phường Sài Gòn",
        "street": "12 Lê Lợi",
        "terms": {},
        "placed_at": now,
    }
    state = FIRST_STATE.get(method, PaymentState.PENDING)
    order = Order(**(values | sums | facts), seller_orders=parts)
    for part in parts:
        part.payment = state
    db.session.add(order)
    db.session.flush()
    for part in parts:
        for axis, first in (
            (Axis.LIFECYCLE, Lifecycle.PLACED),
            (Axis.PAYMENT, state),
            (Axis.FULFILMENT, Fulfilment.UNFULFILLED),
        ):
            note_event(part.id, axis, "", first, actor=OrderActor.BUYER, now=now)
    _ask_for_money(order, method, now)
    hold_lines(parts, expires_at=None if method == "cod" else now + timedelta(days=1), now=now)
    return order


def pay(order: Order, *, now: datetime | None = None) -> None:
    """The money came in, and the goods are held for good."""
    now = now or clock.now()
    with transaction():
        for payment in db.session.query(Payment).filter_by(order_id=order.id, state="pending"):
            payment.state, payment.received_vnd = PayState.PAID, payment.amount_vnd
            payment.settled_at = now
        for part in order.seller_orders:
            move(part, Axis.PAYMENT, PaymentState.PAID, actor=OrderActor.BANK, now=now)
            commit_holds(part, now=now)


def carry(part: SellerOrder, to: Fulfilment, *, now: datetime | None = None) -> None:
    """The producer confirms, packs, hands over; the parcel gets as far as `to` (packed, handed_over, delivered)."""
    now = now or clock.now()
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, now=now)
        for state in (Fulfilment.PACKED, Fulfilment.HANDED_OVER, Fulfilment.DELIVERED):
            move(part, Axis.FULFILMENT, state, actor=OrderActor.PRODUCER, now=now)
            if state is Fulfilment.HANDED_OVER:
                ship_holds(part, now=now)
            if state is to:
                return


def delivered_order(*, paid: bool = True, **facts: Any) -> Order:
    """A paid order whose parcels have all arrived just now."""
    order = make_order(**facts)
    if paid and order.method != PaymentMethod.COD:
        pay(order)
    for part in order.seller_orders:
        carry(part, Fulfilment.DELIVERED)
    return order


def _part(facts: dict[str, Any], now: datetime) -> SellerOrder:
    pairs = facts["lines"]
    discount_vnd = facts.get("discount_vnd", 0)
    lines = [_line(variant, packs) for variant, packs in pairs]
    lines[0].discount_vnd = discount_vnd
    goods_vnd = sum(line.goods_vnd for line in lines)
    shipping_vnd = facts.get("shipping_vnd", 30_000)
    product: Product = pairs[0][0].product
    values: dict[str, Any] = {
        "producer_id": product.producer_id,
        "code": new_reference(),
        "lifecycle": Lifecycle.PLACED,
        "fulfilment": Fulfilment.UNFULFILLED,
        "goods_vnd": goods_vnd,
        "shipping_vnd": shipping_vnd,
        "discount_vnd": discount_vnd,
        "discount_platform_vnd": 0,
        "total_vnd": goods_vnd + shipping_vnd - discount_vnd,
        "delivery_kind": DeliveryKind.CARRIER,
        "delivery": {"carrier": "vnpost"},
        "promised_from_on": (now + timedelta(days=3)).astimezone(UTC).date(),
        "promised_to_on": (now + timedelta(days=5)).astimezone(UTC).date(),
        "placed_at": now,
    }
    return SellerOrder(**(values | {name: facts[name] for name in facts if name != "lines"}), lines=lines)


def _line(variant: Variant, packs: int) -> OrderLine:
    price_vnd = variant.price_vnd or 0
    return OrderLine(
        variant_id=variant.id,
        name=variant.product.name,
        name_en=variant.product.name_en,
        pack=variant.label,
        unit_price_vnd=price_vnd,
        quantity=packs,
        cancelled_quantity=0,
        goods_vnd=price_vnd * packs,
        discount_vnd=0,
    )


def _ask_for_money(order: Order, method: str, now: datetime) -> None:
    whole: list[tuple[SellerOrder | None, int, str]] = (
        [(part, part.total_vnd, part.code) for part in order.seller_orders]
        if method == PaymentMethod.COD
        else [(None, order.total_vnd, order.code)]
    )
    for part, amount_vnd, reference in (each for each in whole if each[1]):
        db.session.add(
            Payment(
                order_id=order.id,
                seller_order=part,
                method=method,
                amount_vnd=amount_vnd,
                received_vnd=0,
                state=PayState.PENDING,
                reference=reference,
                opened_at=now,
                expires_at=None if method == PaymentMethod.COD else now + timedelta(days=1),
            )
        )
