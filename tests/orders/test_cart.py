"""What goes into a basket, what it then says, and who reaches it."""

import pytest

from core import clock
from core.db import transaction
from core.places import list_provinces
from orders.baskets import LINES_MAX, LineProblem
from orders.errors import BasketFullError, BasketLineNotFoundError, NotSoldError
from orders.models.cart import Cart, CartLine
from orders.operations.cart import (
    Holder,
    add_to_cart,
    choose_province,
    count_in_cart,
    empty_cart,
    find_cart_id,
    keep_for_later,
    merge_carts,
    remove_line,
    set_quantity,
)
from orders.queries.basket import get_basket
from tests.factories import make_product, make_producer
from tests.people import make_user

GUEST = Holder()


def put(holder, product, quantity=1):
    with transaction():
        return add_to_cart(holder, product.variants[0].id, quantity, now=clock.now())


def basket_of(cart_id):
    return get_basket(cart_id, on=clock.today())


def only_line(cart_id):
    (parcel,) = basket_of(cart_id).parcels
    (line,) = parcel.lines
    return line


def test_the_same_pack_put_in_twice_is_one_line(db_session):
    product = make_product()

    cart_id = put(GUEST, product, 2)
    again = put(Holder(cart_id=cart_id), product, 3)

    line = only_line(cart_id)
    assert again == cart_id
    assert (line.quantity, line.buyable, line.goods_vnd, line.problem) == (5, 5, 625_000, None)
    assert count_in_cart(cart_id) == 5


def test_goods_of_two_producers_are_two_parcels_in_the_order_in_which_they_came(db_session):
    first, second = make_producer(name="HTX A"), make_producer(name="HTX B")
    goods = [make_product(producer=each) for each in (first, second, first)]

    cart_id = put(GUEST, goods[0])
    for each in goods[1:]:
        put(Holder(cart_id=cart_id), each)

    basket = basket_of(cart_id)
    assert [(each.name, len(each.lines), each.goods_vnd) for each in basket.parcels] == [
        ("HTX A", 2, 250_000),
        ("HTX B", 1, 125_000),
    ]
    assert (basket.goods_vnd, basket.count) == (375_000, 3)
