"""Jobs of the sign-in: forgetting codes and throttles that are over."""

from datetime import timedelta

from accounts.operations.codes import sweep_challenges
from core import clock
from core.buckets import sweep_buckets
from core.db import transaction
from core.jobs.registry import job


@job("accounts.sweep_sign_in", every=timedelta(minutes=10))
def sweep_sign_in() -> None:
    """Wipe the contacts of codes that have ended; forget old codes and buckets that are full again."""
    with transaction():
        sweep_challenges(now=clock.now())
        sweep_buckets(now=clock.now())
