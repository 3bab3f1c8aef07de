"""Statements of producers: every dong of a month, from sale to bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Producer
from core.clock import VIETNAM, vietnam_date
from core.db import db
from settlement.models.payouts import Payout, PayoutRun, PayoutState, StatementQuestion
from settlement.models.rules import TaxRule
from settlement.models.sales import Sale, SaleLine, SaleReversal, Transfer
from settlement.terms import TakeHome

LEFT: Final = (PayoutState.SENT.value, PayoutState.PAID.value)
MONTHS_MOST: Final = 24


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One change of what is owed. kind: of `TransferKind`. code: of the producer's order; None for a receipt.

    part: what became of the money of a sale, or, with its sign turned, of a refund; None for cash and receipts.
    """

    on: date
    kind: str
    code: str | None
    part: TakeHome | None
    net_vnd: int


@dataclass(frozen=True, slots=True)
class StatementPayout:
    """Money that left for the producer. on: when it left."""

    on: date
    amount_vnd: int
    state: str
    number_end: str
    reference: str
    bank_reference: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of a producer. month_on: its first day. opening_vnd, closing_vnd: owed before and after it."""

    month_on: date
    lines: tuple[StatementLine, ...]
    payouts: tuple[StatementPayout, ...]
    opening_vnd: int
    closing_vnd: int
    sources: tuple[str, ...]

    @property
    def total(self) -> TakeHome:
        return sum((line.part for line in self.lines if line.part), TakeHome())

    @property
    def net_vnd(self) -> int:
        return sum(line.net_vnd for line in self.lines)


def get_statement(producer_id: int, month_on: date) -> Statement:
    """What happened to a producer's money in the month that begins on `month_on`, in Vietnam."""
    begin, end = month_bounds(month_on)
    lines = _lines(producer_id, begin, end)
    payouts = _payouts(producer_id, begin, end)
    opening = _owed_before(producer_id, begin)
    closing = opening + sum(line.net_vnd for line in lines) - sum(payout.amount_vnd for payout in payouts)
    return Statement(month_on, lines, payouts, opening, closing, _sources(producer_id, begin, end))


def list_months(producer_id: int, today: date) -> list[date]:
    """First days of the months in which something happened, this one first."""
    months = {
        vietnam_date(at).replace(day=1)
        for at in db.session.scalars(select(Transfer.made_at).where(Transfer.producer_id == producer_id))
    }
    return sorted(months | {today.replace(day=1)}, reverse=True)[:MONTHS_MOST]


def list_on_their_way(producer_id: int) -> Sequence[Payout]:
    """Payouts that left and that the bank has not confirmed."""
    return db.session.scalars(
        select(Payout)
        .options(joinedload(Payout.account))
        .where(Payout.producer_id == producer_id, Payout.state == PayoutState.SENT.value)
        .order_by(Payout.id)
    ).all()


def year_revenue_vnd(producer_id: int, year: int) -> int:
    """What the producer took through this market in a calendar year: sales less what refunds took back."""
    begin, end = _instant(date(year, 1, 1)), _instant(date(year + 1, 1, 1))
    came = db.session.scalar(
        select(func.coalesce(func.sum(SaleLine.paid_vnd + SaleLine.promotion_vnd), 0))
        .join(Sale, Sale.id == SaleLine.sale_id)
        .where(Sale.producer_id == producer_id, Sale.recognised_at >= begin, Sale.recognised_at < end)
    )
    went = db.session.scalar(
        select(func.coalesce(func.sum(SaleReversal.paid_vnd + SaleReversal.promotion_vnd), 0))
        .join(Sale, Sale.id == SaleReversal.sale_id)
        .where(
            Sale.producer_id == producer_id,
            SaleReversal.reversed_at >= begin,
            SaleReversal.reversed_at < end,
        )
    )
    return int(came or 0) - int(went or 0)


def list_questions(producer_id: int) -> Sequence[StatementQuestion]:
    """What the producer asked about its money, the latest first."""
    return db.session.scalars(
        select(StatementQuestion)
        .where(StatementQuestion.producer_id == producer_id)
        .order_by(StatementQuestion.id.desc())
        .limit(20)
    ).all()


