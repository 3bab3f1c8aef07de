"""«I bought this and opened it»: the first who says so of a stamp is believed, later ones are told of the first."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from core.jobs.queue import enqueue
from traceability.models import LaterOpening, Opening
from traceability.operations.scans import Look, hour_of

ASSESS_JOB: Final = "traceability.assess_stamp"


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of a claim. is_own: it is the one believed. first: the one believed, this or an earlier one."""

    is_own: bool
    first: Opening


def claim_opening(look: Look) -> Claim:
    """Note that somebody bought and opened the pack with this stamp.

    look: who, as far as a look tells: its hour, province and device hash are kept. The same device again on the same
    day changes nothing, and is the first again if it was. Of two at once the database lets one be the first.
    """
    facts = {
        "stamp_id": look.stamp_id,
        "claimed_hour_at": hour_of(look.looked_at),
        "province": look.province,
        "device_hash": look.device_hash,
    }
    made = db.session.execute(_insert(Opening).values(facts).on_conflict_do_nothing().returning(Opening.id))
    is_new = made.first() is not None
    first = db.session.scalars(
        select(Opening).where(Opening.stamp_id == look.stamp_id).execution_options(populate_existing=True)
    ).one()
    is_own = is_new or (look.device_hash is not None and first.device_hash == look.device_hash)
    if not is_own:
        db.session.execute(_insert(LaterOpening).values(facts).on_conflict_do_nothing())
        enqueue(ASSESS_JOB, now=look.looked_at, key=str(look.stamp_id), stamp_id=look.stamp_id)
    return Claim(is_own, first)


def _insert(model: type[Opening] | type[LaterOpening]) -> Any:
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return of_dialect.insert(model)
