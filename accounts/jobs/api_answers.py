"""Forgetting what programs were answered, once nobody may ask again."""

from datetime import timedelta

from accounts.operations.api_answers import forget_answers
from core import clock
from core.db import transaction
from core.jobs.registry import job


@job("accounts.forget_api_answers", every=timedelta(hours=1))
def forget_api_answers() -> None:
    """Forget answers that are older than a day."""
    with transaction():
        forget_answers(now=clock.now())
