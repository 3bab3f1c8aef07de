"""What there is to say of a code: one statement finds the stamp, the rest comes from what is kept of its lot.

The statement is the same whether a code exists or not, so that its time tells nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from catalog.queries.columns import get_columns
from core.db import db
from core.text import clean_line
from traceability.clone_evidence import GRADE_TOLD
from traceability.errors import CouldNotCheckError
from traceability.models import CloneOutcome, StampKind
from traceability.queries.lots import get_lot_page
from traceability.queries.recently_read import RecentlyRead
from traceability.queries.scan_rows import StampRow, find_row
from traceability.queries.sealing import find_seal_key
from traceability.queries.view_models import FirstLook, LotPage, RecallView, ScanPage
from traceability.scan_months import complete_since
from traceability.seals import SealVerdict, parse_seal, verify
from traceability.stamp_codes import CodeStatus, parse
from traceability.verdicts import StampFacts, Verdict, verdict_of

TYPED_KEPT_CHARS: Final = 40
BAD_SEALS: Final = frozenset({SealVerdict.BAD, SealVerdict.UNKNOWN_KEY})
"""Seals that cannot be ours. One of a key that has run out or was revoked is told beside the verdict of the records."""


class UnsavedLooks(Protocol):
    """What this process knows of looks that are not in the database yet."""

    def find_first(self, stamp_id: int) -> FirstLook | None:
        """The first look at a stamp that waits to be saved, or None."""
        ...

    def is_behind(self) -> bool:
        """Whether looks cannot be saved at present or were lost, so that no record is complete."""
        ...


class NoUnsavedLooks:
    """For those who record nothing: commands and tests."""

    def find_first(self, stamp_id: int) -> FirstLook | None:
        return None

    def is_behind(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class SealedAddress:
    """What a scanned address carried in front: the seal as it stood there, and the path behind it, percent-encoded."""

    seal: str
    path: str


@dataclass(frozen=True, slots=True)
class _SeenSeal:
    """kid: of the key that it names, None where it is no seal at all."""

    kid: int | None
    verdict: SealVerdict

    def is_bad_for(self, seal_kid: int | None) -> bool:
        """Whether it cannot be ours. seal_kid: the key with which the stamp's run was sealed, None without seals."""
        return self.verdict in BAD_SEALS or self.kid != seal_kid


def get_scan_page(
    typed: str,
    path_gtin: str | None = None,
    path_lot: str | None = None,
    *,
    on: date,
    now: datetime,
    looks: UnsavedLooks | None = None,
    sealed: SealedAddress | None = None,
) -> ScanPage:
    """What to say of a code as typed or scanned, judged for `on` (Vietnam) at `now`.

    path_gtin, path_lot: what the address named beside the code; the code decides, so that a GTIN (14 digits) or lot
    that is not its own gives `unknown`, never a verdict on goods. looks: this process's unsaved ones. sealed: the seal
    that the address carried: a false one is told as such, whatever stands behind it.
    One statement, and the six of `get_lot_page` when the lot or its product has changed or the day is new.
    Raises CouldNotCheckError when the database does not answer: that is no verdict.
    """
    parsed = parse(typed)
    is_code = parsed.status is CodeStatus.OK and parsed.code is not None
    code = parsed.code if is_code and parsed.code else clean_line(typed)[:TYPED_KEPT_CHARS]
    try:
        seal = _see_seal(sealed, on)
        row = find_row(code) if is_code else None
        lot = _read_lot(row.lot_id, row.product_id, on) if row else None
    except (SQLAlchemyError, db.engine.dialect.loaded_dbapi.Error) as error:
        raise CouldNotCheckError(code=code) from error
    if row is None or lot is None or not _is_own_path(row, lot, path_gtin, path_lot):
        return _judge_stranger(code, seal, is_code=is_code)
    return _judge(code, row, lot, Look(on, now, looks or NoUnsavedLooks(), seal))


def _see_seal(sealed: SealedAddress | None, on: date) -> _SeenSeal | None:
    if sealed is None:
        return None
    seal = parse_seal(sealed.seal)
    if seal is None:
        return _SeenSeal(None, SealVerdict.BAD)
    return _SeenSeal(seal.kid, verify(seal, sealed.path, find_seal_key, on))


def _judge_stranger(code: str, seal: _SeenSeal | None, *, is_code: bool) -> ScanPage:
    """Nothing was issued under this address; whether its seal is false is said before that."""
    if seal is not None and seal.verdict in BAD_SEALS:
        return ScanPage(verdict=Verdict.BAD_SEAL, code=code, seal=seal.verdict)
    verdict = Verdict.UNKNOWN if is_code else Verdict.MISTYPED
    return ScanPage(verdict=verdict, code=code, seal=seal.verdict if seal else None)


