"""Comparing the records of lots, once a day."""

from datetime import timedelta

from core import clock
from core.db import transaction
from core.jobs.registry import job
from traceability.operations.diary_doubts import compare_diaries


@job("traceability.compare_diaries", every=timedelta(days=1))
def look_at_diaries() -> None:
    """Compare the records of lots, so that producers and officers see what looks copied or cannot be."""
    with transaction():
        compare_diaries(now=clock.now())
