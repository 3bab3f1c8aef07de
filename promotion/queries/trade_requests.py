"""Requests as both sides see them: where each stands, what was quoted, what became of the order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import ID_MAX, db
from orders.models.agreed import AgreedOrder
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment
from promotion.errors.trade import TradeNotFoundError
from promotion.models.trade import NoteKind, Quotation, Rfq, RfqLine, TradeAccount
from promotion.queries.trade_parties import buyer_of, present_buyer
from promotion.quotation_terms import Outcome, Party, QuotationState, Stage, stage_of, state_of

LISTED_MAX = 300


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The order of a quotation. asked_vnd: what is asked for now. is_ready: the producer said so."""

    order_id: int
    code: str
    seller_order_id: int
    seller_code: str
    lifecycle: str
    fulfilment: str
    total_vnd: int
    received_vnd: int
    asked_vnd: int
    has_deposit: bool
    is_ready: bool
    deposit_by_at: datetime

    @property
    def is_paid(self) -> bool:
        return self.received_vnd >= self.total_vnd


@dataclass(frozen=True, slots=True)
class QuotationView:
    """A version with how it stands on the day asked for."""

    quotation: Quotation
    state: QuotationState

    @property
    def is_open(self) -> bool:
        return self.state is QuotationState.OPEN


@dataclass(frozen=True, slots=True)
class RfqView:
    """A request with all that hangs on it. quotations: the latest first. lost_because: the last reason given."""

    rfq: Rfq
    stage: Stage
    quotations: tuple[QuotationView, ...]
    order: OrderFacts | None
    lost_because: str

    @property
    def firm(self) -> Party:
        """The buyer: to whom the latest quotation was made, else as the firm stands now."""
        return buyer_of(self.quotations[0].quotation) if self.quotations else present_buyer(self.rfq)

    @property
    def amount_vnd(self) -> int | None:
        """What it is about: the order's sum, else the latest offer's."""
        if self.order is not None:
            return self.order.total_vnd
        return self.quotations[0].quotation.total_vnd if self.quotations else None


def list_of_producer(producer_id: int, on: date) -> list[RfqView]:
    """The requests of a producer, the newest first; at most 300."""
    return _views(Rfq.producer_id == producer_id, on)


def list_of_buyer(account_id: int, on: date) -> list[RfqView]:
    """The requests of a trade buyer, the newest first; at most 300."""
    return _views(Rfq.account_id == account_id, on)


def get_of_producer(producer_id: int, rfq_id: int, on: date) -> RfqView:
    """A request of the producer. Raises TradeNotFoundError, also for one of another."""
    return _one((Rfq.id == rfq_id) & (Rfq.producer_id == producer_id), rfq_id, on)


def get_of_buyer(account_id: int, rfq_id: int, on: date) -> RfqView:
    """A request of the buyer. Raises TradeNotFoundError, also for one of another."""
    return _one((Rfq.id == rfq_id) & (Rfq.account_id == account_id), rfq_id, on)


def get_quotation_of_buyer(account_id: int, quotation_id: int) -> Quotation:
    """A quotation made to the buyer. Raises TradeNotFoundError, also for one of another."""
    return _quotation(quotation_id, Rfq.account_id == account_id)


def get_quotation_of_producer(producer_id: int, quotation_id: int) -> Quotation:
    """A quotation of the producer. Raises TradeNotFoundError, also for one of another."""
    return _quotation(quotation_id, Rfq.producer_id == producer_id)


def find_asking(order_id: int) -> Payment | None:
    """The payment that asks for the money of an order."""
    return db.session.scalars(
        select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)
    ).first()


def _quotation(quotation_id: int, whose: ColumnElement[bool]) -> Quotation:
    found = None
    if quotation_id <= ID_MAX:
        wanted = (
            select(Quotation).join(Rfq, Rfq.id == Quotation.rfq_id).where(Quotation.id == quotation_id, whose)
        )
        found = db.session.scalar(wanted)
    if found is None:
        raise TradeNotFoundError(quotation_id=quotation_id)
    return found


def _one(which: ColumnElement[bool], rfq_id: int, on: date) -> RfqView:
    found = _views(which, on) if rfq_id <= ID_MAX else []
    if not found:
        raise TradeNotFoundError(rfq_id=rfq_id)
    return found[0]


def _views(which: ColumnElement[bool], on: date) -> list[RfqView]:
    rows = db.session.scalars(
        select(Rfq)
        .where(which)
        .options(
            joinedload(Rfq.account).joinedload(TradeAccount.owner),
            joinedload(Rfq.producer),
            selectinload(Rfq.lines).joinedload(RfqLine.variant),
            selectinload(Rfq.notes),
            selectinload(Rfq.quotations).options(joinedload(Quotation.end), joinedload(Quotation.contact)),
            selectinload(Rfq.quotations).selectinload(Quotation.lines),
        )
        .order_by(Rfq.id.desc())
        .limit(LISTED_MAX)
    ).all()
    orders = _orders(rows)
    return [_view(rfq, orders.get(rfq.id), on) for rfq in rows]


def _orders(rows: Sequence[Rfq]) -> dict[int, OrderFacts]:
    """The orders of accepted quotations, by request. One statement."""
    rfq_of = {
        quotation.end.order_id: rfq.id
        for rfq in rows
        for quotation in rfq.quotations
        if quotation.end is not None and quotation.end.outcome == Outcome.ACCEPTED
    }
    if not rfq_of:
        return {}
    found = db.session.execute(
        select(Order, SellerOrder, AgreedOrder)
        .join(SellerOrder, SellerOrder.order_id == Order.id)
        .join(AgreedOrder, AgreedOrder.order_id == Order.id)
        .where(Order.id.in_(rfq_of))
    ).all()
    payments: defaultdict[int, list[Payment]] = defaultdict(list)
    for payment in db.session.scalars(select(Payment).where(Payment.order_id.in_(rfq_of))):
        payments[payment.order_id].append(payment)
    return {
        rfq_of[order.id]: OrderFacts(
            order_id=order.id,
            code=order.code,
            seller_order_id=part.id,
            seller_code=part.code,
            lifecycle=part.lifecycle,
            fulfilment=part.fulfilment,
            total_vnd=part.total_vnd - part.uncharged_vnd,
            received_vnd=sum(each.received_vnd - each.refunded_vnd for each in payments[order.id]),
            asked_vnd=sum(each.asked_vnd for each in payments[order.id] if each.state == "pending"),
            has_deposit=agreed.deposit_at is not None,
            is_ready=agreed.ready_at is not None,
            deposit_by_at=agreed.deposit_by_at,
        )
        for order, part, agreed in found
    }


def _view(rfq: Rfq, order: OrderFacts | None, on: date) -> RfqView:
    said = [note for note in rfq.notes if note.kind in (NoteKind.LOST, NoteKind.REOPENED)]
    is_lost = bool(said) and said[-1].kind == NoteKind.LOST
    stage = stage_of(
        is_lost=is_lost,
        has_quotation=bool(rfq.quotations),
        lifecycle=order.lifecycle if order else None,
        fulfilment=order.fulfilment if order else None,
        facts=(order.has_deposit, order.is_paid) if order else (False, False),
    )
    quotations = tuple(
        QuotationView(each, state_of(each.end.outcome if each.end else None, each.valid_until_on, on=on))
        for each in reversed(rfq.quotations)
    )
    return RfqView(rfq, stage, quotations, order, (said[-1].words or "") if is_lost else "")
