"""What must always be true of the audit trail: run by `flask verify`."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from accounts.models import AuditEvent
from accounts.models.audit import AuditHead
from accounts.operations.audit import FIRST_HASH, event_hash
from core.db import db
from core.invariants import Facts, invariant

ROWS_AT_ONCE: Final = 2_000


@invariant("I20", "the audit trail has no gap, no row of it was changed, and it ends where its head says")
def broken_trail() -> Iterator[Facts]:
    """The first row that is missing, rows with another content than their hash, an end that was cut off."""
    seq, last_hash = 0, FIRST_HASH
    rows = select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=ROWS_AT_ONCE)
    found = db.session.scalars(rows)
    for event in found:
        seq += 1
        if event.seq != seq:
            yield {"seq": seq, "fault": f"missing: the next row is {event.seq}"}
            found.close()
            return
        if event.previous_hash != last_hash:
            yield {"seq": seq, "fault": "does not follow the row before it"}
        if event_hash(event) != event.event_hash:
            yield {"seq": seq, "fault": "not the hash of the row"}
        last_hash = event.event_hash
    head = db.session.scalar(select(AuditHead))
    end = (head.seq, head.event_hash) if head else (0, FIRST_HASH)
    if end != (seq, last_hash):
        yield {"seq": seq, "fault": f"the head says that the trail ends at {end[0]}"}
