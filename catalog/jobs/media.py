"""Work on kept files for later: further pages of papers, pictures nobody shows any more, files that no row names."""

import importlib
import logging
from datetime import timedelta

from flask import current_app

from catalog.models.evidence import EvidenceFile
from catalog.operations.evidence import PAGES_JOB, draw_more_pages, note_pages, stored_paper
from catalog.operations.pictures import forget_removed_pictures
from core import clock
from core.db import db, transaction
from core.file_uses import find_unused
from core.files import Storage, storage_for
from core.jobs.registry import job

log = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(hours=24)
"""A file is written before its row; one that has had none for this long never gets one (I16)."""
_NAMES_AT_ONCE = 500


@job(PAGES_JOB)
def draw_evidence_pages(evidence_id: int) -> None:
    """Draw the pages of a paper that are not drawn yet, some at a time: what is done is kept when the job is lost."""
    evidence = db.session.get(EvidenceFile, evidence_id)
    if evidence is None:
        return
    content, page_count = stored_paper(evidence, _storage()), evidence.page_count
    drawn = {page.number for page in evidence.pages}
    db.session.rollback()
    while missing := [number for number in range(1, page_count + 1) if number not in drawn]:
        pages = draw_more_pages(content, missing[0], files=_storage())
        with transaction():
            note_pages(evidence_id, pages)
        drawn |= {missing[0]} | {page.number for page in pages}


@job("catalog.clear_files", every=timedelta(days=1))
def clear_files() -> None:
    """Forget pictures that were taken away long ago, then delete the files that no row names."""
    with transaction():
        forget_removed_pictures(now=clock.now())
    delete_orphans()


def delete_orphans() -> int:
    """Delete files older than `ORPHAN_AGE` that no row of any table names; how many there were."""
    for name in current_app.extensions["model_modules"]:
        importlib.import_module(name)  # a table that is not known would not be asked
    storage, latest = _storage(), clock.now() - ORPHAN_AGE
    names = [kept.name for kept in storage.list_kept() if kept.kept_at < latest]
    count = 0
    for start in range(0, len(names), _NAMES_AT_ONCE):
        for name in sorted(find_unused(names[start : start + _NAMES_AT_ONCE])):
            storage.delete(name)
            count += 1
        db.session.rollback()
    unfinished = storage.delete_unfinished(latest)
    log.info("files without a row deleted", extra={"files": count, "unfinished": unfinished})
    return count


def _storage() -> Storage:
    return storage_for(current_app.extensions["settings"])
