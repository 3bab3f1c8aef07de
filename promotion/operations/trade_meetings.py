"""Meetings at fairs: a producer that takes part offers times, a trade buyer takes one, either may cancel.

Two that book one slot at once: the database admits one booking that is not cancelled. Two slots at once of one buyer:
its account is held while its other meetings are looked at.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import db
from core.i18n import format_date, format_time
from core.i18n import gettext as _
from core.text import clean_line
from promotion.errors.trade import InvalidTradeError, SlotTakenError
from promotion.fair_terms import ParticipationState
from promotion.meeting_terms import Ended, SlotFault, Span, fault_of, overlap
from promotion.models.fairs import Participation
from promotion.models.trade import MeetingBooking, MeetingSlot, TradeAccount
from promotion.operations.trade_accounts import require_verified
from promotion.operations.trade_news import Words, tell_buyer, tell_producer

PLACE_MAX: Final = 120
SUBJECT_MAX: Final = 200


def offer_slots(
    participation: Participation, spans: Iterable[Span], place: str, *, by: Actor, now: datetime
) -> list[MeetingSlot]:
    """Offer times at a fair; all of them, or none. place: empty for the producer's booth.

    Raises InvalidTradeError (field «slot», reason: a `SlotFault`); then nothing has changed.
    """
    db.session.execute(select(Participation.id).where(Participation.id == participation.id).with_for_update())
    fair = participation.fair
    if participation.state != ParticipationState.CONFIRMED or fair.cancelled_at is not None:
        raise InvalidTradeError(field="slot", reason="not_taking_part")
    line = clean_line(place)
    if len(line) > PLACE_MAX:
        raise InvalidTradeError(field="place", reason="too_long")
    known = [Span(slot.starts_at, slot.minutes) for slot in _open_slots(participation.id)]
    made = []
    for span in spans:
        fault = fault_of(span, known, (fair.starts_on, fair.ends_on), now=now)
        if fault is not None:
            raise InvalidTradeError(field="slot", reason=fault.value)
        known.append(span)
        made.append(_slot(participation, span, line, by, now))
    if not made:
        raise InvalidTradeError(field="slot", reason=SlotFault.UNREADABLE.value)
    db.session.flush()
    return made


def end_meetings(
    fair_id: int, why: Ended, *, producer_id: int | None = None, by: Actor, now: datetime
) -> None:
    """Withdraw the times to come at a fair, of one producer or of all; whoever booked one is told why.

    Meetings that have begun stay. Harmless when repeated.
    """
    coming = (
        select(MeetingSlot)
        .join(Participation, Participation.id == MeetingSlot.participation_id)
        .where(
            Participation.fair_id == fair_id, MeetingSlot.withdrawn_at.is_(None), MeetingSlot.starts_at > now
        )
        .order_by(MeetingSlot.id)
    )
    if producer_id is not None:
        coming = coming.where(Participation.producer_id == producer_id)
    for slot in db.session.scalars(coming).all():
        withdraw_slot(slot, why=why, by=by, now=now)


def withdraw_slot(slot: MeetingSlot, *, why: Ended | None = None, by: Actor, now: datetime) -> bool:
    """Offer a time no more; who booked it is told. why: None where the producer wants it so. Whether that is new."""
    slot = _lock(slot)
    if slot.withdrawn_at is not None:
        return False
    for booking in _live_bookings(slot.id):
        cancel_booking(booking, "", is_buyer=False, why=why, by=by, now=now)
    slot.withdrawn_at = now
    db.session.flush()
    return True


def book_slot(slot: MeetingSlot, account: TradeAccount, subject: str, *, now: datetime) -> MeetingBooking:
    """Take a time; booked again by the same buyer, it is the same booking. Both sides are told.

    Raises TradeAccountError unless the buyer is verified, SlotTakenError («taken», «over», «withdrawn», «elsewhere»);
    then nothing has changed.
    """
    require_verified(account)
    line = clean_line(subject)
    if len(line) > SUBJECT_MAX:
        raise InvalidTradeError(field="subject", reason="too_long")
    db.session.execute(select(TradeAccount.id).where(TradeAccount.id == account.id).with_for_update())
    slot = _lock(slot)
    live = _live_bookings(slot.id)
    if live and live[0].account_id == account.id:
        return live[0]
    _require_free(slot, account, is_taken=bool(live), now=now)
    booking = MeetingBooking(slot_id=slot.id, account_id=account.id, subject=line or None, booked_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(booking)
    except IntegrityError:  # somebody else was faster
        raise SlotTakenError(slot_id=slot.id, reason="taken") from None
    _tell_booked(booking, slot, account, now)
    return booking


def cancel_booking(
    booking: MeetingBooking,
    reason: str,
    *,
    is_buyer: bool,
    why: Ended | None = None,
    by: Actor,
    now: datetime,
) -> bool:
    """Cancel a meeting before it begins; the time is free again and both sides are told. Whether that is new.

    is_buyer: which side cancels; with `why`, neither did, and both are told that instead.
    Raises SlotTakenError («over») once it has begun.
    """
    slot = _lock(booking.slot)
    db.session.refresh(booking)
    if booking.cancelled_at is not None:
        return False
    if slot.starts_at <= now:
        raise SlotTakenError(slot_id=slot.id, reason="over")
    booking.cancelled_at, booking.cancelled_by_id = now, by.user_id
    booking.reason = clean_line(reason)[:SUBJECT_MAX] or None
    db.session.flush()
    _tell_cancelled(booking, slot, is_buyer=is_buyer, why=why, now=now)
    return True


def _slot(participation: Participation, span: Span, place: str, by: Actor, now: datetime) -> MeetingSlot:
    """A new slot; one that was withdrawn for the same moment is offered again."""
    same = (MeetingSlot.participation_id == participation.id, MeetingSlot.starts_at == span.starts_at)
    known = db.session.scalar(select(MeetingSlot).where(*same))
    if known is not None:
        known.minutes, known.place, known.withdrawn_at = span.minutes, place, None
        return known
    slot = MeetingSlot(
        participation_id=participation.id,
        starts_at=span.starts_at,
        minutes=span.minutes,
        place=place,
        offered_by_id=by.user_id,
        offered_at=now,
    )
    db.session.add(slot)
    return slot


def _open_slots(participation_id: int) -> list[MeetingSlot]:
    own = select(MeetingSlot).where(
        MeetingSlot.participation_id == participation_id, MeetingSlot.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(own))


def _lock(slot: MeetingSlot) -> MeetingSlot:
    db.session.execute(select(MeetingSlot.id).where(MeetingSlot.id == slot.id).with_for_update())
    db.session.refresh(slot)
    return slot


def _live_bookings(slot_id: int) -> list[MeetingBooking]:
    live = select(MeetingBooking).where(
        MeetingBooking.slot_id == slot_id, MeetingBooking.cancelled_at.is_(None)
    )
    return list(db.session.scalars(live))


def _require_free(slot: MeetingSlot, account: TradeAccount, *, is_taken: bool, now: datetime) -> None:
    reason = (
        "withdrawn"
        if slot.withdrawn_at is not None
        else "over"
        if slot.starts_at <= now
        else "taken"
        if is_taken
        else ""
    )
    if reason:
        raise SlotTakenError(slot_id=slot.id, reason=reason)
    own = (
        select(MeetingSlot)
        .join(MeetingBooking)
        .where(MeetingBooking.account_id == account.id, MeetingBooking.cancelled_at.is_(None))
    )
    wanted = Span(slot.starts_at, slot.minutes)
    if any(overlap(wanted, Span(each.starts_at, each.minutes)) for each in db.session.scalars(own)):
        raise SlotTakenError(slot_id=slot.id, reason="elsewhere")


def _tell_booked(booking: MeetingBooking, slot: MeetingSlot, account: TradeAccount, now: datetime) -> None:
    participation = db.session.get_one(Participation, slot.participation_id)
    fair, producer = participation.fair, participation.producer

    def words(other: str) -> Words:
        return lambda: (
            _("Meeting at %(fair)s", fair=fair.name),
            _(
                "You meet %(other)s at %(fair)s on %(day)s at %(time)s. Subject: %(subject)s",
                other=other,
                fair=fair.name,
                day=format_date(vietnam_date(slot.starts_at)),
                time=format_time(slot.starts_at),
                subject=booking.subject or "…",
            ),
        )

    tell_producer(producer.id, words(account.name), now=now)
    tell_buyer(account, words(producer.name), now=now)


def _tell_cancelled(
    booking: MeetingBooking, slot: MeetingSlot, *, is_buyer: bool, why: Ended | None, now: datetime
) -> None:
    participation = db.session.get_one(Participation, slot.participation_id)
    fair, producer, account = participation.fair, participation.producer, booking.account

    def words() -> tuple[str, str]:
        facts = {
            "firm": account.name,
            "producer": producer.name,
            "fair": fair.name,
            "day": format_date(vietnam_date(slot.starts_at)),
            "time": format_time(slot.starts_at),
        }
        if why is Ended.FAIR_CANCELLED:
            text = _(
                "%(fair)s was cancelled, so the meeting of %(firm)s and %(producer)s there on %(day)s at %(time)s does"
                " not take place.",
                **facts,
            )
        elif why is Ended.NO_PART:
            text = _(
                "%(producer)s does not take part in %(fair)s any more, so its meeting with %(firm)s there on %(day)s"
                " at %(time)s does not take place.",
                **facts,
            )
        else:
            text = _(
                "%(who)s cancelled the meeting of %(firm)s and %(producer)s at %(fair)s on %(day)s at %(time)s.",
                who=account.name if is_buyer else producer.name,
                **facts,
            )
        return _("Meeting at %(fair)s is cancelled", fair=fair.name), text

    tell_producer(producer.id, words, now=now)
    tell_buyer(account, words, now=now)
