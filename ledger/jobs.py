"""The look of every night at the books."""

import logging
from datetime import timedelta

from flask import current_app

from core import clock
from core.db import transaction
from core.jobs.registry import job
from ledger.looking import look
from ledger.operations import note_look

log = logging.getLogger(__name__)


@job("ledger.verify", every=timedelta(days=1))
def verify() -> None:
    """Look at the books and keep what was seen."""
    results = look(current_app.extensions["invariant_modules"])
    with transaction():
        is_whole = note_look(results, now=clock.now())
    if not is_whole:
        log.error(
            "the books are not whole",
            extra={"rules": [result.name for result in results if result.violations]},
        )
