"""Reminders of what ends, looked after several times a day: a day on which nothing ran is caught up with."""

import logging
from datetime import timedelta

from catalog.operations.reminders import remind_producer
from catalog.queries.renewals import list_producers_to_remind
from core import clock
from core.db import db, transaction
from core.jobs.registry import job

log = logging.getLogger(__name__)


@job("catalog.remind_of_endings", every=timedelta(hours=6))
def remind_of_endings() -> None:
    """Remind every producer that has something to renew; each in a transaction of its own."""
    waiting = list_producers_to_remind(clock.today())
    db.session.rollback()
    given = 0
    for producer_id in waiting:
        with transaction():
            given += remind_producer(producer_id, now=clock.now())
    log.info("reminders given", extra={"reminders": given})
