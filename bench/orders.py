"""Orders in bulk, for measuring: what a shop that has sold for years has in its tables, the same for the same counts.

People, streets and numbers are made up. Written straight into the tables, as no person could place them in time.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select

from catalog.models import Producer, Product, Variant
from core.db import db, transaction
from orders.models.orders import Order, OrderEvent, OrderLine, SellerOrder
from orders.models.payments import Payment
from orders.references import ALPHABET, PREFIX, check_character
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState

SEED: Final = 50_000
_BATCH: Final = 2_500
_NOW: Final = datetime(2026, 11, 20, 3, tzinfo=UTC)
_FEE_VND: Final = 25_000
# How an order of old came to its end: axis by axis, as the events tell.
_COURSE: Final = (
    (Axis.LIFECYCLE, "", Lifecycle.PLACED),
    (Axis.PAYMENT, "", PaymentState.COD_DUE),
    (Axis.FULFILMENT, "", Fulfilment.UNFULFILLED),
    (Axis.LIFECYCLE, Lifecycle.PLACED, Lifecycle.CONFIRMED),
    (Axis.FULFILMENT, Fulfilment.UNFULFILLED, Fulfilment.PACKED),
    (Axis.FULFILMENT, Fulfilment.PACKED, Fulfilment.HANDED_OVER),
    (Axis.FULFILMENT, Fulfilment.HANDED_OVER, Fulfilment.DELIVERED),
    (Axis.PAYMENT, PaymentState.COD_DUE, PaymentState.COD_COLLECTED),
    (Axis.PAYMENT, PaymentState.COD_COLLECTED, PaymentState.PAID),
    (Axis.LIFECYCLE, Lifecycle.CONFIRMED, Lifecycle.COMPLETED),
)
_OPEN_STEPS: Final = 3


def fill_done(count: int) -> None:
    """`count` orders of the past, each of one producer, delivered and paid at the door."""
    packs = _packs()
    _fill(count, lambda chance: chance.choice(packs), steps=len(_COURSE))


def fill_open(producer_id: int, count: int) -> None:
    """`count` new orders that wait at the desk of one producer."""
    packs = [pack for pack in _packs() if pack.producer_id == producer_id]
    _fill(count, lambda chance: chance.choice(packs), steps=_OPEN_STEPS)


def producer_with_most_packs() -> int:
    """The number of the producer that sells the most kinds of packs."""
    sold = (
        select(Product.producer_id)
        .join(Variant)
        .join(Producer)
        .where(Variant.price_vnd > 0, Product.is_for_sale, Product.group_no != 6)
        .group_by(Product.producer_id)
        .order_by(func.count().desc(), Product.producer_id)
    )
    return int(db.session.scalars(sold.limit(1)).one() or 0)


def _packs() -> list[Any]:
    rows = db.session.execute(
        select(Variant.id, Variant.price_vnd, Variant.label, Product.name, Product.producer_id)
        .join(Product)
        .where(Variant.price_vnd > 0, Product.producer_id.is_not(None), Product.group_no != 6)
        .order_by(Variant.id)
    )
    return list(rows)


def _fill(count: int, pick: Any, *, steps: int) -> None:
    last = [db.session.scalar(select(func.max(each.id))) or 0 for each in (Order, SellerOrder)]
    first = max(last) + 1
    chance = random.Random(SEED + first)
    for start in range(first, first + count, _BATCH):
        numbers = range(start, min(start + _BATCH, first + count))
        _write([_order(number, chance, pick(chance), steps) for number in numbers])


def _write(orders: list[dict[type, list[dict[str, Any]]]]) -> None:
    with transaction():
        for model in (Order, SellerOrder, OrderLine, OrderEvent, Payment):
            db.session.execute(insert(model), [row for each in orders for row in each[model]])


def _order(number: int, chance: random.Random, pack: Any, steps: int) -> dict[type, list[dict[str, Any]]]:
    quantity, placed_at = chance.randint(1, 4), _NOW - timedelta(minutes=number)
    goods_vnd = pack.price_vnd * quantity
    amounts = {
        "goods_vnd": goods_vnd,
        "shipping_vnd": _FEE_VND,
        "discount_vnd": 0,
        "total_vnd": goods_vnd + _FEE_VND,
    }
    states = {axis.value: str(state) for axis, _, state in _COURSE[:steps]}
    return {
        Order: [
            {
                "id": number, "code": _code(number * 2), "checkout_key": f"bench-{number}", "method": "cod", **amounts,
                "name": f"Người mua {number}", "phone": f"+8491{number % 10**7:07d}", "language": "vi",
                "province_code": "01", "province": "Hà Nội", "commune_code": "00004", "commune": "Ba Đình",
                "street": f"{number % 200} phố Minh Họa", "terms": {}, "placed_at": placed_at,
            }
        ],
        SellerOrder: [
            {
                "id": number, "order_id": number, "producer_id": pack.producer_id, "code": _code(number * 2 + 1),
                **states, **amounts, "discount_platform_vnd": 0, "delivery_kind": "carrier", "delivery": {},
                "promised_from_on": placed_at.date() + timedelta(days=2),
                "promised_to_on": placed_at.date() + timedelta(days=5), "placed_at": placed_at,
            }
        ],
        OrderLine: [
            {
                "seller_order_id": number, "variant_id": pack.id, "name": pack.name, "pack": pack.label,
                "unit_price_vnd": pack.price_vnd, "quantity": quantity, "cancelled_quantity": 0,
                "goods_vnd": goods_vnd, "discount_vnd": 0,
            }
        ],
        OrderEvent: [
            {
                "seller_order_id": number, "axis": axis.value, "from_state": str(before), "to_state": str(after),
                "actor": "producer", "happened_at": placed_at + timedelta(hours=step),
            }
            for step, (axis, before, after) in enumerate(_COURSE[:steps])
        ],
        Payment: [
            {
                "order_id": number, "seller_order_id": number, "method": "cod", "amount_vnd": goods_vnd + _FEE_VND,
                "received_vnd": goods_vnd + _FEE_VND if steps == len(_COURSE) else 0,
                "state": "paid" if steps == len(_COURSE) else "pending",
                "reference": _code(number * 2 + 1), "attempt": 1, "opened_at": placed_at,
            }
        ],
    }  # fmt: skip


def _code(number: int) -> str:
    """The code of a made-up order: its number, written with our characters."""
    body = ""
    for _ in range(8):
        number, digit = divmod(number, len(ALPHABET))
        body = ALPHABET[digit] + body
    return f"{PREFIX}{body}{check_character(body)}"
