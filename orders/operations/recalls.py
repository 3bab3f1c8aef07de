"""Telling buyers that goods they have are recalled: everybody once, however often the job runs or where it stopped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from core.i18n import speaking
from core.jobs.queue import enqueue
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages
from orders.models.orders import SellerOrder
from orders.operations.news import note_news
from orders.queries.parcel_recalls import open_recalls_in
from orders.queries.recall_buyers import AffectedOrder, news_key
from orders.recall_words import RecallNews, recall_wording
from traceability.models import Recall
from traceability.operations.recalls import TELL_JOB
from traceability.queries.recalls import list_recall_lots

RECALL_KIND: Final = "orders.recall"


def warn_of_left(part: SellerOrder, *, now: datetime) -> None:
    """A parcel has left: where it holds goods of an open recall, have a job write to its buyer.

    A parcel that stood packed when the recall was opened may be fetched by its carrier all the same, and a sale over a
    counter cannot be stopped. The job tells nobody twice.
    """
    for recall_id in open_recalls_in(part.id):
        # Not the key of another parcel: its job may run before this transaction ends.
        enqueue(TELL_JOB, key=f"{recall_id}:{part.id}", recall_id=recall_id, now=now)


def contact_of(order: AffectedOrder) -> str | None:
    """Where the buyer can be written to; None where that is not known any more, or was a landline."""
    return order.email or (order.phone if order.phone and can_take_messages(order.phone) else None)


def by_buyer(orders: Iterable[AffectedOrder]) -> list[tuple[str, list[AffectedOrder]]]:
    """Parcels that have left the house, by whom to write to: one message for all of one buyer's."""
    reached = [(contact, order) for order in orders if order.has_left and (contact := contact_of(order))]
    reached.sort(key=lambda each: (each[0], each[1].seller_order_id))
    return [
        (contact, [order for _, order in each])
        for contact, each in groupby(reached, key=lambda each: each[0])
    ]


def tell_buyers(
    recall: Recall, buyers: Iterable[tuple[str, Sequence[AffectedOrder]]], *, host: str, now: datetime
) -> int:
    """Write to each buyer once; answers how many messages that made. Of a drill nothing is written or noted."""
    lots = [lot.code for lot in list_recall_lots(recall)]
    told = 0
    for contact, orders in buyers:
        key = news_key(recall.id)
        news = [each for each in orders if recall.is_drill or note_news(each.order_id, key, now)]
        if not news:
            continue
        with speaking(news[0].language):
            subject, text = recall_wording(_news(recall, lots, news, host))
        told += 1
        if not recall.is_drill:
            _send(contact, subject, text, news, now)
    return told


def _news(recall: Recall, lots: Sequence[str], orders: Sequence[AffectedOrder], host: str) -> RecallNews:
    own = {code for order in orders for code in order.packs}
    is_of_any = any(order.packs_without_lot for order in orders)
    return RecallNews(
        product=recall.product.name,
        lots=[] if is_of_any else [code for code in lots if code in own] or lots,
        reason=recall.reason,
        instruction=recall.instruction,
        contact=recall.contact,
        order_codes=[order.code for order in orders],
        is_certain=any(order.is_certain for order in orders),
        host=host,
    )


def _send(contact: str, subject: str, text: str, orders: Sequence[AffectedOrder], now: datetime) -> None:
    enqueue_message(
        to=contact,
        channel=Channel.EMAIL if "@" in contact else Channel.SMS,
        kind=RECALL_KIND,
        subject=subject,
        text=text,
        values={"code": orders[0].code, "text": text},
        now=now,
    )
