"""Whose orders hold recalled goods, and the data of a recall in one file.

Producers see their own buyers. Officers see orders, places and counts: whom to call is the producer's to know.
"""

from typing import Final

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace import get_own_producer
from catalog.views.office.tables import csv_answer
from core import clock
from core.db import transaction
from orders.queries.recall_buyers import recall_buyers
from orders.recall_files import archive
from orders.views.recall_columns import columns_of, files_of
from traceability.models import Recall, RecallStage
from traceability.operations.recalls import note_step
from traceability.permissions import can_recall, can_see_recalls
from traceability.queries.recalls import get_office_recall, get_own_recall

SHOWN: Final = 200
"""Orders on the page; all of them are in the file."""


@needs(can_enter_workspace)
def recall_buyers_list(producer_id: int, recall_id: int) -> Response:
    """Orders with these goods, for those who may recall; `as=csv` for all of them as a file."""
    actor = current_actor()
    producer = _recalling(actor, producer_id)
    return _list(get_own_recall(producer_id, recall_id), producer, f"/workspace/{producer_id}")


@needs(can_enter_workspace)
def recall_export_create(producer_id: int, recall_id: int) -> AnyResponse:
    """The data of the recall as one file; that it was taken is noted once."""
    actor = current_actor()
    _recalling(actor, producer_id)
    get_own_recall(producer_id, recall_id)
    with transaction():
        note_step(get_own_recall(producer_id, recall_id), RecallStage.EXPORTED, now=clock.now(), by=actor)
    return _archive(get_own_recall(producer_id, recall_id), has_names=True)


@needs(can_see_recalls)
def office_recall_buyers(recall_id: int) -> Response:
    """Orders with these goods, without whose they are."""
    return _list(get_office_recall(current_actor(), recall_id), None, "/office")


@needs(can_see_recalls)
def office_recall_export_create(recall_id: int) -> AnyResponse:
    """The data of the recall as one file, without names; that it was taken is noted once."""
    actor = current_actor()
    get_office_recall(actor, recall_id)
    with transaction():
        note_step(get_office_recall(actor, recall_id), RecallStage.EXPORTED, now=clock.now(), by=actor)
    return _archive(get_office_recall(actor, recall_id), has_names=False)


def _recalling(actor: Actor, producer_id: int) -> Producer:
    producer = get_own_producer(actor, producer_id)
    if not can_recall(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return producer


def _list(recall: Recall, producer: Producer | None, base: str) -> Response:
    orders = recall_buyers(recall)
    columns = columns_of(has_names=producer is not None)
    if request.args.get("as") == "csv":
        return csv_answer(f"recall-{recall.id}-orders", columns, orders)
    page = render_template(
        "orders/recall_buyers.html",
        recall=recall,
        producer=producer,
        base=base,
        orders=orders[:SHOWN],
        total=len(orders),
        pack_count=sum(order.pack_count for order in orders),
        told_count=sum(order.told_at is not None for order in orders),
    )
    return make_response(page)


def _archive(recall: Recall, *, has_names: bool) -> Response:
    content = archive(files_of(recall, recall_buyers(recall), has_names=has_names))
    answer = Response(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="recall-{recall.id}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
