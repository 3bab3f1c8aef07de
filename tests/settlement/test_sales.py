"""Settling sales: exact journals, refunds before and after, cash in the hands of others."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.db import db, transaction
from core.errors import ConflictError
from core.jobs.registry import handlers
from core.payment_settings import PaymentMode
from ledger.chart import AccountKind
from ledger.models import Journal
from ledger.operations import AccountName, Move, post
from orders import payment_terms
from orders.models.orders import SellerOrder
from settlement import jobs
from settlement.jobs import catch_up
from settlement.models.rules import CommissionRule, TaxRule
from settlement.models.sales import CommissionLine, Sale, SaleReversal, Transfer
from settlement.operations.freezing import freeze_terms
from settlement.operations.sales import recognise_sale, reverse_sale
from tests.factories import make_producer, saved
from tests.sales import balances, make_order, make_sold, receive, refund

pytestmark = pytest.mark.usefixtures("db_session")


def make_rule(**facts: Any) -> CommissionRule:
    values = {
        "position": 10,
        "rate_bp": 500,
        "reason": "khởi đầu",
        "valid_from_at": present.now(),
        "entered_at": present.now(),
        "released_at": present.now(),
    }
    return saved(CommissionRule(**(values | facts)))


def settled(seller_order: SellerOrder) -> Sale | None:
    with transaction():
        return recognise_sale(seller_order.id, now=present.now())


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_rates_of_the_decree_come_with_the_program_and_name_it():
    rules = db.session.scalars(select(TaxRule)).all()

    assert len(rules) == 32
    assert {rule.source.split(" ngày")[0] for rule in rules} == {"Nghị định 117/2025/NĐ-CP"}
    goods = {
        (rule.kind, rule.residency): rule.rate_bp
        for rule in rules
        if rule.category == "goods" and rule.seller_type == "household"
    }
    assert goods == {
        ("vat", "resident"): 100,
        ("pit", "resident"): 50,
        ("vat", "nonresident"): 100,
        ("pit", "nonresident"): 100,
    }


def test_a_household_s_sale_by_transfer_is_explained_to_the_dong():
    make_rule()
    producer = make_producer(kind="household")
    sold = make_sold(producer, (100_000, 2), (55_555, 1), shipping_vnd=30_000)
    receive(sold.order)

    sale = settled(sold)

    # 255,555 of goods: 5 % commission, 1 % and 0.5 % taxes; freight 30,000: 3 % and 1.5 %
    assert sale
    assert balances() == {
        "bank": 285_555,
        f"seller_payable producer:{producer.id}": 285_555 - 12_778 - 3_456 - 1_728,
        "commission": 12_778,
        "vat_withheld": 2_556 + 900,
        "pit_withheld": 1_278 + 450,
    }
    assert db.session.scalars(select(Transfer.net_vnd)).all() == [267_593]


def test_a_cooperative_files_its_own_taxes():
    producer = make_producer(kind="cooperative")
    sold = make_sold(producer, (100_000, 1))
    receive(sold.order)

    settled(sold)

    assert balances() == {"bank": 100_000, f"seller_payable producer:{producer.id}": 100_000}


def test_where_money_goes_straight_to_producers_nothing_is_withheld(monkeypatch):
    present = payment_terms.settings()
    monkeypatch.setattr(
        payment_terms, "_present", [dataclasses.replace(present, payment_mode=PaymentMode.PRODUCERS)]
    )
    make_rule()
    producer = make_producer(kind="household")
    sold = make_sold(producer, (100_000, 1))
    receive(sold.order, into=AccountKind.CASH_HELD, holder=f"producer:{producer.id}")

    settled(sold)

    # the producer has the money and owes the commission
    assert balances() == {f"seller_payable producer:{producer.id}": -5_000, "commission": 5_000}


def test_the_discount_that_the_platform_bears_is_added():
    producer = make_producer(kind="cooperative")
    sold = make_sold(producer, (100_000, 1), discounts=(30_000,), discount_platform_vnd=20_000)
    receive(sold.order)

    settled(sold)

    assert balances() == {
        "bank": 70_000,
        "promotion_cost": 20_000,
        f"seller_payable producer:{producer.id}": 90_000,
    }


def test_settling_twice_is_settling_once():
    sold = make_sold(make_producer(), (100_000, 1))
    receive(sold.order)

    first, again = settled(sold), settled(sold)

    assert first
    assert again
    assert first.id == again.id
    assert (count(Sale), count(Transfer), count(Journal)) == (1, 1, 2)


@pytest.mark.parametrize(
    "facts",
    [
        {"lifecycle": "confirmed"},
        {"lifecycle": "cancelled"},
        {"payment": "cod_collected"},
        {"payment": "unpaid", "fulfilment": "packed"},
    ],
)
def test_what_is_not_completed_or_whose_money_is_with_a_carrier_waits(facts):
    sold = make_sold(make_producer(), (100_000, 1), **facts)

    assert settled(sold) is None
    assert (count(Sale), count(Journal)) == (0, 0)


def test_commission_is_that_of_the_day_of_the_order():
    make_rule(valid_to_at=present.now(), valid_from_at=present.now())
    sold = make_sold(make_producer(), (100_000, 1))
    receive(sold.order)
    with transaction():
        freeze_terms(sold.order_id, now=present.now())
    make_rule(rate_bp=2_000)

    settled(sold)
    with transaction():
        freeze_terms(sold.order_id, now=present.now())

    assert balances().get("commission", 0) == 0
    assert count(CommissionLine) == 2


def test_a_refund_before_the_sale_makes_it_smaller():
    make_rule()
    producer = make_producer(kind="household")
    sold = make_sold(producer, (100_000, 2))
    back = refund(sold, receive(sold.order), 100_000)

    settled(sold)
    with transaction():
        assert reverse_sale(back.id, now=present.now())

    assert balances() == {
        "bank": 100_000,
        f"seller_payable producer:{producer.id}": 93_500,
        "commission": 5_000,
        "vat_withheld": 1_000,
        "pit_withheld": 500,
    }
    assert count(Transfer) == 1


@pytest.mark.parametrize("after_completion", [True, False])
def test_refunds_after_the_sale_take_back_commission_and_taxes_to_the_last_dong(after_completion):
    make_rule()
    producer = make_producer(kind="household")
    sold = make_sold(
        producer, (33_333, 3), shipping_vnd=20_001, discounts=(9_999,), discount_platform_vnd=9_999
    )
    payment = receive(sold.order)
    settled(sold)

    for goods, shipping in ((30_000, 0), (1, 20_001), (59_999, 0)):
        back = refund(sold, payment, goods, shipping, after_completion=after_completion)
        with transaction():
            reverse_sale(back.id, now=present.now())
        with transaction():
            reverse_sale(back.id, now=present.now())

    assert balances() == {}
    assert db.session.scalar(select(func.sum(Transfer.net_vnd))) == 0
    assert count(SaleReversal) == 3


@pytest.mark.parametrize("reversed_first", [True, False])
def test_a_refund_between_completion_and_settling_is_owed_out_of_the_buyers_money(reversed_first):
    producer = make_producer(kind="household")
    sold = make_sold(producer, (100_000, 2))
    back = refund(sold, receive(sold.order), 100_000, after_completion=True)

    with transaction():
        if reversed_first:
            reverse_sale(back.id, now=present.now())
        recognise_sale(sold.id, now=present.now())
    with transaction():
        reverse_sale(back.id, now=present.now())

    assert balances() == {
        "bank": 100_000,
        f"seller_payable producer:{producer.id}": 98_500,
        "vat_withheld": 1_000,
        "pit_withheld": 500,
    }


def test_what_was_never_charged_is_never_settled():
    producer = make_producer(kind="cooperative")
    sold = make_sold(producer, (50_000, 2), shipping_vnd=20_000)
    with transaction():
        sold.uncharged_vnd = 50_000
        sold.lines[0].cancelled_quantity = 1
    with transaction():
        funds = AccountName(AccountKind.BUYER_FUNDS, f"order:{sold.order_id}")
        post(
            "payment:1:received:cash",
            "cash_collected",
            "order:1",
            [Move(AccountName(AccountKind.BANK), funds, 70_000)],
            now=present.now(),
        )

    settled(sold)

    assert balances() == {"bank": 70_000, f"seller_payable producer:{producer.id}": 70_000}


def test_cash_that_the_producer_took_is_set_off_so_that_it_owes_commission_and_taxes():
    make_rule()
    producer = make_producer(kind="household")
    sold = make_sold(producer, (100_000, 1), payment="cod_collected", delivery_kind="producer")
    receive(sold.order, into=AccountKind.CASH_HELD, holder=f"producer:{producer.id}")

    settled(sold)

    assert balances() == {
        f"seller_payable producer:{producer.id}": -6_500,
        "commission": 5_000,
        "vat_withheld": 1_000,
        "pit_withheld": 500,
    }
    assert sorted(db.session.scalars(select(Transfer.net_vnd))) == [-100_000, 93_500]


def test_one_order_of_three_producers_is_settled_part_by_part():
    producers = [make_producer(kind=kind) for kind in ("household", "cooperative", "enterprise")]
    order = make_order(*({"producer": each, "lines": ((50_000, 1),)} for each in producers))
    receive(order)

    settled(order.seller_orders[0])
    settled(order.seller_orders[2])

    held = balances()
    assert held[f"buyer_funds order:{order.id}"] == 50_000
    assert held[f"seller_payable producer:{producers[0].id}"] == 49_250
    assert held[f"seller_payable producer:{producers[2].id}"] == 50_000


def test_the_look_of_the_hour_settles_what_nobody_asked_for():
    sold = make_sold(make_producer(), (100_000, 1))
    payment = receive(sold.order)
    catch_up()
    back = refund(sold, payment, 40_000)

    catch_up()
    catch_up()

    assert balances() == {"bank": 60_000, f"seller_payable producer:{sold.producer_id}": 60_000}
    assert db.session.scalar(select(SaleReversal.refund_id)) == back.id


def test_cash_that_carriers_hold_for_long_keeps_no_sale_back(monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    producer = make_producer()
    for _ in range(3):
        receive(
            make_sold(producer, payment="cod_collected").order,
            into=AccountKind.CASH_HELD,
            holder="carrier:ghn",
        )
    paid = [make_sold(producer) for _ in range(3)]
    for sold in paid:
        receive(sold.order)

    catch_up()

    assert db.session.scalars(select(Sale.seller_order_id).order_by(Sale.id)).all() == [
        each.id for each in paid
    ]


@pytest.mark.parametrize("job", ["recognise_sale", "reverse_sale"])
def test_what_cannot_be_settled_keeps_nothing_else_back(monkeypatch, job, caplog):
    sold = [make_sold(make_producer()) for _ in range(3)]
    payments = [receive(each.order) for each in sold]
    if job == "reverse_sale":
        catch_up()
        sold = [refund(*pair, 40_000) for pair in zip(sold, payments, strict=True)]
    first, able = sold[0].id, getattr(jobs.sales, job)

    def refuse_first(number: int, *, now: Any) -> Any:
        if number == first:
            raise ConflictError(number=number)
        return able(number, now=now)

    monkeypatch.setattr(jobs.sales, job, refuse_first)

    catch_up()

    column = Sale.seller_order_id if job == "recognise_sale" else SaleReversal.refund_id
    assert db.session.scalars(select(column).order_by(column)).all() == [each.id for each in sold[1:]]
    assert [line.levelname for line in caplog.records if line.exc_info] == ["ERROR"]


def test_the_jobs_that_orders_ask_for_are_known():
    asked = {"freeze_terms", "recognise_sale", "reverse_sale", "settle_cash"}
    assert {f"settlement.{name}" for name in asked} <= set(handlers)
