"""From when on an owner may say where a producer's money goes: whoever came just now may be a thief."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from accounts.models import MemberRole, Membership, User
from accounts.queries.people import find_factor_since
from core.db import db
from settlement.models.payouts import BankAccount

HOLD: Final = timedelta(hours=72)
"""Source: threats T-17 and T-31 of the reliability notes; docs/decisions/0037; docs/limits.md."""


def find_naming_from(producer_id: int, user_id: int) -> datetime | None:
    """From when on `user_id`, an owner, may name an account for the producer; None without a second step.

    An app waits for HOLD: a code by message alone can set one up. It need not where no account was ever named and the
    person has a password that is no younger than the account or was there for HOLD: setting up the app asked for it.
    An owner who joined others waits as long, because a thief could let in an account of their own.
    """
    factor_since = find_factor_since(user_id)
    if factor_since is None:
        return None
    joined_at = _joined_others_at(producer_id, user_id)
    froms = [] if joined_at is None else [joined_at + HOLD]
    is_first = db.session.scalar(select(BankAccount.id).where(BankAccount.producer_id == producer_id)) is None
    froms.append(factor_since if is_first and _had_password(user_id, factor_since) else factor_since + HOLD)
    return max(froms)


def _joined_others_at(producer_id: int, user_id: int) -> datetime | None:
    own = (Membership.producer_id == producer_id, Membership.role == MemberRole.OWNER.value)
    owners = db.session.scalars(
        select(Membership).where(*own, Membership.is_assisting.is_(False)).order_by(Membership.id)
    ).all()
    mine = next((each for each in owners if each.user_id == user_id and each.ended_at is None), None)
    return mine.joined_at if mine is not None and owners[0].user_id != user_id else None


def _had_password(user_id: int, factor_since: datetime) -> bool:
    user = db.session.get_one(User, user_id)
    if user.password_hash is None:
        return False
    changed_at = user.password_changed_at
    return changed_at is None or changed_at <= max(user.created_at, factor_since - HOLD)
