"""What records of lots hold of those who wrote them down (`core.personal_data`).

A record stays as it is: the goods that it speaks of are sold, and the law wants the data of tracing for a year after
their expiry (12 months; Circular 31/2026/TT-BCT). Who wrote it is a number only; the name behind it goes with the
account.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, personal_data
from traceability.models import ErrorDeclaration, Lot, SourceArea, TraceEvent


@personal_data("traceability.records", _("Lots, areas and events that you wrote down for a producer"))
class WrittenRecords(NoFiles):
    """Kept without the name once the account is erased."""

    def export(self, user_id: int) -> Any:
        events = select(TraceEvent).where(TraceEvent.recorded_by_id == user_id).order_by(TraceEvent.id)
        lots = select(Lot).where(Lot.opened_by_id == user_id).order_by(Lot.id)
        areas = select(SourceArea).where(SourceArea.recorded_by_id == user_id).order_by(SourceArea.id)
        errors = select(ErrorDeclaration).where(ErrorDeclaration.declared_by_id == user_id)
        return [
            *({"lot": each.code, "at": each.recorded_at.isoformat()} for each in db.session.scalars(lots)),
            *({"area": each.name, "at": each.recorded_at.isoformat()} for each in db.session.scalars(areas)),
            *(
                {"event": each.step, "note": each.note, "at": each.recorded_at.isoformat()}
                for each in db.session.scalars(events)
            ),
            *(
                {"declared_wrong": each.event_id, "at": each.declared_at.isoformat()}
                for each in db.session.scalars(errors.order_by(ErrorDeclaration.id))
            ),
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        """Nothing is deleted here: what was recorded of goods on sale stays, without a name."""
