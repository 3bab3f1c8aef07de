"""Who works for a producer, who is invited, who could help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import MemberRole, Membership, Role, RoleGrant, User
from accounts.tokens import hash_token
from catalog.models import Producer
from catalog.models.joining import Assistance, Invitation
from catalog.queries.office_scope import producers_of
from catalog.queries.workspace import get_own_producer
from core.db import db


@dataclass(frozen=True, slots=True)
class Helper:
    """An officer who could help a producer of the area."""

    id: int
    name: str
    level: str


def list_members(producer_id: int, now: datetime) -> Sequence[Membership]:
    """Who works there now, the longest first, with their people."""
    return db.session.scalars(
        select(Membership)
        .where(
            Membership.producer_id == producer_id,
            Membership.ended_at.is_(None),
            or_(Membership.ends_at.is_(None), Membership.ends_at > now),
        )
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    ).all()


def get_member(producer_id: int, membership_id: int) -> Membership:
    """A present place in the team of that producer. Raises NotYoursError."""
    here = (
        Membership.id == membership_id,
        Membership.producer_id == producer_id,
        Membership.ended_at.is_(None),
    )
    found = db.session.scalar(select(Membership).where(*here))
    if found is None:
        raise NotYoursError(membership_id=membership_id)
    return found


def list_open_invitations(producer_id: int, now: datetime) -> Sequence[Invitation]:
    """Offers that can still be accepted, the latest first."""
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.producer_id == producer_id, Invitation.outcome.is_(None), Invitation.expires_at > now
        )
        .order_by(Invitation.id.desc())
    ).all()


def get_own_invitation(actor: Actor, producer_id: int, invitation_id: int) -> Invitation:
    """An offer of a producer that `actor` works for. Raises NotYoursError."""
    producer = get_own_producer(actor, producer_id)
    found = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.producer_id == producer.id)
    )
    if found is None:
        raise NotYoursError(invitation_id=invitation_id)
    return found


def get_invitation(token: str) -> Invitation:
    """The offer whose link holds `token`, ended or not. Raises NotYoursError."""
    found = db.session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == hash_token(token))
        .options(joinedload(Invitation.producer), joinedload(Invitation.invited_by))
    )
    if found is None:
        raise NotYoursError
    return found


def list_helpers(producer: Producer) -> list[Helper]:
    """Officers of the producer's commune and province, the nearest first; national ones help nobody in person."""
    place = producer.place
    if place is None or place.current_province_code is None:
        return []
    rows = db.session.execute(
        select(User.id, User.name, RoleGrant.level)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == Role.OFFICER.value,
            RoleGrant.ended_at.is_(None),
            RoleGrant.province_code == place.current_province_code,
            or_(RoleGrant.commune_code.is_(None), RoleGrant.commune_code == place.current_commune_code),
            User.erased_at.is_(None),
            User.is_demonstration == producer.is_demonstration,
        )
        .order_by(RoleGrant.level, User.name, User.id)
    )
    return [Helper(row.id, row.name or "", row.level or "") for row in rows]


def list_assistance(producer_id: int, now: datetime) -> Sequence[Assistance]:
    """Help that lasts now."""
    return db.session.scalars(
        select(Assistance)
        .where(Assistance.producer_id == producer_id, Assistance.ended_at.is_(None), Assistance.ends_at > now)
        .options(joinedload(Assistance.officer), joinedload(Assistance.agreed_by))
        .order_by(Assistance.id)
    ).all()


def get_own_assistance(actor: Actor, producer_id: int, assistance_id: int) -> Assistance:
    """Help for a producer that `actor` works for. Raises NotYoursError."""
    producer = get_own_producer(actor, producer_id)
    found = db.session.scalar(
        select(Assistance).where(Assistance.id == assistance_id, Assistance.producer_id == producer.id)
    )
    if found is None:
        raise NotYoursError(assistance_id=assistance_id)
    return found


def find_reachable_owner(producer_id: int) -> User | None:
    """The longest-standing owner with a verified telephone; None if there is none."""
    return db.session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == producer_id,
            Membership.role == MemberRole.OWNER.value,
            Membership.is_assisting.is_(False),
            Membership.ended_at.is_(None),
            User.phone.is_not(None),
            User.phone_verified_at.is_not(None),
            User.is_demonstration.is_(False),  # made-up people have made-up numbers, which may be somebody's
        )
        .order_by(Membership.id)
        .limit(1)
    )


def list_help_given(actor: Actor, now: datetime) -> Sequence[Assistance]:
    """Help that the officer gives now, what ends first comes first."""
    return db.session.scalars(
        select(Assistance)
        .where(
            Assistance.officer_id == actor.user_id, Assistance.ended_at.is_(None), Assistance.ends_at > now
        )
        .options(joinedload(Assistance.producer))
        .order_by(Assistance.ends_at, Assistance.id)
    ).all()


def search_helpable(actor: Actor, text: str, limit: int = 20) -> Sequence[Producer]:
    """Producers of the officer's area whose name holds `text`, by name."""
    if not text:
        return ()
    return db.session.scalars(
        select(Producer)
        .where(producers_of(actor), Producer.name.icontains(text, autoescape=True))
        .order_by(Producer.name, Producer.id)
        .limit(limit)
    ).all()
