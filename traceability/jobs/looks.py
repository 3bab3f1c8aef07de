"""What the worker does by itself: looks, copies, packs."""

from datetime import timedelta

from flask import current_app

from core import clock
from core.db import transaction
from core.jobs.registry import job
from traceability.operations.doubts import (
    assess_stamps,
    find_new_looks,
    keep_assessments,
    note_looks,
)
from traceability.operations.packs import make_packs
from traceability.operations.scans import destroy_scan_keys, summarise_scans


@job("traceability.forget_scans", every=timedelta(days=1))
def forget_scans() -> None:
    """Destroy old keys of device hashes, and replace old looks by counts."""
    with transaction():
        destroy_scan_keys(now=clock.now())
        summarise_scans(now=clock.now())


@job("traceability.assess_new_looks", every=timedelta(minutes=10))
def assess_new_looks() -> None:
    """Ask of stamps that were looked at since the last run what speaks for a copy; in portions, each kept by itself."""
    while True:
        done_id, until_id, stamp_ids = find_new_looks()
        found = assess_stamps(stamp_ids)
        with transaction():
            if not note_looks(done_id, until_id):
                return
            keep_assessments(found, now=clock.now())
        if not stamp_ids:
            return


@job("traceability.assess_stamp")
def assess_stamp(stamp_id: int) -> None:
    """Ask of one stamp what speaks for a copy: somebody says to have opened what was opened before."""
    found = assess_stamps([stamp_id])
    with transaction():
        keep_assessments(found, now=clock.now())


@job("traceability.make_packs", every=timedelta(hours=1))
def renew_packs() -> None:
    """Make the lists of codes for use without a network anew: with the recalls of the last hour, and a new date.

    Raises SealingNotOfferedError where lists are planned but cannot be signed; the old ones stay, with their date.
    """
    with transaction():
        make_packs(current_app.extensions["settings"].stamp_keys_dir, now=clock.now())
