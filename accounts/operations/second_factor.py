"""The second step of a sign-in: an authenticator app, or one of the recovery codes that stand in for it.

Source: OWASP ASVS 5.0.0, 6.5.1 (one use), 6.5.2, 6.5.5, 6.6.3; RFC 6238, 5.2.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update

from accounts import totp
from accounts.actors import Actor
from accounts.errors import EnrolmentGoneError, SecondFactorNeededError
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.operations.audit import record_act
from accounts.operations.notices import notify_of
from accounts.queries.actors import get_actor
from accounts.sealing import seal, unseal
from core.db import db
from core.keys import KeyRing, keyed_hash

SEAL_PURPOSE: Final = "accounts.second_factor"
RECOVERY_KEY: Final = "accounts.recovery_codes"
RECOVERY_COUNT: Final = 10
RECOVERY_LETTERS: Final = 12
"""60 random bits, kept by a keyed hash: without the key nothing can be tried. Source: OWASP ASVS 5.0.0, 6.5.2."""
ENROLMENT_LASTS: Final = timedelta(minutes=30)
"""A secret that waits for its first code; ours (docs/limits.md)."""
# Without letters that are taken for others when copied from paper (Crockford's base 32).
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def begin_enrolment(user_id: int, keys: KeyRing, *, now: datetime) -> str:
    """The secret for the app that `user_id` sets up; the same one for ENROLMENT_LASTS, however often it is asked for.

    Raises SecondFactorNeededError if one is confirmed already: that one has to be switched off first.
    """
    factor = db.session.get(SecondFactor, user_id, with_for_update=True, populate_existing=True)
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorNeededError(user_id=user_id)
    is_fresh = factor is not None and now - factor.created_at < ENROLMENT_LASTS
    known = unseal(factor.sealed_secret, keys, SEAL_PURPOSE) if factor and is_fresh else None
    if known is not None:
        return known
    secret = totp.new_secret()
    _keep_secret(user_id, secret, keys, now)
    return secret


def confirm_enrolment(user: User, code: str, keys: KeyRing, *, by: Actor, now: datetime) -> list[str] | None:
    """Switch the second step on if `code` is what the app shows now. Returns the recovery codes, told this once only.

    None if the code is wrong. Raises EnrolmentGoneError if nothing is being set up any more. Nothing has changed then.
    """
    factor = db.session.get(SecondFactor, user.id, with_for_update=True, populate_existing=True)
    secret = unseal(factor.sealed_secret, keys, SEAL_PURPOSE) if factor else None
    if factor is None or secret is None or factor.confirmed_at is not None:
        raise EnrolmentGoneError(user_id=user.id)
    if now - factor.created_at >= ENROLMENT_LASTS:
        raise EnrolmentGoneError(user_id=user.id)
    step = totp.find_step(secret, code, now, after=factor.last_step)
    if step is None:
        return None
    factor.confirmed_at, factor.last_step = now, step
    record_act("accounts.switch_second_factor_on", by=by, subject=f"user:{user.id}", now=now)
    notify_of(user, "second_factor_on", now=now)
    return _new_recovery_codes(user.id, keys, now)


def forget_enrolment(user_id: int) -> None:
    """Throw away the secret of an app that was not confirmed: who saw it before must not know it afterwards."""
    unconfirmed = (SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_(None))
    db.session.execute(delete(SecondFactor).where(*unconfirmed))


def set_second_factor(user_id: int, secret: str, keys: KeyRing, *, now: datetime) -> None:
    """Give a person a confirmed app with a known secret: for the demonstration and for the first administrator."""
    _keep_secret(user_id, secret, keys, now)
    db.session.get_one(SecondFactor, user_id).confirmed_at = now


def pass_second_factor(user: User, code: str, keys: KeyRing, *, now: datetime) -> bool:
    """Whether `code` is right: of the app, in a step never used before, or a recovery code that is then used up.

    Call it only after `throttles.allow_guess`. Of two that give one code at once, one passes.
    """
    given = "".join(code.split())
    if given.isdigit() and len(given) == totp.DIGITS:
        return _pass_app(user.id, given, keys, now)
    if _use_recovery_code(user.id, given, keys, now):
        notify_of(user, "recovery_code_used", now=now)
        return True
    return False


def end_second_factor(user: User, *, by: Actor, now: datetime) -> None:
    """Switch the second step off. Raises SecondFactorNeededError where it is compulsory; nothing has changed then."""
    if get_actor(user.id).needs_second_factor:
        raise SecondFactorNeededError(user_id=user.id)
    _forget(user.id)
    record_act("accounts.switch_second_factor_off", by=by, subject=f"user:{user.id}", now=now)
    notify_of(user, "second_factor_off", now=now)


def renew_recovery_codes(user: User, keys: KeyRing, *, by: Actor, now: datetime) -> list[str]:
    """Ten new recovery codes, told this once only; the old ones open nothing any more."""
    record_act("accounts.renew_recovery_codes", by=by, subject=f"user:{user.id}", now=now)
    notify_of(user, "recovery_codes", now=now)
    return _new_recovery_codes(user.id, keys, now)


def find_secret(user_id: int, keys: KeyRing) -> str | None:
    """The secret of a person's app: for showing codes of the demonstration, never on a page."""
    factor = db.session.get(SecondFactor, user_id)
    return unseal(factor.sealed_secret, keys, SEAL_PURPOSE) if factor else None


def _pass_app(user_id: int, code: str, keys: KeyRing, now: datetime) -> bool:
    confirmed = (SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    factor = db.session.scalar(
        select(SecondFactor).where(*confirmed).execution_options(populate_existing=True)
    )
    secret = unseal(factor.sealed_secret, keys, SEAL_PURPOSE) if factor else None
    step = totp.find_step(secret, code, now, after=factor.last_step) if factor and secret else None
    if step is None:
        return False
    # One guarded UPDATE decides between two at once, not the read before it.
    passed = db.session.execute(
        update(SecondFactor).where(*confirmed, SecondFactor.last_step < step).values(last_step=step)
    )
    return bool(passed.rowcount)  # type: ignore[attr-defined]


def _use_recovery_code(user_id: int, code: str, keys: KeyRing, now: datetime) -> bool:
    plain = code.upper().translate(_MISREAD)
    fits = [
        RecoveryCode.code_hash == _recovery_hash(key, user_id, plain) for key in keys.derive_all(RECOVERY_KEY)
    ]
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None), or_(*fits))
    used = db.session.execute(update(RecoveryCode).where(*unused).values(used_at=now))
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _new_recovery_codes(user_id: int, keys: KeyRing, now: datetime) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    key = keys.derive(RECOVERY_KEY)
    codes = [
        "".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_LETTERS)) for _ in range(RECOVERY_COUNT)
    ]
    db.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=_recovery_hash(key, user_id, code), created_at=now)
        for code in codes
    )
    db.session.flush()
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _keep_secret(user_id: int, secret: str, keys: KeyRing, now: datetime) -> None:
    _forget(user_id)
    sealed = seal(secret, keys, SEAL_PURPOSE)
    db.session.add(SecondFactor(user_id=user_id, sealed_secret=sealed, created_at=now, last_step=0))
    db.session.flush()


def _forget(user_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    db.session.expire_all()


def _recovery_hash(key: bytes, user_id: int, plain: str) -> str:
    return keyed_hash(key, f"{user_id}:{plain}").hex()
