"""Where a producer's money goes. A change waits three days, and every owner is told at once by the ways known before.

Source: threat T-17 (payout hijack): confirmed again, second factor, notice to the old contacts, 72 hours.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.operations.audit import record_act
from accounts.sealing import seal, unseal
from catalog.models import Producer
from core.db import ID_MAX, db
from core.jobs.queue import enqueue
from core.keys import KeyRing
from core.text import clean_line, fold
from orders.banks import BANKS, bank_name
from orders.models.bank import ReceivingAccount
from settlement.errors import (
    FactorNeededError,
    InvalidAccountError,
    NamingWaitsError,
    PayoutNotFoundError,
)
from settlement.models.payouts import BankAccount
from settlement.operations.letters import tell_owners
from settlement.permissions import can_change_account, can_keep_books
from settlement.queries.due import find_account
from settlement.queries.naming import HOLD, find_naming_from

SEAL_PURPOSE: Final = "settlement.bank_account"
NUMBER: Final = re.compile(r"[0-9A-Z]{4,19}")
HOLDER_MAX: Final = 100
USE_JOB: Final = "settlement.use_account"


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """As typed. bank_bin: six digits of NAPAS."""

    bank_bin: str
    number: str
    holder_name: str


def add_account(
    producer: Producer, facts: AccountFacts, keys: KeyRing, *, by: Actor, now: datetime
) -> BankAccount:
    """Name the account for a producer's money; the former one serves until 72 hours are over.

    The view has asked for a fresh proof. Raises NotYoursError unless an owner acts, FactorNeededError without a second
    factor, NamingWaitsError (until) while it or the owner is too new, InvalidAccountError (field «bank_bin», «number»
    or «holder_name»); then nothing has changed.
    """
    if not can_change_account(by, producer.id):
        raise NotYoursError(producer_id=producer.id)
    naming_from = find_naming_from(producer.id, by.user_id)
    if naming_from is None:
        raise FactorNeededError(user_id=by.user_id)
    if now < naming_from:
        raise NamingWaitsError(until=naming_from)
    bank_bin, number, holder = _checked(facts)
    account = BankAccount(
        producer_id=producer.id,
        bank_bin=bank_bin,
        bank_name=bank_name(bank_bin),
        number_sealed=seal(number, keys, SEAL_PURPOSE),
        number_end=number[-4:],
        holder_name=holder,
        added_by_id=by.user_id,
        added_at=now,
        usable_from_at=now + HOLD,
    )
    db.session.add(account)
    db.session.flush()
    _note("name_account", account, by, now)
    tell_owners(producer.id, "account", now=now, end=account.number_end)
    enqueue(USE_JOB, producer_id=producer.id, run_after_at=account.usable_from_at, now=now)
    return account


def stop_account(account_id: int, producer_id: int, *, by: Actor, now: datetime) -> BankAccount:
    """Let an account of the producer be used no more, from now on. Harmless when repeated.

    Owners stop their own, administrators any. Raises PayoutNotFoundError for one that is not of this producer.
    """
    if not (can_change_account(by, producer_id) or can_keep_books(by)):
        raise NotYoursError(producer_id=producer_id)
    wanted = select(BankAccount).where(
        BankAccount.id == min(account_id, ID_MAX), BankAccount.producer_id == producer_id
    )
    account = db.session.scalar(wanted.with_for_update())
    if account is None:
        raise PayoutNotFoundError(account_id=account_id)
    if account.stopped_at is None:
        account.stopped_at, account.stopped_by_id = now, by.user_id
        db.session.flush()
        _note("stop_account", account, by, now)
        tell_owners(producer_id, "stopped", now=now, end=account.number_end)
        enqueue(USE_JOB, producer_id=producer_id, now=now)
    return account


def number_of(account: BankAccount, keys: KeyRing) -> str:
    """The number of the account. Raises InvalidAccountError if no key of this installation opens it."""
    number = unseal(account.number_sealed, keys, SEAL_PURPOSE)
    if number is None:
        raise InvalidAccountError(field="number", reason="sealed", account_id=account.id)
    return number


def use_account(producer_id: int, keys: KeyRing, *, now: datetime) -> None:
    """Let transfers of buyers go to the account that is usable now, where money goes straight to producers.

    Closes the one before. Harmless when repeated.
    """
    account = find_account(producer_id, now)
    told = (account.bank_bin, number_of(account, keys), account.holder_name) if account else None
    open_ones = db.session.scalars(
        select(ReceivingAccount)
        .where(ReceivingAccount.producer_id == producer_id, ReceivingAccount.closed_at.is_(None))
        .with_for_update()
    ).all()
    is_known = False
    for each in open_ones:
        if (each.bank_bin, each.account_number, each.account_name) == told:
            is_known = True
        else:
            each.closed_at = now
    if told is not None and not is_known:
        db.session.add(
            ReceivingAccount(
                producer_id=producer_id,
                bank_bin=told[0],
                account_number=told[1],
                account_name=told[2],
                valid_from_at=now,
            )
        )
    db.session.flush()


def _checked(facts: AccountFacts) -> tuple[str, str, str]:
    bank_bin = facts.bank_bin.strip()
    number = re.sub(r"[\s.-]", "", facts.number).upper()
    holder = clean_line(fold(facts.holder_name)).upper()
    if bank_bin not in BANKS:
        raise InvalidAccountError(field="bank_bin", reason="missing")
    if not NUMBER.fullmatch(number):
        raise InvalidAccountError(field="number", reason="unreadable")
    if not re.fullmatch(rf"[A-Z0-9 .,&()'-]{{3,{HOLDER_MAX}}}", holder):
        raise InvalidAccountError(field="holder_name", reason="missing" if len(holder) < 3 else "unreadable")
    return bank_bin, number, holder


def _note(verb: str, account: BankAccount, by: Actor, now: datetime) -> None:
    record_act(
        f"settlement.{verb}",
        by=by,
        subject=f"bank_account:{account.id}",
        after={"bank_bin": account.bank_bin, "usable_from_at": account.usable_from_at.isoformat()},
        producer_id=account.producer_id,
        now=now,
    )
