"""Runs of payouts and single payouts, for administrators."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Producer
from core.db import ID_MAX, db
from settlement.errors import PayoutNotFoundError
from settlement.models.payouts import Payout, PayoutRun

RUNS_SHOWN = 30


def list_runs() -> Sequence[PayoutRun]:
    """The latest runs with their payouts."""
    return db.session.scalars(
        select(PayoutRun)
        .options(selectinload(PayoutRun.payouts), joinedload(PayoutRun.made_by))
        .order_by(PayoutRun.id.desc())
        .limit(RUNS_SHOWN)
    ).all()


def get_run(run_id: int) -> PayoutRun:
    """A run with its payouts, their producers and accounts. Raises PayoutNotFoundError."""
    run = db.session.scalar(
        select(PayoutRun)
        .where(PayoutRun.id == min(run_id, ID_MAX))
        .options(
            selectinload(PayoutRun.payouts).joinedload(Payout.producer),
            selectinload(PayoutRun.payouts).joinedload(Payout.account),
            joinedload(PayoutRun.made_by),
            joinedload(PayoutRun.ended_by),
        )
    )
    if run is None or run.id != run_id:
        raise PayoutNotFoundError(run_id=run_id)
    return run


def get_payout(payout_id: int) -> Payout:
    """A payout with its producer and account. Raises PayoutNotFoundError."""
    payout = db.session.scalar(
        select(Payout)
        .where(Payout.id == min(payout_id, ID_MAX))
        .options(joinedload(Payout.producer), joinedload(Payout.account), joinedload(Payout.run))
    )
    if payout is None or payout.id != payout_id:
        raise PayoutNotFoundError(payout_id=payout_id)
    return payout


def get_producer(producer_id: int) -> Producer:
    """A producer by its number, for administrators. Raises PayoutNotFoundError."""
    producer = db.session.get(Producer, producer_id) if 0 < producer_id <= ID_MAX else None
    if producer is None:
        raise PayoutNotFoundError(producer_id=producer_id)
    return producer
