"""Refunds that a producer sends itself: of what buyers paid to its own account, or at its counter."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.config import Settings
from core.db import transaction
from orders.banks import bank_name
from orders.errors import RefundStateError
from orders.operations.refund_accounts import read_account
from orders.operations.refunds import mark_refund_sent
from orders.permissions import can_enter_order_desk
from orders.queries.own_refunds import get_own_refund, list_own_refunds
from orders.views.desk_access import OrderDesk, deciding_desk
from orders.views.money_words import CAUSES, words_of


@needs(can_enter_order_desk)
def refunds(producer_id: int) -> Response:
    """What is to be given back, to which account."""
    return _page(deciding_desk(producer_id), 200)


@needs(can_enter_order_desk)
def refund_transfer_create(producer_id: int, refund_id: int) -> AnyResponse:
    """Say that the money was sent, with the bank's reference."""
    desk = deciding_desk(producer_id)
    reference = request.form.get(f"reference-{refund_id}", "")[:80]
    try:
        with transaction():
            refund = get_own_refund(producer_id, refund_id)
            mark_refund_sent(refund, bank_reference=reference, by=desk.actor, now=clock.now())
    except RefundStateError:
        return _page(desk, 409, wrong_id=refund_id)
    return redirect(url_for("order_desk.refunds", producer_id=producer_id, sent=1), 303)


def _page(desk: OrderDesk, status: int, *, wrong_id: int = 0) -> Response:
    settings: Settings = current_app.extensions["settings"]
    waiting = list_own_refunds(desk.producer.id)
    page = render_template(
        "orders/refunds.html",
        producer=desk.producer,
        refunds=[(each, read_account(each, settings.keys)) for each in waiting],
        cause_word=lambda cause: words_of(CAUSES, cause),
        bank_name=bank_name,
        wrong_id=wrong_id,
        is_sent="sent" in request.args,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
