"""Sales at a counter: orders like every other, paid to the producer, and undone without a trace in the balance."""

from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from core.messages.models import Message
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.errors import NotUndoneError, SliceShortError
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment, Refund, RefundCause, RefundState
from orders.models.stock import LineLot, StockHold
from orders.operations.cancellation import cancel_seller_order
from orders.operations.news import tell_buyer
from orders.operations.refunds import mark_refund_sent, request_refund
from orders.operations.transitions import OrderActor
from settlement.jobs import settle_cash
from settlement.models.sales import CommissionLine, Sale, Transfer
from settlement.queries.statements import get_statement
from tests.factories import make_producer
from tests.orders.counter_shop import sell, send_home, settle, stands, taken_along, undo, violations
from traceability.operations.lots import open_lot


def states(part: SellerOrder) -> tuple[str, str, str]:
    db.session.refresh(part)
    return part.lifecycle, part.payment, part.fulfilment


def balances(part: SellerOrder) -> dict[str, int]:
    db.session.rollback()
    of_producer, of_order = f"producer:{part.producer_id}", f"order:{part.order_id}"
    return {
        "cash": get_balance_vnd(AccountKind.CASH_HELD, of_producer),
        "payable": get_balance_vnd(AccountKind.SELLER_PAYABLE, of_producer),
        "funds": get_balance_vnd(AccountKind.BUYER_FUNDS, of_order),
        "due": get_balance_vnd(AccountKind.REFUNDS_DUE, of_order),
        "commission": get_balance_vnd(AccountKind.COMMISSION, ""),
    }


EVEN = {"cash": 0, "payable": 0, "funds": 0, "due": 0, "commission": 0}


def test_a_sale_is_a_whole_order_paid_and_taken_along(db_session: Any) -> None:
    variant = taken_along(on_hand=20, packs=12)

    part = sell((variant, 3), discount_vnd=10_000)

    assert states(part) == ("completed", "paid", "delivered")
    assert part.total_vnd == 290_000
    assert part.code == part.order.code
    assert part.delivery_kind == "pickup_fair"
    assert part.delivery["facts"]["name"] == "Hội chợ"
    assert (part.order.name, part.order.phone, part.order.method) == ("", "", "cash")
    assert stands(variant) == (8, 0, 12, 3, 0)
    payment = db.session.scalars(select(Payment)).one()
    assert (payment.received_vnd, payment.state, payment.reference) == (290_000, "paid", part.code)
    hold = db.session.scalars(select(StockHold)).one()
    assert (hold.quantity, hold.state) == (3, "shipped")
    assert violations() == []


@pytest.mark.parametrize("method", ["cash", "transfer"])
def test_the_money_is_the_producers_at_once_without_commission_or_tax(db_session: Any, method: str) -> None:
    part = sell((taken_along(), 3), method=method)
    assert balances(part) == EVEN | {"cash": 300_000, "funds": 300_000}

    settle(part)

    assert balances(part) == EVEN
    sale = db.session.scalars(select(Sale)).one()
    whole = sale.goods()
    assert (whole.paid_vnd, whole.commission_vnd, whole.vat_vnd, whole.pit_vnd) == (300_000, 0, 0, 0)
    assert {each.rule_id for each in db.session.scalars(select(CommissionLine))} == {None}
    kinds = [(each.kind, each.net_vnd) for each in db.session.scalars(select(Transfer).order_by(Transfer.id))]
    assert kinds == [("sale", 300_000), ("cash", -300_000)]
    statement = get_statement(part.producer_id, clock.today().replace(day=1))
    assert [(each.kind, each.code, each.net_vnd) for each in statement.lines] == [
        ("sale", part.code, 300_000),
        ("cash", part.code, -300_000),
    ]
    assert violations() == []


@pytest.mark.parametrize("is_settled", [True, False])
def test_an_undone_sale_leaves_every_account_even_and_the_goods_on_the_table(
    db_session: Any, is_settled: bool
) -> None:
    variant = taken_along(on_hand=20, packs=12)
    with transaction():
        open_lot(variant.product, "L1", 50, now=clock.now())
    part = sell((variant, 3))
    if is_settled:
        settle(part)

    assert undo(part) is True
    assert undo(part) is True
    settle(part)

    assert balances(part) == EVEN
    assert stands(variant) == (8, 0, 12, 0, 0)
    assert states(part) == ("completed", "refunded", "delivered")
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount_vnd, refund.state, refund.bank_reference) == (300_000, "settled", "counter")
    row = db.session.scalars(select(LineLot)).one()
    assert (row.quantity, row.returned_quantity) == (3, 3)
    assert violations() == []


