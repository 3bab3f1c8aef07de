"""The rules of money notice what breaks them, and nothing else."""

import pytest
from sqlalchemy import update

from core import clock as present
from core.db import db, transaction
from core.invariants import check_all
from orders.invariants import money
from orders.models.bank import BankLine
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.payments import Payment
from orders.operations.cash_on_delivery import record_cod_collected, record_cod_remitted
from orders.operations.transitions import OrderActor
from tests.orders.test_bank_lines import take, told
from tests.orders.test_payment import payment_of, receive
from tests.orders.test_refunds import ask, send
from tests.storefront.test_pay import placed
from tests.support.order_shop import make_order

RULES = ("I3", "I3d", "I3e", "I3f")


def broken() -> list[str]:
    assert money.RULES == RULES
    db.session.rollback()
    return [result.name for result in check_all(RULES) if result.violations]


@pytest.fixture
def world(db_session):
    """Money of every kind: by a line, by cash handed on, too much, going back, waiting."""
    order = placed()
    take(told(payment_of(order)))
    take(told(payment_of(order), bank_reference="FT2"))
    take(told(payment_of(order), bank_reference="FT3", memo="lãi", amount_vnd=77))
    send(ask(order, 100_000))
    receive(payment_of(placed()), 200_000, key="card")
    cash = make_order(method=PaymentMethod.COD).seller_orders[0]
    with transaction():
        record_cod_collected(cash, holder="carrier:ghn", actor=OrderActor.CARRIER, now=present.now())
    with transaction():
        record_cod_remitted(cash, carrier="ghn", now=present.now())
    return order


def test_all_is_well_after_money_of_every_kind(world):
    assert broken() == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (update(Payment).values(received_vnd=Payment.received_vnd + 1), ["I3"]),
        (update(BankLine).where(BankLine.state == "matched").values(amount_vnd=5), ["I3d"]),
        (update(BankLine).where(BankLine.state == "queued").values(amount_vnd=5), ["I3f"]),
        (update(SellerOrder).where(SellerOrder.payment == "paid").values(payment="pending"), ["I3e"]),
        (update(Payment).where(Payment.state == "paid").values(state="void"), ["I3e"]),
    ],
)
def test_what_breaks_a_rule_is_noticed(world, change, rules):
    with transaction():
        db.session.execute(change)

    assert broken() == rules
