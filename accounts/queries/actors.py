"""Who a cookie belongs to, and what that person may do now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.actors import Actor, Post, Team
from accounts.models import Role, Session, User
from accounts.tokens import hash_token
from core.db import db


def find_session(token: str, *, now: datetime) -> Session | None:
    """The session of `token` if it is alive: not ended, not idle too long, not too old, its person not erased."""
    found = db.session.scalar(
        select(Session)
        .where(Session.token_hash == hash_token(token))
        .options(
            joinedload(Session.user).selectinload(User.grants),
            joinedload(Session.user).selectinload(User.memberships),
        )
    )
    if found is None or found.ended_at is not None or found.user.erased_at is not None:
        return None
    return found if now < min(found.idle_until_at, found.expires_at) else None


def get_actor(user_id: int) -> Actor:
    """The person `user_id` as one who acts, without a session: for commands, jobs and tests."""
    user = db.session.scalars(
        select(User)
        .where(User.id == user_id)
        .options(selectinload(User.grants), selectinload(User.memberships))
    ).one()
    return actor_of(user)


def actor_of(user: User, session: Session | None = None, *, now: datetime | None = None) -> Actor:
    """`user` with what is granted and not ended. now: places in a team that end by then are left out."""
    grants = [each for each in user.grants if each.ended_at is None]
    return Actor(
        user_id=user.id,
        name=user.name or "",
        language=user.language,
        session_id=session.id if session else None,
        posts=tuple(
            Post(each.level or "", each.province_code, each.commune_code)
            for each in grants
            if each.role == Role.OFFICER
        ),
        teams=tuple(
            Team(each.producer_id, each.role, each.is_assisting)
            for each in user.memberships
            if each.ended_at is None and (now is None or each.ends_at is None or now < each.ends_at)
        ),
        is_organiser=any(each.role == Role.ORGANISER for each in grants),
        is_administrator=any(each.role == Role.ADMINISTRATOR for each in grants),
        is_demonstration=user.is_demonstration,
        confirmed_at=session.confirmed_at if session else None,
        second_factor_at=session.second_factor_at if session else None,
    )
