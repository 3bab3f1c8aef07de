"""What the money of orders tells of people: accounts for refunds, and what banks said of a transfer's sender.

Amounts, days and the bank's own references stay: the books need them. A bank keeps its statements itself, so whoever
must know later who sent a transfer asks it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, kept_for, personal_data
from orders.models.bank import BankLine
from orders.models.orders import Order
from orders.models.payments import Payment, Refund, RefundState
from orders.queries.own_orders import is_own_to

ACCOUNTS_KEPT: Final = timedelta(days=90)
"""After the money has gone (docs/limits.md): a transfer to a wrong number comes back, or is missed, by then."""
LINES_KEPT: Final = timedelta(days=396)
"""13 months, as the names of orders are: what a line was for can be asked until then."""
_IS_OVER: Final = (RefundState.SETTLED.value, RefundState.REFUSED.value)


@personal_data("orders.money", _("Refunds and transfers of your orders"))
class Money(NoFiles):
    """Of the account's orders. Lines lose their sender together with the order (`personal_facts.empty_orders`)."""

    def export(self, user_id: int) -> Any:
        """The account for a refund is sealed: told is only that one is kept."""
        own = _payments_of(user_id)
        refunds = db.session.scalars(select(Refund).where(Refund.payment_id.in_(own)).order_by(Refund.id))
        lines = db.session.scalars(select(BankLine).where(BankLine.payment_id.in_(own)).order_by(BankLine.id))
        return {
            "refunds": [
                {
                    "reference": each.payment.reference,
                    "amount_vnd": each.amount_vnd,
                    "cause": each.cause,
                    "state": each.state,
                    "at": each.requested_at.isoformat(),
                    "is_account_kept": each.account is not None,
                }
                for each in refunds
            ],
            "transfers": [
                {
                    "amount_vnd": each.amount_vnd,
                    "at": each.booked_at.isoformat(),
                    "sender": each.counterparty,
                    "memo": each.memo,
                }
                for each in lines
            ],
        }

    def erase(self, user_id: int, now: datetime) -> None:
        """An account to which money is still to go stays until it has gone."""
        is_own = Refund.payment_id.in_(_payments_of(user_id))
        _forget_accounts(and_(is_own, Refund.state.in_(_IS_OVER)))


@kept_for("orders.refund_accounts", ACCOUNTS_KEPT)
class OldAccounts:
    """Accounts of refunds that arrived long ago, or were refused."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count(Refund.id)).where(_went_before(before))) or 0

    def delete_older(self, before: datetime) -> int:
        return _forget_accounts(_went_before(before))


@kept_for("orders.bank_lines", LINES_KEPT)
class OldLines:
    """Senders and memos of lines of long ago, whatever became of the line."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count(BankLine.id)).where(_told_before(before))) or 0

    def delete_older(self, before: datetime) -> int:
        return _count_changed(update(BankLine).where(_told_before(before)).values(memo="", counterparty=None))


def _payments_of(user_id: int) -> Select[int]:
    return select(Payment.id).join(Order, Order.id == Payment.order_id).where(is_own_to(user_id))


def _went_before(before: datetime) -> ColumnElement[bool]:
    is_old = or_(
        and_(Refund.state == RefundState.SETTLED.value, Refund.settled_at < before),
        and_(Refund.state == RefundState.REFUSED.value, Refund.requested_at < before),
    )
    return and_(Refund.account.is_not(None), is_old)


def _told_before(before: datetime) -> ColumnElement[bool]:
    # By our own clock: an old statement may be taken over late, and a bank may err in its days.
    return and_(BankLine.told_at < before, or_(BankLine.memo != "", BankLine.counterparty.is_not(None)))


def _forget_accounts(which: ColumnElement[bool]) -> int:
    return _count_changed(update(Refund).where(which).values(account=None))


def _count_changed(statement: Any) -> int:
    done: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()
    return int(done.rowcount)
