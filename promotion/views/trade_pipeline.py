"""A producer's trade with firms: the pipeline, one request, what is answered to it, and when its goods are ready."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.db import db, transaction
from core.errors import AppError
from orders.errors import ShortStockError, UnsoldGoodsError, WrongMoveError
from orders.models.orders import SellerOrder
from orders.operations.agreed_orders import mark_ready
from promotion.errors.trade import (
    InvalidTradeError,
    QuotationStateError,
    RfqStateError,
    TradeAccountError,
    TradeNotFoundError,
)
from promotion.forms.trade import UNREADABLE, TypedForm, kept, offer_of, typed_day, typed_line
from promotion.models.trade import NoteKind
from promotion.operations.trade_quotations import send_quotation, withdraw_quotation
from promotion.operations.trade_requests import note_lost, reopen, set_next_step
from promotion.permissions.trade import can_enter_trade_desk
from promotion.queries.trade_ladders import list_variant_ladders, price_of
from promotion.queries.trade_parties import province_name
from promotion.queries.trade_requests import (
    RfqView,
    get_of_producer,
    get_quotation_of_producer,
    list_of_producer,
)
from promotion.quotation_terms import OfferedLine, Stage
from promotion.views.trade_access import TradeDesk, pipeline_desk, trade_desk
from promotion.views.trade_papers import quotation_answer

VALID_DAYS = 14
"""What the form proposes."""


@needs(can_enter_trade_desk)
def pipeline(producer_id: int) -> str:
    """Every request by where it stands, with counts and, for who may see prices, sums."""
    desk = pipeline_desk(producer_id)
    views = list_of_producer(producer_id, clock.today())
    stages = [(stage, [view for view in views if view.stage is stage]) for stage in Stage]
    return render_template(
        "trade_desk/pipeline.html", producer=desk.producer, desk=desk, stages=stages, today=clock.today()
    )


@needs(can_enter_trade_desk)
def rfq(producer_id: int, rfq_id: int) -> Response:
    """One request, and the form of an offer while it is open."""
    return _page(trade_desk(producer_id), rfq_id, TypedForm(), 200)


@needs(can_enter_trade_desk)
def quotation_create(producer_id: int, rfq_id: int) -> AnyResponse:
    """Send an offer. A price that is left empty is that of the ladder."""
    desk = trade_desk(producer_id)
    try:
        with transaction():
            view = get_of_producer(producer_id, rfq_id, clock.today())
            offer = offer_of(request.form, _lines(producer_id, request.form))
            send_quotation(view.rfq, offer, by=desk.actor, now=clock.now())
    except InvalidTradeError as error:
        wrong = (str(error.facts["field"]), str(error.facts["reason"]))
        return _page(desk, rfq_id, TypedForm(kept(request.form), wrong), 422)
    except (RfqStateError, TradeAccountError) as error:
        return _page(desk, rfq_id, TypedForm(kept(request.form), ("lines", _word_of(error))), 409)
    except UnsoldGoodsError as error:
        return _page(desk, rfq_id, TypedForm(kept(request.form), ("lines", "unsold"), error.facts), 409)
    return redirect(url_for("trade_desk.rfq", producer_id=producer_id, rfq_id=rfq_id), 303)


@needs(can_enter_trade_desk)
def quotation_withdrawal_create(producer_id: int, quotation_id: int) -> AnyResponse:
    """Take an offer back."""
    desk = trade_desk(producer_id)
    rfq_id = get_quotation_of_producer(producer_id, quotation_id).rfq_id
    try:
        with transaction():
            quotation = get_quotation_of_producer(producer_id, quotation_id)
            withdraw_quotation(quotation, request.form.get("reason", ""), by=desk.actor, now=clock.now())
    except (QuotationStateError, InvalidTradeError) as error:
        is_late = isinstance(error, QuotationStateError)
        typed = kept(request.form) | {"quotation": str(quotation_id)}
        wrong = (f"{'quotation' if is_late else 'reason'}-{quotation_id}", _word_of(error))
        return _page(desk, rfq_id, TypedForm(typed, wrong), 409 if is_late else 422)
    return redirect(url_for("trade_desk.rfq", producer_id=producer_id, rfq_id=rfq_id), 303)


@needs(can_enter_trade_desk)
def quotation_paper(producer_id: int, quotation_id: int) -> Response:
    """A quotation as PDF."""
    trade_desk(producer_id)
    quotation = get_quotation_of_producer(producer_id, quotation_id)
    view = get_of_producer(producer_id, quotation.rfq_id, clock.today())
    return quotation_answer(quotation, view, clock.today())


@needs(can_enter_trade_desk)
def note_create(producer_id: int, rfq_id: int) -> AnyResponse:
    """Lost, with a reason; or open again."""
    desk, now = trade_desk(producer_id), clock.now()
    try:
        with transaction():
            view = get_of_producer(producer_id, rfq_id, clock.today())
            if request.form.get("kind") == NoteKind.REOPENED:
                reopen(view.rfq, by=desk.actor, now=now)
            else:
                words = request.form.get("words", "")
                note_lost(view.rfq, words, is_buyer=False, by=desk.actor, now=now)
    except (RfqStateError, InvalidTradeError) as error:
        status = 422 if isinstance(error, InvalidTradeError) else 409
        return _page(desk, rfq_id, TypedForm(kept(request.form), ("words", _word_of(error))), status)
    return redirect(url_for("trade_desk.rfq", producer_id=producer_id, rfq_id=rfq_id), 303)


@needs(can_enter_trade_desk)
def next_step_save(producer_id: int, rfq_id: int) -> AnyResponse:
    """Note what comes next, and by when."""
    desk = trade_desk(producer_id)
    try:
        with transaction():
            view = get_of_producer(producer_id, rfq_id, clock.today())
            set_next_step(view.rfq, request.form.get("next_step", ""), typed_day(request.form, "next_by_on"))
    except InvalidTradeError as error:
        wrong = (str(error.facts["field"]), _word_of(error))
        return _page(desk, rfq_id, TypedForm(kept(request.form), wrong), 422)
    return redirect(url_for("trade_desk.rfq", producer_id=producer_id, rfq_id=rfq_id), 303)


@needs(can_enter_trade_desk)
def readiness_create(producer_id: int, rfq_id: int) -> AnyResponse:
    """The goods are ready: they are held, and the rest is asked for."""
    desk = trade_desk(producer_id)
    try:
        with transaction():
            order = get_of_producer(producer_id, rfq_id, clock.today()).order
            if order is None:
                raise TradeNotFoundError(rfq_id=rfq_id)
            part = db.session.get_one(SellerOrder, order.seller_order_id)
            mark_ready(part, by=desk.actor, now=clock.now())
    except ShortStockError:
        return _page(desk, rfq_id, TypedForm({}, ("ready", "short_stock")), 409)
    except WrongMoveError:
        return _page(desk, rfq_id, TypedForm({}, ("ready", "not_confirmed")), 409)
    except UnsoldGoodsError as error:
        return _page(desk, rfq_id, TypedForm({}, ("ready", "unsold"), error.facts), 409)
    return redirect(url_for("trade_desk.rfq", producer_id=producer_id, rfq_id=rfq_id), 303)


def _lines(producer_id: int, given: Mapping[str, str]) -> tuple[OfferedLine, ...]:
    """Packs with a quantity, each at the price typed, else at that of its ladder; -1 where there is neither."""
    on, lines = clock.today(), []
    for each in list_variant_ladders(producer_id, on):
        quantity, typed_vnd = typed_line(given, each.variant.id)
        if not quantity:
            continue
        found, ladder = price_of(each.variant.id, quantity, on)
        if typed_vnd is not None:
            is_ladders = found is not None and found.price_vnd == typed_vnd
            lines.append(
                OfferedLine(
                    each.variant.id, quantity, typed_vnd, ladder.id if ladder and is_ladders else None
                )
            )
        else:
            price_vnd = found.price_vnd if found is not None else None
            lines.append(
                OfferedLine(
                    each.variant.id,
                    quantity,
                    UNREADABLE if price_vnd is None else price_vnd,
                    ladder.id if ladder and price_vnd is not None else None,
                )
            )
    return tuple(lines)


def _word_of(error: AppError) -> str:
    return str(error.facts.get("reason") or error.facts.get("state") or error.facts.get("stage"))


def _page(desk: TradeDesk, rfq_id: int, form: TypedForm, status: int) -> Response:
    today = clock.today()
    view = get_of_producer(desk.producer.id, rfq_id, today)
    packs = list_variant_ladders(desk.producer.id, today)
    page = render_template(
        "trade_desk/rfq.html",
        producer=desk.producer,
        view=view,
        packs=packs,
        is_open=view.stage in (Stage.NEW, Stage.QUOTED),
        typed=_proposed(view) | dict(form.typed),
        wrong=form.wrong,
        is_late=status == 409,
        unsold=form.unsold,
        province=province_name(view.rfq.province_code),
        today=today,
    )
    return make_response(page, status)


def _proposed(view: RfqView) -> dict[str, str]:
    """What the form of an offer begins with: what was asked for, two weeks, three tenths as deposit."""
    on = clock.today()
    ready_on = max(view.rfq.wanted_on or on, on)
    typed = {
        "valid_until_on": (on + timedelta(days=VALID_DAYS)).isoformat(),
        "ready_on": ready_on.isoformat(),
        "deposit_percent": "30",
        "freight_vnd": "0",
    }
    for line in view.rfq.lines:
        if line.variant_id is not None:
            typed[f"quantity-{line.variant_id}"] = str(line.quantity)
    return typed
