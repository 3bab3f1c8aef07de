"""The first administrator of an installation: made from the command line, because nobody is there to give the role."""

from datetime import datetime
from typing import Final

from accounts.models import Role, RoleGrant, User
from accounts.operations.audit import record_act
from accounts.operations.sign_up import NewPerson, make_account
from core.db import db

REASON: Final = "flask accounts create-admin"


def make_administrator(person: NewPerson, *, now: datetime) -> User:
    """A new account that is an administrator's. The second step is set up at the first sign-in.

    Raises ContactTakenError if one of the contacts belongs to another account; nothing has changed then.
    """
    user = make_account(person, now=now)
    db.session.add(RoleGrant(user_id=user.id, role=Role.ADMINISTRATOR.value, granted_at=now))
    db.session.flush()
    after = {"role": Role.ADMINISTRATOR.value}
    record_act("accounts.grant_role", by=None, subject=f"user:{user.id}", after=after, reason=REASON, now=now)
    return user
