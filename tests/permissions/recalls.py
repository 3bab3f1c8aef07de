"""A drill of a recall of our product, and a doubt about a code on it."""

from typing import Any

from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from traceability.models import CloneDoubt, Stamp
from traceability.operations.recalls import RecallGoods, RecallWords, open_recall


def recall_things(product: Any) -> dict[str, int]:
    """What addresses call them. A recall that is meant would stop all that is sold here."""
    words = RecallWords(reason="Thử", instruction="Không dùng", contact="0294 3855 555")
    with transaction():
        goods = RecallGoods(product=db.session.merge(product))
        recall = open_recall(goods, words, now=present.now(), is_drill=True)
        stamp_id = db.session.scalars(select(Stamp.id).order_by(Stamp.id).limit(1)).one()
        doubt = CloneDoubt(
            stamp_id=stamp_id,
            grade=1,
            reasons="elsewhere",
            opened_at=present.now(),
            assessed_at=present.now(),
        )
        db.session.add(doubt)
        db.session.flush()
        return {"recall": recall.id, "clone_doubt": doubt.id}
