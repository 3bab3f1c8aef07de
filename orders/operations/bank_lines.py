"""Lines of bank accounts: written down once, booked where it is certain whose money it is, else queued for a person.

Money on the platform's account is booked as soon as a line tells of it, first as nobody's; with a match it becomes the
buyer's. So the ledger holds what the bank holds, whatever still waits. Only a line that another source told of is not
booked before a person says that it is money of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders import payment_terms
from orders.bank_matching import (
    KnownPayment,
    LineFacts,
    Step,
    Verdict,
    likeness,
    match,
    near_references,
    sort_out,
)
from orders.errors import BankLineNotFoundError, BankLineStateError
from orders.models.bank import BankLine, LineReason, LineState, ReceivingAccount
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, PayState
from orders.operations.payment import record_payment
from orders.operations.payment_rows import lock_payment
from orders.operations.transitions import OrderActor
from orders.references import references_in

WINDOW: Final = timedelta(days=7)
"""A transfer without a reference is compared with what was asked for within this time before it."""
DATED_APART: Final = timedelta(days=3)
"""So far apart two banks' dates of one transfer may be: a weekend."""
NAMED_MAX: Final = 20
"""References of one memo that are looked up at most."""
MEMO_MAX: Final = 1_000
_BANK: Final = AccountName(AccountKind.BANK)
_UNMATCHED: Final = AccountName(AccountKind.UNMATCHED)
_REPEATED: Final = (LineReason.REPEATED.value, LineReason.MAYBE_REPEATED.value)


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line as a bank told of it. amount_vnd: below 0 for what went out. bank_reference: one of its account."""

    account: str
    bank_reference: str
    booked_at: datetime
    amount_vnd: int
    currency: str
    memo: str
    counterparty: str | None = None


@dataclass(frozen=True, slots=True)
class TakenLine:
    """is_new: False for a line that was known already; then nothing was done. state, reason: how it stands.

    payment_id: what it paid.
    """

    line_id: int
    is_new: bool
    state: str
    reason: str | None
    payment_id: int | None


def take_line(told: ToldLine, *, source: str, now: datetime) -> TakenLine:
    """Write a line down and book it if that is certain; harmless for one that is known, also when told twice at once.

    source: «upload», «sepay», … The same line told by another source under another number is kept, and ignored;
    it waits for a person where its payment asks for just this amount (again): the second half of what was agreed.
    """
    facts = LineFacts(
        told.amount_vnd, told.currency, told.memo[:MEMO_MAX].replace("\x00", ""), told.account[:24]
    )
    line = _insert(told, facts, source, now)
    if line is None:
        known = (BankLine.account == facts.account, BankLine.bank_reference == told.bank_reference[:80])
        found = db.session.scalars(select(BankLine).where(*known)).one()
        return TakenLine(found.id, False, found.state, found.reason, found.payment_id)
    verdict = sort_out(facts)
    if verdict is None and _is_told_by_another(line):
        verdict = _judge_repeated(line, facts)
    if verdict is None:
        _book(line, now)
        verdict = _find_match(line, facts)
    _apply(line, verdict, now)
    db.session.flush()
    return TakenLine(line.id, True, line.state, line.reason, line.payment_id)


def assign_line(line_id: int, reference: str, *, by: Actor, now: datetime) -> BankLine:
    """A person says that a line that waits is money for the order or part with this code.

    Too much goes back by itself, too little waits for the rest. Raises BankLineStateError for a line that waits no
    more, or a code that no payment by transfer has; then nothing has changed.
    """
    line = _lock(line_id, LineState.QUEUED)
    code = next(references_in(reference), None)
    payment = _latest_by_reference([code]) if code else []
    if not payment:
        raise BankLineStateError(line_id=line.id, state=line.state, reason="unknown_reference")
    _require_incoming(line)
    _book(line, now)
    _pay(line, payment[0].payment_id, by, now)
    line.decided_by_id, line.decided_at = by.user_id, now
    _note("orders.assign_bank_line", line, by, now, reason=code)
    return line


def ignore_line(line_id: int, reason: str, *, by: Actor, now: datetime) -> BankLine:
    """A person says that a line is no buyer's money, and why (interest, the same line told twice).

    Raises BankLineStateError for a line that waits no more, or without a reason; then nothing has changed.
    """
    line = _lock(line_id, LineState.QUEUED)
    told = " ".join(reason.split())[:500]
    if not told:
        raise BankLineStateError(line_id=line.id, state=line.state, reason="missing")
    is_repeated = line.reason in _REPEATED
    _decide(line, LineState.IGNORED, told, by, now)
    if is_repeated:
        line.reason = LineReason.REPEATED.value
    _note("orders.ignore_bank_line", line, by, now, reason=told)
    return line


def return_line(line_id: int, bank_reference: str, *, by: Actor, now: datetime) -> BankLine:
    """A person sent the money of a line back to where it came from; bank_reference: of that transfer.

    Raises BankLineStateError for a line that waits no more, is not on the platform's account, or without a reference.
    """
    line = _lock(line_id, LineState.QUEUED)
    told = " ".join(bank_reference.split())[:80]
    _require_incoming(line)
    if not told or not _is_platforms(line):
        raise BankLineStateError(line_id=line.id, state=line.state, reason="missing")
    _book(line, now)
    moves = [Move(_UNMATCHED, _BANK, line.amount_vnd)]
    post(f"bank-line:{line.id}:returned", "bank_line_returned", f"bank-line:{line.id}", moves, now=now)
    _decide(line, LineState.RETURNED, told, by, now)
    _note("orders.return_bank_line", line, by, now, reason=told)
    return line


def reopen_line(line_id: int, *, by: Actor, now: datetime) -> BankLine:
    """A line that was ignored by mistake waits again: by a person, or as told by another source.

    Raises BankLineStateError for any other; then nothing has changed.
    """
    line = _lock(line_id, LineState.IGNORED)
    if line.reason not in (LineReason.BY_PERSON, LineReason.REPEATED):
        raise BankLineStateError(line_id=line.id, state=line.state, reason=line.reason)
    verdict = _find_match(line, LineFacts(line.amount_vnd, line.currency, line.memo, line.account))
    reason = verdict.reason or LineReason.UNKNOWN_REFERENCE.value
    line.state, line.note = LineState.QUEUED.value, None
    line.reason = LineReason.MAYBE_REPEATED.value if line.reason == LineReason.REPEATED else reason
    line.suggested_id = verdict.payment_id
    line.decided_by_id = line.decided_at = None
    _note("orders.reopen_bank_line", line, by, now)
    return line


def _insert(told: ToldLine, facts: LineFacts, source: str, now: datetime) -> BankLine | None:
    """The new line, None if it is known. Of two who bring it at once one waits, and gets None."""
    table: Any = BankLine.__table__
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {
        "source": source,
        "account": facts.account,
        "bank_reference": told.bank_reference[:80],
        "booked_at": told.booked_at,
        "amount_vnd": facts.amount_vnd,
        "currency": facts.currency,
        "memo": facts.memo,
        "likeness": likeness(facts),
        "counterparty": (told.counterparty or "")[:200] or None,
        "state": LineState.QUEUED.value,
        "reason": LineReason.NO_REFERENCE.value,
        "told_at": now,
    }
    made = of_dialect.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
    number = db.session.execute(made).scalar()
    return None if number is None else db.session.get_one(BankLine, number)


def _is_told_by_another(line: BankLine) -> bool:
    """Whether another source told of a line like this which none of this source stands for yet."""
    alike = (
        BankLine.likeness == line.likeness,
        BankLine.id != line.id,
        BankLine.booked_at.between(line.booked_at - DATED_APART, line.booked_at + DATED_APART),
    )
    repeated = BankLine.reason.in_(_REPEATED)
    first = func.coalesce(BankLine.reason, "").not_in(_REPEATED)
    others = select(func.count()).where(*alike, BankLine.source != line.source, first)
    stood_for = select(func.count()).where(*alike, BankLine.source == line.source, repeated)
    return (db.session.scalar(others) or 0) > (db.session.scalar(stood_for) or 0)


def _judge_repeated(line: BankLine, facts: LineFacts) -> Verdict:
    """Two halves of one order look alike: where the second is still asked for, a person looks at the account."""
    verdict = _find_match(line, facts)
    if verdict.step is Step.PAY:
        return Verdict(Step.QUEUE, LineReason.MAYBE_REPEATED.value, verdict.payment_id)
    return Verdict(Step.IGNORE, LineReason.REPEATED.value)


def _book(line: BankLine, now: datetime) -> None:
    """Have the money of a line in the ledger, as nobody's. Done twice, nothing more happens."""
    if _is_platforms(line):
        moves = [Move(_BANK, _UNMATCHED, line.amount_vnd)]
        post(f"bank-line:{line.id}:received", "bank_line_received", f"bank-line:{line.id}", moves, now=now)


