"""Gift hampers: packs of one or several producers under one name, at a discount on the sum of their prices."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Producer, Variant
from core.db import Model, UtcDateTime


class Bundle(Model):
    """A gift hamper. producer_id: whose own goods it holds, and who bears the discount; null where the platform
    put it together of several producers' goods and bears the discount itself.

    Of discount_bp (hundredths of a percent) and discount_vnd (for one hamper) at most one is set. Not on sale before
    published_at, nor any more from ended_at on.
    """

    __tablename__ = "bundle"
    __table_args__ = (
        CheckConstraint("discount_bp BETWEEN 1 AND 9000", name="discount_bp"),
        CheckConstraint("discount_vnd > 0", name="discount_vnd"),
        CheckConstraint("discount_bp IS NULL OR discount_vnd IS NULL", name="one_discount"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
        Index("ix_bundle_producer", "producer_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    summary: Mapped[str | None] = mapped_column(String(500))
    summary_en: Mapped[str | None] = mapped_column(String(500))
    discount_bp: Mapped[int | None]
    discount_vnd: Mapped[int | None] = mapped_column(BigInteger)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer | None] = relationship()
    items: Mapped[list["BundleItem"]] = relationship(back_populates="bundle", order_by="BundleItem.position")


class BundleItem(Model):
    """So many packs of one kind in a hamper."""

    __tablename__ = "bundle_item"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity"),
        UniqueConstraint("bundle_id", "variant_id", name="uq_bundle_item_variant"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    quantity: Mapped[int]
    position: Mapped[int]
    bundle: Mapped[Bundle] = relationship(back_populates="items")
    variant: Mapped[Variant] = relationship()
