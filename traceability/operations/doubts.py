"""Doubts about codes: computed from new looks in the background, decided by people."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from core.places import Vintage, find_province_by_code
from traceability.clone_evidence import Assessment, assess
from traceability.errors import InvalidRecallError
from traceability.models import (
    CloneDecision,
    CloneDoubt,
    CloneOutcome,
    CloneProgress,
    Lot,
    LotMarket,
    Scan,
)
from traceability.operations.texts import required_text
from traceability.queries.unit_facts import list_unit_facts

LOOKS_AT_ONCE: Final = 20_000
STAMPS_AT_ONCE: Final = 100
"""With at most 200 looks each, so that the memory of the job does not grow with what is looked at."""


def find_new_looks() -> tuple[int, int, list[int]]:
    """Which looks were assessed last, which shall be now, and the stamps that they are of.

    Only what the run before had seen: a look gets its number before it is kept (see `CloneProgress`).
    """
    progress = db.session.get_one(CloneProgress, 1, populate_existing=True)
    until = min(progress.seen_scan_id, progress.done_scan_id + LOOKS_AT_ONCE)
    new = select(Scan.stamp_id).where(Scan.id > progress.done_scan_id, Scan.id <= until).distinct()
    return progress.done_scan_id, until, list(db.session.scalars(new.order_by(Scan.stamp_id)))


def note_looks(done_id: int, until_id: int) -> bool:
    """Note that looks from `done_id` to `until_id` were assessed; False if somebody else did so meanwhile."""
    newest = select(func.coalesce(func.max(Scan.id), 0)).scalar_subquery()
    moved = db.session.execute(
        update(CloneProgress)
        .where(CloneProgress.id == 1, CloneProgress.done_scan_id == done_id)
        .values(done_scan_id=until_id, seen_scan_id=func.coalesce(newest, 0))
    )
    return int(moved.rowcount) == 1  # type: ignore[attr-defined]


def assess_stamps(stamp_ids: Collection[int]) -> dict[int, Assessment]:
    """What speaks for a copy of each of the stamps on single packs. Only reads."""
    wanted, found = list(stamp_ids), {}
    for first in range(0, len(wanted), STAMPS_AT_ONCE):
        facts = list_unit_facts(wanted[first : first + STAMPS_AT_ONCE])
        found.update({stamp_id: assess(unit) for stamp_id, unit in facts.items()})
    return found


def keep_assessments(assessments: dict[int, Assessment], *, now: datetime) -> int:
    """Write down what was found; answers how many doubts are new or graver than before.

    A doubt never grows smaller because looks are forgotten with time. Where nothing is left of it (a sample was
    declared) and nobody has decided, it is taken away.
    """
    known = _known(assessments)
    changed = 0
    for stamp_id, found in assessments.items():
        doubt = known.get(stamp_id)
        if doubt is None and found.grade:
            db.session.add(
                CloneDoubt(
                    stamp_id=stamp_id,
                    grade=found.grade,
                    reasons=" ".join(found.reasons),
                    opened_at=now,
                    assessed_at=now,
                )
            )
            changed += 1
        elif doubt is not None and found.grade >= doubt.grade:
            changed += found.grade > doubt.grade
            doubt.grade, doubt.reasons, doubt.assessed_at = found.grade, " ".join(found.reasons), now
        elif doubt is not None and found.is_sample and not doubt.decisions:
            db.session.execute(delete(CloneDoubt).where(CloneDoubt.id == doubt.id))
    db.session.flush()
    return changed


def decide_doubt(
    doubt: CloneDoubt, outcome: CloneOutcome, reason: str, *, by: Actor | None, now: datetime
) -> CloneDecision:
    """Decide whether a code was copied; the last decision counts, and each stays on record with its reason.

    Raises InvalidTextError without a reason; nothing has changed then.
    """
    stated = required_text("reason", reason)
    decision = CloneDecision(
        doubt_id=doubt.id,
        outcome=CloneOutcome(outcome).value,
        grade=doubt.grade,
        reason=stated,
        decided_at=now,
        by_id=by.user_id if by else None,
    )
    db.session.add(decision)
    db.session.flush()
    record_act(
        "traceability.decide_doubt",
        by=by,
        subject=f"clone_doubt:{doubt.id}",
        after={"outcome": decision.outcome, "grade": doubt.grade},
        reason=stated,
        now=now,
    )
    return decision


def declare_markets(lot: Lot, province_codes: Iterable[str], *, now: datetime) -> None:
    """Declare in which provinces of today packs of `lot` are sold; none: nothing is declared.

    Raises InvalidRecallError for a code that is no province's; nothing has changed then.
    """
    codes = sorted(set(province_codes))
    for code in codes:
        if find_province_by_code(code, Vintage.SINCE_2025_07) is None:
            raise InvalidRecallError(field="provinces", value=code[:10], reason="province")
    db.session.execute(delete(LotMarket).where(LotMarket.lot_id == lot.id))
    db.session.add_all([LotMarket(lot_id=lot.id, province_code=code, declared_at=now) for code in codes])
    db.session.flush()


def _known(assessments: Collection[int]) -> dict[int, CloneDoubt]:
    wanted, known = sorted(assessments), {}
    for first in range(0, len(wanted), STAMPS_AT_ONCE):
        rows = select(CloneDoubt).where(CloneDoubt.stamp_id.in_(wanted[first : first + STAMPS_AT_ONCE]))
        known.update({row.stamp_id: row for row in db.session.scalars(rows.with_for_update())})
    return known
