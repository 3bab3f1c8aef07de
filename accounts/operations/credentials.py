"""Changing what one signs in with. Each change ends the other sessions, is recorded, and is told to the owner.

What another session may have begun, such as setting up an app, is forgotten with it.
"""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.contacts import Contact
from accounts.errors import ContactTakenError
from accounts.models import User
from accounts.operations.audit import record_act
from accounts.operations.notices import notify_of, proved_contacts
from accounts.operations.passwords import set_password
from accounts.operations.second_factor import forget_enrolment
from accounts.operations.sessions import end_other_sessions
from accounts.operations.sign_up import put_contact
from core.db import db


def change_password(user: User, password_hash: str, *, by: Actor, now: datetime) -> None:
    """Set a new password (its hash, from `hash_new_password`); every other session of the person ends."""
    set_password(user, password_hash, now=now)
    end_other_sessions(user.id, keep_id=by.session_id, now=now)
    forget_enrolment(user.id)
    record_act("accounts.change_password", by=by, subject=f"user:{user.id}", now=now)
    notify_of(user, "password", now=now)


def change_contact(user: User, contact: Contact, *, by: Actor, now: datetime) -> None:
    """Make a proved number or address the person's own; every other session ends.

    What was proved before is told too: if a thief adds an address, the owner learns of it.
    Raises ContactTakenError (kind) if another account has it; nothing has changed then.
    """
    kind, known = contact.kind.value, proved_contacts(user)
    try:
        with db.session.begin_nested():
            put_contact(user, contact, now=now)
    except IntegrityError:
        db.session.refresh(user)
        raise ContactTakenError(kind=kind) from None
    end_other_sessions(user.id, keep_id=by.session_id, now=now)
    forget_enrolment(user.id)
    record_act(f"accounts.change_{kind}", by=by, subject=f"user:{user.id}", now=now)
    notify_of(user, kind, now=now, also=known)
