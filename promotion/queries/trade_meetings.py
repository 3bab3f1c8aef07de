"""Meetings at fairs, for both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from core.db import ID_MAX, db
from promotion.errors.trade import TradeNotFoundError
from promotion.fair_terms import ParticipationState
from promotion.meeting_terms import Span
from promotion.models.fairs import Fair, Participation
from promotion.models.trade import MeetingBooking, MeetingSlot


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot at a fair; booking: the one that holds, None while it is free."""

    slot: MeetingSlot
    participation: Participation
    booking: MeetingBooking | None

    @property
    def place(self) -> str:
        """Where one meets: as the producer said, else its booth's code, else empty."""
        booth = self.participation.booth
        return self.slot.place or (booth.code if booth else "")

    @property
    def ends_at(self) -> datetime:
        return Span(self.slot.starts_at, self.slot.minutes).ends_at


def list_free_slots(now: datetime) -> list[SlotView]:
    """Slots of published fairs that may still be booked, the earliest first."""
    return [view for view in _views(MeetingSlot.starts_at > now, _is_held()) if view.booking is None]


def list_meetings_of(account_id: int) -> list[SlotView]:
    """The meetings that the buyer has, the earliest first."""
    mine = select(MeetingBooking.slot_id).where(
        MeetingBooking.account_id == account_id, MeetingBooking.cancelled_at.is_(None)
    )
    return _views(MeetingSlot.id.in_(mine))


def list_slots_of(producer_id: int) -> list[SlotView]:
    """The slots that the producer offers, booked and free, the earliest first."""
    return _views(Participation.producer_id == producer_id, MeetingSlot.withdrawn_at.is_(None))


def list_participations(producer_id: int, on: date) -> Sequence[Participation]:
    """Fairs that the producer takes part in and that are not over: where it may offer slots."""
    return db.session.scalars(
        select(Participation)
        .join(Fair, Fair.id == Participation.fair_id)
        .where(Participation.producer_id == producer_id)
        .where(Participation.state == ParticipationState.CONFIRMED.value)
        .where(Fair.cancelled_at.is_(None), Fair.ends_on >= on)
        .options(joinedload(Participation.fair))
        .order_by(Fair.starts_on, Fair.id)
    ).all()


def get_participation(producer_id: int, participation_id: int) -> Participation:
    """A participation of the producer. Raises TradeNotFoundError."""
    found = db.session.get(Participation, participation_id) if participation_id <= ID_MAX else None
    if found is None or found.producer_id != producer_id:
        raise TradeNotFoundError(participation_id=participation_id)
    return found


def get_free_slot(slot_id: int) -> MeetingSlot:
    """A slot that a buyer may ask for; whether it is free still says the operation. Raises TradeNotFoundError."""
    found = _views(MeetingSlot.id == slot_id, _is_held()) if slot_id <= ID_MAX else []
    if not found:
        raise TradeNotFoundError(slot_id=slot_id)
    return found[0].slot


def get_slot_of(producer_id: int, slot_id: int) -> MeetingSlot:
    """A slot of the producer. Raises TradeNotFoundError."""
    own = (MeetingSlot.id == slot_id) & (Participation.producer_id == producer_id)
    found = _views(own) if slot_id <= ID_MAX else []
    if not found:
        raise TradeNotFoundError(slot_id=slot_id)
    return found[0].slot


def get_meeting_of(account_id: int, booking_id: int) -> tuple[MeetingBooking, SlotView]:
    """A meeting of the buyer, also a cancelled one. Raises TradeNotFoundError."""
    booking = db.session.get(MeetingBooking, booking_id) if booking_id <= ID_MAX else None
    if booking is None or booking.account_id != account_id:
        raise TradeNotFoundError(booking_id=booking_id)
    return booking, _views(MeetingSlot.id == booking.slot_id)[0]


def get_meeting_at(producer_id: int, booking_id: int) -> tuple[MeetingBooking, SlotView]:
    """A meeting of the producer, also a cancelled one. Raises TradeNotFoundError."""
    booking = db.session.get(MeetingBooking, booking_id) if booking_id <= ID_MAX else None
    views = _views(MeetingSlot.id == booking.slot_id) if booking else []
    if booking is None or not views or views[0].participation.producer_id != producer_id:
        raise TradeNotFoundError(booking_id=booking_id)
    return booking, views[0]


def _is_held() -> ColumnElement[bool]:
    return (
        MeetingSlot.withdrawn_at.is_(None)
        & (Participation.state == ParticipationState.CONFIRMED.value)
        & Fair.published_at.is_not(None)
        & Fair.cancelled_at.is_(None)
    )


def _views(*which: ColumnElement[bool]) -> list[SlotView]:
    rows = db.session.execute(
        select(MeetingSlot, Participation, MeetingBooking)
        .join(Participation, Participation.id == MeetingSlot.participation_id)
        .join(Fair, Fair.id == Participation.fair_id)
        .outerjoin(
            MeetingBooking,
            (MeetingBooking.slot_id == MeetingSlot.id) & MeetingBooking.cancelled_at.is_(None),
        )
        .where(*which)
        .options(
            joinedload(Participation.fair),
            joinedload(Participation.producer),
            joinedload(Participation.booth),
            joinedload(MeetingBooking.account),
        )
        .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    ).all()
    return [SlotView(slot, participation, booking) for slot, participation, booking in rows]
