"""A copy of what a market needs to stand up again: its database, its files, its private keys.

SQLite is copied by its own online backup, whole while people go on buying. The database comes first: a file that one
of its rows names lies in the storage by then, because files are put there before their rows. Files bear the hash of
their content, so that a second backup into the same folder copies only what is new, takes away what is gone (the papers
of an erased person too), and notices what is damaged. Source: sqlite.org/backup.html.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config import Settings
from core.files import LocalStorage, Storage, storage_for

DATABASE: Final = "market.sqlite3"
FILES: Final = "files"
KEYS: Final = "keys"
_SQLITE: Final = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was copied. has_database: False on PostgreSQL, which has its own tools. keys: how many private keys.

    added, removed: files new in the copy and files taken out of it. damaged: names of files that are not what they say;
    an earlier copy of them is kept.
    """

    has_database: bool
    keys: int
    added: int
    removed: int
    damaged: tuple[str, ...]


def back_up(settings: Settings, folder: Path) -> Backup:
    """Copy into `folder`, made if need be and readable by its owner alone. Raises OSError, sqlite3.Error."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    has_database = settings.database_url.startswith(_SQLITE)
    if has_database:
        _copy_database(Path(settings.database_url.removeprefix(_SQLITE)), folder / DATABASE)
    added, removed, damaged = _mirror(storage_for(settings), LocalStorage(folder / FILES))
    keys = _keys_of(settings)
    for place, key in keys.items():
        _copy_key(key, folder / KEYS / place)
    return Backup(has_database=has_database, keys=len(keys), added=added, removed=removed, damaged=damaged)


def _copy_database(database: Path, target: Path) -> None:
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(unfinished)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    unfinished.replace(target)


def _mirror(storage: Storage, copy: LocalStorage) -> tuple[int, int, tuple[str, ...]]:
    kept = {each.name for each in storage.list_kept()}
    copied = {each.name for each in copy.list_kept()}
    damaged = tuple(name for name in sorted(kept - copied) if not _is_copied(storage, copy, name))
    gone = copied - kept
    for name in gone:
        copy.delete(name)
    return len(kept - copied) - len(damaged), len(gone), damaged


def _is_copied(storage: Storage, copy: LocalStorage, name: str) -> bool:
    with storage.open(name) as file:
        content_name = copy.put(file.read())
    if content_name != name:
        copy.delete(content_name)
    return content_name == name


def _keys_of(settings: Settings) -> dict[str, Path]:
    """Each private key by its place in the copy: that of a market whose settings name no other places."""
    usual = settings.instance_dir / KEYS
    keys = {str(each.relative_to(usual)): each for each in sorted(usual.rglob("*")) if each.is_file()}
    keys |= {f"stamps/{each.name}": each for each in settings.stamp_keys_dir.glob("*") if each.is_file()}
    named = {"log.key": settings.log.log_key_file, "witness.key": settings.log.witness_key_file}
    return keys | {place: key for place, key in named.items() if key.is_file()}


def _copy_key(key: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    shutil.copy2(key, unfinished)
    unfinished.chmod(0o600)
    unfinished.replace(target)
