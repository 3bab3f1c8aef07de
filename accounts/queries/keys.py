"""Finding keys: those of a producer for its page, and the one that a request shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hmac import compare_digest
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor, Team
from accounts.models import MemberRole, Membership
from accounts.models.keys import ApiKey
from accounts.queries.actors import get_actor
from accounts.tokens import hash_token
from core.db import db

_KEY: Final = re.compile(r"ocop_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_NO_HASH: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class KeyCaller:
    """A system that showed a valid key. actor: the owner who made it, with nothing but a writer's place at the one
    producer: what the system does, it does on that person's behalf."""

    key_id: int
    producer_id: int
    scopes: frozenset[str]
    actor: Actor
    last_used_on: date | None


def list_keys(producer_id: int) -> Sequence[ApiKey]:
    """Keys of a producer, those that were revoked too, the latest first."""
    return db.session.scalars(
        select(ApiKey)
        .where(ApiKey.producer_id == producer_id)
        .options(joinedload(ApiKey.created_by))
        .order_by(ApiKey.id.desc())
    ).all()


def find_caller(text: str, *, on: date) -> KeyCaller | None:
    """Whose key `text` is, if it is valid on that day and its maker still an owner of the producer.

    Takes the same steps whether a key of that prefix exists or not.
    """
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    key = db.session.scalar(select(ApiKey).where(ApiKey.prefix == found[1]))
    is_right = compare_digest(hash_token(found[2]), key.secret_hash if key else _NO_HASH)
    if key is None or not is_right or not key.is_valid_on(on) or not _is_owner(key):
        return None
    person = get_actor(key.created_by_id)
    actor = replace(
        person,
        posts=(),
        teams=(Team(key.producer_id, MemberRole.EDITOR),),
        is_organiser=False,
        is_administrator=False,
    )
    return KeyCaller(key.id, key.producer_id, key.scope_set, actor, key.last_used_on)


def _is_owner(key: ApiKey) -> bool:
    """A key dies with its maker's ownership: whoever is dismissed keeps no way in."""
    owner = (
        Membership.user_id == key.created_by_id,
        Membership.producer_id == key.producer_id,
        Membership.role == MemberRole.OWNER,
        Membership.is_assisting.is_(False),
        Membership.ended_at.is_(None),
    )
    return db.session.scalar(select(Membership.id).where(*owner)) is not None
