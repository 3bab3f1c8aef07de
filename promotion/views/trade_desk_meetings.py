"""A producer's meetings with trade buyers at the fairs that it takes part in."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.db import transaction
from promotion.errors.trade import InvalidTradeError, SlotTakenError
from promotion.forms.trade import TypedForm, chosen_numbers, kept, spans_of
from promotion.meeting_terms import MINUTES
from promotion.operations.trade_meetings import cancel_booking, offer_slots, withdraw_slot
from promotion.permissions.trade import can_enter_trade_desk
from promotion.queries.trade_meetings import (
    get_meeting_at,
    get_participation,
    get_slot_of,
    list_participations,
    list_slots_of,
)
from promotion.views.trade_access import TradeDesk, trade_desk
from promotion.views.trade_meetings import calendar_answer


@needs(can_enter_trade_desk)
def meetings(producer_id: int) -> Response:
    """The times offered and who comes, and a form for more."""
    return _page(trade_desk(producer_id), TypedForm(), 200)


@needs(can_enter_trade_desk)
def slots_create(producer_id: int) -> AnyResponse:
    """Offer times in a row."""
    desk = trade_desk(producer_id)
    number = next(iter(chosen_numbers([request.form.get("participation", "")])), 0)
    if not number:
        return _page(desk, TypedForm(kept(request.form), ("slot", "unreadable")), 422)
    try:
        with transaction():
            participation = get_participation(producer_id, number)
            place = request.form.get("place", "")
            offer_slots(participation, spans_of(request.form), place, by=desk.actor, now=clock.now())
    except InvalidTradeError as error:
        wrong = (str(error.facts["field"]), str(error.facts["reason"]))
        return _page(desk, TypedForm(kept(request.form), wrong), 422)
    return redirect(url_for("trade_desk.meetings", producer_id=producer_id), 303)


@needs(can_enter_trade_desk)
def slot_withdrawal_create(producer_id: int, slot_id: int) -> AnyResponse:
    """Offer a time no more."""
    desk = trade_desk(producer_id)
    try:
        with transaction():
            withdraw_slot(get_slot_of(producer_id, slot_id), by=desk.actor, now=clock.now())
    except SlotTakenError as error:
        return _page(desk, TypedForm({}, ("slot", str(error.facts["reason"]))), 409)
    return redirect(url_for("trade_desk.meetings", producer_id=producer_id), 303)


@needs(can_enter_trade_desk)
def booking_cancellation_create(producer_id: int, booking_id: int) -> AnyResponse:
    """Cancel a meeting; its time is free again."""
    desk = trade_desk(producer_id)
    try:
        with transaction():
            booking, _view = get_meeting_at(producer_id, booking_id)
            reason = request.form.get("reason", "")
            cancel_booking(booking, reason, is_buyer=False, by=desk.actor, now=clock.now())
    except SlotTakenError as error:
        return _page(desk, TypedForm({}, ("slot", str(error.facts["reason"]))), 409)
    return redirect(url_for("trade_desk.meetings", producer_id=producer_id), 303)


@needs(can_enter_trade_desk)
def booking_calendar(producer_id: int, booking_id: int) -> Response:
    """A meeting as a file for a calendar."""
    trade_desk(producer_id)
    booking, view = get_meeting_at(producer_id, booking_id)
    return calendar_answer(booking, view, booking.account.name)


def _page(desk: TradeDesk, form: TypedForm, status: int) -> Response:
    page = render_template(
        "trade_desk/meetings.html",
        producer=desk.producer,
        slots=list_slots_of(desk.producer.id),
        participations=list_participations(desk.producer.id, clock.today()),
        minutes=MINUTES,
        typed=form.typed,
        wrong=form.wrong,
        now=clock.now(),
    )
    return make_response(page, status)
