"""An order as its buyer and the platform see it: parcels with their steps, money, and what can be done by when.

Eight small statements, whatever the order holds; no object of the ORM is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, func, select

from catalog.models import Producer, Product, Variant
from core.db import db
from core.prepared import Prepared
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
_PRODUCER, _SHIPMENT = Producer.__table__.c, Shipment.__table__.c
_BACK, _BACK_LINE, _DISPUTE = ReturnRequest.__table__.c, ReturnLine.__table__.c, Dispute.__table__.c
_PAYMENT, _REFUND = Payment.__table__.c, Refund.__table__.c
_REVIEW, _HANDLING = Review.__table__.c, ProductHandling.__table__.c
_NOT_BACK: Final = (ReturnState.REFUSED.value, ReturnState.WITHDRAWN.value)
_KEPT_OF_ORDER: Final = [column for column in _ORDER.c if column.name in OrderPage.__dataclass_fields__]
# Put together once, over plain columns: the page is read after every checkout, and by every waiting buyer since.
_THE_ORDER: Final = Prepared(select(*_KEPT_OF_ORDER).where(_ORDER.c.id == bindparam("of_order")))
_OF_PARTS: Final = select(_PART.c.id).where(_PART.c.order_id == bindparam("of_order"))
_PARTS: Final = Prepared(
    select(
        *(column for column in _PART.c if column.name in ParcelView.__dataclass_fields__),
        _PRODUCER.name.label("producer_name"),
        _PRODUCER.slug.label("producer_slug"),
        _PRODUCER.phone.label("producer_phone"),
        _PRODUCER.tax_code.label("producer_tax_code"),
        _SHIPMENT.carrier,
        _SHIPMENT.tracking_number,
    )
    .select_from(_PART)
    .join(Producer.__table__, _PRODUCER.id == _PART.c.producer_id)
    .outerjoin(Shipment.__table__, _SHIPMENT.seller_order_id == _PART.c.id)
    .where(_PART.c.order_id == bindparam("of_order"))
    .order_by(_PART.c.id)
)
_RETURNED: Final = (
    select(func.coalesce(func.sum(_BACK_LINE.quantity), 0))
    .select_from(ReturnLine.__table__)
    .join(ReturnRequest.__table__, _BACK.id == _BACK_LINE.return_id)
    .where(_BACK_LINE.line_id == _LINE.c.id, _BACK.state.not_in(_NOT_BACK))
    .scalar_subquery()
)
_LINES: Final = Prepared(
    select(
        _LINE.c.seller_order_id,
        *(column for column in _LINE.c if column.name in LineView.__dataclass_fields__),
        Product.__table__.c.slug,
        _RETURNED.label("returned_quantity"),
        func.coalesce(_HANDLING.is_chilled | _HANDLING.max_transit_days.is_not(None), False).label(
            "is_perishable"
        ),
        _REVIEW.id.label("review_id"),
    )
    .select_from(_LINE)
    .join(Variant.__table__, Variant.__table__.c.id == _LINE.c.variant_id)
    .join(Product.__table__, Product.__table__.c.id == Variant.__table__.c.product_id)
    .outerjoin(ProductHandling.__table__, _HANDLING.product_id == Product.__table__.c.id)
    .outerjoin(Review.__table__, _REVIEW.line_id == _LINE.c.id)
    .where(_LINE.c.seller_order_id.in_(_OF_PARTS))
    .order_by(_LINE.c.id)
)
_EVENTS: Final = Prepared(
    select(_EVENT.c.seller_order_id, *(_EVENT.c[name] for name in EventView.__dataclass_fields__))
    .where(_EVENT.c.seller_order_id.in_(_OF_PARTS))
    .order_by(_EVENT.c.id)
)
_RETURNS: Final = Prepared(
    select(_BACK.seller_order_id, *(_BACK[name] for name in ReturnView.__dataclass_fields__))
    .where(_BACK.seller_order_id.in_(_OF_PARTS))
    .order_by(_BACK.id)
)
_DISPUTES: Final = Prepared(
    select(_DISPUTE.seller_order_id, *(_DISPUTE[name] for name in DisputeView.__dataclass_fields__))
    .where(_DISPUTE.seller_order_id.in_(_OF_PARTS))
    .order_by(_DISPUTE.id)
)
_PAYMENTS: Final = Prepared(
    select(*(_PAYMENT[name] for name in PaymentView.__dataclass_fields__))
    .where(_PAYMENT.order_id == bindparam("of_order"))
    .order_by(_PAYMENT.id)
)
_REFUNDS: Final = Prepared(
    select(*(_REFUND[name] for name in RefundView.__dataclass_fields__))
    .select_from(Refund.__table__)
    .join(Payment.__table__, _PAYMENT.id == _REFUND.payment_id)
    .where(_PAYMENT.order_id == bindparam("of_order"))
    .order_by(_REFUND.id)
)


def get_order_page(order_id: int) -> OrderPage:
    """The order of this number. Raises OrderNotFoundError."""
    of_order = {"of_order": order_id}
    row = _THE_ORDER.first(of_order)
    if row is None:
        raise OrderNotFoundError(order_id=order_id)
    return OrderPage(
        **row._asdict(),
        parcels=_parcels(of_order),
        payments=tuple(PaymentView(*each) for each in _PAYMENTS.all(of_order)),
        refunds=tuple(RefundView(*each) for each in _REFUNDS.all(of_order)),
    )


def find_order_id(code: str, phone: str) -> int | None:
    """The order of this code, if the telephone number («+84912345678») is its buyer's."""
    known = select(Order.id).where(Order.code == code, Order.phone == phone, Order.erased_at.is_(None))
    return db.session.scalar(known)


def _parcels(of_order: Mapping[str, int]) -> tuple[ParcelView, ...]:
    lines: defaultdict[int, list[LineView]] = defaultdict(list)
    for line in _LINES.all(of_order):
        facts = line._asdict()
        lines[facts.pop("seller_order_id")].append(LineView(**facts))
    events = _grouped(_EVENTS.all(of_order), EventView)
    returns = _grouped(_RETURNS.all(of_order), ReturnView)
    disputes = _grouped(_DISPUTES.all(of_order), DisputeView)
    return tuple(
        ParcelView(
            **row._asdict(),
            lines=tuple(lines[row.id]),
            events=tuple(events[row.id]),
            returns=tuple(returns[row.id]),
            disputes=tuple(disputes[row.id]),
        )
        for row in _PARTS.all(of_order)
    )


def _grouped(rows: Iterable[Sequence[Any]], kind: type[View]) -> Mapping[int, list[View]]:
    """By the number of the part, which stands first in each row; the rest are the fields of `kind` in order."""
    grouped: defaultdict[int, list[View]] = defaultdict(list)
    for number, *facts in rows:
        grouped[number].append(kind(*facts))
    return grouped
