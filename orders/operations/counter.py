"""Sold by the producer itself at a place of sale: an order like every other, made, paid and handed over in one step.

The seller's own key makes it exactly once. Money and goods changed hands before anybody asked us, so what can be judged
beforehand (prices, codes, recalls) is told by the caller and does not stop the sale. Only goods that nobody has are not
booked: that would make the stock false.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import db
from core.jobs.queue import enqueue_each
from orders.delivery_terms import DeliveryKind, DeliveryOption, Parcel
from orders.errors import CodeRefusedError
from orders.models.orders import AT_COUNTER, Order, OrderLine, PaymentMethod, SellerOrder
from orders.models.payments import Payment
from orders.models.slices import CounterSale, CounterWay
from orders.models.stock import HoldState, StockHold
from orders.operations.lots import take_from_lots
from orders.operations.packed_codes import ship_codes
from orders.operations.packing import bind_code
from orders.operations.payment import ask_for_new, record_payment
from orders.operations.slices import keep_for_parcel, sell_from_slice
from orders.operations.transitions import OrderActor, move, note_event
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.totals import split

_JOBS: Final = ("orders.alert_producers", "settlement.freeze_terms")
_AT_ONCE: Final = (Fulfilment.PACKED, Fulfilment.HANDED_OVER, Fulfilment.DELIVERED)
_SENT_WITHIN: Final = timedelta(days=14)
"""What is promised where no way of delivery is offered any more and the seller took the money all the same."""


@dataclass(frozen=True, slots=True)
class CounterLine:
    """quantity packs at a price each, as they were called. codes: of stamps that were scanned onto these packs."""

    variant_id: int
    quantity: int
    unit_price_vnd: int
    name: str
    name_en: str | None
    pack: str
    pack_en: str | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterBill:
    """What was sold. key: of the seller's device, once each. reference: the order's code, that the buyer was shown.

    place: of the slice. spot: what the order keeps of where that was («name», «address», «hours», «booth»). phone:
    E.164, or «» where the buyer told none. discount_vnd: of all lines together, borne by the producer.
    """

    key: str
    reference: str
    producer_id: int
    place: str
    spot: Mapping[str, str]
    method: PaymentMethod
    lines: tuple[CounterLine, ...]
    discount_vnd: int
    sold_at: datetime
    phone: str = ""
    language: str = "vi"

    @property
    def goods_vnd(self) -> int:
        return sum(line.unit_price_vnd * line.quantity for line in self.lines)

    @property
    def packs(self) -> dict[int, int]:
        """Packs by number of the variant: two lines of one pack are one number here."""
        packs: Counter[int] = Counter()
        for line in self.lines:
            packs[line.variant_id] += line.quantity
        return dict(packs)


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterParcel:
    """Where goods sold at a counter are sent, and for how much. to: name, phone, places with their names, street, note.

    option: the way of delivery as offered now, None if none is; parcel: what is known of its weight.
    """

    to: Mapping[str, str | None]
    fee_vnd: int
    parcel: Parcel
    option: DeliveryOption | None


def find_counter_sale(key: str) -> SellerOrder | None:
    """What the seller's key made before."""
    return db.session.scalar(
        select(SellerOrder)
        .join(Order, Order.id == SellerOrder.order_id)
        .join(CounterSale, CounterSale.seller_order_id == SellerOrder.id)
        .where(Order.checkout_key == key)
    )


def sell_over_counter(
    bill: CounterBill, *, by: Actor | None, now: datetime
) -> tuple[SellerOrder, dict[str, str]]:
    """Book a sale: paid to the producer, goods from the slice, taken along. With it, why codes were not bound.

    by: who sold. Raises SliceShortError (left); then the caller's transaction must not be kept. The caller has looked
    for the key (`find_counter_sale`), and holds the place for itself.
    """
    part = _insert(bill, None, by, now)
    sell_from_slice(bill.place, bill.packs, subject=f"order:{part.code}", by=by, now=now)
    _hold(part, HoldState.SHIPPED, now)
    _pay(part, by, now)
    move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, by=by, now=now)
    refused = _bind(part, bill, by, now)
    for step in _AT_ONCE:
        move(part, Axis.FULFILMENT, step, actor=OrderActor.PRODUCER, by=by, now=now)
    ship_codes(part, now=now)
    move(part, Axis.LIFECYCLE, Lifecycle.COMPLETED, actor=OrderActor.PRODUCER, by=by, now=now)
    return part, refused


def sell_to_be_sent(
    bill: CounterBill, parcel: CounterParcel, *, by: Actor | None, now: datetime
) -> SellerOrder:
    """Book goods that were sold at a counter and are sent home: an order that is packed and sent like all others.

    Paid to the producer at once, or to whoever brings the parcel. Its goods lie in the shop again, reserved. Raises
    SliceShortError (left); then the caller's transaction must not be kept.
    """
    part = _insert(bill, parcel, by, now)
    keep_for_parcel(bill.place, bill.packs, subject=f"order:{part.code}", by=by, now=now)
    _hold(part, HoldState.COMMITTED, now)
    _pay(part, by, now)
    move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, by=by, now=now)
    return part


