"""What unfinished checkouts and complaints hold about a person, and for how long (`core.personal_data`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select

from accounts.models import User
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, kept_for, personal_data
from orders.models.cart import Cart
from orders.models.checkout import CheckoutDraftRow
from orders.models.complaints import Complaint
from orders.operations import checkout_drafts, complaints


@personal_data("orders.checkout", _("A checkout that you have not finished"))
class Drafts(NoFiles):
    def export(self, user_id: int) -> Any:
        mine = select(CheckoutDraftRow.typed).join(Cart, Cart.id == CheckoutDraftRow.cart_id)
        return [dict(typed) for typed in db.session.scalars(mine.where(Cart.user_id == user_id))]

    def erase(self, user_id: int, now: datetime) -> None:
        carts = select(Cart.id).where(Cart.user_id == user_id)
        db.session.execute(delete(CheckoutDraftRow).where(CheckoutDraftRow.cart_id.in_(carts)))


@personal_data("orders.complaints", _("Your complaints"))
class Complaints(NoFiles):
    """Made in the account, or signed out with a number or address that is proved there. Number and days stay."""

    def export(self, user_id: int) -> Any:
        mine = select(Complaint).where(_is_own_to(user_id)).order_by(Complaint.id)
        return [
            {
                "number": each.reference,
                "text": each.text,
                "at": each.received_at.isoformat(),
                "answers": [step.text for step in each.steps if step.text],
            }
            for each in db.session.scalars(mine)
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        complaints.erase_complaints(_is_own_to(user_id), now)


def _is_own_to(user_id: int) -> ColumnElement[bool]:
    user = db.session.get_one(User, user_id)
    ways = [Complaint.user_id == user_id]
    if user.phone and user.phone_verified_at is not None:
        ways.append(Complaint.user_id.is_(None) & (Complaint.phone == user.phone))
    if user.email and user.email_verified_at is not None:
        ways.append(Complaint.user_id.is_(None) & (func.lower(Complaint.email) == user.email))
    return or_(*ways)


@kept_for("orders.checkout_drafts", checkout_drafts.KEPT)
class OldDrafts:
    """Checkouts that nobody went on with for a day."""

    def count_older(self, before: datetime) -> int:
        old = CheckoutDraftRow.changed_at < before
        return db.session.scalar(select(func.count()).select_from(CheckoutDraftRow).where(old)) or 0

    def delete_older(self, before: datetime) -> int:
        return checkout_drafts.delete_old_drafts(before)


@kept_for("orders.complaints", complaints.KEPT)
class OldComplaints:
    """Words and names of complaints of long ago."""

    def count_older(self, before: datetime) -> int:
        return complaints.count_old_complaints(before)

    def delete_older(self, before: datetime) -> int:
        return complaints.erase_complaints(Complaint.received_at < before, before + complaints.KEPT)
