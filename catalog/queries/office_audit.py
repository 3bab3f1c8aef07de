"""The audit trail as officers and administrators read it: administrators and the nation all of it, provinces their own,
communes what they did themselves and what happened to producers of the commune."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from accounts.actors import Actor, Post
from accounts.models import AuditEvent, User
from catalog.models import Place, Producer
from core.db import db

LATEST: int = 50
"""Acts told on the page of one product or producer; the trail itself has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSearch:
    """What is looked for in the trail. actor_name: part of a name. verb, subject: the beginning of each."""

    actor_name: str = ""
    verb: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the trail with the name of who acted; «name» is None for the program itself or an erased person."""

    event: AuditEvent
    name: str | None


def list_acts(actor: Actor, search: ActSearch, *, page: int = 1, per_page: int = 50) -> tuple[list[Act], int]:
    """A page of the acts that `actor` may read, the latest first, and how many there are."""
    query = _search(actor, search)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(
        query.order_by(AuditEvent.seq.desc()).limit(per_page).offset((page - 1) * per_page)
    )
    return [Act(event, name) for event, name in rows], total


def list_acts_about(actor: Actor, subject: str, *, producer_id: int | None = None) -> list[Act]:
    """The latest acts about `subject` (or all of a producer) that `actor` may read."""
    about: ColumnElement[bool] = AuditEvent.subject == subject
    if producer_id is not None:
        about = or_(about, AuditEvent.producer_id == producer_id)
    rows = db.session.execute(
        _named().where(events_of(actor), about).order_by(AuditEvent.seq.desc()).limit(LATEST)
    )
    return [Act(event, name) for event, name in rows]


def list_verbs(actor: Actor) -> list[str]:
    """The verbs that occur among the acts that `actor` may read."""
    return list(
        db.session.scalars(
            select(AuditEvent.verb).where(events_of(actor)).distinct().order_by(AuditEvent.verb)
        )
    )


def events_of(actor: Actor) -> ColumnElement[bool]:
    """Whether a row of `audit_event` may be read by `actor`."""
    if actor.is_administrator or any(post.level == "nation" for post in actor.posts):
        return true()
    own = AuditEvent.actor_id == actor.user_id
    return or_(false(), own, *(_seen_from(post) for post in actor.posts))


def _seen_from(post: Post) -> ColumnElement[bool]:
    if post.level == "province":
        return AuditEvent.province_code == post.province_code
    makers = (
        select(Producer.id)
        .join(Producer.place)
        .where(
            Place.current_province_code == post.province_code,
            Place.current_commune_code == post.commune_code,
        )
        .correlate(None)
    )
    return and_(AuditEvent.province_code == post.province_code, AuditEvent.producer_id.in_(makers))


def _named() -> Select[Any]:
    named: Select[Any] = select(AuditEvent, User.name)  # type: ignore[assignment]
    return named.outerjoin(User, User.id == AuditEvent.actor_id)


def _search(actor: Actor, search: ActSearch) -> Select[Any]:
    query = _named().where(events_of(actor))
    if search.actor_name:
        query = query.where(User.name.icontains(search.actor_name, autoescape=True))
    if search.verb:
        query = query.where(AuditEvent.verb == search.verb)
    if search.subject:
        query = query.where(AuditEvent.subject.startswith(search.subject, autoescape=True))
    if search.since is not None:
        query = query.where(AuditEvent.acted_at >= search.since)
    if search.until is not None:
        query = query.where(AuditEvent.acted_at < search.until)
    return query
