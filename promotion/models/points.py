"""Points of introduction and sale of OCOP products, stalls on other platforms, and sales that were made there."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, Product, one_of
from core.db import Model, UtcDateTime
from orders.models.delivery import PickupPoint


class PointKind(StrEnum):
    """What a point of sale is."""

    SHOP = "shop"
    CENTRE = "centre"
    MARKET = "market"
    STOP = "stop"


class SalesPoint(Model):
    """A point of introduction and sale. What is said of it is said by who runs it, unless a decision is named.

    address: house and street; province_code, commune_code: of today. latitude, longitude: as somebody typed them, both
    or none. hours: seven days, Monday first, see `opening_hours.kept`. keeper_id: the producer that may keep the list
    of goods. decision_number, decided_on, decided_by: of the recognition as an OCOP point; all null: not verified.
    pickup_point_id: where orders can be fetched, while that point is not withdrawn.
    """

    __tablename__ = "sales_point"
    __table_args__ = (
        CheckConstraint(one_of("kind", PointKind), name="kind"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both"),
        CheckConstraint("latitude BETWEEN 6 AND 24 AND longitude BETWEEN 101 AND 118", name="coordinates"),
        CheckConstraint(
            "(decision_number IS NULL) = (decided_on IS NULL) AND (decision_number IS NULL) = (decided_by IS NULL)",
            name="decision",
        ),
        Index("ix_sales_point_province", "province_code", "id"),
        Index("ix_sales_point_keeper", "keeper_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    run_by: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    province_code: Mapped[str] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    hours: Mapped[list[Any]] = mapped_column(JSON)
    holidays_note: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    decision_number: Mapped[str | None] = mapped_column(String(60))
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    pickup_point_id: Mapped[int | None] = mapped_column(ForeignKey("pickup_point.id"))
    goods_as_of_on: Mapped[date | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    keeper: Mapped[Producer | None] = relationship()
    pickup_point: Mapped[PickupPoint | None] = relationship()


class PointProduct(Model):
    """A product that a point holds, as of the day that its list was last gone through."""

    __tablename__ = "point_product"
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"), primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id"), primary_key=True, autoincrement=False, index=True
    )
    product: Mapped[Product] = relationship()


class Stall(Model):
    """A producer's stall on another platform. platform, address: see `stall_links`. ended_at: shown no more."""

    __tablename__ = "stall"
    __table_args__ = (Index("ix_stall_producer", "producer_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    platform: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(300))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SaleImport(Model):
    """A file of sales made elsewhere. digest: SHA-256 of the file; a file that was applied is never applied again.

    found: what was read of it, `sale_files.kept`: sales and faults, nothing of buyers; the file itself is not kept.
    applied_at: its packs left the stock then.
    """

    __tablename__ = "sale_import"
    __table_args__ = (
        CheckConstraint("(applied_at IS NULL) = (applied_by_id IS NULL)", name="applied"),
        UniqueConstraint("producer_id", "digest", name="uq_sale_import_digest"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    platform: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(120))
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SaleElsewhere(Model):
    """Packs of an order that another platform took. Only ever added; of each order and pack there is one."""

    __tablename__ = "sale_elsewhere"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("amount_vnd IS NULL OR amount_vnd >= 0", name="amount_vnd"),
        UniqueConstraint(
            "producer_id", "platform", "order_number", "variant_id", name="uq_sale_elsewhere_order"
        ),
        Index("ix_sale_elsewhere_import", "import_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("sale_import.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    platform: Mapped[str] = mapped_column(String(20))
    order_number: Mapped[str] = mapped_column(String(60))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    amount_vnd: Mapped[int | None] = mapped_column(BigInteger)
    sold_on: Mapped[date]
