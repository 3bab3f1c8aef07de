"""Passwords: what is taken for one, and setting it. Hashes are computed by the edge, outside any transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from accounts.common_passwords import is_common
from accounts.errors import WeakPasswordError
from accounts.hashing import hasher
from accounts.models import User
from core.text import nfc

# Source: OWASP ASVS 5.0.0, 6.2.1 (8, better 15), 6.2.9 (at least 64 allowed); any characters, 6.2.5.
LENGTH_MIN: Final = 8
LENGTH_ADVISED: Final = 15
LENGTH_MAX: Final = 200


def hash_new_password(password: str, context: Iterable[str]) -> str:
    """The hash of a password that somebody chose. Slow on purpose: call it outside a transaction.

    context: the person's name, number and address, which make no password. Raises WeakPasswordError (reason).
    """
    check_new_password(password, context)
    return hasher.hash(password)


def check_new_password(password: str, context: Iterable[str]) -> None:
    """Raises WeakPasswordError: reason `too_short`, `too_long` or `common`."""
    length = len(nfc(password))
    if length < LENGTH_MIN:
        raise WeakPasswordError(reason="too_short")
    if length > LENGTH_MAX:
        raise WeakPasswordError(reason="too_long")
    if is_common(password, [text for text in context if text]):
        raise WeakPasswordError(reason="common")


def is_password_right(stored: str | None, password: str) -> bool:
    """Whether `stored` is a hash of `password`; as slow if there is no hash, because there is no such account.

    Slow on purpose: call it outside a transaction, and only after `throttles.allow_guess`.
    """
    return hasher.is_right(password[: LENGTH_MAX + 1], stored)


def renewed_hash(stored: str | None, password: str) -> str | None:
    """A new hash of the right `password` if the stored one was made with former parameters, else None."""
    return hasher.hash(password) if stored and hasher.is_outdated(stored) else None


def set_password(user: User, password_hash: str, *, now: datetime) -> None:
    """Let `user` sign in with the password of `password_hash` (from `hash_new_password`)."""
    user.password_hash = password_hash
    user.password_changed_at = now
