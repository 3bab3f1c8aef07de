"""Taking part in a fair: inviting, registering, confirming with a booth, refusing, withdrawing.

Every move is a row of `participation_event`. The fair's row is locked first, then the participation's: of two at once
the second sees what the first has done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from catalog.models import Producer
from catalog.queries.sellers import find_seller
from core.clock import vietnam_date
from core.db import ID_MAX, db
from promotion.errors.fairs import (
    BoothTakenError,
    FairNotFoundError,
    FairStateError,
    InvalidFairError,
    ParticipationMoveError,
)
from promotion.fair_terms import ParticipationState, Side, may_move
from promotion.meeting_terms import Ended
from promotion.models.fairs import Booth, Fair, Participation, ParticipationEvent
from promotion.operations.fair_changes import touch_fair
from promotion.operations.fair_news import tell_of_decision, tell_of_invitation, tell_organiser
from promotion.operations.fair_pickup import offer_fair_pickup
from promotion.operations.fairs import lock_fair, require_open
from promotion.operations.trade_meetings import end_meetings

NOTE_MAX: Final = 500
REASON_MAX: Final = 500
INVITED_AT_ONCE_MAX: Final = 50
_STANDING: Final = frozenset(
    {ParticipationState.INVITED, ParticipationState.REGISTERED, ParticipationState.CONFIRMED}
)


def invite_producers(fair_id: int, producer_ids: Sequence[int], *, by: Actor, now: datetime) -> int:
    """Invite producers; how many were not invited, registered or confirmed before. Harmless when repeated.

    Raises FairStateError (over, cancelled, not_published), FairNotFoundError for a producer that does not exist,
    InvalidFairError for none or too many at once; nobody was invited then.
    """
    fair = _lock_public(fair_id, now)
    wanted = sorted(set(producer_ids))
    if not 1 <= len(wanted) <= INVITED_AT_ONCE_MAX:
        raise InvalidFairError(faults={"producers": "too_many" if wanted else "missing"})
    known = set(
        db.session.scalars(select(Producer.id).where(Producer.id.in_([min(n, ID_MAX) for n in wanted])))
    )
    if len(known) < len(wanted):
        raise FairNotFoundError(fair_id=fair_id)
    invited = 0
    for producer_id in wanted:
        part = _find(fair.id, producer_id)
        if part is not None and part.state in _STANDING:
            continue
        part = _move(
            part or _new(fair, producer_id), ParticipationState.INVITED, Side.ORGANISER, by=by, now=now
        )
        tell_of_invitation(part, now=now)
        invited += 1
    return invited


def register_producer(
    fair_id: int, producer_id: int, note: str, *, by: Actor, now: datetime
) -> Participation:
    """Ask for a place, or accept an invitation. Harmless when repeated.

    Without an invitation: until the last day of registration, and for verified producers only. Raises FairStateError
    (over, cancelled, not_published, closed, not_verified), InvalidFairError for a note that is too long,
    ParticipationMoveError after a refusal.
    """
    fair = _lock_public(fair_id, now)
    if len(note) > NOTE_MAX:
        raise InvalidFairError(faults={"note": "too_long"})
    part = _find(fair.id, producer_id)
    if part is not None and part.state in {ParticipationState.REGISTERED, ParticipationState.CONFIRMED}:
        return part
    if part is None or part.state != ParticipationState.INVITED:
        _require_admission(fair, producer_id, now)
    part = _move(
        part or _new(fair, producer_id), ParticipationState.REGISTERED, Side.PRODUCER, by=by, now=now
    )
    part.note = note or None
    tell_organiser(part, now=now)
    return part


def withdraw_producer(fair_id: int, producer_id: int, *, by: Actor, now: datetime) -> Participation:
    """Decline an invitation, or stay away after all; the booth is free again. Harmless when repeated.

    Raises FairStateError, FairNotFoundError where it takes no part, ParticipationMoveError.
    """
    fair = lock_fair(fair_id)
    require_open(fair, now)
    part = _find(fair.id, producer_id)
    if part is None:
        raise FairNotFoundError(fair_id=fair_id, producer_id=producer_id)
    if part.state == ParticipationState.WITHDRAWN:
        return part
    _move(part, ParticipationState.WITHDRAWN, Side.PRODUCER, by=by, now=now)
    tell_organiser(part, now=now)
    return part


def confirm_participation(
    fair_id: int, participation_id: int, booth_id: int | None, *, by: Actor, now: datetime
) -> Participation:
    """Give a registered producer its place. booth_id: None where there are no booths, or for later.

    Repeated with the same booth it is harmless. Raises BoothTakenError, ParticipationMoveError, FairStateError,
    FairNotFoundError.
    """
    part = _locked(fair_id, participation_id, now)
    if part.state == ParticipationState.CONFIRMED and part.booth_id == booth_id:
        return part
    booth = _free_booth(part, booth_id)
    _move(part, ParticipationState.CONFIRMED, Side.ORGANISER, by=by, now=now, booth=booth)
    tell_of_decision(part, booth.code if booth else None, None, now=now)
    return part


def give_booth(
    fair_id: int, participation_id: int, booth_id: int | None, *, by: Actor, now: datetime
) -> Participation:
    """Give a confirmed producer a booth, another one, or none. Without a change nothing is noted.

    Raises BoothTakenError, ParticipationMoveError where it is not confirmed, FairStateError, FairNotFoundError.
    """
    part = _locked(fair_id, participation_id, now)
    if part.state != ParticipationState.CONFIRMED:
        raise ParticipationMoveError(
            present=part.state, wanted=ParticipationState.CONFIRMED.value, side=Side.ORGANISER.value
        )
    if part.booth_id == booth_id:
        return part
    booth = _free_booth(part, booth_id)
    _write(part, ParticipationState.CONFIRMED, by=by, now=now, booth=booth)
    tell_of_decision(part, booth.code if booth else None, None, now=now)
    return part


def refuse_participation(
    fair_id: int, participation_id: int, reason: str, *, by: Actor, now: datetime
) -> Participation:
    """Take an invitation back, refuse a registration, or take a place away, with a reason that the producer reads.

    Harmless when repeated. Raises InvalidFairError without a reason, ParticipationMoveError, FairStateError,
    FairNotFoundError.
    """
    part = _locked(fair_id, participation_id, now)
    if part.state == ParticipationState.REFUSED:
        return part
    if not reason or len(reason) > REASON_MAX:
        raise InvalidFairError(faults={"reason": "too_long" if reason else "missing"})
    _move(part, ParticipationState.REFUSED, Side.ORGANISER, by=by, now=now, reason=reason)
    tell_of_decision(part, None, reason, now=now)
    return part


def _lock_public(fair_id: int, now: datetime) -> Fair:
    fair = lock_fair(fair_id)
    require_open(fair, now)
    if not fair.is_published:
        raise FairStateError(reason="not_published")
    return fair


def _require_admission(fair: Fair, producer_id: int, now: datetime) -> None:
    today = vietnam_date(now)
    if today > fair.register_until_on:
        raise FairStateError(reason="closed")
    if not find_seller(producer_id, today).is_verified:
        raise FairStateError(reason="not_verified")


def _find(fair_id: int, producer_id: int) -> Participation | None:
    return db.session.scalar(
        select(Participation)
        .where(Participation.fair_id == fair_id, Participation.producer_id == producer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _locked(fair_id: int, participation_id: int, now: datetime) -> Participation:
    require_open(lock_fair(fair_id), now)
    part = db.session.scalar(
        select(Participation)
        .where(Participation.id == min(participation_id, ID_MAX), Participation.fair_id == fair_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if part is None:
        raise FairNotFoundError(fair_id=fair_id, participation_id=participation_id)
    return part


def _new(fair: Fair, producer_id: int) -> Participation:
    return Participation(fair_id=fair.id, producer_id=producer_id)


def _free_booth(part: Participation, booth_id: int | None) -> Booth | None:
    """The booth of the fair, nobody else's. Raises FairNotFoundError, BoothTakenError."""
    if booth_id is None:
        return None
    booth = db.session.scalar(
        select(Booth).where(Booth.id == min(booth_id, ID_MAX), Booth.fair_id == part.fair_id)
    )
    if booth is None:
        raise FairNotFoundError(fair_id=part.fair_id, booth_id=booth_id)
    holder = db.session.scalar(
        select(Participation.id).where(Participation.booth_id == booth.id, Participation.id != part.id)
    )
    if holder is not None:
        raise BoothTakenError(code=booth.code)
    return booth


