"""Help by officers whose post has ended."""

from accounts.operations.roles import HELP_ENDED_JOB
from catalog.operations.assistance import note_help_ended
from core import clock
from core.db import transaction
from core.jobs.registry import job


@job(HELP_ENDED_JOB)
def note_help_of_ended_post(officer_id: int, by_id: int) -> None:
    """Close the help, and tell the owners."""
    with transaction():
        note_help_ended(officer_id, by_id=by_id, now=clock.now())
