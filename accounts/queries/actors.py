"""Who a cookie belongs to, and what that person may do now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import selectinload

from accounts.actors import Actor, Post, Team
from accounts.models import Membership, Role, RoleGrant, Session, User
from accounts.tokens import hash_token
from core.db import UtcDateTime, db
from core.prepared import Prepared

# Every private page begins with these, so they are put together once and read plain rows of only what is asked.
_SESSION, _USER = Session.__table__.c, User.__table__.c
_GRANT, _MEMBER = RoleGrant.__table__.c, Membership.__table__.c
_NOW: Final = bindparam("now", type_=UtcDateTime)
_OF_TOKEN: Final = Prepared(
    select(
        _SESSION.id.label("session_id"),
        _SESSION.seen_at,
        _SESSION.confirmed_at,
        _SESSION.second_factor_at,
        _USER.id.label("user_id"),
        _USER.name,
        _USER.language,
        _USER.is_demonstration,
    )
    .join(User.__table__, _USER.id == _SESSION.user_id)
    .where(
        _SESSION.token_hash == bindparam("token_hash"),
        _SESSION.ended_at.is_(None),
        _USER.erased_at.is_(None),
        _SESSION.idle_until_at > _NOW,
        _SESSION.expires_at > _NOW,
    )
)
_GRANTS: Final = Prepared(
    select(_GRANT.role, _GRANT.level, _GRANT.province_code, _GRANT.commune_code)
    .where(_GRANT.user_id == bindparam("user_id"), _GRANT.ended_at.is_(None))
    .order_by(_GRANT.id)
)
_TEAMS: Final = Prepared(
    select(_MEMBER.producer_id, _MEMBER.role, _MEMBER.is_assisting, _MEMBER.assists_with)
    .where(
        _MEMBER.user_id == bindparam("user_id"),
        _MEMBER.ended_at.is_(None),
        or_(_MEMBER.ends_at.is_(None), _MEMBER.ends_at > _NOW),
    )
    .order_by(_MEMBER.id)
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who a cookie belongs to, and when the session was last noted to be in use."""

    actor: Actor
    seen_at: datetime


def find_visit(token: str, *, now: datetime) -> Visit | None:
    """Who comes with `token`, if its session is alive: not ended, not idle too long nor too old, the person not erased.

    Three statements.
    """
    found: Any = _OF_TOKEN.first({"token_hash": hash_token(token), "now": now})
    if found is None:
        return None
    grants = _GRANTS.all({"user_id": found.user_id})
    teams = _TEAMS.all({"user_id": found.user_id, "now": now})
    roles = {row.role for row in grants}
    actor = Actor(
        user_id=found.user_id,
        name=found.name or "",
        language=found.language,
        session_id=found.session_id,
        posts=tuple(
            Post(row.level or "", row.province_code, row.commune_code)
            for row in grants
            if row.role == Role.OFFICER
        ),
        teams=tuple(_team(row) for row in teams),
        is_organiser=Role.ORGANISER in roles,
        is_administrator=Role.ADMINISTRATOR in roles,
        is_demonstration=found.is_demonstration,
        confirmed_at=found.confirmed_at,
        second_factor_at=found.second_factor_at,
    )
    return Visit(actor, found.seen_at)


def get_actor(user_id: int) -> Actor:
    """The person `user_id` as one who acts, without a session: for commands, jobs and tests."""
    user = db.session.scalars(
        select(User)
        .where(User.id == user_id)
        .options(selectinload(User.grants), selectinload(User.memberships))
    ).one()
    return actor_of(user)


def actor_of(user: User) -> Actor:
    """`user` with what is granted and not ended."""
    grants = [each for each in user.grants if each.ended_at is None]
    return Actor(
        user_id=user.id,
        name=user.name or "",
        language=user.language,
        posts=tuple(
            Post(each.level or "", each.province_code, each.commune_code)
            for each in grants
            if each.role == Role.OFFICER
        ),
        teams=tuple(_team(each) for each in user.memberships if each.ended_at is None),
        is_organiser=any(each.role == Role.ORGANISER for each in grants),
        is_administrator=any(each.role == Role.ADMINISTRATOR for each in grants),
        is_demonstration=user.is_demonstration,
    )


def _team(place: Any) -> Team:
    """A place in a team: a row of `membership`, or a Membership."""
    scopes = frozenset((place.assists_with or "").split(",")) - {""}
    return Team(place.producer_id, place.role, place.is_assisting, scopes)
