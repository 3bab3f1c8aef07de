"""Roles: given and ended by administrators, each act with its reason.

Two rules keep an administrator from becoming the authority: nobody gives or ends a role of one's own, and nobody is
administrator and officer at once. Every administrator hears of each act. See docs/decisions/0019-personal-data.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from accounts.actors import Actor
from accounts.errors import RoleConflictError, UserNotFoundError
from accounts.models import Membership, OfficeLevel, Role, RoleGrant, User
from accounts.operations.audit import record_act
from accounts.operations.notices import notify_user
from accounts.operations.second_factor import forget_enrolment
from accounts.operations.sessions import end_other_sessions, lock_user
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking
from core.jobs.queue import enqueue
from core.places import Vintage, find_commune_by_code, find_province_by_code
from core.text import clean_text

REASON_MAX: Final = 500
HELP_ENDED_JOB: Final = "catalog.note_help_ended"
APART: Final = frozenset({Role.OFFICER.value, Role.ADMINISTRATOR.value})


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role to be given. level, province_code, commune_code: of an officer, places of today; else empty."""

    role: str
    level: str = ""
    province_code: str = ""
    commune_code: str = ""


def grant_role(user_id: int, facts: RoleFacts, *, reason: str, by: Actor, now: datetime) -> RoleGrant:
    """Give a role. The person is signed out everywhere, so that the stricter rules of the role hold from now on, and
    an app that was not confirmed is set up anew.

    reason: on what it rests, such as the number of the assignment. Raises UserNotFoundError, RoleConflictError
    (reason: `to_oneself`, `held_already`, `kept_apart`, `unknown_area`, `reason_missing`); nothing has changed then.
    """
    user = _get_user(user_id)
    told = _checked_reason(reason)
    if user.id == by.user_id:
        raise RoleConflictError(reason="to_oneself")
    area = _checked_area(facts)
    held = _list_held(user.id)
    if any(_same(each, facts.role, area) for each in held):
        raise RoleConflictError(reason="held_already")
    if facts.role in APART and any(each.role in APART - {facts.role} for each in held):
        raise RoleConflictError(reason="kept_apart")
    grant = RoleGrant(user_id=user.id, role=facts.role, granted_by_id=by.user_id, granted_at=now, **area)
    db.session.add(grant)
    db.session.flush()
    forget_enrolment(user.id)
    _note("accounts.grant_role", grant, told, by, now)
    return grant


def end_role(grant_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """End a role; twice is once. The person is signed out everywhere.

    With any post of an officer all help ends that was let in by that office: a producer's owners, who are told, may
    let the officer in again where another post allows it.
    Raises UserNotFoundError for a grant that is none, RoleConflictError (reason: `to_oneself`, `last_administrator`,
    `reason_missing`); nothing has changed then.
    """
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None:
        raise UserNotFoundError(user_id=None)
    lock_user(grant.user_id)
    db.session.refresh(grant)
    if grant.ended_at is not None:
        return
    told = _checked_reason(reason)
    if grant.user_id == by.user_id:
        raise RoleConflictError(reason="to_oneself")
    if grant.role == Role.ADMINISTRATOR and len(_list_administrators()) < 2:
        raise RoleConflictError(reason="last_administrator")
    grant.ended_at, grant.ended_by_id = now, by.user_id
    db.session.flush()
    if grant.role == Role.OFFICER:
        _end_help(grant.user_id, by, now)
    _note("accounts.end_role", grant, told, by, now)


def _end_help(user_id: int, by: Actor, now: datetime) -> None:
    """At once: each page asks for the places in teams. A job of the catalogue notes it and tells the owners."""
    helping = (Membership.user_id == user_id, Membership.is_assisting, Membership.ended_at.is_(None))
    db.session.execute(update(Membership).where(*helping).values(ended_at=now))
    enqueue(HELP_ENDED_JOB, now=now, officer_id=user_id, by_id=by.user_id)


def _note(verb: str, grant: RoleGrant, reason: str, by: Actor, now: datetime) -> None:
    end_other_sessions(grant.user_id, keep_id=None, now=now)
    facts = {
        "role": grant.role,
        "level": grant.level,
        "province_code": grant.province_code,
        "commune_code": grant.commune_code,
    }
    record_act(
        verb,
        by=by,
        subject=f"user:{grant.user_id}",
        before=facts if grant.ended_at is not None else None,
        after=facts if grant.ended_at is None else None,
        reason=reason,
        province_code=grant.province_code,
        now=now,
    )
    hearing = {each.user_id for each in _list_administrators()} | {grant.user_id}
    for user_id in sorted(hearing - {by.user_id}):
        with speaking(db.session.get_one(User, user_id).language):
            subject = _("A role was given or ended")
            text = _(
                "The roles of account number %(number)s were changed by an administrator."
                " If you did not expect this, speak to the other administrators.",
                number=grant.user_id,
            )
        notify_user(user_id, subject, text, now=now)


def _get_user(user_id: int) -> User:
    user = lock_user(user_id)  # of two who give roles that exclude each other, one does
    if user is None or user.erased_at is not None:
        raise UserNotFoundError(user_id=user_id)
    return user


def _list_held(user_id: int) -> list[RoleGrant]:
    held = (RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
    return list(db.session.scalars(select(RoleGrant).where(*held)))


def _list_administrators() -> list[RoleGrant]:
    """Locked, so that of two administrators who end each other at once one remains."""
    held = (RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.ended_at.is_(None))
    rows = select(RoleGrant).where(*held).order_by(RoleGrant.id).with_for_update()
    return list(db.session.scalars(rows))


def _same(grant: RoleGrant, role: str, area: dict[str, Any]) -> bool:
    return grant.role == role and all(getattr(grant, name) == value for name, value in area.items())


def _checked_area(facts: RoleFacts) -> dict[str, Any]:
    """Level and codes as they are stored: an officer's are complete and true, all others have none."""
    nothing: dict[str, Any] = {"level": None, "province_code": None, "commune_code": None}
    if facts.role not in set(Role):
        raise RoleConflictError(reason="unknown_area")
    if facts.role != Role.OFFICER:
        return nothing
    if facts.level == OfficeLevel.NATION:
        return nothing | {"level": facts.level}
    province = find_province_by_code(facts.province_code, Vintage.SINCE_2025_07)
    if facts.level not in {OfficeLevel.PROVINCE, OfficeLevel.COMMUNE} or province is None:
        raise RoleConflictError(reason="unknown_area")
    if facts.level == OfficeLevel.PROVINCE:
        return nothing | {"level": facts.level, "province_code": province.code}
    commune = find_commune_by_code(facts.commune_code)
    if commune is None or commune.province_code != province.code:
        raise RoleConflictError(reason="unknown_area")
    return {"level": facts.level, "province_code": province.code, "commune_code": commune.code}


def _checked_reason(reason: str) -> str:
    told = clean_text(reason)
    if not told or len(told) > REASON_MAX:
        raise RoleConflictError(reason="reason_missing")
    return told
