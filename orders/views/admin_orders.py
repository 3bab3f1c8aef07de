"""Orders for administrators: found by code, number, producer or state; each with all that happened to it."""

from typing import Any, Final

from flask import Response, current_app, make_response, render_template

from accounts.access import current_actor, needs
from accounts.operations.audit import record_act
from accounts.queries.addresses import phone_words
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from core import clock
from core.config import Settings
from core.db import ID_MAX, transaction
from core.i18n import lazy_gettext as _
from orders.errors import OrderNotFoundError
from orders.order_tokens import token_of
from orders.permissions import can_manage_payments
from orders.queries.admin_orders import list_events, list_news, list_orders
from orders.queries.order_page import get_order_page
from orders.states import Lifecycle, PaymentState
from orders.views.state_words import ACTORS, FULFILMENTS, LIFECYCLES, METHODS, PAYMENTS, words_of

COLUMNS: Final = (
    Column(
        name="code",
        title=_("Order code"),
        value=lambda row: row.order_code,
        address=lambda row: f"/admin/orders/{row.order_id}",
    ),
    Column(name="placed_at", title=_("Placed"), value=lambda row: row.placed_at),
    Column(name="producer", title=_("Producer"), value=lambda row: row.producer, is_vietnamese=True),
    Column(name="total_vnd", title=_("Amount"), value=lambda row: row.total_vnd, is_number=True),
    Column(name="method", title=_("Paid by"), value=lambda row: words_of(METHODS, row.method)),
    Column(name="lifecycle", title=_("Agreed"), value=lambda row: words_of(LIFECYCLES, row.lifecycle)),
    Column(name="payment", title=_("Payment"), value=lambda row: words_of(PAYMENTS, row.payment)),
    Column(name="fulfilment", title=_("Parcel"), value=lambda row: words_of(FULFILMENTS, row.fulfilment)),
    Column(name="part", title=_("Code of the part"), value=lambda row: row.code),
)


@needs(can_manage_payments)
def orders() -> Response:
    """The list; `as=csv` and `as=xlsx` give the same rows as a file."""
    every = ("", _("All"))
    lifecycle = Filter(
        name="lifecycle",
        label=_("Agreed"),
        choices=(every, *((state.value, LIFECYCLES[state]) for state in Lifecycle)),
    )
    payment = Filter(
        name="payment",
        label=_("Payment"),
        choices=(every, *((state.value, PAYMENTS[state]) for state in PaymentState)),
    )
    search = Filter(name="q", label=_("Code, telephone or producer"))

    def read(page: int, per_page: int) -> tuple[Any, int]:
        return list_orders(words_asked(), lifecycle.value, payment.value, page=page, per_page=per_page)

    return answer_list(
        List(
            name="orders",
            title=_("Orders"),
            lead=_("One row for each producer's part of an order, the newest first."),
            columns=COLUMNS,
            read=read,
            filters=(search, lifecycle, payment),
            nothing=_("No order fits what you asked for."),
            here="orders",
            context={"is_administration": True},
        )
    )


@needs(can_manage_payments)
def admin_order(order_number: int) -> Response:
    """One order with everything: parts, moves, money, what the buyer was told. Looking is noted in the trail."""
    if order_number > ID_MAX:
        raise OrderNotFoundError(order_id=order_number)
    found = get_order_page(order_number)
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        # Names and addresses of strangers stand here: who looked is kept.
        record_act("orders.look_at_order", by=current_actor(), subject=f"order:{found.id}", now=clock.now())
    page = render_template(
        "orders/admin_order.html",
        order=found,
        events=list_events(found.id),
        news=list_news(found.id),
        token=token_of(found.id, settings.keys),
        words_of=words_of,
        actors=ACTORS,
        states={**LIFECYCLES, **PAYMENTS, **FULFILMENTS},
        methods=METHODS,
        phone_words=phone_words,
    )
    return make_response(page)
