"""The search index and the feed of changes, looked after."""

import logging
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import OperationalError

from catalog.operations.indexing import INDEX_JOB, ask_for_index, bring_index_up_to_date, prune_changes
from catalog.queries.text_index import claim_loss
from catalog.search.folders import IndexBusyError
from core import clock
from core.db import transaction
from core.jobs.registry import job

log = logging.getLogger(__name__)

# A builder that hangs is not waited for longer; the next round looks again.
_BUSY_SECONDS: Final = 30.0


@job(INDEX_JOB, every=timedelta(minutes=1))
def index_products() -> None:
    """Build the search index anew where it is lost or lags behind. Asked for at once when a page misses it."""
    try:
        outcome = bring_index_up_to_date(wait_seconds=_BUSY_SECONDS)
    except IndexBusyError:
        log.info("another process builds the search index")
        return
    log.info("search index looked after", extra={"outcome": outcome.value})


def see_to_index() -> None:
    """Ask for the index at once if a page of this process has missed it. Called when the page is made."""
    if not claim_loss():
        return
    try:
        with transaction():
            ask_for_index(now=clock.now())
    except OperationalError as error:
        log.warning("the search index cannot be asked for: the next round will see to it", exc_info=error)


@job("catalog.prune_changes", every=timedelta(days=1))
def prune_feed() -> None:
    """Forget old rows of the feed of changes."""
    with transaction():
        count = prune_changes()
    log.info("feed of changes pruned", extra={"rows": count})
