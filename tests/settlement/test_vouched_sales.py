"""Vouchers of the platform that paid for all of a line: packs tell what was sold, because no money does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from orders.models.orders import SellerOrder
from orders.models.returns import ReturnEvent, ReturnLine, ReturnRequest
from settlement.models.sales import SaleLine
from settlement.operations.sales import reverse_sale
from tests.factories import make_producer, saved
from tests.orders.counter_shop import violations
from tests.sales import balances, make_sold, receive, refund
from tests.settlement.test_sales import make_rule, settled

pytestmark = pytest.mark.usefixtures("db_session")

VOUCHED = {"discounts": (50_000, 40_000), "discount_platform_vnd": 90_000, "shipping_vnd": 30_000}
BOOKS = ("I5", "I5a", "I5b", "I5c", "I5d", "I19")


def make_vouched(**facts: Any) -> SellerOrder:
    """Two lines of 50,000 (one pack) and 40,000 (two packs), all of it borne by the platform; freight was paid."""
    make_rule(rate_bp=1_000)
    producer = make_producer(kind="cooperative")
    return make_sold(producer, (50_000, 1), (20_000, 2), **(VOUCHED | facts))


def send_back(part: SellerOrder, line: int, packs: int) -> None:
    returned = ReturnRequest(
        seller_order_id=part.id,
        submission_key=f"return-{line}",
        reason="faulty",
        text="Hộp bị móp.",
        state="received",
        asked_at=present.now(),
        lines=[ReturnLine(line_id=part.lines[line].id, quantity=packs, damaged_quantity=packs)],
        events=[
            ReturnEvent(
                from_state="accepted", to_state="received", actor="producer", happened_at=present.now()
            )
        ],
    )
    saved(returned)


def resolve(part: SellerOrder) -> None:
    with transaction():
        part.lifecycle = "resolved"


def test_packs_taken_out_of_what_a_voucher_paid_for_earn_nothing():
    sold = make_vouched()
    with transaction():
        sold.lines[0].cancelled_quantity = 1
    receive(sold.order)

    settled(sold)

    # 40,000 of goods with 10 % commission, and the freight
    assert balances() == {
        "bank": 30_000,
        "promotion_cost": 40_000,
        "commission": 4_000,
        f"seller_payable producer:{sold.producer_id}": 66_000,
    }
    assert violations(*BOOKS) == []


def test_packs_that_came_back_earn_nothing_of_the_voucher_that_paid_for_them():
    sold = make_vouched()
    send_back(sold, 1, 1)
    receive(sold.order)

    settled(sold)

    assert balances()["promotion_cost"] == 70_000
    assert balances()["commission"] == 7_000
    assert violations(*BOOKS) == []


def test_a_voucher_pays_nothing_for_a_parcel_that_was_judged_never_to_have_come():
    sold = make_vouched(lifecycle="resolved", fulfilment="in_transit")
    refund(sold, receive(sold.order), 0, 30_000)

    settled(sold)

    assert balances() == {}
    assert db.session.scalars(select(SaleLine.promotion_vnd)).all() == [0, 0, 0]
    assert violations(*BOOKS) == []


@pytest.mark.parametrize("is_judged", [True, False])
def test_what_a_voucher_paid_is_taken_back_with_the_freight_of_goods_that_came_back(clock, is_judged):
    sold = make_vouched()
    paid = receive(sold.order)
    settled(sold)
    assert balances()["promotion_cost"] == 90_000
    clock.move(timedelta(days=1))
    if is_judged:
        resolve(sold)
    else:
        send_back(sold, 0, 1)
        send_back(sold, 1, 2)

    for part_vnd in (10_000, 20_000):
        back = refund(sold, paid, 0, part_vnd, after_completion=True)
        with transaction():
            reverse_sale(back.id, now=present.now())

    assert balances() == {}
    assert violations(*BOOKS) == []


def taken_back(sold, paid, goods_vnd, shipping_vnd):
    """Money goes back after the settlement, and the sale is reversed by it."""
    back = refund(sold, paid, goods_vnd, shipping_vnd, after_completion=True)
    with transaction():
        reverse_sale(back.id, now=present.now())


def test_a_refund_of_freight_alone_leaves_the_voucher_with_the_producer(clock):
    sold = make_vouched()
    paid = receive(sold.order)
    settled(sold)
    clock.move(timedelta(days=1))

    taken_back(sold, paid, 0, 30_000)

    assert balances() == {
        "promotion_cost": 90_000,
        "commission": 9_000,
        f"seller_payable producer:{sold.producer_id}": 81_000,
    }


def test_a_refund_of_paid_goods_leaves_alone_what_a_voucher_paid_for():
    sold = make_vouched(discounts=(50_000, 0), discount_platform_vnd=50_000)
    paid = receive(sold.order)
    settled(sold)

    taken_back(sold, paid, 40_000, 30_000)

    assert balances() == {
        "promotion_cost": 50_000,
        "commission": 5_000,
        f"seller_payable producer:{sold.producer_id}": 45_000,
    }
