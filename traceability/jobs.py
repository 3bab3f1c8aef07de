"""What the worker does for this package by itself."""

from datetime import timedelta

from core import clock
from core.db import transaction
from core.jobs.registry import job
from traceability.operations.scans import destroy_scan_keys, summarise_scans


@job("traceability.forget_scans", every=timedelta(days=1))
def forget_scans() -> None:
    """Destroy old keys of device hashes, and replace old looks by counts."""
    with transaction():
        destroy_scan_keys(now=clock.now())
        summarise_scans(now=clock.now())
