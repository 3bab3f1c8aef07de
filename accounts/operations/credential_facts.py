"""What is held about how a person signs in, told and erased with the person (`core.personal_data`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from accounts.models import Challenge, RecoveryCode, SecondFactor, User
from accounts.queries.people import count_recovery_codes
from core.db import db
from core.i18n import lazy_gettext as _
from core.personal_data import NoFiles, personal_data


@personal_data("accounts.credentials", _("How you sign in"))
class Credentials(NoFiles):
    """The second step and the codes asked for. Secrets are not told: an archive is no place for them."""

    def export(self, user_id: int) -> Any:
        factor = db.session.get(SecondFactor, user_id)
        is_on = factor is not None and factor.confirmed_at is not None
        asked = select(Challenge).where(Challenge.user_id == user_id).order_by(Challenge.id)
        return {
            "two_step_sign_in": is_on,
            "recovery_codes_left": count_recovery_codes(user_id),
            "codes_asked_for": [
                {"purpose": each.purpose, "channel": each.channel, "at": each.created_at.isoformat()}
                for each in db.session.scalars(asked)
            ],
        }

    def erase(self, user_id: int, now: datetime) -> None:
        user = db.session.get_one(User, user_id)
        contacts = [each for each in (user.phone, user.email) if each]
        theirs = or_(Challenge.user_id == user_id, Challenge.contact.in_(contacts))
        db.session.execute(delete(Challenge).where(theirs))
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
