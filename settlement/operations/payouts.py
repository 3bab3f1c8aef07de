"""Paying producers: a run is planned, checked by a second person over a limit, sent by the bank, and marked paid.

Two people who press at once get one run; a transfer goes out with one payout only (invariant I19).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Producer
from core.db import ID_MAX, db
from core.text import clean_line
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders import payment_terms
from settlement.errors import InvalidRuleError, OwnRuleError, PayoutNotFoundError, PayoutStateError
from settlement.models.payouts import Payout, PayoutRun, PayoutState, RunState
from settlement.models.sales import Transfer, TransferKind
from settlement.operations.letters import tell_owners
from settlement.queries.due import Due, find_account, get_due, list_due, list_open_transfers

REFERENCE_MAX: Final = 80
REASON_MAX: Final = 500
AMOUNT_MAX_VND: Final = 10**12


def plan_run(*, by: Actor, now: datetime) -> PayoutRun:
    """Plan a payout to every producer to whom something is due; the planned run if there is one already.

    Raises PayoutStateError if nothing is due to anybody who can be paid; then nothing has changed.
    """
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"state": RunState.DRAFT.value, "made_by_id": by.user_id, "made_at": now}
    made = of_dialect.insert(PayoutRun.__table__).values(values).on_conflict_do_nothing()
    is_new = db.session.scalar(made.returning(PayoutRun.__table__.c.id)) is not None
    run = db.session.scalars(select(PayoutRun).where(PayoutRun.state == RunState.DRAFT.value)).one()
    if not is_new:
        return run
    planned = [_plan_payout(run, due) for due in list_due(now) if due.is_payable]
    if not planned:
        raise PayoutStateError(present="nothing_due")
    record_act(
        "settlement.plan_payouts",
        by=by,
        subject=f"payout_run:{run.id}",
        after={"payouts": len(planned), "total_vnd": sum(payout.amount_vnd for payout in planned)},
        now=now,
    )
    db.session.refresh(run)
    return run


def check_run(run_id: int, *, by: Actor, now: datetime) -> PayoutRun:
    """Release a planned run to the bank: from now on the money counts as on its way.

    Over the limit of the settings (`PAYOUT_SECOND_CHECK_FROM_VND`) somebody else than who planned it must check.
    Payouts whose account was stopped or that were put on hold meanwhile drop out. Harmless when repeated. Raises
    OwnRuleError; PayoutStateError if it was cancelled, or nothing of it is left (then it is cancelled).
    """
    run = _locked_run(run_id)
    if run.state == RunState.CHECKED:
        return run
    if run.state != RunState.DRAFT:
        raise PayoutStateError(present=run.state)
    total_vnd = sum(payout.amount_vnd for payout in run.payouts)
    if by.user_id == run.made_by_id and total_vnd > payment_terms.settings().payout_second_check_from_vnd:
        raise OwnRuleError(run_id=run_id)
    for payout in run.payouts:
        if not _may_leave(payout, now):
            _end(payout, PayoutState.CANCELLED, by, now)
            _free(payout)
            continue
        payout.state = PayoutState.SENT.value
        moves = [Move(_payable(payout.producer_id), _on_its_way(payout), payout.amount_vnd)]
        post(f"payout:{payout.id}:sent", "payout_sent", f"payout:{payout.id}", moves, now=now)
    sent = [payout for payout in run.payouts if payout.state == PayoutState.SENT]
    _end_run(run, RunState.CHECKED if sent else RunState.CANCELLED, by, now)
    total_vnd = sum(payout.amount_vnd for payout in sent)
    _note("check_payouts", run, by, now, {"payouts": len(sent), "total_vnd": total_vnd})
    return run


def cancel_run(run_id: int, *, by: Actor, now: datetime) -> PayoutRun:
    """Take a planned run back: what is due stays due. Harmless when repeated. Raises PayoutStateError once checked."""
    run = _locked_run(run_id)
    if run.state == RunState.CANCELLED:
        return run
    if run.state != RunState.DRAFT:
        raise PayoutStateError(present=run.state)
    for payout in run.payouts:
        _end(payout, PayoutState.CANCELLED, by, now)
        _free(payout)
    _end_run(run, RunState.CANCELLED, by, now)
    _note("cancel_payouts", run, by, now, {})
    return run


def mark_payout_paid(payout_id: int, bank_reference: str, *, by: Actor, now: datetime) -> Payout:
    """The bank has paid, under `bank_reference`. Harmless when repeated with it.

    Raises InvalidRuleError without a reference, PayoutStateError for one that is not on its way, or paid otherwise.
    """
    payout, reference = _locked_payout(payout_id), clean_line(bank_reference)[:REFERENCE_MAX]
    if not reference:
        raise InvalidRuleError(field="bank_reference", reason="missing")
    if payout.state == PayoutState.PAID and payout.bank_reference == reference:
        return payout
    if payout.state != PayoutState.SENT:
        raise PayoutStateError(present=payout.state)
    payout.bank_reference = reference
    _end(payout, PayoutState.PAID, by, now)
    moves = [Move(_on_its_way(payout), AccountName(AccountKind.BANK), payout.amount_vnd)]
    post(f"payout:{payout.id}:paid", "payout_paid", f"payout:{payout.id}", moves, now=now)
    _note_payout("mark_payout_paid", payout, by, now)
    tell_owners(
        payout.producer_id, "paid", now=now, amount_vnd=payout.amount_vnd, end=payout.account.number_end
    )
    return payout


def mark_payout_failed(payout_id: int, reason: str, *, by: Actor, now: datetime) -> Payout:
    """The bank did not pay, or sent the money back: it is due again. Harmless when repeated.

    Raises InvalidRuleError without a reason, PayoutStateError for one that never left.
    """
    payout, told = _locked_payout(payout_id), clean_line(reason)[:REASON_MAX]
    if not told:
        raise InvalidRuleError(field="reason", reason="missing")
    if payout.state == PayoutState.FAILED:
        return payout
    if payout.state not in (PayoutState.SENT, PayoutState.PAID):
        raise PayoutStateError(present=payout.state)
    was_with = _on_its_way(payout) if payout.state == PayoutState.SENT else AccountName(AccountKind.BANK)
    payout.reason = told
    _end(payout, PayoutState.FAILED, by, now)
    moves = [Move(was_with, _payable(payout.producer_id), payout.amount_vnd)]
    post(f"payout:{payout.id}:failed", "payout_failed", f"payout:{payout.id}", moves, now=now)
    _free(payout)
    _note_payout("mark_payout_failed", payout, by, now)
    tell_owners(
        payout.producer_id, "failed", now=now, amount_vnd=payout.amount_vnd, end=payout.account.number_end
    )
    return payout


def record_receipt(
    producer: Producer, amount_vnd: int, bank_reference: str, *, by: Actor, now: datetime
) -> bool:
    """A producer paid `amount_vnd` of what it owed (commission and taxes on cash). Whether that is new.

    Raises InvalidRuleError for no amount or no reference; JournalClashError if the reference is known with another.
    """
    reference = clean_line(bank_reference)[:40]
    if not 1 <= amount_vnd <= AMOUNT_MAX_VND:
        raise InvalidRuleError(field="amount_vnd", reason="out_of_range")
    if not reference:
        raise InvalidRuleError(field="bank_reference", reason="missing")
    moves = [Move(AccountName(AccountKind.BANK), _payable(producer.id), amount_vnd)]
    key = f"producer:{producer.id}:receipt:{reference}"
    journal_id = post(key, "debt_paid", f"producer:{producer.id}", moves, now=now)
    if db.session.scalar(select(Transfer.id).where(Transfer.journal_id == journal_id)) is not None:
        return False
    db.session.add(
        Transfer(
            producer_id=producer.id,
            kind=TransferKind.RECEIPT.value,
            net_vnd=amount_vnd,
            journal_id=journal_id,
            made_at=now,
        )
    )
    db.session.flush()
    record_act(
        "settlement.record_receipt",
        by=by,
        subject=f"producer:{producer.id}",
        after={"amount_vnd": amount_vnd},
        producer_id=producer.id,
        now=now,
    )
    return True


def _plan_payout(run: PayoutRun, due: Due) -> Payout:
    transfers = list_open_transfers(due.producer_id)
    account = due.account
    if account is None:
        raise PayoutStateError(present="no_account")
    payout = Payout(
        run_id=run.id,
        producer_id=due.producer_id,
        account_id=account.id,
        amount_vnd=sum(transfer.net_vnd for transfer in transfers),
        reference=f"OCOPCT{run.id}X{due.producer_id}",
        state=PayoutState.PLANNED.value,
    )
    db.session.add(payout)
    db.session.flush()
    _claim((transfer.id for transfer in transfers), payout)
    return payout


def _claim(transfer_ids: Iterable[int], payout: Payout) -> None:
    """Let these transfers go out with `payout` and no other. Raises PayoutStateError if one was taken meanwhile."""
    wanted = list(transfer_ids)
    taken = db.session.execute(
        update(Transfer)
        .where(Transfer.id.in_(wanted), Transfer.payout_id.is_(None))
        .values(payout_id=payout.id)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != len(wanted):  # type: ignore[attr-defined]
        raise PayoutStateError(present="taken")


def _free(payout: Payout) -> None:
    db.session.execute(
        update(Transfer)
        .where(Transfer.payout_id == payout.id)
        .values(payout_id=None)
        .execution_options(synchronize_session=False)
    )


def _may_leave(payout: Payout, now: datetime) -> bool:
    """Whether the account is still the one, nobody put a hold on the money, and no order of it became disputed."""
    account = find_account(payout.producer_id, now)
    if account is None or account.id != payout.account_id:
        return False
    due = get_due(payout.producer, now)
    claimed = db.session.scalars(
        select(Transfer).where(Transfer.payout_id == payout.id).execution_options(populate_existing=True)
    )
    is_disputed = any(
        transfer.seller_order is not None and transfer.seller_order.lifecycle == "disputed"
        for transfer in claimed
    )
    return due.hold is None and not is_disputed


def _end(payout: Payout, state: PayoutState, by: Actor, now: datetime) -> None:
    payout.state, payout.ended_by_id, payout.ended_at = state.value, by.user_id, now
    db.session.flush()


def _end_run(run: PayoutRun, state: RunState, by: Actor, now: datetime) -> None:
    run.state, run.ended_by_id, run.ended_at = state.value, by.user_id, now
    db.session.flush()


def _locked_run(run_id: int) -> PayoutRun:
    wanted = select(PayoutRun).where(PayoutRun.id == min(run_id, ID_MAX)).with_for_update()
    run = db.session.scalar(wanted.execution_options(populate_existing=True))
    if run is None or run.id != run_id:
        raise PayoutNotFoundError(run_id=run_id)
    return run


def _locked_payout(payout_id: int) -> Payout:
    wanted = select(Payout).where(Payout.id == min(payout_id, ID_MAX)).with_for_update()
    payout = db.session.scalar(wanted.execution_options(populate_existing=True))
    if payout is None or payout.id != payout_id:
        raise PayoutNotFoundError(payout_id=payout_id)
    return payout


def _payable(producer_id: int) -> AccountName:
    return AccountName(AccountKind.SELLER_PAYABLE, f"producer:{producer_id}")


def _on_its_way(payout: Payout) -> AccountName:
    return AccountName(AccountKind.PAYOUTS_SENT, f"producer:{payout.producer_id}")


def _note(verb: str, run: PayoutRun, by: Actor, now: datetime, after: dict[str, int]) -> None:
    record_act(f"settlement.{verb}", by=by, subject=f"payout_run:{run.id}", after=after, now=now)


def _note_payout(verb: str, payout: Payout, by: Actor, now: datetime) -> None:
    record_act(
        f"settlement.{verb}",
        by=by,
        subject=f"payout:{payout.id}",
        after={"amount_vnd": payout.amount_vnd, "state": payout.state},
        reason=payout.reason,
        producer_id=payout.producer_id,
        now=now,
    )
