"""What was sold at a booth on a day, and what should be in its box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from core.clock import VIETNAM
from core.db import db
from orders.models.orders import Order, PaymentMethod, SellerOrder
from orders.models.slices import CounterSale, CounterUndo
from promotion.models.counter import DayEnd
from promotion.queries.counter import place_of


@dataclass(frozen=True, slots=True)
class DaySums:
    """A day at a booth. cash_vnd, transfer_vnd: taken in; given_back_vnd: in cash, of sales that were undone.

    sales_count: without those undone. at_door_vnd: to be paid when the parcel comes.
    """

    cash_vnd: int = 0
    transfer_vnd: int = 0
    at_door_vnd: int = 0
    given_back_vnd: int = 0
    sales_count: int = 0
    undone_count: int = 0

    @property
    def box_vnd(self) -> int:
        """What the day left in the box, beside the float."""
        return self.cash_vnd - self.given_back_vnd


def get_day(participation_id: int, on: date) -> DaySums:
    """The sums of a day, by what the seller's clock said."""
    begin, end = day_bounds(on)
    is_undone = CounterUndo.seller_order_id.is_not(None)
    total = SellerOrder.total_vnd

    def summed(*conditions: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((and_(*conditions), total), else_=0)), 0)

    row = db.session.execute(
        select(
            summed(Order.method == PaymentMethod.CASH.value),
            summed(Order.method == PaymentMethod.TRANSFER.value, ~is_undone),
            summed(Order.method == PaymentMethod.COD.value, ~is_undone),
            summed(Order.method == PaymentMethod.CASH.value, is_undone),
            func.count() - func.count(CounterUndo.seller_order_id),
            func.count(CounterUndo.seller_order_id),
        )
        .select_from(CounterSale)
        .join(SellerOrder, SellerOrder.id == CounterSale.seller_order_id)
        .join(Order, Order.id == SellerOrder.order_id)
        .outerjoin(CounterUndo, CounterUndo.seller_order_id == CounterSale.seller_order_id)
        .where(
            CounterSale.place == place_of(participation_id),
            CounterSale.sold_at >= begin,
            CounterSale.sold_at < end,
        )
    ).one()
    return DaySums(*(int(value or 0) for value in row))


def list_day_ends(participation_id: int) -> Sequence[DayEnd]:
    """Counts at a booth, the newest first."""
    return db.session.scalars(
        select(DayEnd).where(DayEnd.participation_id == participation_id).order_by(DayEnd.id.desc())
    ).all()


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """The first instant of a day in Vietnam, and that of the next."""
    begin = datetime.combine(on, time(), VIETNAM)
    return begin, begin + timedelta(days=1)