def _find_match(line: BankLine, facts: LineFacts) -> Verdict:
    codes = list(dict.fromkeys(references_in(facts.memo)))[:NAMED_MAX]
    named = _latest_by_reference(codes) if codes else []
    if named:
        return match(facts, named, (), ())
    slips = near_references(facts.memo)
    near = _latest_by_reference(list(slips)) if slips else []
    return match(facts, (), near, _waiting_for(line))


def _apply(line: BankLine, verdict: Verdict, now: datetime) -> None:
    if verdict.step is Step.PAY and verdict.payment_id is not None:
        payment = lock_payment(verdict.payment_id)
        if line.amount_vnd in (payment.amount_vnd - payment.received_vnd, payment.asked_vnd):
            _pay(line, payment.id, None, now)
            return
        # Somebody paid it between the look and the lock.
        verdict = Verdict(Step.QUEUE, LineReason.ALREADY_PAID.value, payment.id)
    is_ignored = verdict.step is Step.IGNORE
    line.state = (LineState.IGNORED if is_ignored else LineState.QUEUED).value
    line.reason = verdict.reason
    line.suggested_id = verdict.payment_id


def _pay(line: BankLine, payment_id: int, by: Actor | None, now: datetime) -> None:
    line.state, line.reason, line.payment_id = LineState.MATCHED.value, None, payment_id
    line.decided_at = now
    db.session.flush()
    record_payment(
        db.session.get_one(Payment, payment_id),
        line.amount_vnd,
        source=OrderActor.BANK,
        key=f"line:{line.id}",
        origin=_UNMATCHED if _is_platforms(line) else None,
        by=by,
        now=now,
    )


