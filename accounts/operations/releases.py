"""A number or address that is somebody else's by now is taken off the account of whoever had it before.

Operators of telephones give numbers out again; whoever has one now could otherwise never make an account with it.
Nobody gets into the former owner's account by this: it loses the way, or is erased (docs/accounts.md).
"""

from datetime import datetime

from accounts.actors import Actor
from accounts.contacts import Contact, ContactKind
from accounts.models import User
from accounts.models.personal import ErasureRequest
from accounts.operations.audit import record_act
from accounts.operations.erasure import close_account
from accounts.operations.notices import notify_of
from accounts.operations.second_factor import forget_enrolment
from accounts.operations.sessions import end_other_sessions, lock_user
from core.db import db
from core.messages.outbox import withdraw_messages


def release_contact(
    user: User, contact: Contact, *, reason: str, by: Actor, now: datetime
) -> ErasureRequest | None:
    """Take the proved `contact` off the account of `user`, who is told where else it can, and signed out everywhere.

    It is free at once, and None is returned. If nothing else that was proved leads to the account, it stays until the
    account is erased after the hours of grace, in which its owner may sign in and take that back: the wish is returned.
    Raises ErasureBlockedError (producer_ids, has_office) where that cannot be; nothing has changed then.
    """
    lock_user(user.id)
    is_phone = contact.kind is ContactKind.PHONE
    other_at = user.email_verified_at if is_phone else user.phone_verified_at
    if other_at is None:
        return close_account(user.id, reason=reason, by=by, now=now)
    withdraw_messages(contact.value)
    if is_phone:
        user.phone = user.phone_verified_at = None
    else:
        user.email = user.email_verified_at = None
    db.session.flush()
    end_other_sessions(user.id, keep_id=None, now=now)
    forget_enrolment(user.id)
    verb = f"accounts.release_{contact.kind.value}"
    record_act(verb, by=by, subject=f"user:{user.id}", reason=reason, now=now)
    notify_of(user, contact.kind.value, now=now)
    return None
