"""What the public log says of runs of stamps and of the keys that seal them.

A run stands there with the number of its stamps and one hash over all its codes: none can be added, exchanged or taken
away unseen, and nobody learns a code from it.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from sqlalchemy import select

from core.db import db
from traceability.models import SealKeyList, Stamp, StampRun
from traceability.stamp_codes import hash_of_codes
from transparency.leaves import instant
from transparency.sources import Recorded, logged

STAMP_RUN: Final = "stamp_run.issued"
KEY_LIST: Final = "key_list.published"

ROWS_AT_ONCE: Final = 5_000


@logged(STAMP_RUN)
def stamp_runs() -> Iterator[Recorded]:
    """Every run on record, its hash computed anew from the codes as they stand."""
    for row in db.session.scalars(select(StampRun).order_by(StampRun.id)):
        codes = select(Stamp.code).where(Stamp.run_id == row.id).execution_options(yield_per=ROWS_AT_ONCE)
        yield stamp_run_entry(row, hash_of_codes(row.code_salt or b"", db.session.scalars(codes)))


@logged(KEY_LIST)
def key_lists() -> Iterator[Recorded]:
    """Every list of keys that was published."""
    for row in db.session.scalars(select(SealKeyList).order_by(SealKeyList.id)):
        yield key_list_entry(row)


def stamp_run_entry(row: StampRun, codes_hash: str) -> Recorded:
    """Subject and facts of a run. codes_hash: `hash_of_codes` of all its codes."""
    return f"stamp_run:{row.id}", {
        "lot_id": row.lot_id,
        "kind": row.kind,
        "stamp_count": row.stamp_count,
        "codes_hash": codes_hash,
        "gtin": row.gtin,
        "seal_kid": row.seal_kid,
        "issued_at": instant(row.issued_at),
    }


def key_list_entry(row: SealKeyList) -> Recorded:
    """Subject and facts of a list of keys: whoever has the list can check that it was published."""
    return f"key_list:{row.id}", {
        "sha256": sha256(row.note.encode()).hexdigest(),
        "issued_at": instant(row.issued_at),
    }
