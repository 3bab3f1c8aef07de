"""What producers have to do about recognitions and certificates."""

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import select

from catalog.models.evidence import CertificateClaim, CertificateReview, ReviewOutcome
from catalog.queries.renewals import list_endings, list_renewals
from catalog.queries.todo_cards import Todo
from catalog.reminders import OTHER_MARKS
from catalog.stars import CertificationState
from core.clock import VIETNAM
from core.db import db


def certificate_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """Recognitions to renew, certificates that end, claims that were refused and not claimed anew."""
    for renewal in list_renewals(producer_id, on):
        if renewal.is_to_file:
            is_late = renewal.state == CertificationState.LAST_DAYS and on > renewal.closes_on
            yield Todo(
                kind="renewal_late" if is_late else "renewal_due",
                path="/renewals",
                name=renewal.product_name,
                noted_at=_morning(renewal.closes_on if is_late else renewal.opens_on),
                by_on=renewal.expires_on if is_late else renewal.closes_on,
                is_urgent=is_late,
            )
    for ending in list_endings(producer_id, on):
        yield Todo(
            kind="certificate_ends",
            path="/certificates",
            name=ending.number or "",
            noted_at=_morning(date.fromordinal(ending.expires_on.toordinal() - max(OTHER_MARKS))),
            by_on=ending.expires_on,
            is_urgent=ending.mark == min(OTHER_MARKS),
        )
    yield from _refused(producer_id)


def _refused(producer_id: int) -> Iterator[Todo]:
    """Refused claims that no later claim replaces."""
    later = select(CertificateClaim.supersedes_id).where(CertificateClaim.supersedes_id.is_not(None))
    rows = db.session.execute(
        select(CertificateClaim.id, CertificateClaim.number, CertificateReview.reviewed_at)
        .join(CertificateReview, CertificateReview.claim_id == CertificateClaim.id)
        .where(
            CertificateClaim.producer_id == producer_id,
            CertificateReview.outcome == ReviewOutcome.REFUSED,
            CertificateClaim.id.not_in(later),
        )
        .order_by(CertificateReview.id.desc())
        .limit(5)
    )
    for claim_id, number, reviewed_at in rows:
        yield Todo(
            kind="certificate_refused",
            path=f"/certificates/{claim_id}",
            name=number,
            noted_at=reviewed_at,
            is_urgent=True,
        )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
