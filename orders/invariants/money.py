"""What must always be true of the money of orders: counted once, explained by the books, never more back than came."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select

from core.db import db
from core.invariants import Facts, invariant
from ledger.chart import AccountKind
from ledger.models import Account, Journal, Posting
from orders.models.bank import BankLine, LineState
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment, PayState, Refund, RefundState
from orders.states import PaymentState

RULES = ("I3", "I3d", "I3e", "I3f")
_PAID = (
    PaymentState.PAID.value,
    PaymentState.PARTIALLY_REFUNDED.value,
    PaymentState.REFUNDED.value,
    PaymentState.COD_COLLECTED.value,
)


@invariant("I3", "what a payment received is what its journals say, and its refunds are within it")
def payments_that_the_books_do_not_explain() -> Iterator[Facts]:
    """Payments whose received or refunded sum differs from its journals or its refunds."""
    booked = _booked()
    asked = (
        select(func.coalesce(func.sum(Refund.amount_vnd), 0))
        .where(Refund.payment_id == Payment.id, Refund.state != RefundState.REFUSED.value)
        .correlate(Payment)
        .scalar_subquery()
    )
    wrong = or_(Payment.received_vnd != booked, Payment.refunded_vnd != asked)
    rows = select(
        Payment.id, Payment.received_vnd, booked.label("booked"), Payment.refunded_vnd, asked.label("asked")
    )
    for row in db.session.execute(rows.where(wrong).order_by(Payment.id)):
        yield {
            "payment_id": row.id,
            "received_vnd": row.received_vnd,
            "booked_vnd": int(row.booked),
            "refunded_vnd": row.refunded_vnd,
            "refunds_vnd": int(row.asked),
        }


@invariant("I3d", "every line of an account settles one payment at most, with its own amount, once")
def lines_that_the_books_do_not_explain() -> Iterator[Facts]:
    """Booked lines without their journal, and journals of lines that were not booked."""
    journal = literal("payment:").concat(cast(BankLine.payment_id, String)).concat(":received:line:")
    key = journal.concat(cast(BankLine.id, String))
    amount = (
        select(func.coalesce(func.sum(Posting.amount_vnd), 0))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Journal.key == key)
        .correlate(BankLine)
        .scalar_subquery()
    )
    is_booked = BankLine.state == LineState.MATCHED.value
    wrong = select(BankLine.id).where(is_booked, amount != BankLine.amount_vnd).order_by(BankLine.id)
    for number in db.session.scalars(wrong):
        yield {"bank_line_id": number, "fault": "booked without its journal"}
    lines = select(func.count(BankLine.id)).where(is_booked)
    journals = select(func.count(Journal.id)).where(Journal.key.like("payment:%:received:line:%"))
    counts = db.session.scalar(lines), db.session.scalar(journals)
    if counts[0] != counts[1]:
        yield {"booked_lines": counts[0], "journals": counts[1]}


@invariant("I3e", "no part of an order is paid without a payment, and none that was paid for waits for money")
def parts_that_their_payments_do_not_explain() -> Iterator[Facts]:
    """Paid parts without a paid payment (save what costs nothing), and waiting parts of a paid one."""
    paid = (
        select(Payment.id)
        .where(Payment.order_id == SellerOrder.order_id, Payment.state == PayState.PAID.value)
        .where(or_(Payment.seller_order_id == SellerOrder.id, Payment.seller_order_id.is_(None)))
        .exists()
    )
    costs = SellerOrder.total_vnd > SellerOrder.uncharged_vnd
    unexplained = and_(SellerOrder.payment.in_(_PAID), costs, ~paid)
    waits = SellerOrder.payment.in_(("unpaid", "pending", "failed", "expired", "cod_due"))
    waiting = and_(waits, costs, paid)
    for fault, condition in (("paid without a payment", unexplained), ("not paid by its payment", waiting)):
        for code in db.session.scalars(select(SellerOrder.code).where(condition).order_by(SellerOrder.id)):
            yield {"parcel": code, "fault": fault}
    orphans = select(Payment.id).where(~select(Order.id).where(Order.id == Payment.order_id).exists())
    for number in db.session.scalars(orphans):
        yield {"payment_id": number, "fault": "of no order"}


@invariant("I3f", "money that is nobody's yet is the sum of the lines that wait or were set aside")
def unmatched_money_that_no_line_explains() -> Iterator[Facts]:
    """The balance of unmatched money against the lines booked there and not decided on."""
    kind = select(Account.id).where(Account.kind == AccountKind.UNMATCHED.value).scalar_subquery()
    came = _sum(Posting.credit_id == kind)
    went = _sum(Posting.debit_id == kind)
    booked = select(Journal.id).where(
        Journal.key == literal("bank-line:").concat(cast(BankLine.id, String)).concat(":received")
    )
    lines = select(func.coalesce(func.sum(BankLine.amount_vnd), 0)).where(
        BankLine.state.in_((LineState.QUEUED.value, LineState.IGNORED.value)), booked.exists()
    )
    remitted = select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(
        Posting.debit_id == kind,
        Posting.credit_id.in_(select(Account.id).where(Account.kind == AccountKind.CASH_HELD.value)),
    )
    handed_on = int(db.session.scalar(remitted) or 0)
    balance, waiting = came - went + handed_on, int(db.session.scalar(lines) or 0)
    if balance != waiting:
        yield {"unmatched_vnd": balance, "lines_vnd": waiting}


def _booked() -> ColumnElement[int]:
    """What the journals «payment:12:received:…» moved, for each payment of the surrounding query."""
    number, order = cast(Payment.id, String), cast(Payment.order_id, String)
    moved = (
        select(func.coalesce(func.sum(Posting.amount_vnd), 0))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(
            Journal.subject == literal("order:").concat(order),  # few rows, by an index
            Journal.key.like(literal("payment:").concat(number).concat(":received:%")),
        )
    )
    return moved.correlate(Payment).scalar_subquery()


def _sum(where: ColumnElement[bool]) -> int:
    return int(db.session.scalar(select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(where)) or 0)
