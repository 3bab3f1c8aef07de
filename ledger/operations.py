"""Posting journals: the only way in which money is written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from core.invariants import Result
from ledger.chart import AccountKind
from ledger.errors import InvalidPostingError, JournalClashError
from ledger.models import Account, Journal, LedgerCheck, Posting

EXAMPLES_MOST: Final = 20
_ACCOUNTS, _POSTINGS = Account.__table__, Posting.__table__


@dataclass(frozen=True, slots=True)
class AccountName:
    """Which account. holder: «producer:12», «order:7», «carrier:ghn»; empty for the platform's own."""

    kind: AccountKind
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """`amount_vnd` whole dong (1 or more) from `credit` to `debit`."""

    debit: AccountName
    credit: AccountName
    amount_vnd: int


def post(key: str, kind: str, subject: str, moves: Sequence[Move], *, now: datetime) -> int:
    """Write the journal `key` down, and answer its number; harmless when repeated with the same moves.

    key: unique for ever, names the event («refund:7:sent»). kind: its type («refund_sent»). subject: what it is about
    («order:3»). Raises InvalidPostingError for no moves or one of no amount, JournalClashError if a journal of this
    key says something else; then nothing has changed.
    """
    if not moves:
        raise InvalidPostingError(key=key)
    for move in moves:
        if move.amount_vnd <= 0 or move.debit == move.credit:
            raise InvalidPostingError(debit=move.debit, credit=move.credit, amount_vnd=move.amount_vnd)
    known_id = db.session.scalar(select(Journal.id).where(Journal.key == key))
    if known_id is not None:
        _require_same(known_id, moves)
        return known_id
    made = insert(Journal).values(key=key, kind=kind, subject=subject, posted_at=now)
    journal_id: int = db.session.execute(made.returning(Journal.id)).scalar_one()
    numbers = {name: _account_id(name) for move in moves for name in (move.debit, move.credit)}
    db.session.execute(
        insert(Posting),
        [
            {
                "journal_id": journal_id,
                "debit_id": numbers[move.debit],
                "credit_id": numbers[move.credit],
                "amount_vnd": move.amount_vnd,
            }
            for move in moves
        ],
    )
    return journal_id


def note_look(results: Iterable[Result], *, now: datetime) -> bool:
    """Keep what each rule said in a look at the books. Whether all was well.

    results: of `core.invariants.check_all`, run outside this transaction. Of many exceptions the first are kept.
    """
    kept = list(results)
    rows = [
        {
            "checked_at": now,
            "name": result.name,
            "rule": result.rule,
            "violation_count": len(result.violations),
            "examples": [
                {name: str(value) for name, value in facts.items()}
                for facts in result.violations[:EXAMPLES_MOST]
            ],
        }
        for result in kept
    ]
    if rows:
        db.session.execute(insert(LedgerCheck), rows)
    return not any(result.violations for result in kept)


def _account_id(name: AccountName) -> int:
    wanted = select(Account.id).where(Account.kind == name.kind.value, Account.holder == name.holder)
    found = db.session.scalar(wanted)
    if found is not None:
        return found
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"kind": name.kind.value, "holder": name.holder}
    db.session.execute(of_dialect.insert(_ACCOUNTS).values(values).on_conflict_do_nothing())
    return db.session.scalars(wanted).one()


def _require_same(journal_id: int, moves: Sequence[Move]) -> None:
    debit, credit = _ACCOUNTS.alias("debit"), _ACCOUNTS.alias("credit")
    rows = db.session.execute(
        select(debit.c.kind, debit.c.holder, credit.c.kind, credit.c.holder, _POSTINGS.c.amount_vnd)
        .join(debit, debit.c.id == _POSTINGS.c.debit_id)
        .join(credit, credit.c.id == _POSTINGS.c.credit_id)
        .where(_POSTINGS.c.journal_id == journal_id)
    )
    said = sorted(tuple(row) for row in rows)
    if said != sorted(
        (
            move.debit.kind.value,
            move.debit.holder,
            move.credit.kind.value,
            move.credit.holder,
            move.amount_vnd,
        )
        for move in moves
    ):
        raise JournalClashError(journal_id=journal_id)
