"""What producers are told about their certificates, in the language of each person."""

from datetime import datetime

from sqlalchemy import select

from accounts.models import MemberRole, Membership, User
from accounts.operations.notices import notify_user
from catalog.models.evidence import CertificateClaim, CertificateReview, ReviewOutcome
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking

_TOLD = (MemberRole.OWNER, MemberRole.EDITOR)


def tell_members(claim: CertificateClaim, review: CertificateReview, *, now: datetime) -> None:
    """Tell owners and editors of the producer what an officer decided about a claim."""
    for user in list_told(claim.producer_id):
        with speaking(user.language):
            subject = _("Your certificate No. %(number)s", number=claim.number)
            notify_user(user.id, subject, _sentence(claim, review), now=now)


def list_told(producer_id: int) -> list[User]:
    """Owners and editors of a producer, in the order in which they joined."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == producer_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(_TOLD),
            User.erased_at.is_(None),
        )
        .order_by(Membership.id)
    )
    return list(db.session.scalars(query).unique())


def _sentence(claim: CertificateClaim, review: CertificateReview) -> str:
    if review.outcome == ReviewOutcome.VERIFIED:
        return _(
            "An officer has verified the certificate No. %(number)s. Shoppers see it now.",
            number=claim.number,
        )
    if review.outcome == ReviewOutcome.NOTED:
        return _(
            "An officer has seen the OCOP certificate No. %(number)s that you handed in.", number=claim.number
        )
    return _(
        "An officer could not verify the certificate No. %(number)s: %(reason)s",
        number=claim.number,
        reason=review.reason,
    )
