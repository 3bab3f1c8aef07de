"""Letting a basket be as the shop has it: what a person agrees to by one press."""

from datetime import date, datetime

from sqlalchemy import update

from core.db import db
from orders.baskets import LineProblem
from orders.models.cart import CartLine
from orders.queries.basket import get_basket
from orders.queries.basket_views import BasketBundle, BasketLine


def accept_changes(cart_id: int, *, on: date, now: datetime) -> None:
    """Take over present prices, cut quantities to what is there, and set aside what cannot be bought now.

    Afterwards nothing in the basket has a problem, judged for `on`. Harmless when repeated.
    """
    basket = get_basket(cart_id, on=on)
    things: list[BasketLine | BasketBundle] = [line for line in basket.lines if line.bundle_id is None]
    things += basket.bundles
    for thing in things:
        if thing.problem is None and not thing.price_change_vnd:
            continue
        price_vnd = thing.price_vnd if isinstance(thing, BasketBundle) else thing.unit_price_vnd
        is_kept = thing.problem not in (None, LineProblem.FEWER)
        db.session.execute(
            update(CartLine)
            .where(CartLine.id == thing.line_id, CartLine.cart_id == cart_id)
            .values(
                seen_price_vnd=price_vnd,
                quantity=thing.quantity if is_kept else thing.buyable,
                is_kept=is_kept,
                changed_at=now,
            )
            .execution_options(synchronize_session=False)
        )
