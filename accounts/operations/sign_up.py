"""Making an account: for somebody who proved a number or an address, or by hand for the first people of a house."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from accounts.contacts import Contact, ContactKind
from accounts.errors import ContactTakenError
from accounts.models import User
from core.db import db
from core.text import clean_line

NAME_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Facts of a new account. password_hash: from `hash_new_password`, None for one that signs in by code."""

    name: str
    contacts: tuple[Contact, ...]
    password_hash: str | None = None
    language: str = "vi"
    is_demonstration: bool = False


def make_account(person: NewPerson, *, now: datetime) -> User:
    """A new account whose contacts count as proved.

    Raises ContactTakenError (kind) if one of them belongs to another account; nothing has changed then, also when two
    sign up with it at once.
    """
    user = User(
        name=clean_line(person.name)[:NAME_MAX],
        password_hash=person.password_hash,
        password_changed_at=now if person.password_hash else None,
        language=person.language,
        is_demonstration=person.is_demonstration,
        created_at=now,
    )
    for contact in person.contacts:
        put_contact(user, contact, now=now)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise ContactTakenError(kind=person.contacts[0].kind.value) from None
    return user


def put_contact(user: User, contact: Contact, *, now: datetime) -> None:
    """Make `contact`, which was proved, the number or address of `user`."""
    if contact.kind is ContactKind.PHONE:
        user.phone, user.phone_verified_at = contact.value, now
    else:
        user.email, user.email_verified_at = contact.value, now