def _latest_by_reference(codes: Sequence[str]) -> list[KnownPayment]:
    """Payments by transfer that have one of `codes`; of several tries the last."""
    rows = db.session.execute(
        select(Payment, ReceivingAccount.account_number)
        .join(ReceivingAccount, ReceivingAccount.id == Payment.receiving_account_id)
        .where(Payment.reference.in_(codes), Payment.method == PaymentMethod.VIETQR.value)
        .order_by(Payment.attempt)
    )
    latest = {payment.reference: _known(payment, account) for payment, account in rows}
    return list(latest.values())


def _waiting_for(line: BankLine) -> list[KnownPayment]:
    rows = db.session.execute(
        select(Payment, ReceivingAccount.account_number)
        .join(ReceivingAccount, ReceivingAccount.id == Payment.receiving_account_id)
        .where(
            Payment.method == PaymentMethod.VIETQR.value,
            Payment.state == PayState.PENDING.value,
            or_(
                Payment.amount_vnd - Payment.received_vnd == line.amount_vnd,
                Payment.deposit_vnd - Payment.received_vnd == line.amount_vnd,
            ),
            Payment.opened_at.between(line.booked_at - WINDOW, line.booked_at + timedelta(days=1)),
            ReceivingAccount.account_number == line.account,
        )
        .limit(2)
    )
    return [_known(payment, account) for payment, account in rows]


def _known(payment: Payment, account: str) -> KnownPayment:
    left_vnd = payment.amount_vnd - payment.received_vnd
    return KnownPayment(payment.id, payment.reference, left_vnd, account, payment.asked_vnd)


def _is_platforms(line: BankLine) -> bool:
    """Whether the line is on an account of the platform, now or formerly."""
    if line.account == payment_terms.settings().bank_account_number:
        return True
    own = (ReceivingAccount.account_number == line.account, ReceivingAccount.producer_id.is_(None))
    return db.session.scalar(select(ReceivingAccount.id).where(*own).limit(1)) is not None


def _lock(line_id: int, state: LineState) -> BankLine:
    line = db.session.get(BankLine, line_id, with_for_update={"of": BankLine}, populate_existing=True)
    if line is None:
        raise BankLineNotFoundError(line_id=line_id)
    if line.state != state:
        raise BankLineStateError(line_id=line.id, state=line.state, reason="state")
    return line


def _require_incoming(line: BankLine) -> None:
    if line.amount_vnd <= 0 or line.currency != "VND":
        raise BankLineStateError(line_id=line.id, state=line.state, reason="not_incoming")


def _decide(line: BankLine, state: LineState, note: str, by: Actor, now: datetime) -> None:
    line.state, line.reason, line.note = state.value, LineReason.BY_PERSON.value, note
    line.decided_by_id, line.decided_at = by.user_id, now
    db.session.flush()


def _note(verb: str, line: BankLine, by: Actor, now: datetime, *, reason: str | None = None) -> None:
    after = {"state": line.state, "amount_vnd": line.amount_vnd, "payment_id": line.payment_id}
    record_act(verb, by=by, subject=f"bank_line:{line.id}", after=after, reason=reason, now=now)