def _move(
    part: Participation,
    wanted: ParticipationState,
    side: Side,
    *,
    by: Actor,
    now: datetime,
    booth: Booth | None = None,
    reason: str | None = None,
) -> Participation:
    present = ParticipationState(part.state) if part.state else None
    if not may_move(present, wanted, side):
        raise ParticipationMoveError(present=present, wanted=wanted.value, side=side.value)
    return _write(part, wanted, by=by, now=now, booth=booth, reason=reason)


def _write(
    part: Participation,
    state: ParticipationState,
    *,
    by: Actor,
    now: datetime,
    booth: Booth | None = None,
    reason: str | None = None,
) -> Participation:
    before = part.state
    part.state, part.booth_id = state.value, booth.id if booth else None
    db.session.add(part)
    db.session.flush()
    event = ParticipationEvent(
        participation_id=part.id,
        from_state=before,
        to_state=state.value,
        booth_code=booth.code if booth else None,
        reason=reason,
        at=now,
        by_id=by.user_id,
    )
    db.session.add(event)
    if before == ParticipationState.CONFIRMED and state is not ParticipationState.CONFIRMED:
        # Nobody is to wait at a fair for a producer who does not come.
        offer_fair_pickup(part, is_offered=False, by=by, now=now)
        end_meetings(part.fair_id, Ended.NO_PART, producer_id=part.producer_id, by=by, now=now)
    touch_fair(part.fair_id, now=now)
    return part
