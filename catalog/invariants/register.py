"""What must always be true of the register: run by `flask verify`.

They look at the rows with plain SQL and at the rules in one place each, so that what an operation let through by
mistake, or what someone wrote by hand, is found.
"""

import importlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.models import Certification, Document, RenewalDossier
from catalog.models.evidence import CertificatePage, EvidenceFile, EvidencePage
from catalog.models.pictures import PictureFile
from catalog.queries.search_entries import list_entries
from catalog.queries.text_index import later_texts, open_index
from catalog.recognition_rules import may_recognise, with_revocations
from catalog.search.folders import IndexDamagedError
from catalog.stars import STATES_WITH_STARS, effective_index, stars_on, state_on
from core import clock
from core.config import Settings
from core.db import db
from core.file_uses import find_unused
from core.files import Storage, StoredFileNotFoundError, storage_for
from core.invariants import Facts, invariant

FILES: Final = (
    Document.sha256,
    PictureFile.sha256,
    EvidenceFile.sha256,
    EvidencePage.sha256,
    CertificatePage.sha256,
)
"""Columns whose files must be there as long as the row is."""
ORPHAN_AGE: Final = timedelta(hours=24)
CHUNK_BYTES: Final = 1 << 20


@invariant("I9", "every star shown today rests on a recognition by an allowed authority, with evidence")
def stars_without_ground() -> Iterator[Facts]:
    """Recognitions whose stars show today though authority or evidence is not as it must be."""
    storage, today = _storage(), clock.today()
    for records in _records_by_product().values():
        facts = with_revocations([record.facts for record in records])
        if stars_on(facts, today) is None:
            continue
        index = effective_index(facts, today)
        for fault in _ground_faults(records[index or 0], storage):
            record = records[index or 0]
            yield {"certification_id": record.id, "product_id": record.product_id, "fault": fault}


@invariant("I10", "a product has exactly one effective recognition on a day, and it is the latest decided")
def unclear_recognitions() -> Iterator[Facts]:
    """Products with recognitions in force today of which none, or more than one, is the latest decided."""
    today = clock.today()
    for product_id, records in _records_by_product().items():
        facts = with_revocations([each.facts for each in records])
        if not any(state_on(each, today) in STATES_WITH_STARS for each in facts):
            continue
        decided = [each.decided_on for each in records if each.decided_on and each.decided_on <= today]
        latest = [each for each in records if each.decided_on == max(decided)]
        index = effective_index(facts, today)
        if index is None or records[index] not in latest or len(_ranks(latest)) > 1:
            yield {"product_id": product_id, "certification_ids": tuple(each.id for each in latest)}


@invariant(
    "I16", "every row that names a file has it with the right hash, and no file is without a row for a day"
)
def files_and_rows() -> Iterator[Facts]:
    """Rows without their file, files with another content, files that no row names after 24 hours."""
    storage = _storage()
    for column in FILES:
        for name in sorted(set(db.session.scalars(select(column)))):
            fault = _file_fault(name, storage)
            if fault is not None:
                yield {"sha256": name, "fault": fault}
    for name in current_app.extensions["model_modules"]:
        importlib.import_module(name)  # a table that is not known would not be asked
    oldest_allowed = clock.now() - ORPHAN_AGE
    old = [kept.name for kept in storage.list_kept() if kept.kept_at < oldest_allowed]
    for name in sorted(find_unused(old)):
        yield {"sha256": name, "fault": "no row names this file"}


@invariant("I15", "the search index and what has changed since it was built are exactly the listed products")
def products_missing_from_search() -> Iterator[Facts]:
    """Listed products that words cannot find as they are now, and others that they would.

    A lost index is no violation: pages search the database until it is built again.
    """
    try:
        index = open_index(db.engine)
    except IndexDamagedError:
        return
    indexed = dict(zip(index.product_ids, index.digests, strict=True))
    with db.engine.connect() as connection:
        later = later_texts(connection, index, index.manifest.seq)
        present = {entry.product_id: entry.texts.digest() for entry in list_entries(connection)}
    index.close()
    for product_id, texts in later.items():
        indexed.pop(product_id, None)
        if texts is not None:
            indexed[product_id] = texts.digest()
    for product_id in sorted(indexed.keys() | present.keys()):
        if indexed.get(product_id) != present.get(product_id):
            yield {"product_id": product_id, "fault": "search does not know it as it is"}


def _ranks(records: Iterable[Certification]) -> set[int]:
    """Records of one decision and day may be several, each telling more; of two ranks one must be wrong."""
    return set(Counter(record.stars for record in records))


def _ground_faults(record: Certification, storage: Storage) -> Iterator[str]:
    level = record.authority_level
    if level is None or not may_recognise(level, record.stars, record.decided_on, record.recognised_year):
        yield f"{level} cannot give {record.stars} stars on {record.decided_on}"
    if record.evidence_level == "C":
        yield "a claim of the holder"
    source = record.source
    has_source = source is not None and bool(source.publisher or source.title)
    if record.document is None:
        if not has_source:
            yield "neither document nor publication"
        return
    fault = _file_fault(record.document.sha256, storage)
    if fault is not None and not has_source:
        yield f"document: {fault}"


def _file_fault(name: str, storage: Storage) -> str | None:
    digest = sha256()
    try:
        with storage.open(name) as opened:
            while chunk := opened.read(CHUNK_BYTES):
                digest.update(chunk)
    except StoredFileNotFoundError:
        return "the file is missing"
    return None if digest.hexdigest() == name else "the file has another content"


def _records_by_product() -> dict[int, list[Certification]]:
    query = (
        select(Certification)
        .options(
            joinedload(Certification.source),
            joinedload(Certification.document),
            joinedload(Certification.revocation),
            selectinload(Certification.dossiers).joinedload(RenewalDossier.refusal),
        )
        .order_by(Certification.id)
    )
    records: defaultdict[int, list[Certification]] = defaultdict(list)
    for record in db.session.scalars(query):
        records[record.product_id].append(record)
    return records


def _storage() -> Storage:
    settings: Settings = current_app.extensions["settings"]
    return storage_for(settings)
