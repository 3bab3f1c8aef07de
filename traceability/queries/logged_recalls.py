"""What the public log says of recalls: their goods and instants, and a hash of the words that people were told.

The words themselves may name somebody to call, and an entry can never be taken out: whoever has the page can compare
them with the hash. Drills are never entered.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from traceability.models import Recall, RecallLot, RecallStage, RecallStep
from transparency.leaves import instant
from transparency.sources import CALLED, Recorded, logged

OPENED: Final = "recall.opened"
WARNED: Final = "recall.warned"
CLOSED: Final = "recall.closed"
KIND_OF: Final[dict[RecallStage | None, str]] = {
    None: OPENED,
    RecallStage.WARNED: WARNED,
    RecallStage.CLOSED: CLOSED,
}
"""Kind of entry of each step; None: of the opening. Other steps are the producer's own business."""


@logged(OPENED)
def opened_recalls() -> Iterator[Recorded]:
    """Every recall on record that was no drill."""
    rows = (
        select(Recall)
        .where(~Recall.is_drill)
        .options(
            joinedload(Recall.product),
            selectinload(Recall.lots).joinedload(RecallLot.lot),
            selectinload(Recall.ranges),
        )
    )
    for row in db.session.scalars(rows.order_by(Recall.id)):
        yield recall_entry(row)


@logged(WARNED)
def warned_recalls() -> Iterator[Recorded]:
    """Every recall whose buyers were written to."""
    yield from _steps(RecallStage.WARNED)


@logged(CLOSED)
def closed_recalls() -> Iterator[Recorded]:
    """Every recall that was closed."""
    yield from _steps(RecallStage.CLOSED)


def recall_entry(row: Recall) -> Recorded:
    """Subject and facts of a recall that was opened."""
    return f"recall:{row.id}", {
        "product_id": row.product_id,
        "scope": row.scope,
        "lots": [each.lot.code for each in sorted(row.lots, key=lambda each: each.lot_id)],
        "units": [
            f"{each.run_id}:{each.first}-{each.last}" for each in sorted(row.ranges, key=lambda each: each.id)
        ],
        "words": words_hash(row),
        "opened_at": instant(row.opened_at),
        CALLED: row.product.name,
    }


def step_entry(step: RecallStep, recall: Recall) -> Recorded:
    """Subject and facts of a step of a recall."""
    facts: dict[str, Any] = {"product_id": recall.product_id, "at": instant(step.taken_at)}
    if step.reason is not None:
        facts["reason"] = hashlib.sha256(step.reason.encode()).hexdigest()
    return f"recall:{recall.id}", facts


def words_hash(row: Recall) -> str:
    """SHA-256 (hex) of the JSON list of reason, risk, instruction, refund and contact, in UTF-8, without spaces."""
    words = [row.reason, row.risk, row.instruction, row.refund, row.contact]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _steps(stage: RecallStage) -> Iterator[Recorded]:
    rows = (
        select(RecallStep, Recall)
        .join(Recall, Recall.id == RecallStep.recall_id)
        .where(RecallStep.stage == stage.value, ~Recall.is_drill)
        .order_by(RecallStep.id)
    )
    for step, recall in db.session.execute(rows):
        yield step_entry(step, recall)
