"""One order as its producer sees it: everything needed to send it, and no more of the buyer than that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from accounts.models import User
from core.db import db
from orders.errors import OrderNotFoundError
from orders.models.orders import Order, OrderEvent, OrderLine, SellerOrder
from orders.models.payments import Refund
from orders.models.shipments import Shipment
from orders.models.stock import LineLot
from orders.queries.parcel_recalls import open_recalls_in
from orders.states import Fulfilment, Lifecycle, PaymentState
from orders.timer_terms import WORKABLE_PAYMENTS
from traceability.models import Lot
from traceability.queries.recalls import lot_is_recalled

PHONE_END: Final = 3
"""Last digits of a telephone number that stay readable once the goods are there. Source: commerce 3.8."""

_SELLER, _ORDER, _LINE = SellerOrder.__table__.c, Order.__table__.c, OrderLine.__table__.c
_EVENT, _SHIPMENT, _REFUND = OrderEvent.__table__.c, Shipment.__table__.c, Refund.__table__.c
_FROM, _LOT = LineLot.__table__.c, Lot.__table__.c
_OVER: Final = frozenset({Lifecycle.COMPLETED, Lifecycle.CANCELLED, Lifecycle.RESOLVED})
_ARRIVED: Final = frozenset({Fulfilment.DELIVERED, Fulfilment.RETURNED})
_IN_HOUSE: Final = frozenset({Fulfilment.UNFULFILLED, Fulfilment.PACKED})

_HEAD: Final = (
    select(
        *SellerOrder.__table__.columns,
        _ORDER.code.label("order_code"),
        _ORDER.method,
        _ORDER.name,
        _ORDER.phone,
        _ORDER.commune,
        _ORDER.province,
        _ORDER.street,
        _ORDER.landmark,
        _ORDER.note,
        _ORDER.invoice,
        _SHIPMENT.carrier,
        _SHIPMENT.tracking_number,
    )
    .join(Order.__table__, _ORDER.id == _SELLER.order_id)
    .outerjoin(Shipment.__table__, _SHIPMENT.seller_order_id == _SELLER.id)
    .where(_SELLER.producer_id == bindparam("producer_id"), _SELLER.code == bindparam("code"))
)
_LINES: Final = (
    select(
        *OrderLine.__table__.columns,
        _FROM.quantity.label("lot_packs"),
        _LOT.code.label("lot_code"),
        _LOT.expires_on,
        lot_is_recalled(_LOT.id, _LOT.product_id).label("is_recalled"),
    )
    .outerjoin(LineLot.__table__, (_FROM.line_id == _LINE.id) & (_FROM.quantity > 0))
    .outerjoin(Lot.__table__, _LOT.id == _FROM.lot_id)
    .where(_LINE.seller_order_id == bindparam("seller_order_id"))
    .order_by(_LINE.id, _LOT.expires_on, _LOT.id)
)
_EVENTS: Final = (
    select(
        _EVENT.axis,
        _EVENT.from_state,
        _EVENT.to_state,
        _EVENT.actor,
        _EVENT.reason,
        _EVENT.happened_at,
        User.__table__.c.name,
    )
    .outerjoin(User.__table__, User.__table__.c.id == _EVENT.by_id)
    .where(_EVENT.seller_order_id == bindparam("seller_order_id"), _EVENT.from_state != "")
    .order_by(_EVENT.id)
)
_REFUNDS: Final = (
    select(_REFUND.amount_vnd, _REFUND.state, _REFUND.requested_at)
    .where(_REFUND.seller_order_id == bindparam("seller_order_id"))
    .order_by(_REFUND.id)
)


@dataclass(frozen=True, slots=True)
class DeskLot:
    """From which lot so many packs of a line come."""

    code: str
    quantity: int
    expires_on: date | None
    is_recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """A line. left_quantity: packs to be sent."""

    id: int
    name: str
    pack: str
    quantity: int
    cancelled_quantity: int
    unit_price_vnd: int
    discount_vnd: int
    lots: tuple[DeskLot, ...]

    @property
    def left_quantity(self) -> int:
        return self.quantity - self.cancelled_quantity


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """A move of the order. by_name: of the person, None for a guest or the program."""

    axis: str
    from_state: str
    to_state: str
    actor: str
    reason: str | None
    happened_at: datetime
    by_name: str | None


@dataclass(frozen=True, slots=True)
class DeskRefund:
    """Money on its way back to the buyer."""

    amount_vnd: int
    state: str
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOrder:
    """An order at the desk. phone, street, landmark, note: None once the goods are there; phone_end stays.

    due_vnd: what the buyer pays for this part; what is collected at the door is that, or nothing.
    is_recalled: goods in it are being recalled.
    """

    id: int
    code: str
    order_code: str
    lifecycle: str
    payment: str
    fulfilment: str
    method: str
    name: str
    phone: str | None
    phone_end: str
    street: str | None
    landmark: str | None
    commune: str | None
    province: str | None
    note: str | None
    invoice: Mapping[str, Any] | None
    delivery_kind: str
    delivery: Mapping[str, Any]
    promised_from_on: date
    promised_to_on: date
    goods_vnd: int
    shipping_vnd: int
    discount_vnd: int
    uncharged_vnd: int
    due_vnd: int
    placed_at: datetime
    act_by_at: datetime | None
    carrier: str | None
    tracking_number: str | None
    lines: tuple[DeskLine, ...]
    events: tuple[DeskEvent, ...]
    refunds: tuple[DeskRefund, ...]
    is_recalled: bool

    @property
    def is_workable(self) -> bool:
        """Whether the producer may set to work."""
        return self.payment in WORKABLE_PAYMENTS

    @property
    def is_in_house(self) -> bool:
        return self.fulfilment in _IN_HOUSE

    @property
    def may_be_cut(self) -> bool:
        """Whether lines can still be taken out, and the whole order cancelled."""
        return self.lifecycle in (Lifecycle.PLACED, Lifecycle.CONFIRMED) and self.is_in_house

    @property
    def cash_vnd(self) -> int:
        """What is to be collected at the door, 0 if nothing (more) is."""
        return self.due_vnd if self.payment == PaymentState.COD_DUE else 0


def get_own_order(producer_id: int, code: str) -> SellerOrder:
    """The row of an order of that producer. Raises OrderNotFoundError, also for one of somebody else."""
    own = select(SellerOrder).where(SellerOrder.producer_id == producer_id, SellerOrder.code == code)
    part = db.session.scalar(own)
    if part is None:
        raise OrderNotFoundError(code=code)
    return part


def get_desk_order(producer_id: int, code: str) -> DeskOrder:
    """An order of that producer with all that its page says. Five statements. Raises OrderNotFoundError."""
    head: Any = db.session.execute(_HEAD, {"producer_id": producer_id, "code": code}).first()
    if head is None:
        raise OrderNotFoundError(code=code)
    given = {"seller_order_id": head.id}
    is_private = head.lifecycle in _OVER or head.fulfilment in _ARRIVED
    return DeskOrder(
        id=head.id,
        code=head.code,
        order_code=head.order_code,
        lifecycle=head.lifecycle,
        payment=head.payment,
        fulfilment=head.fulfilment,
        method=head.method,
        name=head.name,
        phone=None if is_private else head.phone,
        phone_end=head.phone[-PHONE_END:],
        street=None if is_private else head.street,
        landmark=None if is_private else head.landmark,
        commune=head.commune,
        province=head.province,
        note=None if is_private else head.note,
        invoice=head.invoice,
        delivery_kind=head.delivery_kind,
        delivery=head.delivery,
        promised_from_on=head.promised_from_on,
        promised_to_on=head.promised_to_on,
        goods_vnd=head.goods_vnd,
        shipping_vnd=head.shipping_vnd,
        discount_vnd=head.discount_vnd,
        uncharged_vnd=head.uncharged_vnd,
        due_vnd=head.total_vnd - head.uncharged_vnd,
        placed_at=head.placed_at,
        act_by_at=head.act_by_at,
        carrier=head.carrier,
        tracking_number=head.tracking_number,
        lines=_lines(db.session.execute(_LINES, given)),
        events=tuple(DeskEvent(*row) for row in db.session.execute(_EVENTS, given)),
        refunds=tuple(DeskRefund(*row) for row in db.session.execute(_REFUNDS, given)),
        is_recalled=bool(open_recalls_in(head.id)),
    )


def _lines(rows: Any) -> tuple[DeskLine, ...]:
    lots: dict[int, list[DeskLot]] = {}
    firsts: dict[int, Any] = {}
    for row in rows:
        firsts.setdefault(row.id, row)
        own = lots.setdefault(row.id, [])
        if row.lot_code is not None:
            own.append(DeskLot(row.lot_code, row.lot_packs, row.expires_on, bool(row.is_recalled)))
    return tuple(
        DeskLine(
            id=row.id,
            name=row.name,
            pack=row.pack,
            quantity=row.quantity,
            cancelled_quantity=row.cancelled_quantity,
            unit_price_vnd=row.unit_price_vnd,
            discount_vnd=row.discount_vnd,
            lots=tuple(lots[row.id]),
        )
        for row in firsts.values()
    )
