"""Orders as checkouts leave them, written straight into the database; a test names only what matters to it.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count, groupby
from typing import Any
from uuid import uuid4

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from orders.models.orders import DeliveryKind, Order, OrderLine, PaymentMethod, SellerOrder
from orders.operations.stock import hold_lines
from orders.operations.transitions import OrderActor, note_event
from orders.references import new_reference
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState

_numbers = count(1)
FIRST_PAYMENT = {PaymentMethod.COD: PaymentState.COD_DUE}


def make_order(
    *wanted: tuple[Variant, int], method: str = "cod", is_held: bool = True, **facts: Any
) -> Order:
    """An order of so many packs each, one part per producer, with a fee of 30,000 ₫ each, waiting for confirmation.

    is_held: its goods are held: without an end for cash on delivery, else for a day. facts: of the order.
    """
    with transaction():
        order = new_order(wanted, method=method, **facts)
        if is_held:
            waits = None if method == PaymentMethod.COD else present.now() + timedelta(days=1)
            hold_lines(order.seller_orders, expires_at=waits, now=present.now())
    return order


def new_order(wanted: Sequence[tuple[Variant, int]], *, method: str = "cod", **facts: Any) -> Order:
    """`make_order` within the caller's transaction, nothing held yet."""
    parts = [
        _part(producer_id, list(lines), method)
        for producer_id, lines in groupby(
            sorted(wanted, key=lambda each: each[0].product.producer_id or 0),
            key=lambda each: each[0].product.producer_id,
        )
    ]
    values = {
        "code": new_reference(),
        "checkout_key": str(uuid4()),
        "method": method,
        "goods_vnd": sum(part.goods_vnd for part in parts),
        "shipping_vnd": sum(part.shipping_vnd for part in parts),
        "discount_vnd": 0,
        "total_vnd": sum(part.total_vnd for part in parts),
        "name": f"Nguyễn Thị Lan {next(_numbers)}",
        "phone": "+84912345678",
        "language": "vi",
        "province_code": "01",
        "province": "Thành phố Hà Nội",
        "commune_code": "00004",
        "commune": "Phường Ba Đình",
        "street": "Số 5 ngõ 12 phố Đội Cấn",
        "terms": {},
        "placed_at": present.now(),
    }
    order = Order(**(values | facts), seller_orders=parts)
    db.session.add(order)
    db.session.flush()
    for part in parts:
        for axis in (Axis.LIFECYCLE, Axis.PAYMENT, Axis.FULFILMENT):
            note_event(
                part.id, axis, "", getattr(part, axis.value), actor=OrderActor.BUYER, now=present.now()
            )
    return order


def _part(producer_id: int | None, wanted: Sequence[tuple[Variant, int]], method: str) -> SellerOrder:
    lines = [_line(variant, quantity) for variant, quantity in wanted]
    goods_vnd = sum(line.goods_vnd for line in lines)
    return SellerOrder(
        producer_id=producer_id,
        code=new_reference(),
        lifecycle=Lifecycle.PLACED.value,
        payment=FIRST_PAYMENT.get(PaymentMethod(method), PaymentState.PENDING).value,
        fulfilment=Fulfilment.UNFULFILLED.value,
        goods_vnd=goods_vnd,
        shipping_vnd=30_000,
        discount_vnd=0,
        discount_platform_vnd=0,
        total_vnd=goods_vnd + 30_000,
        delivery_kind=DeliveryKind.CARRIER.value,
        delivery={},
        promised_from_on=present.today() + timedelta(days=2),
        promised_to_on=present.today() + timedelta(days=4),
        placed_at=present.now(),
        lines=lines,
    )


def _line(variant: Variant, quantity: int) -> OrderLine:
    price_vnd = variant.price_vnd or 0
    return OrderLine(
        variant_id=variant.id,
        name=variant.product.name,
        pack=variant.label,
        unit_price_vnd=price_vnd,
        quantity=quantity,
        goods_vnd=price_vnd * quantity,
        discount_vnd=0,
        cancelled_quantity=0,
    )
