"""A trade buyer's requests and the quotations made to it: looked at, taken away, accepted once, refused."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import rate_limited
from orders.errors import NoReceivingAccountError, UnsoldGoodsError
from orders.order_tokens import token_of
from promotion.errors.trade import (
    InvalidTradeError,
    QuotationStateError,
    RfqStateError,
    TradeAccountError,
)
from promotion.forms.trade import TypedForm, kept
from promotion.models.trade import NoteKind
from promotion.operations.trade_quotations import accept_quotation, refuse_quotation
from promotion.operations.trade_requests import note_lost, note_sample
from promotion.queries.trade_parties import province_name
from promotion.queries.trade_requests import get_of_buyer, get_quotation_of_buyer
from promotion.views.trade_access import own_account
from promotion.views.trade_papers import quotation_answer


@signed_in
def rfq(rfq_id: int) -> Response:
    """A request with what was offered, and what became of it."""
    return _page(rfq_id, TypedForm(), 200)


@signed_in
def quotation_paper(quotation_id: int) -> Response:
    """A quotation as PDF."""
    account = own_account()
    quotation = get_quotation_of_buyer(account.id, quotation_id)
    view = get_of_buyer(account.id, quotation.rfq_id, clock.today())
    return quotation_answer(quotation, view, clock.today())


@signed_in
@rate_limited("30/hour")
def acceptance_create(quotation_id: int) -> AnyResponse:
    """Take an offer: the order is made, and the way to its deposit shown. Pressed twice, it is one order."""
    account = own_account()
    rfq_id = get_quotation_of_buyer(account.id, quotation_id).rfq_id
    try:
        with transaction():
            quotation = get_quotation_of_buyer(account.id, quotation_id)
            order_id = accept_quotation(quotation, by=current_actor(), now=clock.now()).id
    except QuotationStateError as error:
        return _page(rfq_id, TypedForm(wrong=("", str(error.facts["state"]))), 409)
    except RfqStateError as error:
        return _page(rfq_id, TypedForm(wrong=("", str(error.facts["stage"]))), 409)
    except (TradeAccountError, NoReceivingAccountError) as error:
        reason = "not_verified" if isinstance(error, TradeAccountError) else "no_account"
        return _page(rfq_id, TypedForm(wrong=("", reason)), 409)
    except UnsoldGoodsError as error:
        return _page(rfq_id, TypedForm(unsold=error.facts), 409)
    return redirect(order_path(order_id, "/pay"), 303)


@signed_in
def refusal_create(quotation_id: int) -> AnyResponse:
    """Do not take an offer."""
    account = own_account()
    rfq_id = get_quotation_of_buyer(account.id, quotation_id).rfq_id
    typed = kept(request.form) | {"quotation": str(quotation_id)}
    try:
        with transaction():
            quotation = get_quotation_of_buyer(account.id, quotation_id)
            refuse_quotation(quotation, request.form.get("reason", ""), by=current_actor(), now=clock.now())
    except QuotationStateError as error:
        return _page(rfq_id, TypedForm(typed, ("reason", str(error.facts["state"]))), 409)
    except InvalidTradeError as error:
        return _page(rfq_id, TypedForm(typed, ("reason", str(error.facts["reason"]))), 422)
    return redirect(url_for("trade.rfq", rfq_id=rfq_id), 303)


@signed_in
@rate_limited("60/hour")
def note_create(rfq_id: int) -> AnyResponse:
    """No longer wanted; or a sample came, or what is thought of it."""
    account, actor, kind = own_account(), current_actor(), request.form.get("kind", "")
    words = request.form.get("words", "")
    try:
        with transaction():
            view = get_of_buyer(account.id, rfq_id, clock.today())
            if kind == NoteKind.LOST:
                note_lost(view.rfq, words, is_buyer=True, by=actor, now=clock.now())
            else:
                sort = NoteKind.FEEDBACK if kind == NoteKind.FEEDBACK else NoteKind.RECEIVED
                note_sample(view.rfq, sort, words, by=actor, now=clock.now())
    except RfqStateError:
        return _page(rfq_id, TypedForm(kept(request.form), ("words", "stage")), 409)
    except InvalidTradeError as error:
        return _page(rfq_id, TypedForm(kept(request.form), ("words", str(error.facts["reason"]))), 422)
    return redirect(url_for("trade.rfq", rfq_id=rfq_id), 303)


def order_path(order_id: int, more: str = "") -> str:
    """The address of a buyer's order in the present language."""
    settings: Settings = current_app.extensions["settings"]
    return f"{request.script_root}/orders/{token_of(order_id, settings.keys)}{more}"


def _page(rfq_id: int, form: TypedForm, status: int) -> Response:
    """What was typed stands in its field again; where that is gone, the page says it as text."""
    view = get_of_buyer(own_account().id, rfq_id, clock.today())
    page = render_template(
        "trade/rfq.html",
        view=view,
        typed=form.typed,
        wrong=form.wrong,
        unsold=form.unsold,
        is_late=status == 409,
        order_url=order_path(view.order.order_id) if view.order else "",
        province=province_name(view.rfq.province_code),
    )
    return make_response(page, status)
