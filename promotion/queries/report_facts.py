"""The rows that a promotion report counts: visits, scans, questions and sold goods, each with what it is counted for.

Revenue of a line: the packs that were neither cancelled nor came back, at the price of the line less its discount
(whole đồng, rounded down), less its share of what a dispute gave back. Orders that were cancelled or never paid, and
parcels refused at the door, are no sales; nor are sales at a counter that were undone. Source: decision 0057.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, null, select, true

from catalog.models import Inquiry, Producer, Product, Variant
from core.clock import VIETNAM, vietnam_date
from core.db import db
from core.places import Vintage, find_province_by_code
from orders.models.orders import Order, OrderLine, SellerOrder
from orders.models.returns import Dispute, ReturnLine, ReturnRequest
from orders.models.slices import CounterUndo
from orders.return_rules import ReturnState
from orders.states import Lifecycle, PaymentState
from promotion.models.fairs import BoothProduct, Fair, Participation
from promotion.models.reach import InquirySource, OrderSource, ShortLink, SourceKind, Visit
from promotion.report_rules import Period
from traceability.models import Lot, Scan, Stamp, StampRun

NO_SALE: Final = tuple(
    state.value
    for state in (
        PaymentState.UNPAID,
        PaymentState.PENDING,
        PaymentState.FAILED,
        PaymentState.EXPIRED,
        PaymentState.VOID,
        PaymentState.COD_REFUSED,
    )
)
"""Of such parts nobody has the money, and nobody will."""

_LINK_BOOTH: Final = case(
    (ShortLink.source_kind == SourceKind.BOOTH.value, ShortLink.source_id), else_=null()
)


class Fact(NamedTuple):
    """So much of something, and what it is counted for. province: its short name, «» if it is not known.

    part_id: of sold goods, the producer's part of the order.
    """

    product_id: int | None
    fair_id: int | None
    campaign_id: int | None
    booth_id: int | None
    province: str
    amount: int
    part_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: of one producer, of those that a condition on `producer` takes in, of one fair, or all of them.

    noted_until_on: leaves out orders whose source was noted after that day (Vietnam), None for none.
    """

    producer_id: int | None = None
    producers: ColumnElement[bool] | None = None
    fair_id: int | None = None
    noted_until_on: date | None = None

    def takes_in(self, producer_id: Any, fair_id: Any) -> ColumnElement[bool]:
        """The condition on a row's producer and fair."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.producer_id is not None:
            conditions.append(producer_id == self.producer_id)
        if self.producers is not None:
            conditions.append(producer_id.in_(select(Producer.id).where(self.producers).correlate(None)))
        if self.fair_id is not None:
            conditions.append(fair_id == self.fair_id)
        return and_(*conditions)


def visits(scope: Scope, period: Period | None) -> Iterator[Fact]:
    """Visits of short links."""
    keys = (ShortLink.product_id, ShortLink.fair_id, ShortLink.campaign_id, _LINK_BOOTH, Visit.province)
    rows = (
        select(*keys, func.sum(Visit.visit_count))
        .join_from(Visit, ShortLink, ShortLink.id == Visit.link_id)
        .where(scope.takes_in(ShortLink.producer_id, ShortLink.fair_id))
        .group_by(*keys)
    )
    if period is not None:
        rows = rows.where(Visit.visited_on.between(period.from_on, period.until_on))
    return (Fact(*row) for row in db.session.execute(rows))


def scans(scope: Scope, period: Period) -> Iterator[Fact]:
    """Looks at stamps of the producers' lots. Those of display samples at fairs are in `sample_scans` besides."""
    province = func.coalesce(Scan.province, "")
    rows = (
        select(Lot.product_id, province, func.count())
        .select_from(Scan)
        .join(Stamp, Stamp.id == Scan.stamp_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(_within(Scan.scanned_hour_at, period), scope.takes_in(Product.producer_id, null()))
        .group_by(Lot.product_id, province)
    )
    for product_id, name, count in db.session.execute(rows):
        yield Fact(product_id, None, None, None, name, count)


def sample_scans(scope: Scope, period: Period | None) -> Iterator[Fact]:
    """Looks at the display samples of fairs, on the days of the fair.

    A sample can be declared for two fairs that share a day: a look counts once, for the one that began later.
    """
    rows = _sample_rows(replace(scope, fair_id=None).takes_in(Participation.producer_id, null()))
    if scope.fair_id is not None:
        of_fair = select(BoothProduct.stamp_run_id).join(
            Participation, Participation.id == BoothProduct.participation_id
        )
        rows = rows.where(Stamp.run_id.in_(of_fair.where(Participation.fair_id == scope.fair_id)))
    if period is not None:
        rows = rows.where(_within(Scan.scanned_hour_at, period))
    looks: dict[tuple[int, datetime, str], Fact] = {}
    for row in db.session.execute(rows):
        if row.starts_on <= vietnam_date(row.at) <= row.ends_on:
            fact = Fact(row.product_id, row.fair_id, None, row.booth_id, row.province, row.amount)
            looks[row.stamp_id, row.at, row.province] = fact
    return (fact for fact in looks.values() if scope.fair_id in {None, fact.fair_id})


def _sample_rows(condition: ColumnElement[bool]) -> Any:
    """Looks at a stamp in an hour from a province, once for each fair that declared it, in the order of their days."""
    keys = (
        Scan.stamp_id,
        Scan.scanned_hour_at.label("at"),
        func.coalesce(Scan.province, "").label("province"),
        BoothProduct.product_id,
        Participation.fair_id,
        Participation.booth_id,
        Fair.starts_on,
        Fair.ends_on,
        Participation.id.label("participation_id"),
    )
    of_sample = and_(
        BoothProduct.stamp_run_id == Stamp.run_id,
        Stamp.number.between(BoothProduct.stamp_first, BoothProduct.stamp_last),
    )
    return (
        select(*keys, func.count().label("amount"))
        .select_from(Scan)
        .join(Stamp, Stamp.id == Scan.stamp_id)
        .join(BoothProduct, of_sample)
        .join(Participation, Participation.id == BoothProduct.participation_id)
        .join(Fair, Fair.id == Participation.fair_id)
        .where(condition)
        .group_by(*keys)
        .order_by(Fair.starts_on, Participation.id)
    )


def inquiries(scope: Scope, period: Period | None) -> Iterator[Fact]:
    """Questions to producers, with the link that led to them where one did. Who asks does not say from where."""
    keys = (Inquiry.product_id, ShortLink.fair_id, ShortLink.campaign_id, _LINK_BOOTH)
    rows = (
        select(*keys, func.count())
        .select_from(Inquiry)
        .join(Product, Product.id == Inquiry.product_id)
        .outerjoin(InquirySource, InquirySource.inquiry_id == Inquiry.id)
        .outerjoin(ShortLink, ShortLink.id == InquirySource.link_id)
        .where(scope.takes_in(Product.producer_id, ShortLink.fair_id))
        .group_by(*keys)
    )
    if period is not None:
        rows = rows.where(_within(Inquiry.created_at, period))
    for product_id, fair_id, campaign_id, booth_id, count in db.session.execute(rows):
        yield Fact(product_id, fair_id, campaign_id, booth_id, "", count)


def sold(scope: Scope, period: Period | None) -> Iterator[Fact]:
    """Sold goods, line by line. amount: revenue, whole đồng. Province: the buyer's, else that of the fair."""
    net = _net_lines(scope, period)
    whole = func.sum(net.c.net_vnd).over(partition_by=net.c.part_id)
    given_back = func.coalesce(_given_back(net.c.part_id), 0)
    revenue = net.c.net_vnd - case((whole > 0, given_back * net.c.net_vnd // func.nullif(whole, 0)), else_=0)
    columns = (net.c.product_id, net.c.fair_id, net.c.campaign_id, net.c.booth_id, net.c.province_code)
    for row in db.session.execute(select(*columns, revenue, net.c.part_id)):
        product_id, fair_id, campaign_id, booth_id, code, amount, part_id = row
        yield Fact(product_id, fair_id, campaign_id, booth_id, province_name(code), int(amount), part_id)


def province_name(code: str | None) -> str:
    """The short name of today's province of that code, «» for none."""
    found = find_province_by_code(code, Vintage.SINCE_2025_07) if code else None
    return found.short_name if found else ""


def _net_lines(scope: Scope, period: Period | None) -> Any:
    returned = (
        select(ReturnLine.line_id, func.sum(ReturnLine.quantity).label("quantity"))
        .join(ReturnRequest, ReturnRequest.id == ReturnLine.return_id)
        .where(ReturnRequest.state == ReturnState.RECEIVED.value)
        .group_by(ReturnLine.line_id)
        .subquery()
    )
    kept = OrderLine.quantity - OrderLine.cancelled_quantity - func.coalesce(returned.c.quantity, 0)
    rows = (
        select(
            SellerOrder.id.label("part_id"),
            Variant.product_id,
            OrderSource.fair_id,
            ShortLink.campaign_id,
            OrderSource.booth_id,
            func.coalesce(Order.province_code, Fair.province_code).label("province_code"),
            ((OrderLine.goods_vnd - OrderLine.discount_vnd) * kept // OrderLine.quantity).label("net_vnd"),
        )
        .select_from(OrderLine)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
        .join(Order, Order.id == SellerOrder.order_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .outerjoin(returned, returned.c.line_id == OrderLine.id)
        .outerjoin(OrderSource, OrderSource.order_id == Order.id)
        .outerjoin(ShortLink, ShortLink.id == OrderSource.link_id)
        .outerjoin(Fair, Fair.id == OrderSource.fair_id)
        .outerjoin(CounterUndo, CounterUndo.seller_order_id == SellerOrder.id)
        .where(
            CounterUndo.seller_order_id.is_(None),
            SellerOrder.lifecycle != Lifecycle.CANCELLED.value,
            SellerOrder.payment.not_in(NO_SALE),
            kept > 0,
            scope.takes_in(SellerOrder.producer_id, OrderSource.fair_id),
        )
    )
    if period is not None:
        rows = rows.where(_within(SellerOrder.placed_at, period))
    if scope.noted_until_on is not None:
        rows = rows.where(OrderSource.noted_at < _end_of(scope.noted_until_on))
    return rows.subquery()


def _given_back(part_id: Any) -> Any:
    """What disputes gave back of the goods of a part."""
    return (
        select(func.sum(Dispute.goods_vnd))
        .where(Dispute.seller_order_id == part_id, Dispute.refund_id.is_not(None))
        .scalar_subquery()
    )


def _within(instant: Any, period: Period) -> ColumnElement[bool]:
    begins = datetime.combine(period.from_on, time(), tzinfo=VIETNAM)
    return and_(instant >= begins, instant < _end_of(period.until_on))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=VIETNAM)
