"""Baskets: what somebody means to buy. Nothing is held for a basket; prices and stock are read anew at every look."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import BigId, Variant
from core.db import Model, UtcDateTime
from orders.models.bundles import Bundle


class Cart(Model):
    """A basket. Without user_id it is a guest's, reached by the signed number in a cookie.

    province_code: today's province that fees are shown for. voucher_code: as typed, judged at every look. Its number
    is never used again, so that an old cookie leads nowhere.
    """

    __tablename__ = "cart"
    __table_args__ = (
        Index("ix_cart_created", "created_at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    province_code: Mapped[str | None] = mapped_column(String(2))
    voucher_code: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user: Mapped[User | None] = relationship()
    lines: Mapped[list["CartLine"]] = relationship(back_populates="cart", order_by="CartLine.id")


class CartLine(Model):
    """So many packs, or so many gift hampers, in a basket. is_kept: set aside for later, not bought now.

    seen_price_vnd: of one, when the person last put it in or agreed to it. changed_at: of the last change.
    """

    __tablename__ = "cart_line"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
        CheckConstraint("seen_price_vnd >= 0", name="seen_price_vnd"),
        CheckConstraint("(variant_id IS NULL) <> (bundle_id IS NULL)", name="one_thing"),
        UniqueConstraint("cart_id", "variant_id", name="uq_cart_line_variant"),
        UniqueConstraint("cart_id", "bundle_id", name="uq_cart_line_bundle"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundle.id"))
    quantity: Mapped[int]
    seen_price_vnd: Mapped[int] = mapped_column(BigInteger)
    is_kept: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cart: Mapped[Cart] = relationship(back_populates="lines")
    variant: Mapped[Variant | None] = relationship()
    bundle: Mapped[Bundle | None] = relationship()
