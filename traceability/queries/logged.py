"""What the public log says of lots: the facts of each, and every one on record.

No name of a producer, no note, nobody who recorded it: an entry can never be taken out. `called` is how the product was
called then, for readers.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from traceability.models import Lot
from transparency.leaves import instant
from transparency.sources import CALLED, Recorded, logged

LOT: Final = "lot.opened"
ROWS_AT_ONCE: Final = 1_000


@logged(LOT)
def lots() -> Iterator[Recorded]:
    """Every lot on record."""
    rows = select(Lot).options(joinedload(Lot.product)).order_by(Lot.id)
    for row in db.session.scalars(rows.execution_options(yield_per=ROWS_AT_ONCE)):
        yield lot_entry(row)


def lot_entry(row: Lot) -> Recorded:
    """Subject and facts of a lot. quantity: packs, of raw material so many `unit`."""
    return f"lot:{row.id}", {
        "product_id": row.product_id,
        "code": row.code,
        "kind": row.kind,
        "quantity": row.quantity,
        "unit": row.unit,
        "produced_on": row.produced_on.isoformat() if row.produced_on else None,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "recorded_at": instant(row.recorded_at),
        CALLED: {"product": row.product.name, "slug": row.product.slug},
    }
