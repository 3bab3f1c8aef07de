"""What fair mode holds about a person, and for how long (`core.personal_data`).

Of buyers it holds something only while their sale waits for a decision; what became an order is kept with the order.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from accounts.models import User
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, kept_for, personal_data
from core.phones import vietnamese_phone
from promotion.models.counter import BoothDevice, BoothItem, Outcome
from promotion.operations.conflicts import without_buyer

WAITING_KEPT: Final = timedelta(days=90)
"""What a sale that waits for a decision says of its buyer (docs/limits.md): nobody remembers the sale by then."""


@personal_data("promotion.booth", _("Selling at fairs"))
class BoothFacts(NoFiles):
    def export(self, user_id: int) -> Any:
        devices = select(BoothDevice).where(BoothDevice.paired_by_id == user_id).order_by(BoothDevice.id)
        return {
            "telephones": [
                {"name": each.name, "paired_at": each.paired_at.isoformat()}
                for each in db.session.scalars(devices)
            ],
            "waiting": [
                {"at": each.happened_at.isoformat(), "buyer": each.payload.get("buyer")}
                for each in _waiting_of(user_id)
            ],
        }

    def erase(self, user_id: int, now: datetime) -> None:
        for each in _waiting_of(user_id):
            each.payload = without_buyer(each.payload)
        db.session.execute(update(BoothDevice).where(BoothDevice.paired_by_id == user_id).values(name=""))
        db.session.flush()


@kept_for("promotion.booth_buyers", WAITING_KEPT)
class OldWaiting:
    """Buyers named by sales that have waited for a decision for so long."""

    def count_older(self, before: datetime) -> int:
        return len(_naming_buyers(before))

    def delete_older(self, before: datetime) -> int:
        found = _naming_buyers(before)
        for each in found:
            each.payload = without_buyer(each.payload)
        db.session.flush()
        return len(found)


def _naming_buyers(before: datetime) -> list[BoothItem]:
    waiting = select(BoothItem).where(
        BoothItem.outcome == Outcome.CONFLICT.value, BoothItem.received_at < before
    )
    return [each for each in db.session.scalars(waiting) if without_buyer(each.payload) != each.payload]


def _waiting_of(user_id: int) -> list[BoothItem]:
    """Sales that wait and name the person's number as the buyer's."""
    phone = db.session.scalar(select(User.phone).where(User.id == user_id))
    if not phone:
        return []
    waiting = select(BoothItem).where(BoothItem.outcome == Outcome.CONFLICT.value).order_by(BoothItem.id)
    return [each for each in db.session.scalars(waiting) if phone in _phones(each.payload)]


def _phones(payload: dict[str, Any]) -> set[str | None]:
    buyer = payload.get("buyer") or {}
    told = (payload.get("phone"), buyer.get("phone") if isinstance(buyer, dict) else None)
    return {vietnamese_phone(each) for each in told if isinstance(each, str) and each}
