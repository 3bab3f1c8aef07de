"""What the accounts hold, which journals there are, and what the last look at the books said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from core.db import db
from ledger.chart import DEBIT_KINDS, AccountKind
from ledger.models import Account, Journal, LedgerCheck, Posting

PAGE_SIZE = 50


def get_balance_vnd(kind: AccountKind, holder: str = "") -> int:
    """What the account holds, counted on the side on which it grows; 0 for one that nothing was posted to."""
    account_id = db.session.scalar(
        select(Account.id).where(Account.kind == kind.value, Account.holder == holder)
    )
    if account_id is None:
        return 0
    debits, credits_ = (
        db.session.scalar(select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(side == account_id))
        for side in (Posting.debit_id, Posting.credit_id)
    )
    return _on_its_side(kind, int(debits or 0), int(credits_ or 0))


@dataclass(frozen=True, slots=True)
class KindBalance:
    """All accounts of a kind together. account_count: how many there are."""

    kind: AccountKind
    account_count: int
    balance_vnd: int


def list_balances() -> tuple[KindBalance, ...]:
    """What all accounts of each kind hold together, in the order of the chart."""
    counts = dict(db.session.execute(select(Account.kind, func.count()).group_by(Account.kind)).all())
    sums = {
        side: dict(
            db.session.execute(
                select(Account.kind, func.sum(Posting.amount_vnd))
                .join(Posting, column == Account.id)
                .group_by(Account.kind)
            ).all()
        )
        for side, column in (("debit", Posting.debit_id), ("credit", Posting.credit_id))
    }
    return tuple(
        KindBalance(
            kind,
            counts[kind.value],
            _on_its_side(kind, int(sums["debit"].get(kind.value, 0)), int(sums["credit"].get(kind.value, 0))),
        )
        for kind in AccountKind
        if kind.value in counts
    )


def list_journals(
    subjects: Sequence[str], words: str, *, before_id: int | None, limit: int = PAGE_SIZE
) -> Sequence[Journal]:
    """Journals, the latest first. subjects: only those about one of these; words: a beginning of the key or its kind.

    before_id: only older ones. With their postings and accounts.
    """
    wanted = select(Journal).options(
        selectinload(Journal.postings).joinedload(Posting.debit),
        selectinload(Journal.postings).joinedload(Posting.credit),
    )
    found: list[ColumnElement[bool]] = []
    if subjects:
        found.append(Journal.subject.in_(subjects))
    if words:
        found.append(Journal.key.startswith(words, autoescape=True))
        found.append(Journal.kind == words)
    if found:
        wanted = wanted.where(or_(*found))
    if before_id is not None:
        wanted = wanted.where(Journal.id < before_id)
    return db.session.scalars(wanted.order_by(Journal.id.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the books: when, and what each rule said."""

    checked_at: datetime
    checks: tuple[LedgerCheck, ...]

    @property
    def is_whole(self) -> bool:
        return not any(check.violation_count for check in self.checks)


def find_last_look() -> Look | None:
    """The latest look at the books; None if nobody ever looked."""
    latest = db.session.scalar(select(func.max(LedgerCheck.checked_at)))
    if latest is None:
        return None
    checks = db.session.scalars(
        select(LedgerCheck).where(LedgerCheck.checked_at == latest).order_by(LedgerCheck.id)
    )
    return Look(latest, tuple(checks))


def _on_its_side(kind: AccountKind, debits: int, credits_: int) -> int:
    return debits - credits_ if kind in DEBIT_KINDS else credits_ - debits
