"""Whether a checkout whose answer never came has become an order."""

from uuid import UUID

from flask import make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from core.errors import NotFoundError
from core.limits import rate_limited
from core.web.access import public
from orders.operations.checkout import find_order_by_key
from storefront.views.orders.access import order_url, private_page


@public
@rate_limited("600/minute")
@private_page
def checkout_status(key: str) -> AnyResponse:
    """Placed, with the way to the order; or not, with the way back. The key is known to the buyer's form alone."""
    try:
        checkout_key = str(UUID(key))
    except ValueError:
        raise NotFoundError(key=key) from None
    order = find_order_by_key(checkout_key)
    url = order_url(order.id) if order else ""
    page = render_template("storefront/checkout_status.html", key=checkout_key, order=order, url=url)
    return make_response(page)
