"""How goods are delivered: fees, what each producer offers, points of collection, and what goods need on the way.

Tables of fees are never edited: a new one takes the place of the one before, so that what was quoted on a day can be
told for ever.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.delivery_terms import DeliveryKind, OwnScope, Zone


class RateTable(Model):
    """Fees that count from a day on: the platform's (no producer) or a producer's own. Only ever added.

    Of those valid on a day the one that begins last counts, and of those the one recorded last. A producer's table
    without rows says that the platform's fees count for it again. digest: SHA-256 of its rows in canonical text, by
    which a process knows fees that it has read. is_demonstration: invented figures that the operator has not set.
    """

    __tablename__ = "rate_table"
    __table_args__ = (
        CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="dates"),
        Index("ix_rate_table_valid", "producer_id", "valid_from_on", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rates: Mapped[list["DeliveryRate"]] = relationship(back_populates="table", order_by="DeliveryRate.id")


class DeliveryRate(Model):
    """The fee of a carrier's service in a zone for parcels of up to so many grams. Only ever added.

    carrier: «manual», or the code of an adapter. fragile_fee_vnd: on top for fragile goods; null: takes none.
    days_from, days_to: on the way, after handing over.
    """

    __tablename__ = "delivery_rate"
    __table_args__ = (
        CheckConstraint(one_of("zone", Zone), name="zone"),
        CheckConstraint("up_to_g > 0", name="up_to_g"),
        CheckConstraint("fee_vnd >= 0 AND (fragile_fee_vnd IS NULL OR fragile_fee_vnd >= 0)", name="fees"),
        CheckConstraint("days_from >= 0 AND days_to >= days_from AND days_to <= 60", name="days"),
        UniqueConstraint("table_id", "carrier", "service", "zone", "up_to_g", name="uq_delivery_rate_step"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("rate_table.id"))
    carrier: Mapped[str] = mapped_column(String(20))
    service: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(20))
    up_to_g: Mapped[int]
    fee_vnd: Mapped[int] = mapped_column(BigInteger)
    fragile_fee_vnd: Mapped[int | None] = mapped_column(BigInteger)
    days_from: Mapped[int]
    days_to: Mapped[int]
    is_cold: Mapped[bool] = mapped_column(default=False)
    table: Mapped[RateTable] = relationship(back_populates="rates")


class DeliveryTerms(Model):
    """What a producer offers. A producer without a row offers what the defaults of `SenderTerms` say.

    pickup_hours: null if buyers cannot come. minimum_vnd: goods of less are not sent.
    """

    __tablename__ = "delivery_terms"
    __table_args__ = (
        CheckConstraint("handover_days BETWEEN 0 AND 30", name="handover_days"),
        CheckConstraint("length(send_weekdays) BETWEEN 1 AND 7", name="send_weekdays"),
        CheckConstraint(one_of("own_scope", OwnScope), name="own_scope"),
        CheckConstraint("own_fee_vnd >= 0 AND minimum_vnd >= 0", name="amounts"),
        CheckConstraint("own_days BETWEEN 0 AND 30", name="own_days"),
    )
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True, autoincrement=False)
    handover_days: Mapped[int] = mapped_column(default=2)
    send_weekdays: Mapped[str] = mapped_column(String(7), default="123456")
    sends_by_carrier: Mapped[bool] = mapped_column(default=True)
    free_from_vnd: Mapped[int | None] = mapped_column(BigInteger)
    own_scope: Mapped[str] = mapped_column(String(10), default="none")
    own_fee_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    own_free_from_vnd: Mapped[int | None] = mapped_column(BigInteger)
    own_days: Mapped[int] = mapped_column(default=1)
    pickup_hours: Mapped[str | None] = mapped_column(String(200))
    minimum_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PickupPoint(Model):
    """A place where goods of several producers lie ready, or a fair. One that is withdrawn is offered no more.

    kind: `pickup_point` or `pickup_fair`. from_on, until_on: when it is open; null: always. run_by: who answers there.
    is_by_invitation: whether only producers bring goods there whom those who run it have taken in.
    """

    __tablename__ = "pickup_point"
    __table_args__ = (
        CheckConstraint("kind IN ('pickup_point', 'pickup_fair')", name="kind"),
        CheckConstraint("from_on IS NULL OR until_on IS NULL OR until_on >= from_on", name="dates"),
        CheckConstraint("fee_vnd >= 0", name="fee_vnd"),
        Index("ix_pickup_point_province", "province_code", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default=DeliveryKind.PICKUP_POINT.value)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    province_code: Mapped[str] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    hours: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    run_by: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    fee_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    is_by_invitation: Mapped[bool] = mapped_column(default=False, server_default=false())
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProducerPoint(Model):
    """A producer brings goods to a point. days: after handing over until they lie there."""

    __tablename__ = "producer_point"
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 30", name="days"),)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True, autoincrement=False)
    point_id: Mapped[int] = mapped_column(
        ForeignKey("pickup_point.id"), primary_key=True, autoincrement=False, index=True
    )
    days: Mapped[int] = mapped_column(default=1)


class ProductHandling(Model):
    """What a product needs on the way. A product without a row needs nothing.

    packaging_g: what a pack weighs beyond its net quantity; null: not told. max_transit_days: longer it keeps not.
    """

    __tablename__ = "product_handling"
    __table_args__ = (
        CheckConstraint("packaging_g IS NULL OR packaging_g BETWEEN 0 AND 100000", name="packaging_g"),
        CheckConstraint("max_transit_days IS NULL OR max_transit_days BETWEEN 0 AND 60", name="transit_days"),
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    packaging_g: Mapped[int | None]
    is_fragile: Mapped[bool] = mapped_column(default=False)
    is_chilled: Mapped[bool] = mapped_column(default=False)
    max_transit_days: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PackWeight(Model):
    """What a pack weighs as it is sent, where its producer has weighed it."""

    __tablename__ = "pack_weight"
    __table_args__ = (CheckConstraint("weight_g BETWEEN 1 AND 1000000", name="weight_g"),)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True, autoincrement=False)
    weight_g: Mapped[int]