def list_open_questions() -> Sequence[StatementQuestion]:
    """What waits for an administrator's answer, the oldest first."""
    return db.session.scalars(
        select(StatementQuestion)
        .options(joinedload(StatementQuestion.producer))
        .where(StatementQuestion.answered_at.is_(None))
        .order_by(StatementQuestion.id)
        .limit(100)
    ).all()


def month_bounds(month_on: date) -> tuple[datetime, datetime]:
    """First instant of the month and of the next, in Vietnam."""
    following = date(month_on.year + month_on.month // 12, month_on.month % 12 + 1, 1)
    return _instant(month_on), _instant(following)


def is_of_month(producer: Producer, month_on: date, today: date) -> bool:
    """Whether the producer has a statement of this month: none of the future, none before the market."""
    return month_on.day == 1 and date(2020, 1, 1) <= month_on <= today and producer.id > 0


def _lines(producer_id: int, begin: datetime, end: datetime) -> tuple[StatementLine, ...]:
    transfers = db.session.scalars(
        select(Transfer)
        .options(joinedload(Transfer.seller_order))
        .where(Transfer.producer_id == producer_id, Transfer.made_at >= begin, Transfer.made_at < end)
        .order_by(Transfer.id)
    ).all()
    parts = _parts([transfer.journal_id for transfer in transfers])
    return tuple(
        StatementLine(
            vietnam_date(transfer.made_at),
            transfer.kind,
            transfer.seller_order.code if transfer.seller_order else None,
            parts.get(transfer.journal_id),
            transfer.net_vnd,
        )
        for transfer in transfers
    )


def _parts(journal_ids: Sequence[int]) -> dict[int, TakeHome]:
    """What sales and refunds of these journals were made of."""
    sales = db.session.scalars(
        select(Sale).options(selectinload(Sale.lines)).where(Sale.journal_id.in_(journal_ids))
    )
    found = {sale.journal_id: sale.goods() + sale.shipping() for sale in sales if sale.journal_id}
    for back in db.session.scalars(select(SaleReversal).where(SaleReversal.journal_id.in_(journal_ids))):
        if back.journal_id:
            found[back.journal_id] = TakeHome() - back.take_home
    return found


def _payouts(producer_id: int, begin: datetime, end: datetime) -> tuple[StatementPayout, ...]:
    rows = db.session.scalars(
        select(Payout)
        .join(PayoutRun, PayoutRun.id == Payout.run_id)
        .options(joinedload(Payout.account), joinedload(Payout.run))
        .where(
            Payout.producer_id == producer_id,
            Payout.state.in_(LEFT),
            PayoutRun.ended_at >= begin,
            PayoutRun.ended_at < end,
        )
        .order_by(Payout.id)
    )
    return tuple(
        StatementPayout(
            vietnam_date(payout.run.ended_at),
            payout.amount_vnd,
            payout.state,
            payout.account.number_end,
            payout.reference,
            payout.bank_reference,
        )
        for payout in rows
        if payout.run.ended_at
    )


def _owed_before(producer_id: int, begin: datetime) -> int:
    earned = db.session.scalar(
        select(func.coalesce(func.sum(Transfer.net_vnd), 0)).where(
            Transfer.producer_id == producer_id, Transfer.made_at < begin
        )
    )
    left = db.session.scalar(
        select(func.coalesce(func.sum(Payout.amount_vnd), 0))
        .join(PayoutRun, PayoutRun.id == Payout.run_id)
        .where(Payout.producer_id == producer_id, Payout.state.in_(LEFT), PayoutRun.ended_at < begin)
    )
    return int(earned or 0) - int(left or 0)


def _sources(producer_id: int, begin: datetime, end: datetime) -> tuple[str, ...]:
    """The legal texts under which taxes of the month were withheld, each once."""
    found = db.session.scalars(
        select(TaxRule.source)
        .join(SaleLine, (SaleLine.vat_rule_id == TaxRule.id) | (SaleLine.pit_rule_id == TaxRule.id))
        .join(Sale, Sale.id == SaleLine.sale_id)
        .where(Sale.producer_id == producer_id, Sale.recognised_at >= begin, Sale.recognised_at < end)
        .distinct()
    )
    return tuple(sorted(found))


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=VIETNAM)
