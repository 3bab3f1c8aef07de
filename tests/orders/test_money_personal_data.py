"""People in the money of orders: accounts for refunds, senders of transfers. Emptied; amounts and references stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.models.bank import BankLine
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, Refund, RefundCause, RefundState
from orders.operations.bank_lines import ToldLine, take_line
from orders.operations.money_personal_facts import ACCOUNTS_KEPT, LINES_KEPT, Money, OldAccounts, OldLines
from orders.operations.personal_facts import empty_orders
from orders.operations.refund_accounts import BankAccount, set_refund_account
from orders.operations.refunds import refund_to_buyer
from tests.people import make_user
from tests.storefront.test_pay import placed


@pytest.fixture
def user(db_session):
    return make_user()


@pytest.fixture
def refund(app, user):
    """Part of what the user paid by a transfer, on its way to an account that they named."""
    order = placed(PaymentMethod.VIETQR)
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    told = ToldLine(
        account=DEMONSTRATION_ACCOUNT,
        bank_reference="FT1",
        booked_at=present.now() - timedelta(days=500),
        amount_vnd=payment.amount_vnd,
        currency="VND",
        memo=f"{payment.reference} Thu gui",
        counterparty="NGUOI MUA THU",
    )
    with transaction():
        order.user_id = user.id
        take_line(told, source="upload", now=present.now())
    with transaction():
        refund_to_buyer(
            payment,
            key="goodwill:1",
            cause=RefundCause.GOODWILL,
            amount_vnd=20_000,
            seller_order=None,
            now=present.now(),
        )
        account = BankAccount("970418", "1234567890", "NGUOI MUA THU")
        keys = app.extensions["settings"].keys
        assert set_refund_account(order.id, account, keys=keys, now=present.now()) == 1
    return db.session.scalars(select(Refund)).one()


def end(refund, state=RefundState.SETTLED, at=None):
    with transaction():
        refund.state, refund.settled_at = state.value, at


def has_account(refund):
    return db.session.get_one(Refund, refund.id, populate_existing=True).account is not None


def line():
    return db.session.execute(select(BankLine.memo, BankLine.counterparty, BankLine.amount_vnd)).one()


def forget(term, before):
    with transaction():
        return term.delete_older(before)


def test_refunds_and_transfers_are_told_to_their_person_only(user, refund):
    reference = refund.payment.reference

    told = Money().export(user.id)

    assert [(each["reference"], each["amount_vnd"], each["is_account_kept"]) for each in told["refunds"]] == [
        (reference, 20_000, True)
    ]
    assert [(each["sender"], each["memo"]) for each in told["transfers"]] == [
        ("NGUOI MUA THU", f"{reference} Thu gui")
    ]
    assert "1234567890" not in str(told)
    assert Money().export(make_user().id) == {"refunds": [], "transfers": []}


@pytest.mark.parametrize("state", [RefundState.SETTLED, RefundState.REFUSED])
def test_an_account_goes_with_its_person_once_the_refund_is_over(user, refund, state):
    def erase(user_id):
        with transaction():
            Money().erase(user_id, present.now())

    erase(user.id)
    assert has_account(refund)  # the money is still to go there
    end(refund, state, present.now())
    erase(make_user().id)
    assert has_account(refund)

    erase(user.id)
    erase(user.id)

    assert not has_account(refund)
    assert refund.amount_vnd == 20_000


def test_an_account_is_kept_for_90_days_after_the_refund_arrived(refund):
    settled_at = present.now() + timedelta(days=30)
    later = settled_at + timedelta(seconds=1)
    assert (OldAccounts().count_older(later), ACCOUNTS_KEPT) == (0, timedelta(days=90))
    end(refund, at=settled_at)

    assert (OldAccounts().count_older(settled_at), forget(OldAccounts(), settled_at)) == (0, 0)
    assert has_account(refund)
    assert (OldAccounts().count_older(later), forget(OldAccounts(), later)) == (1, 1)
    assert (OldAccounts().count_older(later), has_account(refund)) == (0, False)


def test_the_account_of_a_refused_refund_goes_by_the_day_it_was_asked_for(refund):
    end(refund, RefundState.REFUSED)

    assert forget(OldAccounts(), refund.requested_at) == 0
    assert forget(OldAccounts(), refund.requested_at + timedelta(seconds=1)) == 1
    assert not has_account(refund)


def test_lines_lose_sender_and_memo_13_months_after_they_were_told(refund):
    told_at = present.now()
    amount_vnd = line().amount_vnd

    assert (OldLines().count_older(told_at), forget(OldLines(), told_at)) == (0, 0)
    later = told_at + timedelta(seconds=1)
    assert (OldLines().count_older(later), forget(OldLines(), later)) == (1, 1)
    assert (OldLines().count_older(later), tuple(line())) == (0, ("", None, amount_vnd))
    assert timedelta(days=396) == LINES_KEPT


def test_an_emptied_order_leaves_no_sender(refund):
    with transaction():
        empty_orders([refund.payment.order_id], present.now())

    assert tuple(line())[:2] == ("", None)
    assert has_account(refund)  # not sent yet
