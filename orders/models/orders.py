"""Orders: one checkout of a buyer, split into one order per producer, and every move that these made.

What a line says of goods and prices is a copy of that moment. No star is copied: stars are computed when looked at.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, Variant, one_of
from core.db import Model, UtcDateTime
from orders.delivery_terms import DeliveryKind as DeliveryKind  # noqa: PLC0414 known here as well
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState, admitted_moves_sql


class PaymentMethod(StrEnum):
    """How the buyer pays. `fake`: a gateway for development, never in production.

    `cash`, `transfer`: handed over, or sent to the producer's own account, at a counter (`orders.models.slices`).
    """

    VIETQR = "vietqr"
    COD = "cod"
    STRIPE = "stripe"
    FAKE = "fake"
    CASH = "cash"
    TRANSFER = "transfer"


AT_COUNTER: Final = frozenset({PaymentMethod.CASH, PaymentMethod.TRANSFER})
"""Ways of paying by which the money is with the producer at once, never with the platform."""


class Order(Model):
    """One checkout. code: `orders.references`, printed and typed. checkout_key: of the form; sent twice, one order.

    phone: E.164. province_code, commune_code: places of today, with their names of that day; null where every parcel
    is picked up. invoice: name, tax_code, address, email of the firm to be invoiced, where asked for. terms: versions
    of what the buyer agreed to and declared («sale_terms», «age_18»), with instants. erased_at: personal columns were
    emptied («» or null) after their time; amounts stay.
    """

    __tablename__ = "shop_order"
    __table_args__ = (
        CheckConstraint(one_of("method", PaymentMethod), name="method"),
        CheckConstraint(
            "goods_vnd >= 0 AND shipping_vnd >= 0 AND discount_vnd >= 0 AND total_vnd >= 0", name="amounts"
        ),
        CheckConstraint("total_vnd = goods_vnd + shipping_vnd - discount_vnd", name="total"),
        Index("ix_shop_order_phone", "phone", "id"),
        Index("ix_shop_order_user", "user_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(11), unique=True)
    checkout_key: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    method: Mapped[str] = mapped_column(String(10))
    goods_vnd: Mapped[int] = mapped_column(BigInteger)
    shipping_vnd: Mapped[int] = mapped_column(BigInteger)
    discount_vnd: Mapped[int] = mapped_column(BigInteger)
    total_vnd: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    province_code: Mapped[str | None] = mapped_column(String(2))
    province: Mapped[str | None] = mapped_column(String(60))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    commune: Mapped[str | None] = mapped_column(String(60))
    street: Mapped[str | None] = mapped_column(String(200))
    landmark: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(500))
    invoice: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seller_orders: Mapped[list["SellerOrder"]] = relationship(
        back_populates="order", order_by="SellerOrder.id"
    )


class SellerOrder(Model):
    """The part of an order that one producer fulfils: a parcel with its own fee, promise and states.

    discount_vnd: of this part; discount_platform_vnd of it is borne by the platform, the rest by the producer.
    uncharged_vnd: of the total, what was taken off before it was paid, so that it is never asked for.
    promised_from_on, promised_to_on: Vietnam dates, both included. delivery: the option as quoted (carrier, service,
    point, handling), a copy. act_by_at: when the next timer of this order is due (see orders.operations.timers).
    """

    __tablename__ = "seller_order"
    __table_args__ = (
        CheckConstraint(one_of("lifecycle", Lifecycle), name="lifecycle"),
        CheckConstraint(one_of("payment", PaymentState), name="payment"),
        CheckConstraint(one_of("fulfilment", Fulfilment), name="fulfilment"),
        CheckConstraint(one_of("delivery_kind", DeliveryKind), name="delivery_kind"),
        CheckConstraint(
            "goods_vnd >= 0 AND shipping_vnd >= 0 AND discount_vnd >= 0 AND total_vnd >= 0", name="amounts"
        ),
        CheckConstraint("total_vnd = goods_vnd + shipping_vnd - discount_vnd", name="total"),
        CheckConstraint("discount_platform_vnd BETWEEN 0 AND discount_vnd", name="discount_platform"),
        CheckConstraint("promised_to_on >= promised_from_on", name="promised"),
        CheckConstraint("uncharged_vnd BETWEEN 0 AND total_vnd", name="uncharged_vnd"),
        # Nothing leaves the house unpaid, save what is paid at the door.
        CheckConstraint(
            "fulfilment IN ('unfulfilled', 'packed') OR payment NOT IN ('unpaid', 'pending', 'failed', 'expired')",
            name="paid_before_leaving",
        ),
        UniqueConstraint("order_id", "producer_id", name="uq_seller_order_producer"),
        Index("ix_seller_order_desk", "producer_id", "lifecycle", "fulfilment", "id"),
        Index("ix_seller_order_newest", "producer_id", "lifecycle", "id"),
        Index("ix_seller_order_act_by", "act_by_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    code: Mapped[str] = mapped_column(String(11), unique=True)
    lifecycle: Mapped[str] = mapped_column(String(20))
    payment: Mapped[str] = mapped_column(String(20))
    fulfilment: Mapped[str] = mapped_column(String(20))
    goods_vnd: Mapped[int] = mapped_column(BigInteger)
    shipping_vnd: Mapped[int] = mapped_column(BigInteger)
    discount_vnd: Mapped[int] = mapped_column(BigInteger)
    discount_platform_vnd: Mapped[int] = mapped_column(BigInteger)
    total_vnd: Mapped[int] = mapped_column(BigInteger)
    delivery_kind: Mapped[str] = mapped_column(String(20))
    delivery: Mapped[dict[str, Any]] = mapped_column(JSON)
    promised_from_on: Mapped[date]
    promised_to_on: Mapped[date]
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    act_by_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uncharged_vnd: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    order: Mapped[Order] = relationship(back_populates="seller_orders")
    producer: Mapped[Producer] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="seller_order", order_by="OrderLine.id")


class OrderLine(Model):
    """So many packs of one kind at one price. cancelled_quantity: of them never sent (refunded, or never charged).

    quantity: a basket takes 999 at most (orders.baskets); more come from agreements. goods_vnd: unit_price_vnd times
    quantity. discount_vnd: the line's share of the discounts. bundle: slug of the gift hamper the line came in, if
    any. name, pack: in the language of the order at that time, with English beside.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),
        CheckConstraint("cancelled_quantity BETWEEN 0 AND quantity", name="cancelled_quantity"),
        CheckConstraint("unit_price_vnd >= 0", name="unit_price_vnd"),
        CheckConstraint("goods_vnd = unit_price_vnd * quantity", name="goods_vnd"),
        CheckConstraint("discount_vnd BETWEEN 0 AND goods_vnd", name="discount_vnd"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    pack: Mapped[str]
    pack_en: Mapped[str | None]
    unit_price_vnd: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]
    cancelled_quantity: Mapped[int] = mapped_column(default=0)
    goods_vnd: Mapped[int] = mapped_column(BigInteger)
    discount_vnd: Mapped[int] = mapped_column(BigInteger)
    bundle: Mapped[str | None] = mapped_column(String(120))
    seller_order: Mapped[SellerOrder] = relationship(back_populates="lines")
    variant: Mapped[Variant] = relationship()


class OrderEvent(Model):
    """One move of one axis, only ever added. from_state: «» for the first. by_id: null for program or guest.

    actor: «buyer», «producer», «platform», «carrier», «bank», «processor» or «timer». reason: a word of the program
    («out_of_stock») or what a person gave as reason.
    """

    __tablename__ = "order_event"
    __table_args__ = (
        CheckConstraint(one_of("axis", Axis), name="axis"),
        CheckConstraint(admitted_moves_sql(), name="move"),
        Index("ix_order_event_order", "seller_order_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"))
    axis: Mapped[str] = mapped_column(String(12))
    from_state: Mapped[str] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