def _insert(bill: CounterBill, parcel: CounterParcel | None, by: Actor | None, now: datetime) -> SellerOrder:
    fee_vnd = parcel.fee_vnd if parcel else 0
    sums = {
        "goods_vnd": bill.goods_vnd,
        "shipping_vnd": fee_vnd,
        "discount_vnd": bill.discount_vnd,
        "total_vnd": bill.goods_vnd + fee_vnd - bill.discount_vnd,
    }
    part = SellerOrder(
        producer_id=bill.producer_id,
        code=bill.reference,
        lifecycle=Lifecycle.PLACED.value,
        payment=_first_payment(bill.method, sums["total_vnd"]).value,
        fulfilment=Fulfilment.UNFULFILLED.value,
        discount_platform_vnd=0,
        uncharged_vnd=0,
        placed_at=bill.sold_at,
        lines=_lines(bill),
        **_delivery(bill, parcel),
        **sums,
    )
    order = Order(
        code=bill.reference,
        checkout_key=bill.key,
        method=bill.method.value,
        language=bill.language,
        terms={
            "counter": {"at": bill.sold_at.isoformat(timespec="seconds"), "told_by_message": bool(bill.phone)}
        },
        placed_at=bill.sold_at,
        seller_orders=[part],
        **(dict(parcel.to) if parcel else {"name": "", "phone": bill.phone}),
        **sums,
    )
    db.session.add(order)
    db.session.flush()
    for axis in (Axis.LIFECYCLE, Axis.PAYMENT, Axis.FULFILMENT):
        state = getattr(part, axis.value)
        note_event(part.id, axis, "", state, actor=OrderActor.PRODUCER, by=by, now=now)
    way = CounterWay.SENT if parcel else CounterWay.TAKEN
    sale = {
        "place": bill.place,
        "way": way.value,
        "sold_at": bill.sold_at,
        "by_id": by.user_id if by else None,
    }
    db.session.execute(insert(CounterSale), {"seller_order_id": part.id, **sale})
    enqueue_each(_JOBS, key=str(order.id), now=now, order_id=order.id)
    return part


def _first_payment(method: PaymentMethod, total_vnd: int) -> PaymentState:
    if not total_vnd:
        return PaymentState.UNPAID
    return PaymentState.PENDING if method in AT_COUNTER else PaymentState.COD_DUE


def _lines(bill: CounterBill) -> list[OrderLine]:
    worth = [line.unit_price_vnd * line.quantity for line in bill.lines]
    shares = split(bill.discount_vnd, worth) if bill.discount_vnd else (0,) * len(worth)
    return [
        OrderLine(
            variant_id=line.variant_id,
            name=line.name,
            name_en=line.name_en,
            pack=line.pack,
            pack_en=line.pack_en,
            unit_price_vnd=line.unit_price_vnd,
            quantity=line.quantity,
            cancelled_quantity=0,
            goods_vnd=goods_vnd,
            discount_vnd=share,
        )
        for line, goods_vnd, share in zip(bill.lines, worth, shares, strict=True)
    ]


def _delivery(bill: CounterBill, parcel: CounterParcel | None) -> dict[str, Any]:
    sold_on = vietnam_date(bill.sold_at)
    if parcel is None:
        kind = DeliveryKind.PICKUP_FAIR.value
        kept: dict[str, Any] = {"key": bill.place, "kind": kind, "carrier": None, "fee_vnd": 0}
        facts = {"facts": dict(bill.spot)}
        return {
            "delivery_kind": kind,
            "delivery": kept | facts,
            "promised_from_on": sold_on,
            "promised_to_on": sold_on,
        }
    option = parcel.option or DeliveryOption(
        key="carrier:manual:standard",
        kind=DeliveryKind.CARRIER,
        carrier="manual",
        fee_vnd=parcel.fee_vnd,
        from_on=sold_on,
        to_on=sold_on + _SENT_WITHIN,
        facts={"service": "standard"},
    )
    return {
        "delivery_kind": option.kind.value,
        "delivery": option.as_copy(parcel.parcel) | {"fee_vnd": parcel.fee_vnd},
        "promised_from_on": option.from_on,
        "promised_to_on": option.to_on,
    }


def _hold(part: SellerOrder, state: HoldState, now: datetime) -> None:
    """Write down what the order holds; where the packs are, the slice has said already."""
    db.session.execute(
        insert(StockHold),
        [
            {
                "line_id": line.id,
                "seller_order_id": part.id,
                "variant_id": line.variant_id,
                "quantity": line.quantity,
                "state": state.value,
                "expires_at": None,
                "changed_at": now,
            }
            for line in part.lines
        ],
    )
    take_from_lots({line.id: line.quantity for line in part.lines})


def _pay(part: SellerOrder, by: Actor | None, now: datetime) -> None:
    """Ask for the money; what was handed over at the counter is there already."""
    ask_for_new(part.order, expires_at=None, now=now)
    if part.order.method not in AT_COUNTER:
        return
    payment = db.session.scalar(select(Payment).where(Payment.seller_order_id == part.id))
    if payment is not None:
        source = OrderActor.PRODUCER
        record_payment(payment, payment.amount_vnd, source=source, key="counter", by=by, now=now)


def _bind(part: SellerOrder, bill: CounterBill, by: Actor | None, now: datetime) -> dict[str, str]:
    """Bind the scanned codes; those that cannot be, with a word why: the pack is gone all the same."""
    refused: dict[str, str] = {}
    for code in dict.fromkeys(code for line in bill.lines for code in line.codes):
        if by is None:
            refused[code] = "unknown"
            continue
        try:
            bind_code(part, code, by=by, now=now)
        except CodeRefusedError as error:
            refused[code] = str(error.facts["reason"])
    return refused
