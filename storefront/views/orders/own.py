"""A person's own orders, for whoever is signed in."""

from flask import render_template

from accounts.access import current_actor, signed_in
from orders.queries.own_orders import list_own_orders
from storefront.views.orders.access import order_url


@signed_in
def account_orders() -> str:
    """The latest first, each with the way to its page."""
    orders = list_own_orders(current_actor().user_id)
    return render_template("storefront/account_orders.html", orders=orders, order_url=order_url)