def ask_back(part: SellerOrder, cause: RefundCause) -> Refund:
    """100,000 dong of the goods are to go back."""
    payment = db.session.scalars(select(Payment)).one()
    return request_refund(
        payment, key="asked", cause=cause, goods_vnd=100_000, seller_order=part, now=clock.now()
    )


def test_money_handed_back_after_the_settlement_is_set_off_by_its_own_job(db_session: Any) -> None:
    part = sell((taken_along(), 3))
    settle(part)
    with transaction():
        refund = ask_back(part, RefundCause.RETURN)
    settle(part)
    with transaction():
        mark_refund_sent(refund, bank_reference="counter", now=clock.now())
    assert balances(part)["cash"] == -100_000

    jobs = db.session.scalars(select(Job).where(Job.name == "settlement.settle_cash")).all()
    for payload in [each.payload for each in jobs]:
        settle_cash(**payload)
        settle_cash(**payload)

    assert balances(part) == EVEN
    assert violations() == []


def test_a_sale_of_nothing_but_a_gift_is_booked_and_undone(db_session: Any) -> None:
    variant = taken_along(packs=2)

    part = sell((variant, 1), discount_vnd=100_000)

    assert states(part) == ("completed", "paid", "delivered")
    undo(part)
    assert stands(variant)[2:] == (2, 0, 0)
    assert violations() == []


def test_more_than_lies_there_is_not_sold_and_no_order_is_made(db_session: Any) -> None:
    variant = taken_along(packs=2)

    with pytest.raises(SliceShortError) as refused:
        sell((variant, 1), (variant, 2))

    assert refused.value.facts["left"] == {variant.id: 2}
    assert db.session.query(Order).count() == db.session.query(Payment).count() == 0
    assert stands(variant)[2:] == (2, 0, 0)


@pytest.mark.parametrize(("method", "payment"), [("cash", "paid"), ("transfer", "paid"), ("cod", "cod_due")])
def test_goods_to_be_sent_home_lie_in_the_shop_again_reserved_for_their_order(
    db_session: Any, method: str, payment: str
) -> None:
    variant = taken_along(on_hand=20, packs=12)

    part = send_home((variant, 3), method=method)

    assert states(part) == ("confirmed", payment, "unfulfilled")
    assert stands(variant) == (11, 3, 12, 0, 3)
    assert part.total_vnd == 332_000
    assert part.order.name == "Trần Thị Hoa"
    assert part.delivery["fee_vnd"] == 32_000
    assert violations() == []


@pytest.mark.parametrize("method", ["cash", "cod"])
def test_a_parcel_that_was_not_sent_is_called_off_and_its_goods_return_to_the_table(
    db_session: Any, method: str
) -> None:
    variant = taken_along(on_hand=20, packs=12)
    part = send_home((variant, 3), method=method)

    assert undo(part) is True
    settle(part)

    assert states(part)[0] == "cancelled"
    assert stands(variant) == (8, 0, 15, 0, 3)
    assert balances(part) == EVEN
    assert violations() == []


def test_a_refund_that_was_refused_before_does_not_keep_a_parcel_from_being_called_off(
    db_session: Any,
) -> None:
    part = send_home((taken_along(), 3))
    with transaction():
        refused = ask_back(part, RefundCause.GOODWILL)
        refused.state = RefundState.REFUSED.value
        db.session.scalars(select(Payment)).one().refunded_vnd -= refused.amount_vnd

    assert undo(part) is True

    refunds = db.session.scalars(select(Refund).order_by(Refund.id)).all()
    assert [(each.amount_vnd, each.state) for each in refunds] == [(100_000, "refused"), (332_000, "settled")]
    assert states(part)[0] == "cancelled"


def test_what_was_cancelled_elsewhere_is_not_undone_again(db_session: Any) -> None:
    variant = taken_along()
    part = send_home((variant, 1), method="cod")
    with transaction():
        cancel_seller_order(part, actor=OrderActor.PRODUCER, reason="hết", by=None, now=clock.now())
    before = stands(variant)

    with pytest.raises(NotUndoneError) as refused:
        undo(part)

    assert refused.value.facts["reason"] == "gone"
    assert stands(variant) == before


def test_a_buyer_who_left_a_number_gets_the_receipt_and_nothing_else(db_session: Any) -> None:
    variant = taken_along(producer=make_producer())
    with_number, without = sell((variant, 1), phone="+84912345678"), sell((variant, 1))

    with transaction():
        for part in (with_number, without):
            tell_buyer(part.order_id, link="https://x/orders/y", host="x", now=clock.now())

    messages = db.session.scalars(select(Message)).all()
    assert len(messages) == 1
    assert with_number.code in messages[0].body
