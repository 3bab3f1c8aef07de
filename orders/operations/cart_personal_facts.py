"""What baskets hold about a person, and for how long (`core.personal_data`)."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, select

from catalog.models import Product, Variant
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, kept_for, personal_data
from orders.models.bundles import Bundle
from orders.models.cart import Cart, CartLine
from orders.operations.cart import delete_carts

GUESTS_KEPT: Final = timedelta(days=60)
"""An idle basket of a guest (docs/limits.md). That of a person with an account stays as long as the account."""


@personal_data("orders.basket", _("What is in your basket"))
class Baskets(NoFiles):
    def export(self, user_id: int) -> Any:
        lines = (
            select(
                Product.name,
                Product.slug,
                Variant.label,
                Bundle.name.label("bundle"),
                CartLine.quantity,
                CartLine.is_kept,
            )
            .select_from(CartLine)
            .join(Cart, Cart.id == CartLine.cart_id)
            .outerjoin(Variant, Variant.id == CartLine.variant_id)
            .outerjoin(Product, Product.id == Variant.product_id)
            .outerjoin(Bundle, Bundle.id == CartLine.bundle_id)
            .where(Cart.user_id == user_id)
            .order_by(CartLine.id)
        )
        return [
            {
                "name": row.bundle or row.name,
                "pack": row.label,
                "address": f"/products/{row.slug}" if row.slug else None,
                "quantity": row.quantity,
                "for_later": row.is_kept,
            }
            for row in db.session.execute(lines)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        delete_carts(list(db.session.scalars(select(Cart.id).where(Cart.user_id == user_id))))


@kept_for("orders.guest_baskets", GUESTS_KEPT)
class OldBaskets:
    """Guests' baskets in which nothing changed for so long."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count()).select_from(Cart).where(_is_idle(before))) or 0

    def delete_older(self, before: datetime) -> int:
        idle = select(Cart.id).where(_is_idle(before))
        as_is = {"synchronize_session": False}
        db.session.execute(delete(CartLine).where(CartLine.cart_id.in_(idle)), execution_options=as_is)
        gone = db.session.execute(delete(Cart).where(_is_idle(before)), execution_options=as_is)
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _is_idle(before: datetime) -> ColumnElement[bool]:
    changed = exists().where(CartLine.cart_id == Cart.id, CartLine.changed_at >= before)
    return and_(Cart.user_id.is_(None), Cart.created_at < before, ~changed)
