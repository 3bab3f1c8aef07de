"""A guest at the till: fills a basket, is shown a total, orders. Needs an application context; commits what it does."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from catalog.models import Product
from core import clock
from core.db import db, transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.checkout_rules import CheckoutDraft
from orders.models.orders import Order
from orders.models.payments import Payment
from orders.operations.bank_lines import ToldLine, take_line
from orders.operations.cart import Holder, add_to_cart
from orders.operations.checkout import place_order
from orders.queries.checkout import ChosenBasket, get_chosen_basket

PROVINCE_CODE, COMMUNE_CODE = "79", "26740"
BUYER_PHONE = "+84912345678"


def fill(*goods: tuple[Product, int]) -> int:
    """A guest's basket with so many of the first pack of each product; its number."""
    cart_id: int | None = None
    for product, packs in goods:
        with transaction():
            cart_id = add_to_cart(Holder(cart_id=cart_id), product.variants[0].id, packs, now=clock.now())
    assert cart_id is not None
    return cart_id


def shown(cart_id: int, deliveries: dict[int, str] | None = None) -> ChosenBasket:
    """The basket as the till shows it for an address in Sài Gòn."""
    basket = get_chosen_basket(
        cart_id,
        province_code=PROVINCE_CODE,
        commune_code=COMMUNE_CODE,
        deliveries=deliveries or {},
        on=clock.today(),
    )
    db.session.rollback()
    return basket


def draft_of(cart_id: int, checkout_key: str, **facts: Any) -> CheckoutDraft:
    """What is sent by a buyer who takes the first way of delivery of every parcel and pays at the door."""
    keys = {parcel.producer_id: parcel.option.key for parcel in shown(cart_id).parcels}
    values: dict[str, Any] = {
        "checkout_key": checkout_key,
        "cart_id": cart_id,
        "method": "cod",
        "shown_total_vnd": shown(cart_id, keys).total_vnd,
        "name": "Người Mua Thử",
        "phone": BUYER_PHONE,
        "person_key": b"p" * 16,
        "province_code": PROVINCE_CODE,
        "province": "Thành phố Hồ Chí Minh",
        "commune_code": COMMUNE_CODE,
        "commune": "Phường Sài Gòn",
        "street": "12 Lê Lợi",
        "deliveries": keys,
        "terms": "2026-11",
    }
    return CheckoutDraft(**(values | facts))


def transfer(order: Order) -> None:
    """The buyer's bank tells of the transfer that pays the order; told again, it is the same."""
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    told = ToldLine(
        account=DEMONSTRATION_ACCOUNT,
        bank_reference=f"FT{order.id}",
        booked_at=clock.now(),
        amount_vnd=payment.amount_vnd,
        currency="VND",
        memo=f"CHUYEN TIEN {payment.reference}",
    )
    db.session.rollback()
    with transaction():
        take_line(told, source="sepay", now=clock.now())


def place(draft: CheckoutDraft) -> Order:
    """The order of `draft`, kept."""
    with transaction():
        return place_order(draft, by=None, now=clock.now())


def order(goods: Iterable[tuple[Product, int]], checkout_key: str, **facts: Any) -> Order:
    """An order of these goods from a basket of its own."""
    return place(draft_of(fill(*goods), checkout_key, **facts))
