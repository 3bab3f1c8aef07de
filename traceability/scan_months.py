"""How long looks at stamps are kept one by one, and how few are told.

Source: traceability design 4.8 (docs/stamps.md#looks).
"""

from datetime import datetime
from typing import Final

from core.clock import VIETNAM, vietnam_date

SCAN_MONTHS: Final = 13
SMALLEST_GROUP: Final = 5
"""Counts of fewer devices than this (k) are withheld, not kept."""


def complete_since(*, now: datetime) -> datetime:
    """Looks before this instant are no longer kept one by one: the start of a month 13 months back, Vietnam time."""
    today = vietnam_date(now)
    months = today.year * 12 + today.month - 1 - SCAN_MONTHS
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=VIETNAM)
