"""Who works for a producer: invited by telephone number, with a role, for as long as an owner wants.

A place in a team is a row with its end; a changed role is a new row. A producer with people always has an owner.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.errors import NotYoursError, TooManyCodesError
from accounts.models import MemberRole, Membership, User
from accounts.operations.audit import record_act
from accounts.operations.codes import refuse_over_cap
from accounts.tokens import hash_token, new_token
from catalog.errors import InvalidInvitationError, InvitationEndedError, LastOwnerError
from catalog.facts import Refusal
from catalog.models import Producer
from catalog.models.joining import Invitation, InvitationOutcome
from catalog.operations.joining_notices import tell
from catalog.permissions.workspace import can_manage_team
from core.buckets import WHO_BYTES, Draw, draw_all
from core.db import db
from core.i18n import gettext
from core.keys import KeyRing, keyed_hash
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages, vietnamese_phone

LASTS: Final = timedelta(days=7)
OPEN_MOST: Final = 10
"""Open invitations of one producer (docs/limits.md): more are a way to send messages to strangers."""
KIND: Final = "catalog.invitation"
KEY_PURPOSE: Final = "catalog.invitations"
DAY: Final = timedelta(days=1)
PRODUCER_DAILY: Final = 10
NUMBER_DAILY: Final = 3
"""Invitations sent, ended ones included: of one producer, to one number whoever invites."""
NAME_MAX: Final = 40
# An address or a number to call would make our message say what a stranger wants to say.
_LEADS_AWAY: Final = re.compile(r"://|[\w-][.。．｡]\w{2}|(?:\d[\s.-]?){7}")


def invite_member(
    producer: Producer,
    phone: str,
    role: str,
    *,
    by: Actor,
    address_of: Callable[[str], str],
    keys: KeyRing,
    paid_per_day: int,
    now: datetime,
) -> Invitation:
    """Offer `role` to whoever holds `phone`; an open offer to the same number ends, its link is worth nothing then.

    address_of: from the token to the whole address that the message carries. paid_per_day: as of codes, together with
    them. Only owners invite. Raises NotYoursError; InvalidInvitationError (field «phone» or «role») for no mobile
    number, another role, somebody who works there already, or too many open invitations; TooManyCodesError (wait)
    where too many were sent of late: the transaction must then be given up.
    """
    _require_owner(producer, by)
    number = _checked_phone(phone)
    if role not in set(MemberRole):
        raise InvalidInvitationError(field="role", value=role, reason=Refusal.MISSING)
    lock_team(producer.id)
    if _works_there(producer, number):
        raise InvalidInvitationError(field="role", value=role, reason=Refusal.TAKEN)
    _end_open(producer, number, by, now)
    open_now = select(func.count()).where(Invitation.producer_id == producer.id, Invitation.outcome.is_(None))
    if (db.session.scalar(open_now.where(Invitation.expires_at > now)) or 0) >= OPEN_MOST:
        raise InvalidInvitationError(field="phone", value=OPEN_MOST, reason=Refusal.OUT_OF_RANGE)
    token = new_token()
    invitation = Invitation(
        producer_id=producer.id,
        phone=number,
        role=role,
        token_hash=hash_token(token),
        invited_by_id=by.user_id,
        invited_at=now,
        expires_at=now + LASTS,
    )
    db.session.add(invitation)
    db.session.flush()
    if not by.is_demonstration:  # made-up people write to nobody
        _refuse_flood(producer.id, number, keys, now)
        refuse_over_cap(paid_per_day, is_known=False, now=now)
        _send(invitation, number, producer, address_of(token), now)
    _note("invite_member", by, f"invitation:{invitation.id}", producer, now, after={"role": role})
    return invitation


def withdraw_invitation(invitation: Invitation, *, by: Actor, now: datetime) -> None:
    """Take an offer back. Raises NotYoursError; InvitationEndedError if it has ended."""
    _require_owner(invitation.producer, by)
    _end(invitation, InvitationOutcome.WITHDRAWN, by, now)


def accept_invitation(invitation: Invitation, *, by: Actor, now: datetime) -> Membership:
    """Take the place that was offered. Only the holder of the number can, who proved to hold it.

    Raises InvitationEndedError with `reason`: «ended» (also where whoever invited is no owner there any more),
    «expired», or «phone» for somebody else; nothing has changed. Of two at once one is taken.
    """
    _require_invited(invitation, by, now)
    producer, role = invitation.producer, invitation.role
    lock_team(producer.id)
    if not db.session.scalar(_owners(producer.id).where(Membership.user_id == invitation.invited_by_id)):
        raise InvitationEndedError(reason="ended")
    _end(invitation, InvitationOutcome.ACCEPTED, by, now)
    present = _present(producer.id, by.user_id)
    if present is not None:
        if not present.is_assisting and present.role == role:
            return present
        _require_another_owner(producer, present, role)
        present.ended_at = now
        db.session.flush()
    return _add(producer.id, by.user_id, role, invitation.invited_by_id, now)


def decline_invitation(invitation: Invitation, *, by: Actor, now: datetime) -> None:
    """Say no to what was offered. Raises InvitationEndedError as `accept_invitation`."""
    _require_invited(invitation, by, now)
    _end(invitation, InvitationOutcome.DECLINED, by, now)


def change_role(
    producer: Producer, membership: Membership, role: str, *, by: Actor, now: datetime
) -> Membership:
    """Give a member another role. Raises NotYoursError; LastOwnerError; InvalidInvitationError for an unknown role."""
    _require_owner(producer, by)
    if role not in set(MemberRole) or membership.is_assisting:
        raise InvalidInvitationError(field="role", value=role, reason=Refusal.MISSING)
    lock_team(producer.id)
    _require_present(producer, membership)
    if membership.role == role:
        return membership
    _require_another_owner(producer, membership, role)
    before = {"user_id": membership.user_id, "role": membership.role}
    membership.ended_at = now
    db.session.flush()
    changed = _add(producer.id, membership.user_id, role, by.user_id, now)
    after = {"user_id": membership.user_id, "role": role}
    _note("change_role", by, f"membership:{changed.id}", producer, now, before=before, after=after)
    tell(membership.user_id, "role_changed", now=now, name=producer.name)
    return changed


def remove_member(producer: Producer, membership: Membership, *, by: Actor, now: datetime) -> None:
    """End somebody's place in the team; one's own is left. Raises NotYoursError; LastOwnerError."""
    if membership.user_id != by.user_id:
        _require_owner(producer, by)
    lock_team(producer.id)
    _require_present(producer, membership)
    _require_another_owner(producer, membership, None)
    membership.ended_at = now
    db.session.flush()
    verb = "leave_team" if membership.user_id == by.user_id else "remove_member"
    before = {"user_id": membership.user_id, "role": membership.role}
    _note(verb, by, f"membership:{membership.id}", producer, now, before=before)
    if membership.user_id != by.user_id:
        tell(membership.user_id, "role_changed", now=now, name=producer.name)


def lock_team(producer_id: int) -> None:
    """Changes of one team come one after the other: two owners cannot dismiss each other at once."""
    db.session.execute(select(Producer.id).where(Producer.id == producer_id).with_for_update())


def _require_owner(producer: Producer, by: Actor) -> None:
    if not can_manage_team(by, producer.id):
        raise NotYoursError(producer_id=producer.id)


def _checked_phone(text: str) -> str:
    number = vietnamese_phone(text)
    if number is None or not can_take_messages(number):
        reason = Refusal.NOT_A_PHONE if text.strip() else Refusal.MISSING
        raise InvalidInvitationError(field="phone", value=text, reason=reason)
    return number


def _works_there(producer: Producer, number: str) -> bool:
    present = (Membership.producer_id == producer.id, Membership.ended_at.is_(None))
    holder = select(Membership.id).join(Membership.user).where(*present, User.phone == number)
    return db.session.scalar(holder.where(User.phone_verified_at.is_not(None))) is not None


def _end_open(producer: Producer, number: str, by: Actor, now: datetime) -> None:
    same = (Invitation.producer_id == producer.id, Invitation.phone == number, Invitation.outcome.is_(None))
    for earlier in db.session.scalars(select(Invitation).where(*same)):
        _end(earlier, InvitationOutcome.WITHDRAWN, by, now)


def _refuse_flood(producer_id: int, number: str, keys: KeyRing, now: datetime) -> None:
    """Counted in buckets, because the number is forgotten with the end of an invitation."""
    key = keys.derive(KEY_PURPOSE)
    draws = (
        Draw(
            "invitation.producer",
            keyed_hash(key, str(producer_id), WHO_BYTES),
            PRODUCER_DAILY,
            DAY / PRODUCER_DAILY,
        ),
        Draw("invitation.number", keyed_hash(key, number, WHO_BYTES), NUMBER_DAILY, DAY / NUMBER_DAILY),
    )
    wait = draw_all(draws, now=now)
    if wait is not None:
        raise TooManyCodesError(wait=wait, reason="number")


def _told_name(name: str) -> str:
    """A producer's name as a message tells it: short; none if it leads away. Anybody can register any name."""
    if _LEADS_AWAY.search(name):
        return ""
    return name if len(name) <= NAME_MAX else f"{name[: NAME_MAX - 1].rstrip()}…"


