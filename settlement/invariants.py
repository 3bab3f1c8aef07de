"""What must always be true of money between orders, the books and producers: run by `flask verify` and every night."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from core.db import db
from core.invariants import Facts, invariant
from ledger.chart import AccountKind
from ledger.models import Account, Posting
from orders.models.orders import Order
from orders.models.payments import Payment, Refund, RefundState
from settlement.models.payouts import Payout, PayoutState
from settlement.models.sales import Sale, SaleLine, Transfer, TransferKind

MONEY = tuple(
    kind.value
    for kind in (AccountKind.BANK, AccountKind.CARD_PROCESSOR, AccountKind.CASH_HELD, AccountKind.UNMATCHED)
)
"""Where money of buyers stands: at the bank, at the card service, in somebody's hands, or not yet told apart."""
LEFT = (PayoutState.SENT.value, PayoutState.PAID.value)


@invariant("I5b", "what came in for an order stands in its books, to the dong")
def unbooked_payments() -> Iterator[Facts]:
    """Orders whose payments say another sum than the ledger."""
    said = _by_order(select(Payment.order_id, func.sum(Payment.received_vnd)).group_by(Payment.order_id))
    yield from _differences("received_vnd", said, _moved(AccountKind.BUYER_FUNDS, credited=True))


@invariant("I5c", "what was sent back to buyers stands in the books, to the dong")
def unbooked_refunds() -> Iterator[Facts]:
    """Orders whose refunds that left say another sum than the ledger."""
    gone = Refund.state.in_([RefundState.SENT.value, RefundState.SETTLED.value])
    said = _by_order(
        select(Payment.order_id, func.sum(Refund.amount_vnd))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(gone)
        .group_by(Payment.order_id)
    )
    out = _moved(AccountKind.REFUNDS_DUE, credited=False)
    back = _moved(AccountKind.REFUNDS_DUE, credited=True)
    booked = {order_id: out.get(order_id, 0) - back.get(order_id, 0) for order_id in {*out, *back}}
    yield from _differences("refunded_vnd", said, booked)


@invariant("I5d", "no money of an order that does not exist; every sale is what its lines say")
def orphaned_money() -> Iterator[Facts]:
    """Accounts of orders that are not there, and sales whose transfer is not the net of their lines."""
    holders = db.session.scalars(select(Account.holder).where(Account.holder.like("order:%")))
    wanted = {int(holder.removeprefix("order:")) for holder in holders}
    if wanted:
        known = set(db.session.scalars(select(Order.id)))
        for order_id in sorted(wanted - known):
            yield {"order_id": order_id, "fault": "money of no order"}
    net = (
        SaleLine.paid_vnd
        + SaleLine.promotion_vnd
        - SaleLine.commission_vnd
        - SaleLine.vat_vnd
        - SaleLine.pit_vnd
    )
    rows = db.session.execute(
        select(Sale.id, func.sum(net), func.max(Transfer.net_vnd))
        .join(SaleLine, SaleLine.sale_id == Sale.id)
        .outerjoin(
            Transfer,
            (Transfer.journal_id == Sale.journal_id) & (Transfer.kind == TransferKind.SALE.value),
        )
        .group_by(Sale.id)
        .having(func.sum(net) != func.coalesce(func.max(Transfer.net_vnd), 0))
    )
    for sale_id, lines_vnd, transfer_vnd in rows:
        yield {"sale_id": sale_id, "lines_vnd": int(lines_vnd), "transfer_vnd": transfer_vnd}


@invariant("I19", "producers are paid no more than is due, and no part of it twice")
def wrong_payouts() -> Iterator[Facts]:
    """Payouts that are not the sum of their transfers, and producers whose account says something else."""
    sums = (
        select(Transfer.payout_id, func.sum(Transfer.net_vnd).label("net_vnd"))
        .where(Transfer.payout_id.is_not(None))
        .group_by(Transfer.payout_id)
        .subquery()
    )
    alive = [PayoutState.PLANNED.value, *LEFT]
    rows = db.session.execute(
        select(Payout.id, Payout.amount_vnd, sums.c.net_vnd)
        .outerjoin(sums, sums.c.payout_id == Payout.id)
        .where(Payout.state.in_(alive), Payout.amount_vnd != func.coalesce(sums.c.net_vnd, 0))
    )
    for payout_id, amount_vnd, net_vnd in rows:
        yield {"payout_id": payout_id, "amount_vnd": amount_vnd, "transfers_vnd": net_vnd}
    astray = (
        select(Transfer.id)
        .join(Payout, Payout.id == Transfer.payout_id)
        .where((Payout.producer_id != Transfer.producer_id) | Payout.state.not_in(alive))
    )
    for transfer_id in db.session.scalars(astray):
        yield {"transfer_id": transfer_id, "fault": "went out with a payout of another, or with none"}
    yield from _wrong_debts()


def _wrong_debts() -> Iterator[Facts]:
    """Producers to whom the ledger owes something else than their transfers less what left."""
    owed = dict(
        db.session.execute(
            select(Transfer.producer_id, func.sum(Transfer.net_vnd)).group_by(Transfer.producer_id)
        ).all()
    )
    left = dict(
        db.session.execute(
            select(Payout.producer_id, func.sum(Payout.amount_vnd))
            .where(Payout.state.in_(LEFT))
            .group_by(Payout.producer_id)
        ).all()
    )
    said = {f"producer:{number}": int(owed[number]) - int(left.get(number, 0)) for number in owed}
    booked = _balances(AccountKind.SELLER_PAYABLE)
    for holder in sorted({*said, *booked}):
        if said.get(holder, 0) != booked.get(holder, 0):
            yield {"holder": holder, "due_vnd": said.get(holder, 0), "ledger_vnd": booked.get(holder, 0)}


def _balances(kind: AccountKind) -> dict[str, int]:
    """Credits less debits of all accounts of a kind, by holder."""
    found: dict[str, int] = {}
    for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        rows = db.session.execute(
            select(Account.holder, func.sum(Posting.amount_vnd))
            .join(Account, Account.id == side)
            .where(Account.kind == kind.value)
            .group_by(Account.holder)
        )
        for holder, sum_vnd in rows:
            found[holder] = found.get(holder, 0) + sign * int(sum_vnd)
    return found


def _moved(kind: AccountKind, *, credited: bool) -> dict[int, int]:
    """What went between accounts of orders of `kind` and where money stands, by order."""
    mine, money = aliased(Account), aliased(Account)
    of_mine, of_money = (
        (Posting.credit_id, Posting.debit_id) if credited else (Posting.debit_id, Posting.credit_id)
    )
    rows = db.session.execute(
        select(mine.holder, func.sum(Posting.amount_vnd))
        .join(mine, of_mine == mine.id)
        .join(money, of_money == money.id)
        .where(mine.kind == kind.value, money.kind.in_(MONEY))
        .group_by(mine.holder)
    )
    return {int(holder.removeprefix("order:")): int(sum_vnd) for holder, sum_vnd in rows}


def _by_order(asked: Select[int, int]) -> dict[int, int]:
    return {order_id: int(sum_vnd) for order_id, sum_vnd in db.session.execute(asked) if sum_vnd}


def _differences(name: str, said: Mapping[int, int], booked: Mapping[int, int]) -> Iterator[Facts]:
    for order_id in sorted({*said, *booked}):
        if said.get(order_id, 0) != booked.get(order_id, 0):
            yield {
                "order_id": order_id,
                name: said.get(order_id, 0),
                "ledger_vnd": booked.get(order_id, 0),
            }