@dataclass(frozen=True, slots=True)
class Look:
    """When a code is looked at, what is not saved yet of others, and the seal in front of it."""

    on: date
    now: datetime
    unsaved: UnsavedLooks
    seal: _SeenSeal | None


def _judge(code: str, row: StampRow, lot: LotPage, look: Look) -> ScanPage:
    on, now, looks = look.on, look.now, look.unsaved
    withdrawn_at = row.withdrawn_at or row.range_withdrawn_at
    is_false_seal = look.seal is not None and look.seal.is_bad_for(row.seal_kid)
    first_look, scanned_before = _earlier_looks(row, now, looks)
    recall = _recall_of(row, lot)
    doubt = _doubt_of(row)
    facts = StampFacts(
        is_unit=row.run_kind == StampKind.UNIT,
        is_activated=bool(row.activated_at or row.range_active_at or row.is_display),
        is_withdrawn=withdrawn_at is not None,
        is_recalled=recall is not None,
        has_rank_lapsed=lot.has_rank_lapsed,
        expires_on=lot.expires_on,
        scanned_before=scanned_before,
        is_confirmed_copy=row.decided_outcome == CloneOutcome.CONFIRMED_COPY,
        is_doubtful=doubt is not None,
        has_bad_seal=is_false_seal,
        is_display_sample=bool(row.is_display),
    )
    return ScanPage(
        verdict=verdict_of(facts, on),
        code=code,
        stamp_id=row.stamp_id,
        is_unit=facts.is_unit,
        lot=lot,
        scanned_before=scanned_before,
        first_look=first_look,
        withdrawn_at=withdrawn_at,
        withdrawn_reason=row.withdrawn_reason or row.range_withdrawn_reason,
        recall=recall,
        doubt=doubt,
        copied_at=row.decided_at if facts.is_confirmed_copy else None,
        seal=_told_seal(look.seal, is_false=is_false_seal),
        is_sealed=row.seal_kid is not None,
        sold_at=row.sold_at,
        opened=FirstLook(row.opened_hour_at, row.opened_province) if row.opened_hour_at else None,
    )


def _told_seal(seal: _SeenSeal | None, *, is_false: bool) -> SealVerdict | None:
    """A seal that holds, but on a stamp that was never sealed with that key, is as bad as one that does not."""
    if seal is None:
        return None
    return SealVerdict.BAD if is_false and seal.verdict not in BAD_SEALS else seal.verdict


def _recall_of(row: StampRow, lot: LotPage) -> RecallView | None:
    """The open recall of this very pack: that of all of its lot, else one that names it."""
    if lot.recall is not None:
        return lot.recall
    return next((each for each in lot.unit_recalls if each.covers(row.run_id, row.number)), None)


def _doubt_of(row: StampRow) -> tuple[str, ...] | None:
    """Why whoever scans this stamp is asked to look twice; None where nothing speaks for it or a person cleared it."""
    grade = row.doubt_grade or 0
    if grade < GRADE_TOLD or (
        row.decided_outcome == CloneOutcome.CLEARED and grade <= (row.decided_grade or 0)
    ):
        return None
    return tuple((row.doubt_reasons or "").split())


def _earlier_looks(row: StampRow, now: datetime, looks: UnsavedLooks) -> tuple[FirstLook | None, bool | None]:
    """The first look if it is certain, and whether there was any: None if some may be missing from the record."""
    kept_from = complete_since(now=now)
    is_complete = row.issued_at >= kept_from and (row.last_gap_at is None or row.last_gap_at < row.issued_at)
    if row.first_hour_at is not None:
        return FirstLook(row.first_hour_at, row.first_province) if is_complete else None, True
    waiting = looks.find_first(row.stamp_id)
    if waiting is not None:
        return waiting if is_complete and not looks.is_behind() else None, True
    return None, False if is_complete and not looks.is_behind() else None


def _is_own_path(row: StampRow, lot: LotPage, path_gtin: str | None, path_lot: str | None) -> bool:
    if path_gtin is not None and path_gtin != row.run_gtin and path_gtin not in lot.gtins:
        return False
    # Our stamps print capitals; a phone may have made them small, and the code decides anyway.
    return path_lot is None or path_lot.casefold() == lot.code.casefold()


_lots: Final = RecentlyRead[tuple[Engine, int, int, date], LotPage](max_count=1_000)


def _read_lot(lot_id: int, product_id: int, on: date) -> LotPage:
    """The lot's page as of the last change of its product; kept until the next change or midnight."""
    key = (db.engine, lot_id, get_columns().version_of(product_id), on)
    return _lots.get(key, lambda: get_lot_page(lot_id, on))
