"""What is due to each producer, and to which account it may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select

from catalog.models import Producer
from core.db import db
from orders import payment_terms
from orders.models.orders import SellerOrder
from orders.states import Lifecycle
from settlement.models.payouts import BankAccount, PayoutHold
from settlement.models.sales import Transfer


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed to a producer. open_vnd: of all transfers that went out with no payout; below zero it owes.

    disputed_vnd: of these, kept back while an order is disputed. account: where it would go; None: nowhere yet.
    """

    producer_id: int
    name: str
    open_vnd: int
    disputed_vnd: int
    account: BankAccount | None
    hold: PayoutHold | None

    @property
    def payable_vnd(self) -> int:
        """What could go out now, if there is an account and no hold."""
        return self.open_vnd - self.disputed_vnd

    @property
    def is_payable(self) -> bool:
        return (
            self.account is not None
            and self.hold is None
            and self.payable_vnd >= payment_terms.settings().payout_minimum_vnd
        )


def list_due(now: datetime) -> tuple[Due, ...]:
    """Every producer with an open transfer, by name."""
    rows = db.session.execute(
        _open_sums().join(Producer, Producer.id == Transfer.producer_id).order_by(Producer.name, Producer.id)
    ).all()
    return _with_accounts(rows, now)


def get_due(producer: Producer, now: datetime) -> Due:
    """What is due to one producer."""
    rows = db.session.execute(
        _open_sums()
        .join(Producer, Producer.id == Transfer.producer_id)
        .where(Transfer.producer_id == producer.id)
    ).all()
    return _with_accounts(rows or [(producer.id, producer.name, 0, 0)], now)[0]


def list_open_transfers(producer_id: int) -> Sequence[Transfer]:
    """The transfers of a producer that a payout would take: open, and of no order that is disputed."""
    return db.session.scalars(
        select(Transfer)
        .outerjoin(SellerOrder, SellerOrder.id == Transfer.seller_order_id)
        .where(
            Transfer.producer_id == producer_id,
            Transfer.payout_id.is_(None),
            or_(SellerOrder.id.is_(None), SellerOrder.lifecycle != Lifecycle.DISPUTED.value),
        )
        .order_by(Transfer.id)
    ).all()


def find_account(producer_id: int, now: datetime) -> BankAccount | None:
    """Where money of the producer goes at `now`: the latest account whose wait is over and that nobody stopped."""
    return db.session.scalars(_usable(now).where(BankAccount.producer_id == producer_id).limit(1)).first()


def list_accounts(producer_id: int) -> Sequence[BankAccount]:
    """All accounts that the producer ever named, the latest first."""
    return db.session.scalars(
        select(BankAccount).where(BankAccount.producer_id == producer_id).order_by(BankAccount.id.desc())
    ).all()


def next_payout_on(today: date) -> date:
    """The next weekly day of payouts, today included. Its weekday is a setting."""
    weekday = payment_terms.settings().payout_weekday
    return today + timedelta(days=(weekday - today.isoweekday()) % 7)


def _usable(now: datetime) -> Select[BankAccount]:
    return (
        select(BankAccount)
        .where(BankAccount.usable_from_at <= now, BankAccount.stopped_at.is_(None))
        .order_by(BankAccount.id.desc())
    )


def _open_sums() -> Select[int, str, int, int]:
    disputed = func.sum(Transfer.net_vnd).filter(SellerOrder.lifecycle == Lifecycle.DISPUTED.value)
    return (
        select(Producer.id, Producer.name, func.sum(Transfer.net_vnd), func.coalesce(disputed, 0))
        .outerjoin(SellerOrder, SellerOrder.id == Transfer.seller_order_id)
        .where(Transfer.payout_id.is_(None))
        .group_by(Producer.id, Producer.name)
    )


def _with_accounts(rows: Sequence[tuple[int, str, int, int]], now: datetime) -> tuple[Due, ...]:
    wanted = [row[0] for row in rows]
    accounts: dict[int, BankAccount] = {}
    for account in db.session.scalars(_usable(now).where(BankAccount.producer_id.in_(wanted))):
        accounts.setdefault(account.producer_id, account)
    holds = {
        hold.producer_id: hold
        for hold in db.session.scalars(
            select(PayoutHold).where(PayoutHold.ended_at.is_(None), PayoutHold.producer_id.in_(wanted))
        )
    }
    return tuple(
        Due(producer_id, name, int(open_), int(disputed), accounts.get(producer_id), holds.get(producer_id))
        for producer_id, name, open_, disputed in rows
    )
