"""Orders as settlement meets them, written straight into the database: placed, paid, completed, refunded.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

from datetime import date
from itertools import count
from typing import Any

from catalog.models import Producer
from core import clock
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders.models.orders import Order, OrderLine, SellerOrder
from orders.models.payments import Payment, Refund
from orders.references import new_reference
from tests.factories import make_product, saved

_numbers = count(1)


def make_order(*parts: dict[str, Any], method: str = "vietqr", **facts: Any) -> Order:
    """An order of one part for each producer; each part: `producer`, `lines` of (price_vnd, quantity), and amounts.

    Completed and paid unless `lifecycle` or `payment` of a part say otherwise.
    """
    number = next(_numbers)
    sellers = [_seller_order(part) for part in parts]
    values = {
        "code": new_reference(),
        "checkout_key": f"key-{number}",
        "method": method,
        "goods_vnd": sum(each.goods_vnd for each in sellers),
        "shipping_vnd": sum(each.shipping_vnd for each in sellers),
        "discount_vnd": sum(each.discount_vnd for each in sellers),
        "total_vnd": sum(each.total_vnd for each in sellers),
        "name": "Người Mua Thử",
        "phone": "+84912345678",
        "language": "vi",
        "terms": {},
        "placed_at": clock.now(),
    }
    return saved(Order(**(values | facts), seller_orders=sellers))


def make_sold(producer: Producer, *lines: tuple[int, int], **facts: Any) -> SellerOrder:
    """The one part of an order of one producer."""
    return make_order({"producer": producer, "lines": lines or ((100_000, 1),), **facts}).seller_orders[0]


def receive(order: Order, *, into: AccountKind = AccountKind.BANK, holder: str = "") -> Payment:
    """The whole order was paid: a payment, and its journal as orders post it."""
    payment = saved(
        Payment(
            order_id=order.id,
            method=order.method,
            amount_vnd=order.total_vnd,
            received_vnd=order.total_vnd,
            state="paid",
            reference=order.code,
            attempt=1,
            opened_at=clock.now(),
            settled_at=clock.now(),
        )
    )
    funds = AccountName(AccountKind.BUYER_FUNDS, f"order:{order.id}")
    with transaction():
        post(
            f"payment:{payment.id}:received:1",
            "payment_received",
            f"order:{order.id}",
            [Move(AccountName(into, holder), funds, order.total_vnd)],
            now=clock.now(),
        )
    return payment


def refund(
    seller_order: SellerOrder,
    payment: Payment,
    goods_vnd: int,
    shipping_vnd: int = 0,
    *,
    sent: bool = True,
    after_completion: bool = False,
) -> Refund:
    """A refund that was approved, and sent unless `sent` says otherwise, with its journals as orders post them.

    after_completion: orders then leave it to the settlement to say out of what the buyer is owed.
    """
    number, amount = next(_numbers), goods_vnd + shipping_vnd
    made = saved(
        Refund(
            key=f"refund-{number}",
            payment_id=payment.id,
            seller_order_id=seller_order.id,
            cause="return",
            amount_vnd=amount,
            goods_vnd=goods_vnd,
            shipping_vnd=shipping_vnd,
            state="settled" if sent else "approved",
            requested_at=clock.now(),
            approved_at=clock.now(),
        )
    )
    holder = f"order:{seller_order.order_id}"
    due = AccountName(AccountKind.REFUNDS_DUE, holder)
    with transaction():
        if not after_completion:
            funds = AccountName(AccountKind.BUYER_FUNDS, holder)
            moves = [Move(funds, due, amount)]
            post(f"refund:{made.id}:approved", "refund_approved", holder, moves, now=clock.now())
        if sent:
            bank = AccountName(AccountKind.BANK)
            post(f"refund:{made.id}:sent", "refund_sent", holder, [Move(due, bank, amount)], now=clock.now())
    return made


def _seller_order(part: dict[str, Any]) -> SellerOrder:
    producer, lines = part["producer"], part.get("lines", ((100_000, 1),))
    discounts = part.get("discounts", (0,) * len(lines))
    group_no = part.get("group_no", 1)
    rows = [
        OrderLine(
            variant_id=make_product(
                producer=producer, group_no=group_no, variants=[{"price_vnd": price}], certification=None
            )
            .variants[0]
            .id,
            name="Kẹo dừa",
            pack="500 g",
            unit_price_vnd=price,
            quantity=quantity,
            goods_vnd=price * quantity,
            discount_vnd=discount,
        )
        for (price, quantity), discount in zip(lines, discounts, strict=True)
    ]
    goods, shipping = sum(row.goods_vnd for row in rows), part.get("shipping_vnd", 0)
    return SellerOrder(
        producer_id=producer.id,
        code=new_reference(),
        lifecycle=part.get("lifecycle", "completed"),
        payment=part.get("payment", "paid"),
        fulfilment=part.get("fulfilment", "delivered"),
        goods_vnd=goods,
        shipping_vnd=shipping,
        discount_vnd=sum(discounts),
        discount_platform_vnd=part.get("discount_platform_vnd", 0),
        total_vnd=goods + shipping - sum(discounts),
        delivery_kind=part.get("delivery_kind", "carrier"),
        delivery={},
        promised_from_on=date(2026, 11, 23),
        promised_to_on=date(2026, 11, 25),
        placed_at=clock.now(),
        lines=rows,
    )


def balances() -> dict[str, int]:
    """Every account that is not empty, by kind and holder."""
    from ledger.models import Account
    from ledger.queries import get_balance_vnd

    db.session.rollback()
    found = {
        f"{account.kind} {account.holder}".strip(): get_balance_vnd(AccountKind(account.kind), account.holder)
        for account in db.session.query(Account).all()
    }
    return {name: balance for name, balance in found.items() if balance}
