"""Invariants I4, I6 and I7 see what they are there to see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core.db import db, transaction
from orders.baskets import Discountable, VoucherTerms, hamper_discount, voucher_takeoff
from orders.invariants.orders import (
    histories_that_do_not_lead_here,
    orders_that_are_not_whole,
    sums_that_do_not_agree,
)
from orders.totals import split
from tests.orders.test_checkout import draft_for, fill, place, two_producers
from tests.support.order_shop import carry, make_order, parcel, pay

MONEY = st.integers(min_value=0, max_value=10**12)


def found():
    checks = (orders_that_are_not_whole, sums_that_do_not_agree, histories_that_do_not_lead_here)
    return [list(each()) for each in checks]


def test_orders_as_the_till_leaves_them_and_as_they_move_on_are_in_order(db_session):
    rice, tea = two_producers()
    place(draft_for(fill((rice, 2), (tea, 1))))
    order = make_order([parcel(), parcel()])
    pay(order)
    carry(order.seller_orders[0], "delivered")

    assert found() == [[], [], []]


@pytest.mark.parametrize(
    ("damage", "which"),
    [
        ("UPDATE shop_order SET goods_vnd = goods_vnd + 1, total_vnd = total_vnd + 1", 1),
        ("UPDATE seller_order SET discount_vnd = 1, goods_vnd = goods_vnd + 1", 1),
        ("UPDATE seller_order SET lifecycle = 'confirmed'", 2),
        ("UPDATE seller_order SET payment = 'paid'", 2),
    ],
)
def test_what_was_changed_past_the_rules_is_found(db_session, damage, which):
    make_order()
    with transaction():
        db.session.execute(text(damage))

    assert [bool(each) for each in found()][which]


@given(st.lists(MONEY, min_size=1, max_size=8), MONEY)
def test_a_split_sums_to_the_whole_and_no_part_passes_its_weight_by_more_than_rounding(weights, whole):
    parts = split(whole, weights)

    assert sum(parts) == whole
    assert all(part >= 0 for part in parts)
    total = sum(weights)
    if total:
        assert all(
            whole * weight // total <= part <= whole * weight // total + 1
            for part, weight in zip(parts, weights, strict=True)
        )


@given(
    st.lists(st.tuples(MONEY, st.booleans()), min_size=1, max_size=8),
    st.integers(min_value=1, max_value=10_000),
    st.one_of(st.none(), st.integers(min_value=1, max_value=10**9)),
)
def test_a_voucher_takes_from_no_line_more_than_it_is_worth_nor_from_one_it_may_not_touch(
    lines, percent_bp, cap
):
    terms = VoucherTerms(
        id=1,
        code="A",
        producer_id=None,
        bearer="platform",
        percent_bp=percent_bp,
        amount_vnd=None,
        cap_vnd=cap,
        minimum_vnd=0,
    )

    parts = voucher_takeoff(
        terms, [Discountable(producer_id=1, net_vnd=net, may=may) for net, may in lines]
    ).parts

    assert all(0 <= part <= (net if may else 0) for part, (net, may) in zip(parts, lines, strict=True))
    assert cap is None or sum(parts) <= cap


@given(st.lists(MONEY, min_size=1, max_size=6), st.integers(1, 99), st.integers(1, 9_000))
def test_hampers_take_the_same_off_whether_counted_by_part_or_by_hamper(parts, count, discount_bp):
    one = hamper_discount(parts, 1, discount_bp=discount_bp, discount_vnd=None)
    many = hamper_discount(parts, count, discount_bp=discount_bp, discount_vnd=None)

    assert sum(many) == sum(one) * count
