"""Buyers of recalled goods are found and written to."""

from typing import Final

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.registry import job
from orders.operations.recalls import by_buyer, tell_buyers
from orders.queries.recall_buyers import recall_buyers
from traceability.models import Recall, RecallStage
from traceability.operations.recalls import note_step

BUYERS_AT_ONCE: Final = 100


@job("orders.tell_recall")
def tell_recall(recall_id: int) -> None:
    """List whose orders hold the goods, then write to each buyer once, a hundred in one transaction.

    Killed half-way it goes on where it was. Of a drill everything is done but the writing.
    """
    settings: Settings = current_app.extensions["settings"]
    host = settings.public_base_url.partition("://")[2]
    recall = db.session.get(Recall, recall_id)
    if recall is None or recall.closed_at is not None:
        return
    buyers = by_buyer(recall_buyers(recall))
    with transaction():
        note_step(db.session.get_one(Recall, recall_id), RecallStage.TRACED, now=clock.now())
    for first in range(0, len(buyers), BUYERS_AT_ONCE):
        with transaction():
            found = db.session.get_one(Recall, recall_id)
            tell_buyers(found, buyers[first : first + BUYERS_AT_ONCE], host=host, now=clock.now())
    with transaction():
        note_step(db.session.get_one(Recall, recall_id), RecallStage.WARNED, now=clock.now())
