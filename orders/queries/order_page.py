"""An order as its buyer and the platform see it: parcels with their steps, money, and what can be done by when.

Eight small statements, whatever the order holds; no object of the ORM is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from sqlalchemy import RowMapping, func, select

from catalog.models import Producer, Product, Variant
from core.db import db
from orders.errors import OrderNotFoundError
from orders.models.delivery import ProductHandling
from orders.models.orders import Order, OrderEvent, OrderLine, SellerOrder
from orders.models.payments import Payment, Refund
from orders.models.returns import Dispute, ReturnLine, ReturnRequest
from orders.models.reviews import Review
from orders.models.shipments import Shipment
from orders.queries.order_views import (
    DisputeView,
    EventView,
    LineView,
    OrderPage,
    ParcelView,
    PaymentView,
    RefundView,
    ReturnView,
)
from orders.return_rules import ReturnState

View = TypeVar("View")

_ORDER, _PART, _LINE, _EVENT = (
    Order.__table__,
    SellerOrder.__table__,
    OrderLine.__table__,
    OrderEvent.__table__,
)
_NOT_BACK: Final = (ReturnState.REFUSED.value, ReturnState.WITHDRAWN.value)


def get_order_page(order_id: int) -> OrderPage:
    """The order of this number. Raises OrderNotFoundError."""
    columns = [column for column in _ORDER.c if column.name in OrderPage.__dataclass_fields__]
    row = db.session.execute(select(*columns).where(_ORDER.c.id == order_id)).first()
    if row is None:
        raise OrderNotFoundError(order_id=order_id)
    return OrderPage(
        **row._mapping,
        parcels=_parcels(order_id),
        payments=_payments(order_id),
        refunds=_refunds(order_id),
    )


def find_order_id(code: str, phone: str) -> int | None:
    """The order of this code, if the telephone number («+84912345678») is its buyer's."""
    known = select(Order.id).where(Order.code == code, Order.phone == phone, Order.erased_at.is_(None))
    return db.session.scalar(known)


def _parcels(order_id: int) -> tuple[ParcelView, ...]:
    kept = [column for column in _PART.c if column.name in ParcelView.__dataclass_fields__]
    rows = db.session.execute(
        select(
            *kept,
            Producer.name.label("producer_name"),
            Producer.slug.label("producer_slug"),
            Producer.phone.label("producer_phone"),
            Producer.tax_code.label("producer_tax_code"),
            Shipment.carrier,
            Shipment.tracking_number,
        )
        .join(Producer, Producer.id == _PART.c.producer_id)
        .outerjoin(Shipment, Shipment.seller_order_id == _PART.c.id)
        .where(_PART.c.order_id == order_id)
        .order_by(_PART.c.id)
    ).all()
    numbers = [row.id for row in rows]
    lines, events = _lines(numbers), _events(numbers)
    returns, disputes = _returns(numbers), _disputes(numbers)
    return tuple(
        ParcelView(
            **row._mapping,
            lines=tuple(lines[row.id]),
            events=tuple(events[row.id]),
            returns=tuple(returns[row.id]),
            disputes=tuple(disputes[row.id]),
        )
        for row in rows
    )


def _lines(numbers: Sequence[int]) -> Mapping[int, list[LineView]]:
    kept = [column for column in _LINE.c if column.name in LineView.__dataclass_fields__]
    returned = (
        select(func.coalesce(func.sum(ReturnLine.quantity), 0))
        .join(ReturnRequest, ReturnRequest.id == ReturnLine.return_id)
        .where(ReturnLine.line_id == _LINE.c.id, ReturnRequest.state.not_in(_NOT_BACK))
        .scalar_subquery()
    )
    is_perishable = func.coalesce(
        ProductHandling.is_chilled | ProductHandling.max_transit_days.is_not(None), False
    )
    rows = db.session.execute(
        select(
            _LINE.c.seller_order_id,
            *kept,
            Product.slug,
            returned.label("returned_quantity"),
            is_perishable.label("is_perishable"),
            Review.id.label("review_id"),
        )
        .join(Variant, Variant.id == _LINE.c.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(ProductHandling, ProductHandling.product_id == Product.id)
        .outerjoin(Review, Review.line_id == _LINE.c.id)
        .where(_LINE.c.seller_order_id.in_(numbers))
        .order_by(_LINE.c.id)
    )
    return _grouped(rows.mappings(), LineView)


def _events(numbers: Sequence[int]) -> Mapping[int, list[EventView]]:
    rows = db.session.execute(
        select(
            _EVENT.c.seller_order_id,
            _EVENT.c.axis,
            _EVENT.c.to_state,
            _EVENT.c.actor,
            _EVENT.c.reason,
            _EVENT.c.happened_at,
        )
        .where(_EVENT.c.seller_order_id.in_(numbers))
        .order_by(_EVENT.c.id)
    )
    return _grouped(rows.mappings(), EventView)


def _returns(numbers: Sequence[int]) -> Mapping[int, list[ReturnView]]:
    rows = db.session.execute(
        select(ReturnRequest.seller_order_id, ReturnRequest.id, ReturnRequest.state, ReturnRequest.asked_at)
        .where(ReturnRequest.seller_order_id.in_(numbers))
        .order_by(ReturnRequest.id)
    )
    return _grouped(rows.mappings(), ReturnView)


def _disputes(numbers: Sequence[int]) -> Mapping[int, list[DisputeView]]:
    rows = db.session.execute(
        select(
            Dispute.seller_order_id,
            Dispute.id,
            Dispute.cause,
            Dispute.opened_at,
            Dispute.deadline_at,
            Dispute.decision,
            Dispute.decided_at,
        )
        .where(Dispute.seller_order_id.in_(numbers))
        .order_by(Dispute.id)
    )
    return _grouped(rows.mappings(), DisputeView)


def _payments(order_id: int) -> tuple[PaymentView, ...]:
    table = Payment.__table__
    kept = [table.c[name] for name in PaymentView.__dataclass_fields__]
    rows = db.session.execute(select(*kept).where(table.c.order_id == order_id).order_by(table.c.id))
    return tuple(PaymentView(**row._mapping) for row in rows)


def _refunds(order_id: int) -> tuple[RefundView, ...]:
    table = Refund.__table__
    kept = [table.c[name] for name in RefundView.__dataclass_fields__]
    rows = db.session.execute(
        select(*kept)
        .join(Payment, Payment.id == table.c.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(table.c.id)
    )
    return tuple(RefundView(**row._mapping) for row in rows)


def _grouped(rows: Iterable[RowMapping], kind: type[View]) -> Mapping[int, list[View]]:
    grouped: defaultdict[int, list[View]] = defaultdict(list)
    for row in rows:
        grouped[row["seller_order_id"]].append(
            kind(**{name: value for name, value in row.items() if name != "seller_order_id"})
        )
    return grouped
