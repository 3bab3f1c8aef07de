"""Stamps: issued in runs, activated, withdrawn; never deleted, so that a printed code always finds its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from catalog.models import Variant
from core.db import db
from traceability.digital_link import is_gtin14
from traceability.errors import (
    InvalidStampRunError,
    LotRecalledError,
    StampNotFoundError,
    StampWithdrawnError,
    TooManyStampsError,
)
from traceability.models import Lot, LotKind, Stamp, StampKind, StampRun, StampWithdrawal
from traceability.operations.recalls import find_open_recall_id, lock_lot
from traceability.operations.sealing import choose_seal
from traceability.operations.states import activate_range, record_order
from traceability.operations.texts import required_line
from traceability.queries.logged_stamps import STAMP_RUN, stamp_run_entry
from traceability.stamp_codes import hash_of_codes, new_codes
from transparency.operations import append

SPOILAGE_PERCENT: Final = 5
"""Labels spoiled in printing and sticking, on top of a lot's packs. Our own rule (docs/stamps.md#rules), chosen
because a strip lost at the start and end of each roll is of that size; a law that names a share is not known.
Invariant I11: unit codes issued for a lot never exceed its quantity plus this share."""

CHUNK_ROWS: Final = 5_000
CODE_TRIES: Final = 3
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What is asked for of a run.

    kind: a code for each pack, or one for the whole lot. is_active: False for labels that are activated once they are
    on the goods. is_sealed: its addresses carry a signature. gtin: the product's own GTIN that the printed address
    carries; without one the first that the product has, if any.
    """

    kind: StampKind = StampKind.UNIT
    is_active: bool = True
    is_sealed: bool = False
    gtin: str | None = None


def issue_stamps(
    lot: Lot,
    count: int,
    *,
    now: datetime,
    kind: StampKind = StampKind.UNIT,
    is_active: bool = True,
    gtin: str | None = None,
) -> StampRun:
    """`issue_run` without a seal, by nobody in particular."""
    return issue_run(lot, count, RunOrder(kind=kind, is_active=is_active, gtin=gtin), by_id=None, now=now)


def issue_run(lot: Lot, count: int, order: RunOrder, *, by_id: int | None, now: datetime) -> StampRun:
    """Issue `count` random codes for packs of `lot`, or the one code (count 1) for all of it; numbered from 1.

    A recognition in force is not asked for: a stamp says where goods come from, and no star is printed on it.
    Raises TooManyStampsError beyond the lot's quantity and its spoilage, LotRecalledError while it is being
    recalled, InvalidStampRunError for values that cannot be, SealingNotOfferedError. Then nothing has been issued.
    Safe when two issue for one lot at once: the second waits and counts the first one's codes.
    """
    if count < 1:
        raise InvalidStampRunError(field="count", value=count, reason="count")
    if order.kind is StampKind.LOT and count != 1:
        raise InvalidStampRunError(field="count", value=count, reason="one_lot_code")
    if lot.kind != LotKind.GOODS:
        raise InvalidStampRunError(field="lot", value=lot.code, reason="raw")
    lock_lot(lot)
    recall_id = find_open_recall_id(lot)
    if recall_id is not None:
        raise LotRecalledError(lot_id=lot.id, recall_id=recall_id)
    if order.kind is StampKind.UNIT:
        _require_room(lot, count)
    run = StampRun(
        lot=lot,
        kind=order.kind.value,
        stamp_count=count,
        gtin=_printed_gtin(lot, order.gtin),
        issued_at=now,
        code_salt=token_bytes(SALT_BYTES),
        ordered_by_id=by_id,
    )
    if order.is_sealed:
        run.seal_kid, run.seal_month = choose_seal(lot, now=now)
    db.session.add(run)
    db.session.flush()
    record_order(run, by_id=by_id, now=now)
    codes_hash = hash_of_codes(run.code_salt or b"", _insert_all(run, now if order.is_active else None))
    append(STAMP_RUN, *stamp_run_entry(run, codes_hash), now)
    return run


def unit_stamp_limit(quantity: int) -> int:
    """How many unit codes a lot of `quantity` packs may have in all; the share for spoilage is rounded down."""
    return quantity + quantity * SPOILAGE_PERCENT // 100


def activate_stamps(run: StampRun, *, now: datetime) -> int:
    """Put the stamps of `run` in force that are not yet and were not withdrawn. Answers how many that were."""
    return activate_range(run, (1, run.stamp_count), by_id=None, now=now)


def withdraw_stamp(code: str, *, reason: str, now: datetime) -> StampWithdrawal:
    """Take one stamp out of circulation (a lost roll, a misprint). Its page tells the reason from then on.

    code: 13 characters as stored. Raises StampNotFoundError, StampWithdrawnError if it was withdrawn before,
    InvalidTextError without a reason.
    """
    stamp = db.session.scalar(select(Stamp).where(Stamp.code == code).with_for_update())
    if stamp is None:
        raise StampNotFoundError(code=code)
    before = db.session.scalar(select(StampWithdrawal).where(StampWithdrawal.stamp_id == stamp.id))
    if before is not None:
        raise StampWithdrawnError(code=code, withdrawn_at=before.withdrawn_at)
    withdrawal = StampWithdrawal(stamp=stamp, reason=required_line("reason", reason), withdrawn_at=now)
    db.session.add(withdrawal)
    db.session.flush()
    return withdrawal


def _require_room(lot: Lot, count: int) -> None:
    issued = db.session.scalar(
        select(func.coalesce(func.sum(StampRun.stamp_count), 0)).where(
            StampRun.lot_id == lot.id, StampRun.kind == StampKind.UNIT
        )
    )
    limit = unit_stamp_limit(lot.quantity)
    if issued is not None and issued + count > limit:
        raise TooManyStampsError(
            lot_id=lot.id, quantity=lot.quantity, limit=limit, issued=issued, wanted=count
        )


def _printed_gtin(lot: Lot, wanted: str | None) -> str | None:
    known = db.session.scalars(
        select(Variant.gtin)
        .where(Variant.product_id == lot.product_id, Variant.gtin.is_not(None))
        .order_by(Variant.position)
    )
    own = [gtin for gtin in known if gtin and is_gtin14(gtin)]
    if wanted is None:
        return own[0] if own else None
    if wanted not in own:
        raise InvalidStampRunError(field="gtin", value=wanted, reason="gtin")
    return wanted


def _insert_all(run: StampRun, activated_at: datetime | None) -> Iterator[str]:
    """Add the stamps of `run` in pieces; their codes as they are added."""
    for first in range(1, run.stamp_count + 1, CHUNK_ROWS):
        yield from _insert_codes(run, first, min(CHUNK_ROWS, run.stamp_count + 1 - first), activated_at)


def _insert_codes(run: StampRun, first: int, count: int, activated_at: datetime | None) -> list[str]:
    """Add `count` stamps. A code that exists already (once in 10^10 with 10^8 live ones) has them all drawn anew."""
    for tries_left in reversed(range(CODE_TRIES)):
        codes = new_codes(count)
        rows = [
            {"run_id": run.id, "number": number, "code": code, "activated_at": activated_at}
            for number, code in enumerate(codes, first)
        ]
        try:
            with db.session.begin_nested():
                db.session.execute(insert(Stamp.__table__), rows)  # type: ignore[arg-type]
            return codes
        except IntegrityError:
            if not tries_left:
                raise
    return []
