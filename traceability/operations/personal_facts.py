"""What reports about stamps hold of those who sent them, and for how long (`core.personal_data`)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update

from accounts.models import User
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import PersonalFile, kept_for, personal_data
from core.phones import vietnamese_phone
from traceability.models import StampReport

CONTACTS_KEPT: Final = timedelta(days=396)
"""13 months, as long as single looks (docs/limits.md); what was reported stays."""


@personal_data("traceability.reports", _("Reports about stamps sent with your number or address"))
class StampReports:
    """Found by the contact, if the person proved that it is theirs."""

    def export(self, user_id: int) -> Any:
        return [
            {"code": each.code, "message": each.message, "at": each.created_at.isoformat()}
            for each in self._own(user_id)
        ]

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        """Photographs sent with them."""
        own = ((each.photo_sha256, each.code) for each in self._own(user_id))
        return [PersonalFile(name, f"{code}.webp") for name, code in own if name is not None]

    def erase(self, user_id: int, now: datetime) -> None:
        for each in self._own(user_id):
            db.session.delete(each)
        db.session.flush()

    def _own(self, user_id: int) -> Iterator[StampReport]:
        user = db.session.get_one(User, user_id)
        proved = {
            user.phone if user.phone_verified_at is not None else None,
            user.email if user.email_verified_at is not None else None,
        } - {None}
        if not proved:
            return
        told = select(StampReport).where(StampReport.contact.is_not(None)).order_by(StampReport.id)
        for report in list(db.session.scalars(told)):
            contact = report.contact or ""
            if (vietnamese_phone(contact) or contact.strip().lower()) in proved:
                yield report


@kept_for("traceability.contacts", CONTACTS_KEPT)
class OldContacts:
    """How to reach those who reported a stamp, and their photographs."""

    def count_older(self, before: datetime) -> int:
        return db.session.scalar(select(func.count()).where(*self._old(before))) or 0

    def delete_older(self, before: datetime) -> int:
        emptied = update(StampReport).where(*self._old(before)).values(contact=None, photo_sha256=None)
        found = db.session.execute(emptied)
        return int(found.rowcount)  # type: ignore[attr-defined]

    def _old(self, before: datetime) -> Any:
        told = StampReport.contact.is_not(None) | StampReport.photo_sha256.is_not(None)
        return (StampReport.created_at < before, told)