def _send(invitation: Invitation, number: str, producer: Producer, address: str, now: datetime) -> None:
    name = _told_name(producer.name)
    enqueue_message(
        to=number,
        channel=Channel.SMS,
        kind=KIND,
        subject=gettext("Chợ OCOP: an invitation"),
        text=gettext(
            "Chợ OCOP: you are invited to work for «%(name)s»: %(address)s (7 days)",
            name=name,
            address=address,
        )
        if name
        else gettext(
            "Chợ OCOP: you are invited to work for a producer: %(address)s (7 days)", address=address
        ),
        values={"name": name or gettext("a producer"), "address": address},
        expires_at=invitation.expires_at,
        now=now,
    )


def _require_invited(invitation: Invitation, by: Actor, now: datetime) -> None:
    if invitation.outcome is not None:
        raise InvitationEndedError(reason="ended")
    if now >= invitation.expires_at:
        raise InvitationEndedError(reason="expired")
    person = db.session.get_one(User, by.user_id)
    if person.phone_verified_at is None or person.phone != invitation.phone:
        raise InvitationEndedError(reason="phone")


def _end(invitation: Invitation, outcome: InvitationOutcome, by: Actor, now: datetime) -> None:
    """One guarded UPDATE decides who comes first; the number is forgotten with the end."""
    ended = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.outcome.is_(None))
        .values(outcome=outcome.value, ended_by_id=by.user_id, ended_at=now, phone=None)
    )
    if ended.rowcount == 0:  # type: ignore[attr-defined]
        raise InvitationEndedError(reason="ended")
    db.session.refresh(invitation)
    producer = db.session.get_one(Producer, invitation.producer_id)
    after = {"outcome": outcome.value, "role": invitation.role}
    _note(_VERBS[outcome], by, f"invitation:{invitation.id}", producer, now, after=after)


