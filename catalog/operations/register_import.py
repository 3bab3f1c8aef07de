"""Recording the rows of a register file: all or nothing, unless failed rows may be skipped."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from catalog.errors import ContradictingRecordError, InvalidFactError, RegisterImportError
from catalog.facts import PlaceFacts, Refusal, SourceFacts
from catalog.models import Certification, Place, Producer, Product, Source, Variant
from catalog.operations.certifications import record_certification
from catalog.operations.places import RecordedPlace, record_place
from catalog.operations.producers import record_producer
from catalog.operations.products import record_product
from catalog.operations.sources import record_source
from catalog.operations.variants import record_variant
from catalog.register.report import ImportReport
from catalog.register.rows import Finding, Level, ParsedRow
from core.address_conversion import ConversionKind
from core.db import db

TABLES: Final = (Source, Place, Producer, Product, Variant, Certification)

IMPORT_LOCK: Final = 0x0C1A
"""Number of the lock that an import holds on PostgreSQL until it ends: any that no other lock has."""

Progress = Callable[[int], None]


def import_register(
    rows: Iterable[ParsedRow], *, now: datetime, skip_bad: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Record every row; a row that cannot be is told in the report with what is wrong, and leaves nothing behind.

    progress: called with 1 after each row. A second run over the same rows changes nothing.
    Raises RegisterImportError(report=…) if a row failed and `skip_bad` is False: the caller then gives up the
    transaction, so that none is recorded.
    """
    wait_for_other_imports()
    report = ImportReport()
    before = _row_counts()
    run = _Run(now)
    with _watched(run):
        for row in rows:
            _import_row(run, row, report)
            if progress is not None:
                progress(1)
    after = _row_counts()
    report.added = {table: after[table] - before[table] for table in after if after[table] != before[table]}
    if report.failed_count and not skip_bad:
        raise RegisterImportError(report=report)
    return report


def wait_for_other_imports() -> None:
    """One import at a time, else two would record the same names at once; SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL lock_timeout = 0"))  # the other's may be a long file
        db.session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


@dataclass(slots=True)
class _Run:
    """What one import has seen so far: most rows share their source and place with others."""

    now: datetime
    places: dict[PlaceFacts, RecordedPlace] = field(default_factory=dict)
    sources: dict[SourceFacts, Source] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    has_written: bool = False

    def forget(self) -> None:
        """After a row was taken back, rows that it shared may be gone."""
        self.places.clear()
        self.sources.clear()


def _import_row(run: _Run, row: ParsedRow, report: ImportReport) -> None:
    run.has_written = False
    report.row_count += 1
    if _is_recorded(run, row):
        report.ok_count += 1
        report.unchanged_count += not run.has_written
    else:
        report.failed_count += 1
    report.row_messages.extend(row.messages)


def _is_recorded(run: _Run, row: ParsedRow) -> bool:
    """Record `row` or nothing of it. Whether it was."""
    if row.has_error or row.product is None:
        return False
    try:
        with db.session.begin_nested():
            _record(run, row)
            db.session.flush()
    except ContradictingRecordError as error:
        detail = str(error.facts.get("recorded", ""))
        row.say(
            Level.ERROR, Finding.CONTRADICTION, str(error.facts["field"]), str(error.facts["stated"]), detail
        )
    except InvalidFactError as error:
        row.say(
            Level.ERROR,
            Refusal(str(error.facts["reason"])),
            str(error.facts["field"]),
            str(error.facts["value"]),
        )
    else:
        return True
    run.forget()
    return False


def _record(run: _Run, row: ParsedRow) -> None:
    if row.product is None or row.product.register_key is None:
        raise ValueError("a row without a product is not recorded")
    source = _source(run, row)
    place = _place(run, row)
    producer = record_producer(row.producer, place=place, source=source) if row.producer else None
    product = record_product(row.product, now=run.now, producer=producer, place=place, source=source)
    _tell_repetition(run, row)
    if row.variant is not None:
        _tell_other_price(row, row.variant.price_vnd, record_variant(product, row.variant, now=run.now))
    for facts in row.certifications:
        record_certification(product, facts, now=run.now, source=source)


def _source(run: _Run, row: ParsedRow) -> Source | None:
    if row.source is None:
        return None
    if row.source not in run.sources:
        run.sources[row.source] = record_source(row.source)
    return run.sources[row.source]


def _place(run: _Run, row: ParsedRow) -> Place | None:
    if row.place is None:
        return None
    recorded = run.places.get(row.place)
    if recorded is None:
        recorded = run.places[row.place] = record_place(row.place)
    _tell_doubts(row, row.place, recorded)
    return recorded.place


def _tell_doubts(row: ParsedRow, facts: PlaceFacts, recorded: RecordedPlace) -> None:
    stated = ", ".join(text for text in (facts.commune, facts.district, facts.province) if text)
    if recorded.is_outside_table:
        row.say(
            Level.NOTE,
            Finding.PLACE_OUTSIDE_TABLE,
            "current_commune",
            facts.stated_current_commune or "",
            stated,
        )
    if recorded.place.conversion == ConversionKind.AMBIGUOUS:
        candidates = ", ".join(commune.name for commune in recorded.candidates)
        row.say(Level.WARNING, Finding.PLACE_AMBIGUOUS, "commune", stated, candidates)
    elif recorded.place.conversion == ConversionKind.UNKNOWN and recorded.place.current_province_code:
        row.say(Level.WARNING, Finding.PLACE_UNKNOWN, "commune", stated)


def _tell_repetition(run: _Run, row: ParsedRow) -> None:
    """A line about a product of an earlier line is fine if it brings a recognition, else worth a look."""
    key = row.product.register_key if row.product else None
    if key is None:
        return
    earlier = run.lines.setdefault(key, row.line)
    if earlier != row.line and not row.certifications and row.product:
        row.say(Level.NOTE, Finding.REPEATED_PRODUCT, "product", row.product.name, str(earlier))


@contextmanager
def _watched(run: _Run) -> Iterator[None]:
    """Notice what the session writes, so that rows which brought nothing new can be counted."""

    def notice(session: Session, _context: object) -> None:
        if session.new or session.dirty or session.deleted:
            run.has_written = True

    session = db.session()
    event.listen(session, "after_flush", notice)
    try:
        yield
    finally:
        event.remove(session, "after_flush", notice)


def _tell_other_price(row: ParsedRow, stated: int | None, variant: Variant) -> None:
    """An import brings packs in; a price that is on record is changed by its owner, not by a list."""
    if stated is not None and variant.price_vnd != stated:
        row.say(Level.WARNING, Finding.OTHER_PRICE, "price_vnd", str(stated), str(variant.price_vnd))


def _row_counts() -> dict[str, int]:
    return {
        table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in TABLES
    }
