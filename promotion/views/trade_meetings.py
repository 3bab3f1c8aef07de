"""A trade buyer's meetings at fairs: times that are free, one's own, each as an entry for a calendar."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from core import clock
from core.config import Settings
from core.db import transaction
from core.i18n import gettext as _
from core.limits import rate_limited
from promotion.calendars import CONTENT_TYPE, CalendarEvent, calendar_text
from promotion.errors.trade import InvalidTradeError, SlotTakenError, TradeAccountError
from promotion.models.trade import MeetingBooking
from promotion.operations.trade_meetings import book_slot, cancel_booking
from promotion.queries.trade_accounts import find_own_account
from promotion.queries.trade_meetings import (
    SlotView,
    get_free_slot,
    get_meeting_of,
    list_free_slots,
    list_meetings_of,
)
from promotion.views.trade_access import own_account


@signed_in
def meetings() -> Response:
    """One's own meetings, and the times that are free."""
    return _page("", 200)


@signed_in
@rate_limited("60/hour")
def booking_create(slot_id: int) -> AnyResponse:
    """Take a time."""
    account = own_account()
    get_free_slot(slot_id)
    try:
        with transaction():
            slot = get_free_slot(slot_id)
            book_slot(slot, account, request.form.get("subject", ""), now=clock.now())
    except (SlotTakenError, TradeAccountError, InvalidTradeError) as error:
        status = 422 if isinstance(error, InvalidTradeError) else 409
        return _page(str(error.facts["reason"]), status)
    return redirect(url_for("trade.meetings"), 303)


@signed_in
def booking_cancellation_create(booking_id: int) -> AnyResponse:
    """Cancel one's meeting."""
    account, actor = own_account(), current_actor()
    try:
        with transaction():
            booking, _view = get_meeting_of(account.id, booking_id)
            cancel_booking(booking, request.form.get("reason", ""), is_buyer=True, by=actor, now=clock.now())
    except SlotTakenError as error:
        return _page(str(error.facts["reason"]), 409)
    return redirect(url_for("trade.meetings"), 303)


@signed_in
def booking_calendar(booking_id: int) -> Response:
    """One's meeting as a file for a calendar."""
    booking, view = get_meeting_of(own_account().id, booking_id)
    return calendar_answer(booking, view, view.participation.producer.name)


def calendar_answer(booking: MeetingBooking, view: SlotView, other: str) -> Response:
    """A meeting as an iCalendar file. other: whom one meets."""
    settings: Settings = current_app.extensions["settings"]
    host = settings.public_base_url.partition("://")[2]
    slot, fair = view.slot, view.participation.fair
    title = _("Meeting with %(other)s", other=other)
    event = CalendarEvent(
        uid=f"meeting-{booking.id}@{host}",
        title=title,
        starts=slot.starts_at,
        ends=view.ends_at,
        changed_at=booking.cancelled_at or booking.booked_at,
        revision=1 if booking.cancelled_at else 0,
        is_cancelled=booking.cancelled_at is not None,
        text=booking.subject or "",
        place=", ".join(part for part in (view.place, fair.name, fair.venue) if part),
    )
    answer = Response(calendar_text(title, [event]), content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="meeting-{booking.id}.ics"'
    return answer


def _page(fault: str, status: int) -> Response:
    account = find_own_account(current_actor().user_id)
    page = render_template(
        "trade/meetings.html",
        account=account,
        own=list_meetings_of(account.id) if account else [],
        free=list_free_slots(clock.now()),
        fault=fault,
        now=clock.now(),
    )
    return make_response(page, status)