_VERBS: Final = {
    InvitationOutcome.ACCEPTED: "accept_invitation",
    InvitationOutcome.DECLINED: "decline_invitation",
    InvitationOutcome.WITHDRAWN: "withdraw_invitation",
}


def _present(producer_id: int, user_id: int) -> Membership | None:
    place = (
        Membership.producer_id == producer_id,
        Membership.user_id == user_id,
        Membership.ended_at.is_(None),
    )
    return db.session.scalar(select(Membership).where(*place))


def _require_present(producer: Producer, membership: Membership) -> None:
    db.session.refresh(membership)
    if membership.producer_id != producer.id or membership.ended_at is not None:
        raise NotYoursError(membership_id=membership.id)


def _require_another_owner(producer: Producer, membership: Membership, role: str | None) -> None:
    """Raises LastOwnerError where `membership` is the only owner's and would not be one with `role`."""
    if membership.role != MemberRole.OWNER or membership.is_assisting or role == MemberRole.OWNER:
        return
    if not db.session.scalar(_owners(producer.id).where(Membership.id != membership.id)):
        raise LastOwnerError(producer_id=producer.id)


def _owners(producer_id: int) -> Select[int]:
    """How many own it now; who only assists does not."""
    return select(func.count()).where(
        Membership.producer_id == producer_id,
        Membership.role == MemberRole.OWNER.value,
        Membership.is_assisting.is_(False),
        Membership.ended_at.is_(None),
    )


def _add(producer_id: int, user_id: int, role: str, added_by_id: int, now: datetime) -> Membership:
    membership = Membership(
        user_id=user_id, producer_id=producer_id, role=role, added_by_id=added_by_id, joined_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(membership)
    except IntegrityError:
        raise InvitationEndedError(reason="ended") from None
    return membership


def _note(
    verb: str, by: Actor, subject: str, producer: Producer, now: datetime, **more: Mapping[str, object]
) -> None:
    place = producer.place
    record_act(
        f"catalog.{verb}",
        by=by,
        subject=subject,
        producer_id=producer.id,
        province_code=place.current_province_code if place else None,
        now=now,
        **more,  # type: ignore[arg-type]
    )
