"""What owners of a producer are told about its money, each in their own language."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.models import MemberRole, Membership, User
from accounts.operations.notices import notify_user
from catalog.models import Producer
from core.db import db
from core.i18n import format_money, gettext, speaking

WATCHED: Final = frozenset({"account", "stopped"})
"""What a thief may have done. Source: threat T-17."""


def tell_owners(producer_id: int, what: str, *, now: datetime, end: str, amount_vnd: int = 0) -> int:
    """Write to every owner of the producer; of a change of the account by every way known. How many were reached.

    what: «paid», «failed», «account» (another account was named) or «stopped». end: the last four of the account.
    """
    producer = db.session.get_one(Producer, producer_id)
    owners = db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == producer_id,
            Membership.role == MemberRole.OWNER.value,
            Membership.ended_at.is_(None),
        )
        .order_by(User.id)
    ).all()
    reached = 0
    for owner in owners:
        with speaking(owner.language):
            subject, text = _wording(what, producer.name, end, amount_vnd)
        reached += notify_user(owner.id, subject, text, now=now, everywhere=what in WATCHED)
    return reached


def _wording(what: str, name: str, end: str, amount_vnd: int) -> tuple[str, str]:
    money = format_money(amount_vnd)
    if what == "paid":
        return gettext("Money was paid to you"), gettext(
            "%(money)s was transferred to the account ending in %(end)s of %(name)s.",
            money=money,
            end=end,
            name=name,
        )
    if what == "failed":
        return gettext("A transfer to you failed"), gettext(
            "The bank did not take %(money)s for the account ending in %(end)s of %(name)s. The money stays yours; "
            "check the account in your workspace.",
            money=money,
            end=end,
            name=name,
        )
    if what == "stopped":
        return gettext("A bank account was stopped"), gettext(
            "No money of %(name)s goes to the account ending in %(end)s any more.", end=end, name=name
        )
    return gettext("Another bank account was named"), gettext(
        "Somebody named the account ending in %(end)s for the money of %(name)s. It is used after 72 hours. If it "
        "was not you or your people, stop it now in your workspace, under «My money».",
        end=end,
        name=name,
    )
