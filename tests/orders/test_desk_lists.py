"""What the order desk lists, finds, shows and hides."""

from datetime import timedelta

import pytest

from core import clock
from core.db import transaction
from orders.errors import (
    OrderNotFoundError,
)
from orders.operations.desk import (
    Result,
    confirm_order,
    pack_order,
    record_result,
)
from orders.queries.desk import Tab, count_open, find_orders, list_orders
from orders.queries.desk_order import get_desk_order, get_own_order
from orders.queries.desk_todos import order_todos
from tests.factories import make_product
from tests.order_factories import make_order
from tests.orders.desk_shop import (
    _books_agree,
    do,
    owner,
    place,
    product,
    send,
)

__all__ = ["_books_agree", "owner", "place", "product"]


def test_orders_of_somebody_else_are_not_found(product, place):
    part = place()
    other = make_product().producer_id

    for get in (get_own_order, get_desk_order):
        with pytest.raises(OrderNotFoundError):
            get(other, part.code)
    assert get_own_order(product.producer_id, part.code).id == part.id
    assert find_orders(other, part.code).cards == []


def test_lists_hold_what_waits_in_them_newest_first_with_their_counts(product, place, owner):
    new, waiting, packed, sent = place(1), place(1, method="vietqr"), place(1), place(1)
    do(confirm_order, packed, by=owner)
    do(pack_order, packed, by=owner)
    send(sent, owner)
    newer = place(1)

    lists = {tab: [card.code for card in list_orders(product.producer_id, tab).cards] for tab in Tab}

    assert {tab: codes for tab, codes in lists.items() if codes} == {
        Tab.NEW: [newer.code, new.code],
        Tab.UNPAID: [waiting.code],
        Tab.SEND: [packed.code],
        Tab.WAY: [sent.code],
    }
    counts = count_open(product.producer_id)
    assert {tab: count for tab, count in counts.items() if count} == {
        Tab.NEW: 2,
        Tab.UNPAID: 1,
        Tab.SEND: 1,
        Tab.WAY: 1,
    }


def test_a_list_goes_on_where_the_page_before_ended(product, db_session):
    variant = make_product(producer=product.producer, variants=[{"on_hand": 100}]).variants[0]
    codes = [make_order((variant, 1)).seller_orders[0].code for _each in range(21)]

    first = list_orders(product.producer_id, Tab.NEW)
    second = list_orders(product.producer_id, Tab.NEW, before=first.before)

    assert [card.code for card in [*first.cards, *second.cards]] == codes[::-1]
    assert (len(first.cards), second.before) == (20, None)
    assert list_orders(product.producer_id, Tab.NEW, before=2**70).cards[0].code == codes[-1]


def test_an_order_is_found_by_its_codes_and_by_the_end_of_the_telephone(product, place, owner):
    part = place(phone="+84987654321")
    place(phone="+84911111111")

    for words in (part.code, part.code.lower(), part.order.code, "4321", "0987654321", "654 321"):
        assert [card.code for card in find_orders(product.producer_id, words).cards] == [part.code], words
    for words in ("21", "%%%", "OC'; --", "x" * 40, "999999"):
        assert find_orders(product.producer_id, words).cards == []


def test_telephone_and_street_are_hidden_once_the_goods_are_there(product, place, owner):
    part = place()
    before = get_desk_order(product.producer_id, part.code)
    send(part, owner)
    do(record_result, part, Result.DELIVERED, by=owner)

    after = get_desk_order(product.producer_id, part.code)

    assert (before.phone, before.street) == ("+84912345678", "Số 5 ngõ 12 phố Đội Cấn")
    assert (after.phone, after.phone_end, after.street, after.commune) == (
        None,
        "678",
        None,
        "Phường Ba Đình",
    )


def test_what_is_to_be_done_about_orders_is_told_by_kind(product, place, owner):
    first, packed = place(1), place(1)
    place(1)
    place(1, method="vietqr")  # nobody can do anything about it yet
    with transaction():
        first.act_by_at = clock.now() + timedelta(hours=7)
    do(confirm_order, packed, by=owner)

    todos = {each.kind: each for each in order_todos(product.producer_id, clock.today())}

    assert {kind: each.count for kind, each in todos.items()} == {
        "orders_to_confirm": 2,
        "orders_to_pack": 1,
    }
    new = todos["orders_to_confirm"]
    assert (new.name, new.by_on, new.is_urgent, new.path) == ("17:00", clock.today(), True, "/orders")
