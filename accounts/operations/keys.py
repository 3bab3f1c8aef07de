"""Making and revoking the keys of a producer's own systems."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from accounts.errors import InvalidKeyError, KeyNotFoundError, TooManyKeysError
from accounts.models.keys import ApiKey, Scope
from accounts.operations.audit import record_act
from accounts.tokens import hash_token, new_token
from core.clock import vietnam_date
from core.db import db
from core.text import clean_line

KEYS_MAX: Final = 10
NAME_MAX: Final = 60
MARK: Final = "ocop"
"""What every key begins with, so that scanners of leaked secrets know one when they see it."""
PREFIX_CHARS: Final = 8
_PREFIX_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"


def create_key(
    producer_id: int,
    *,
    name: str,
    scopes: Iterable[str],
    expires_on: date | None,
    by: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new key of a producer, and its text «ocop_‹8›_‹43›», which is told this once only.

    expires_on: its last day, None for no end. Raises InvalidKeyError (field, reason) and TooManyKeysError; then
    nothing has changed. Source: OWASP ASVS 5.0.0, 9 and 11.5.1 (at least 128 random bits).
    """
    title = clean_line(name)
    wanted = sorted(set(scopes))
    _require(title, wanted, expires_on, vietnam_date(now))
    alive = select(func.count()).select_from(ApiKey)
    alive = alive.where(ApiKey.producer_id == producer_id, ApiKey.revoked_at.is_(None))
    if (db.session.scalar(alive) or 0) >= KEYS_MAX:
        raise TooManyKeysError(most=KEYS_MAX)
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(PREFIX_CHARS))
    secret = new_token()
    key = ApiKey(
        producer_id=producer_id,
        name=title,
        prefix=prefix,
        secret_hash=hash_token(secret),
        scopes=" ".join(wanted),
        created_by_id=by.user_id,
        created_at=now,
        expires_on=expires_on,
    )
    db.session.add(key)
    db.session.flush()
    record_act(
        "accounts.create_key",
        by=by,
        subject=f"api_key:{key.id}",
        after={"scopes": wanted, "expires_on": expires_on.isoformat() if expires_on else None},
        producer_id=producer_id,
        now=now,
    )
    return key, f"{MARK}_{prefix}_{secret}"


def revoke_key(producer_id: int, key_id: int, *, by: Actor, now: datetime) -> bool:
    """Make a key worthless at once; False if it was already. Raises KeyNotFoundError for one of somebody else."""
    own = (ApiKey.id == key_id, ApiKey.producer_id == producer_id)
    key = db.session.scalar(select(ApiKey).where(*own).with_for_update())
    if key is None:
        raise KeyNotFoundError(key_id=key_id)
    if key.revoked_at is not None:
        return False
    key.revoked_at, key.revoked_by_id = now, by.user_id
    record_act("accounts.revoke_key", by=by, subject=f"api_key:{key.id}", producer_id=producer_id, now=now)
    return True


def _require(title: str, scopes: list[str], expires_on: date | None, today: date) -> None:
    if not title:
        raise InvalidKeyError(field="name", reason="missing")
    if len(title) > NAME_MAX:
        raise InvalidKeyError(field="name", reason="too_long")
    if not scopes or not set(scopes) <= set(Scope):
        raise InvalidKeyError(field="scopes", reason="missing")
    if expires_on is not None and expires_on < today:
        raise InvalidKeyError(field="expires_on", reason="past")
