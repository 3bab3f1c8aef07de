"""Archives of what is held about a person: asked for, made by a job, deleted after a week."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.actors import Actor
from accounts.errors import TooManyExportsError
from accounts.models.personal import DataExport
from accounts.operations.audit import record_act
from accounts.queries.personal import is_in_work, list_exports
from core.db import db
from core.jobs.queue import enqueue

EXPORTS_A_DAY: Final = 3
"""An archive is heavy to make (docs/limits.md)."""
MAKE_JOB: Final = "accounts.make_export"
DELETE_FILES_JOB: Final = "accounts.delete_unused_files"


def request_export(*, by: Actor, now: datetime) -> DataExport:
    """Ask for an archive of all that is held about `by`; while one is being made, that one is the answer.

    Raises TooManyExportsError after `EXPORTS_A_DAY` within 24 hours.
    """
    for export in list_exports(by.user_id):
        if is_in_work(export):
            return export
    recent = (DataExport.user_id == by.user_id, DataExport.asked_at > now - timedelta(days=1))
    if (db.session.scalar(select(func.count()).where(*recent)) or 0) >= EXPORTS_A_DAY:
        raise TooManyExportsError(most=EXPORTS_A_DAY)
    export = DataExport(user_id=by.user_id, asked_at=now)
    db.session.add(export)
    db.session.flush()
    enqueue(MAKE_JOB, now=now, key=str(export.id), export_id=export.id)
    record_act("accounts.request_export", by=by, subject=f"user:{by.user_id}", now=now)
    return export


def name_export_file(export: DataExport, sha256: str, now: datetime) -> None:
    """Note the file before it is put into the storage, so that no file is ever there without a row."""
    export.sha256, export.made_at = sha256, now
    db.session.flush()


def finish_export(export: DataExport, byte_count: int) -> bool:
    """Note that the file lies in the storage. False if the archive was deleted meanwhile: so must the file be."""
    if export.deleted_at is not None:
        return False
    export.byte_count = byte_count
    db.session.flush()
    return True


def delete_exports(exports: Iterable[DataExport], now: datetime) -> int:
    """Let the files of `exports` be deleted; how many there were."""
    count = 0
    for export in exports:
        if export.deleted_at is None:
            names = [export.sha256] if export.sha256 else []
            export.sha256, export.deleted_at = None, now
            count += 1
            if names:
                enqueue(DELETE_FILES_JOB, now=now, names=names)
    db.session.flush()
    return count
