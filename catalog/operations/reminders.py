"""Reminding producers of what ends: once for each recognition or certificate and mark, however often it is asked."""

from datetime import date, datetime

from sqlalchemy import select

from accounts.operations.notices import notify_user
from catalog.models.evidence import Reminder
from catalog.operations.certificate_notices import list_told
from catalog.queries.renewals import Ending, Renewal, list_endings, list_renewals
from core.clock import vietnam_date
from core.db import db
from core.i18n import format_date, ngettext, speaking
from core.i18n import gettext as _


def remind_producer(producer_id: int, *, now: datetime) -> int:
    """Write to the owners and editors of a producer about all that has reached a mark; how many reminders were given.

    A mark counts as given even where nobody could be reached: it stands in the workspace as well.
    """
    on, given = vietnam_date(now), 0
    for renewal in list_renewals(producer_id, on):
        subject = f"certification:{renewal.certification_id}"
        if renewal.mark and _is_new(subject, renewal.expires_on, renewal.mark, producer_id, now):
            _tell_of_renewal(renewal, now)
            given += 1
    for ending in list_endings(producer_id, on):
        subject = f"certificate:{ending.certificate_id}"
        if _is_new(subject, ending.expires_on, ending.mark, producer_id, now):
            _tell_of_ending(ending, now)
            given += 1
    return given


def _is_new(subject: str, expires_on: date, mark: int, producer_id: int, now: datetime) -> bool:
    """Put the reminder down; False if it is there. A smaller mark given before makes a larger one late, not due."""
    known = select(Reminder.id).where(
        Reminder.subject == subject, Reminder.expires_on == expires_on, Reminder.mark <= mark
    )
    if db.session.scalar(known.limit(1)) is not None:
        return False
    db.session.add(
        Reminder(subject=subject, expires_on=expires_on, mark=mark, producer_id=producer_id, given_at=now)
    )
    db.session.flush()
    return True


def _tell_of_renewal(renewal: Renewal, now: datetime) -> None:
    for user in list_told(renewal.producer_id):
        with speaking(user.language):
            title = _("The OCOP recognition of %(name)s ends", name=renewal.product_name)
            notify_user(user.id, title, _renewal_text(renewal), now=now)


def _renewal_text(renewal: Renewal) -> str:
    days = {
        "name": renewal.product_name,
        "end": format_date(renewal.expires_on),
        "opens": format_date(renewal.opens_on),
        "closes": format_date(renewal.closes_on),
    }
    if renewal.days_left >= (renewal.expires_on - renewal.closes_on).days:
        return _(
            "%(name)s: the OCOP recognition ends on %(end)s. File the renewal dossier with the commune between"
            " %(opens)s and %(closes)s. What to file stands in your workspace, under Certificates.",
            **days,
        )
    return _(
        "%(name)s: the OCOP recognition ends on %(end)s, and the days for filing ended on %(closes)s. Ask the"
        " commune at once what can still be done; after the end no stars may be shown.",
        **days,
    )


def _tell_of_ending(ending: Ending, now: datetime) -> None:
    for user in list_told(ending.producer_id):
        with speaking(user.language):
            title = ngettext(
                "A certificate ends in %(count)s day",
                "A certificate ends in %(count)s days",
                ending.days_left,
            )
            text = _(
                "The certificate No. %(number)s ends on %(end)s. Ask its issuer for a new one in time, then send us"
                " a picture of it in your workspace.",
                number=ending.number or "",
                end=format_date(ending.expires_on),
            )
            notify_user(user.id, title, text, now=now)
