"""Orders as pages show them: plain values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orders.errors import OrderNotFoundError
from orders.return_rules import RETURN_WITHIN
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line. left_quantity: packs that were sent and that nobody asked back. review_id: of its review, if any."""

    id: int
    name: str
    name_en: str | None
    pack: str
    pack_en: str | None
    slug: str
    unit_price_vnd: int
    quantity: int
    cancelled_quantity: int
    returned_quantity: int
    goods_vnd: int
    discount_vnd: int
    is_perishable: bool
    review_id: int | None

    @property
    def kept_quantity(self) -> int:
        return self.quantity - self.cancelled_quantity

    @property
    def left_quantity(self) -> int:
        return self.kept_quantity - self.returned_quantity


@dataclass(frozen=True, slots=True)
class EventView:
    """One move of one axis."""

    axis: str
    to_state: str
    actor: str
    reason: str | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return in a line of the order's page."""

    id: int
    state: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute. decided_at: null while it is open."""

    id: int
    cause: str
    opened_at: datetime
    deadline_at: datetime
    decision: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back."""

    id: int
    seller_order_id: int | None
    amount_vnd: int
    cause: str
    state: str
    requested_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One asking for money."""

    id: int
    seller_order_id: int | None
    method: str
    amount_vnd: int
    received_vnd: int
    state: str
    expires_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelView:
    """One producer's part, with its events in the order in which they happened."""

    id: int
    code: str
    producer_id: int
    producer_name: str
    producer_slug: str
    producer_phone: str | None
    producer_tax_code: str | None
    lifecycle: str
    payment: str
    fulfilment: str
    goods_vnd: int
    shipping_vnd: int
    discount_vnd: int
    total_vnd: int
    uncharged_vnd: int
    delivery_kind: str
    delivery: Mapping[str, Any]
    promised_from_on: date
    promised_to_on: date
    act_by_at: datetime | None
    lines: tuple[LineView, ...]
    events: tuple[EventView, ...]
    carrier: str | None
    tracking_number: str | None
    returns: tuple[ReturnView, ...]
    disputes: tuple[DisputeView, ...]

    def reached_at(self, axis: Axis, state: str) -> datetime | None:
        """When the part came (last) into a state, None if it never did."""
        times = [each.happened_at for each in self.events if (each.axis, each.to_state) == (axis, state)]
        return times[-1] if times else None

    @property
    def delivered_at(self) -> datetime | None:
        return self.reached_at(Axis.FULFILMENT, Fulfilment.DELIVERED)

    @property
    def return_until_at(self) -> datetime | None:
        delivered_at = self.delivered_at
        return delivered_at + RETURN_WITHIN if delivered_at else None

    @property
    def cancel_reason(self) -> str | None:
        moved = [each for each in self.events if each.to_state == Lifecycle.CANCELLED]
        return moved[-1].reason if moved else None

    @property
    def open_dispute(self) -> DisputeView | None:
        return next((each for each in self.disputes if each.decided_at is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One checkout. The personal fields are empty once they were erased."""

    id: int
    code: str
    user_id: int | None
    method: str
    goods_vnd: int
    shipping_vnd: int
    discount_vnd: int
    total_vnd: int
    name: str
    phone: str
    email: str | None
    language: str
    province: str | None
    commune: str | None
    street: str | None
    landmark: str | None
    note: str | None
    invoice: Mapping[str, Any] | None
    placed_at: datetime
    erased_at: datetime | None
    parcels: tuple[ParcelView, ...]
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]

    @property
    def awaits_money(self) -> bool:
        """Whether the buyer can pay now."""
        return any(each.payment in (PaymentState.PENDING, PaymentState.FAILED) for each in self.parcels)

    @property
    def paid_at(self) -> datetime | None:
        times = [each.settled_at for each in self.payments if each.state == "paid" and each.settled_at]
        return max(times) if times else None

    def parcel(self, parcel_id: int) -> ParcelView:
        """One of its parts. Raises OrderNotFoundError."""
        found = next((each for each in self.parcels if each.id == parcel_id), None)
        if found is None:
            raise OrderNotFoundError(parcel_id=parcel_id)
        return found
