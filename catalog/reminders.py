"""When somebody is reminded that a recognition or certificate ends. Pure: days in, answers out.

Source: Decision 26/2026/QĐ-TTg, article 7(6)(a): a renewal dossier is filed no earlier than 180 and no later than 120
days before the end; the third mark, and those of other certificates, are ours (docs/pictures.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from catalog.stars import RENEWAL_CLOSES_DAYS, RENEWAL_OPENS_DAYS

OCOP_MARKS: Final = (RENEWAL_OPENS_DAYS, RENEWAL_CLOSES_DAYS, 30)
OTHER_MARKS: Final = (90, 30)


@dataclass(frozen=True, slots=True)
class RenewalWindow:
    """When the dossier may be filed: from `opens_on` to `closes_on`, both included."""

    opens_on: date
    closes_on: date


def due_mark(expires_on: date, on: date, marks: Sequence[int]) -> int | None:
    """The mark (days before the end) that speaks on `on`: the smallest one reached; None before the first, or after.

    A mark that passed unheard (nothing ran that day) is spoken of as long as no smaller one is reached, then no more:
    nobody gets two reminders at once. expires_on: the last day in force, on which the smallest mark still speaks.
    """
    days_left = (expires_on - on).days
    reached = [mark for mark in marks if 0 <= days_left <= mark]
    return min(reached, default=None)


def renewal_window(expires_on: date) -> RenewalWindow:
    """The days on which a renewal dossier may be filed for a recognition that ends on `expires_on`."""
    return RenewalWindow(
        expires_on - timedelta(days=RENEWAL_OPENS_DAYS), expires_on - timedelta(days=RENEWAL_CLOSES_DAYS)
    )
