"""The buyer says to which account money goes back, where it cannot go back by itself."""

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import rate_limited
from core.web.access import public
from orders.banks import BANKS
from orders.errors import InvalidOrderError
from orders.operations.refund_accounts import checked_account, list_awaiting_account, set_refund_account
from orders.queries.order_views import OrderPage
from storefront.views.orders.access import get_order, is_open, order_url, private_page, require_open


@public
@private_page
def refund_account(token: str) -> AnyResponse:
    """Asks for bank, number and holder."""
    order = get_order(token)
    if not is_open(order):
        return redirect(order_url(order.id) + "#proof", 303)
    return _page(order, token, 200)


@public
@private_page
@rate_limited("20/minute")
def refund_account_create(token: str) -> AnyResponse:
    """Keep the account, sealed, for every transfer back that has not gone yet."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    form = request.form
    try:
        account = checked_account(form.get("bank", ""), form.get("number", ""), form.get("holder", ""))
    except InvalidOrderError as error:
        return _page(order, token, 422, wrong=str(error.facts["field"]))
    with transaction():
        set_refund_account(order.id, account, keys=_settings().keys, now=clock.now())
    return redirect(order_url(order.id), 303)


def _page(order: OrderPage, token: str, status: int, *, wrong: str = "") -> Response:
    unsent = list_awaiting_account(order.id, with_account=True)
    page = render_template(
        "storefront/refund_account.html",
        order=order,
        token=token,
        amount_vnd=sum(refund.amount_vnd for refund in unsent),
        is_known=bool(unsent) and all(refund.account for refund in unsent),
        banks=[("", ""), *((code, f"{short} · {name}") for code, (short, name) in BANKS.items())],
        wrong=wrong,
        form=request.form,
    )
    return make_response(page, status)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
