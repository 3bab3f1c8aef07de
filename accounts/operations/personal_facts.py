"""What this package holds about a person, and for how long (`core.personal_data`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update

from accounts.models import AuditEvent, Membership, RoleGrant, Session, User
from accounts.models.personal import ConsentAct, DataExport, UserAddress
from accounts.operations.exports import delete_exports
from accounts.queries.addresses import list_addresses
from accounts.queries.personal import EXPORT_KEPT
from core.db import db
from core.i18n import lazy_gettext as _
from core.messages.models import Message
from core.messages.outbox import withdraw_messages
from core.personal_data import NoFiles, PersonalFile, kept_for, personal_data
from core.tasks.models import Task, TaskFile

ENDED_SESSIONS_KEPT: Final = timedelta(days=90)
"""So long a person can look up which devices were signed in (docs/limits.md)."""


@personal_data("accounts.person", _("Your account"))
class Person(NoFiles):
    """The row of the person; `erase_person` empties it after all other areas."""

    def export(self, user_id: int) -> Any:
        user = db.session.get_one(User, user_id)
        return {
            "number": user.id,
            "name": user.name,
            "phone": user.phone,
            "email": user.email,
            "language": user.language,
            "has_password": user.password_hash is not None,
            "created_at": user.created_at.isoformat(),
            "last_seen_at": user.last_seen_at.isoformat() if user.last_seen_at else None,
        }

    def erase(self, user_id: int, now: datetime) -> None:
        """Left to `erase_person`."""


@personal_data("accounts.sessions", _("Devices you signed in with"))
class Sessions(NoFiles):
    def export(self, user_id: int) -> Any:
        own = select(Session).where(Session.user_id == user_id).order_by(Session.id)
        return [
            {
                "device": each.device,
                "network": each.address_prefix,
                "signed_in_at": each.signed_in_at.isoformat(),
                "seen_at": each.seen_at.isoformat(),
                "ended_at": each.ended_at.isoformat() if each.ended_at else None,
            }
            for each in db.session.scalars(own)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        db.session.execute(delete(Session).where(Session.user_id == user_id))


@personal_data("accounts.roles", _("What you were given to do"))
class Roles(NoFiles):
    """Stay by number, ended: what a person could do on a day must be told when acts of that day are questioned."""

    def export(self, user_id: int) -> Any:
        grants = select(RoleGrant).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)
        teams = select(Membership).where(Membership.user_id == user_id).order_by(Membership.id)
        roles = [
            {
                "role": each.role,
                "level": each.level,
                "province_code": each.province_code,
                "commune_code": each.commune_code,
                "from": each.granted_at.isoformat(),
                "until": each.ended_at.isoformat() if each.ended_at else None,
            }
            for each in db.session.scalars(grants)
        ]
        return roles + [
            {
                "role": each.role,
                "producer": each.producer_id,
                "is_assisting": each.is_assisting,
                "assists_with": each.assists_with,
                "from": each.joined_at.isoformat(),
                "until": each.ended_at.isoformat() if each.ended_at else None,
            }
            for each in db.session.scalars(teams)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        teams = (Membership.user_id == user_id, Membership.ended_at.is_(None))
        db.session.execute(update(Membership).where(*teams).values(ended_at=now))


@personal_data("accounts.consents", _("What you agreed to"))
class Consents(NoFiles):
    """Stay by number: they prove that what was done was allowed."""

    def export(self, user_id: int) -> Any:
        own = select(ConsentAct).where(ConsentAct.user_id == user_id).order_by(ConsentAct.id)
        return [
            {
                "purpose": each.purpose,
                "version": each.version,
                "is_given": each.is_given,
                "at": each.acted_at.isoformat(),
            }
            for each in db.session.scalars(own)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        """Nothing in them tells who the person was."""


@personal_data("accounts.addresses", _("Addresses"))
class Addresses(NoFiles):
    def export(self, user_id: int) -> Any:
        return [
            {
                "name": view.address.name,
                "phone": view.address.phone,
                "province": view.province,
                "commune": view.commune,
                "street": view.address.street,
                "landmark": view.address.landmark,
            }
            for view in list_addresses(user_id)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        db.session.execute(delete(UserAddress).where(UserAddress.user_id == user_id))


@personal_data("accounts.messages", _("Messages waiting to be sent to you"))
class Messages(NoFiles):
    """Sent ones are wiped when they go out. Those that wait are told by kind: their text may hold a secret."""

    def export(self, user_id: int) -> Any:
        waiting = select(Message).where(Message.recipient.in_(_contacts(user_id))).order_by(Message.id)
        return [
            {"kind": each.kind, "channel": each.channel, "at": each.created_at.isoformat()}
            for each in db.session.scalars(waiting)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        for contact in _contacts(user_id):
            withdraw_messages(contact)


@personal_data("accounts.tasks", _("Long tasks you started"))
class Tasks(NoFiles):
    """Uploaded tables and what came of them; they are kept for days anyway."""

    def export(self, user_id: int) -> Any:
        own = select(Task).where(Task.owner_id == user_id).order_by(Task.id)
        return [
            {"title": each.title, "state": each.state, "at": each.created_at.isoformat()}
            for each in db.session.scalars(own)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        own = select(Task.id).where(Task.owner_id == user_id)
        db.session.execute(delete(TaskFile).where(TaskFile.task_id.in_(own)))
        db.session.execute(delete(Task).where(Task.owner_id == user_id))


@personal_data("accounts.acts", _("Acts recorded in the audit trail"))
class Acts(NoFiles):
    """Stay, by number: the trail may not be changed.

    Source: Decision 26/2026/QĐ-TTg; docs/decisions/0019-personal-data.md.
    """

    def export(self, user_id: int) -> Any:
        own = select(AuditEvent).where(AuditEvent.actor_id == user_id).order_by(AuditEvent.seq)
        return [
            {
                "number": each.seq,
                "act": each.verb,
                "subject": each.subject,
                "at": each.acted_at.isoformat(),
                "reason": each.reason,
            }
            for each in db.session.scalars(own)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        """The trail names people by number only."""


@personal_data("accounts.exports", _("Archives you asked for"))
class Exports:
    def export(self, user_id: int) -> Any:
        own = select(DataExport).where(DataExport.user_id == user_id).order_by(DataExport.id)
        return [{"asked_at": each.asked_at.isoformat()} for each in db.session.scalars(own)]

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        """None to hand out: an archive within an archive helps nobody. `erase` sees to them."""
        return ()

    def erase(self, user_id: int, now: datetime) -> None:
        delete_exports(db.session.scalars(select(DataExport).where(DataExport.user_id == user_id)), now)


def _contacts(user_id: int) -> list[str]:
    """Number and address of the person, as far as there are any."""
    user = db.session.get_one(User, user_id)
    return [each for each in (user.phone, user.email) if each]


@kept_for("accounts.sessions", ENDED_SESSIONS_KEPT)
class EndedSessions:
    """Sessions that ended, by the person or by their age."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count()).where(self._ended(before))) or 0

    def delete_older(self, before: datetime) -> int:
        found = db.session.execute(delete(Session).where(self._ended(before)))
        return int(found.rowcount)  # type: ignore[attr-defined]

    def _ended(self, before: datetime) -> Any:
        return or_(Session.ended_at < before, Session.expires_at < before, Session.idle_until_at < before)


@kept_for("accounts.exports", EXPORT_KEPT)
class OldExports:
    """Archives that were made; what was never finished counts from when it was asked for."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count()).where(*self._old(before))) or 0

    def delete_older(self, before: datetime) -> int:
        return delete_exports(
            db.session.scalars(select(DataExport).where(*self._old(before))), before + EXPORT_KEPT
        )

    def _old(self, before: datetime) -> Any:
        age = func.coalesce(DataExport.made_at, DataExport.asked_at)
        return (DataExport.deleted_at.is_(None), age < before)
