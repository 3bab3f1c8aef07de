"""What must always be true of the books, whatever else happens."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from core.db import db
from core.invariants import Facts, invariant
from ledger.chart import AccountKind
from ledger.models import Account, Journal, Posting

NEVER_OVERDRAWN: Final = (AccountKind.BUYER_FUNDS, AccountKind.PAYOUTS_SENT)
"""Nobody's money is earned, or paid out, that was not there before."""


@invariant("I5", "every journal moves money between two accounts and sums to zero; together they sum to zero")
def unbalanced_books() -> Iterator[Facts]:
    """Journals without a posting, postings that the shape of the table should have refused, a sum that is not zero."""
    empty = (
        select(Journal.id, Journal.key)
        .outerjoin(Posting, Posting.journal_id == Journal.id)
        .where(Posting.id.is_(None))
    )
    for journal_id, key in db.session.execute(empty):
        yield {"journal_id": journal_id, "key": key, "fault": "moves nothing"}
    wrong = select(Posting.id).where((Posting.amount_vnd <= 0) | (Posting.debit_id == Posting.credit_id))
    for posting_id in db.session.scalars(wrong):
        yield {"posting_id": posting_id, "fault": "moves nothing between two accounts"}
    total = sum(debit_sum - credit_sum for _, _, debit_sum, credit_sum in _sums())
    if total:
        yield {"fault": "all accounts together are not zero", "sum_vnd": total}


@invariant("I5a", "no order's money is earned twice, and no payout leaves that was not set aside")
def overdrawn_accounts() -> Iterator[Facts]:
    """Accounts below zero that must never be."""
    kinds = {kind.value for kind in NEVER_OVERDRAWN}
    for kind, holder, debit_sum, credit_sum in _sums():
        if kind in kinds and credit_sum < debit_sum:
            yield {"kind": kind, "holder": holder, "balance_vnd": credit_sum - debit_sum}


def _sums() -> Iterator[tuple[str, str, int, int]]:
    """Kind, holder, debits and credits of every account."""
    debits, credits_ = (
        dict(db.session.execute(select(side, func.sum(Posting.amount_vnd)).group_by(side)).all())
        for side in (Posting.debit_id, Posting.credit_id)
    )
    for account in db.session.execute(select(Account.id, Account.kind, Account.holder)):
        yield account.kind, account.holder, int(debits.get(account.id, 0)), int(credits_.get(account.id, 0))
