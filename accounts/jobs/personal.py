"""Archives made, people erased, what is over deleted: at the edge of time, by the worker."""

import hashlib
import importlib
import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from accounts.archives import ArchiveText, AreaFacts, write_archive
from accounts.models import User
from accounts.models.personal import DataExport
from accounts.operations.erasure import ERASE_JOB, WIPE_JOB, carry_out_erasure
from accounts.operations.exports import DELETE_FILES_JOB, MAKE_JOB, finish_export, name_export_file
from core import clock, personal_data
from core.config import Settings
from core.db import db, transaction, wipe_freed_space
from core.file_uses import find_unused
from core.files import MAKING, Storage, delete_older, storage_for
from core.i18n import gettext as _
from core.i18n import speaking
from core.jobs.registry import job

log = logging.getLogger(__name__)

_MAKING_LASTS = timedelta(hours=6)


class FreedSpaceInUseError(RuntimeError):
    """Someone still reads what was there before: the job is tried again."""


@job(MAKE_JOB)
def make_export(export_id: int) -> None:
    """Make the archive. Its name is on record before its file is in the storage: no file is ever nobody's."""
    export = db.session.get(DataExport, export_id)
    if export is None or export.deleted_at is not None or export.byte_count is not None:
        return
    _delete_leftover(export)
    with tempfile.TemporaryDirectory(dir=_making()) as folder:
        path = Path(folder) / "archive.zip"
        _write(export, path)
        with path.open("rb") as made:
            sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        if not _name(export_id, sha256):
            return
        _storage().put(path)
        size = path.stat().st_size
    with transaction():
        is_wanted = finish_export(db.session.get_one(DataExport, export_id), size)
    if not is_wanted:
        _storage().delete(sha256)


@job(ERASE_JOB)
def erase_person(request_id: int) -> None:
    """Carry the wish out when its hours are over."""
    _load_areas()
    with transaction():
        is_done = carry_out_erasure(request_id, personal_data.list_areas(), now=clock.now())
    log.info("erasure looked at", extra={"request_id": request_id, "is_done": is_done})


@job(DELETE_FILES_JOB)
def delete_unused_files(names: list[str]) -> None:
    """Take those of `names` that no row names out of the storage; the lock keeps rows from being added meanwhile."""
    for module in current_app.extensions["model_modules"]:
        importlib.import_module(module)
    with transaction():
        for name in sorted(find_unused(names)):
            _storage().delete(name)


@job(WIPE_JOB)
def wipe_deleted() -> None:
    """Let no byte of what was deleted remain in the database's files. Raises FreedSpaceInUseError to be tried again."""
    if not wipe_freed_space():
        raise FreedSpaceInUseError


@job("accounts.delete_what_is_over", every=timedelta(hours=6))
def delete_what_is_over() -> None:
    """Delete what is kept for a time only and has had it; each kind in a transaction of its own."""
    _load_areas()
    for term in personal_data.list_terms():
        with transaction():
            count = term.ageing.delete_older(clock.now() - term.keep)
        if count:
            log.info("personal data deleted, its time was over", extra={"term": term.name, "rows": count})
    delete_older(_making(), clock.now() - _MAKING_LASTS)


def _delete_leftover(export: DataExport) -> None:
    """The file of a try that broke off."""
    if export.sha256 is not None:
        _storage().delete(export.sha256)


def _write(export: DataExport, path: Path) -> None:
    _load_areas()
    user = db.session.get_one(User, export.user_id)
    areas = personal_data.list_areas()
    with speaking(user.language):
        facts = [AreaFacts(each.name, str(each.title), each.holding.export(user.id)) for each in areas]
        text = ArchiveText(
            language=user.language,
            title=_("What Chợ OCOP holds about you"),
            nothing=_("Nothing."),
            files=_("Files that you handed in are in the folder «files»."),
        )
    files = [(file, _opener(file.name)) for each in areas for file in each.holding.files(user.id)]
    write_archive(
        path, facts, text, export.asked_at, [each for each in files if _storage().exists(each[0].name)]
    )


def _opener(name: str) -> Callable[[], BinaryIO]:
    return partial(_storage().open, name)


def _name(export_id: int, sha256: str) -> bool:
    with transaction():
        export = db.session.get_one(DataExport, export_id)
        if export.deleted_at is not None:
            return False
        name_export_file(export, sha256, clock.now())
    return True


def _load_areas() -> None:
    personal_data.load(current_app.extensions["personal_data_modules"])


def _making() -> Path:
    """Where archives are written: a worker killed meanwhile leaves half of one, which no row knows of."""
    folder = _settings().instance_dir / MAKING
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _storage() -> Storage:
    return storage_for(_settings())


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
