"""Receipts: as a page to print, and as PDF to keep."""

from dataclasses import replace

from flask import Response, current_app, make_response, render_template

from accounts.queries.addresses import phone_words
from accounts.queries.directory import mask_phone
from core import clock
from core.config import Settings
from core.i18n import gettext as _
from core.limits import rate_limited
from core.web.access import public
from orders.papers.receipt import ReceiptFacts, receipt_pdf
from orders.queries.order_views import OrderPage
from storefront.views.frame import absolute_url
from storefront.views.orders.access import get_order, is_open, private_page, token_for


@public
@private_page
def receipt(token: str) -> Response:
    """What was bought and paid, on one page."""
    order = get_order(token)
    settings: Settings = current_app.extensions["settings"]
    html = render_template(
        "storefront/receipt.html",
        order=order,
        token=token_for(order.id),
        is_open=is_open(order),
        operator=settings.operator_name,
        phone_words=phone_words,
        received_vnd=sum(each.received_vnd for each in order.payments),
        back_vnd=sum(each.amount_vnd for each in order.refunds if each.state != "refused"),
        off_vnd=sum(each.uncharged_vnd for each in order.parcels),
    )
    return make_response(html)


@public
@private_page
@rate_limited("30/minute")
def receipt_file(token: str) -> Response:
    """The receipt as PDF. Names stand in it for whoever proved to be the buyer."""
    order = get_order(token)
    if not is_open(order):
        order = replace(order, invoice=None)
    answer = make_response(receipt_pdf(_facts(order)))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{order.code}.pdf"'
    return answer


def _facts(order: OrderPage) -> ReceiptFacts:
    settings: Settings = current_app.extensions["settings"]
    is_shown = is_open(order)
    words = {
        "cod": _("Cash on delivery"),
        "vietqr": _("Bank transfer (VietQR)"),
        "cash": _("Cash at the booth"),
        "transfer": _("Transfer at the booth"),
    }
    return ReceiptFacts(
        order=order,
        name=order.name if is_shown else "",
        phone=phone_words(order.phone) if is_shown else mask_phone(order.phone),
        method=words.get(order.method, _("Card")),
        operator=settings.operator_name or "",
        link=absolute_url(f"/orders/{token_for(order.id)}"),
        made_at=clock.now(),
    )
