"""Payments of the whole market, for administrators: what was asked for, what came, what goes back."""

from typing import Any, Final

from flask import Response, make_response, render_template

from accounts.access import needs
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from core.i18n import lazy_gettext as _
from orders.errors import PaymentNotFoundError
from orders.permissions import can_manage_payments
from orders.queries.money import find_payment, list_lines_of, list_payments, list_refunds_of
from orders.views.money_words import (
    CAUSES,
    FLAGS,
    LINE_STATES,
    METHODS,
    PAY_STATES,
    REFUND_STATES,
    words_of,
)

COLUMNS: Final = (
    Column(
        name="reference",
        title=_("Code"),
        value=lambda each: each.reference,
        address=lambda each: f"/admin/payments/{each.id}",
    ),
    Column(
        name="order",
        title=_("Order"),
        value=lambda each: each.order_code,
        address=lambda each: f"/admin/orders/{each.order_id}",
    ),
    Column(name="opened_at", title=_("Asked for"), value=lambda each: each.opened_at),
    Column(name="method", title=_("Way"), value=lambda each: words_of(METHODS, each.method)),
    Column(name="state", title=_("State"), value=lambda each: words_of(PAY_STATES, each.state)),
    Column(name="amount_vnd", title=_("Amount"), value=lambda each: each.amount_vnd, is_number=True),
    Column(name="received_vnd", title=_("Received"), value=lambda each: each.received_vnd, is_number=True),
    Column(name="refunded_vnd", title=_("Going back"), value=lambda each: each.refunded_vnd, is_number=True),
    Column(name="flag", title=_("Note"), value=lambda each: words_of(FLAGS, each.flag)),
)


@needs(can_manage_payments)
def payments() -> Response:
    """The list, the newest first; by state (also too little, too much), way, or a code."""
    by_state = Filter(
        name="state", label=_("State"), choices=(("", _("All")), *FLAGS.items(), *PAY_STATES.items())
    )
    by_method = Filter(name="method", label=_("Way"), choices=(("", _("All")), *METHODS.items()))
    search = Filter(name="q", label=_("Order code, or a name such as pi_…"))

    def read(page: int, per_page: int) -> tuple[Any, int]:
        return list_payments(by_state.value, by_method.value, words_asked(), page=page, per_page=per_page)

    return answer_list(
        List(
            name="payments",
            title=_("Payments"),
            lead=_("What was asked of buyers and what came in, in whole dong."),
            columns=COLUMNS,
            read=read,
            filters=(by_state, by_method, search),
            nothing=_("No payment fits what you asked for."),
            here="payments",
            context={"is_administration": True, "ways": []},
        )
    )


@needs(can_manage_payments)
def payment(payment_id: int) -> Response:
    """One payment: the lines it was paid by, and what goes back of it."""
    found = find_payment(payment_id)
    if found is None:
        raise PaymentNotFoundError(payment_id=payment_id)
    page = render_template(
        "orders/payment.html",
        payment=found,
        lines=list_lines_of(payment_id),
        refunds=list_refunds_of(payment_id),
        words={"method": METHODS, "state": PAY_STATES, "flag": FLAGS, "line": LINE_STATES}
        | {"refund": REFUND_STATES, "cause": CAUSES},
    )
    return make_response(page)
