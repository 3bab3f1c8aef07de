"""Where indexes lie: one folder per finished index, a pointer to the present one, a lock for who builds.

search/                 0700
  current               name of the present index's folder; replaced in one step
  building.lock         held (flock) by whoever builds or sweeps; the system frees it when a process dies
  lost                  left by a reader that found the present index damaged
  <hex>/                index files, `entries` and `manifest.json`, which is written last
"""

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep
from typing import Final

from catalog.synonyms import TABLE

SCHEMA_VERSION: Final = 2
"""Raised whenever fields or the way of cutting words change: an index of another version is built anew."""

MANIFEST: Final = "manifest.json"
ENTRIES: Final = "entries"
"""Product ids and digests of texts by document, 64 bits each: first all ids, then all digests."""

_POINTER: Final = "current"
_LOCK: Final = "building.lock"
_LOST: Final = "lost"
_LOCK_PAUSE_SECONDS: Final = 0.1


class IndexDamagedError(Exception):
    """The index is missing, unfinished, of another version or unreadable. It can be built anew at any time."""


class IndexBusyError(Exception):
    """Another process is building the index."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished index says of itself.

    schema: see `schema_mark`. seq: it contains every change up to this number of `catalog_change`. last_product_id:
    the product of that change (None before the first), by which another database is told apart. files: size and
    CRC-32 by name.
    """

    schema: str
    seq: int
    last_product_id: int | None
    entry_count: int
    files: dict[str, tuple[int, int]]


@lru_cache(maxsize=1)
def schema_mark() -> str:
    """The version of an index made now: that of the schema, and the sum of the table of other words."""
    return f"{SCHEMA_VERSION}.{zlib.crc32(TABLE.read_bytes()):08x}"


_roots: Final[dict[str, Path]] = {}


def use_root(database_url: str, root: Path) -> None:
    """Say at start where the indexes of a database lie; each machine has its own."""
    _roots[database_url] = root


def root_of(database_url: str) -> Path | None:
    """Where the indexes of a database lie, or None if nobody has said so: then it is searched without."""
    return _roots.get(database_url)


def present_folder(root: Path) -> Path | None:
    """The folder of the present index, or None if there is none."""
    try:
        name = (root / _POINTER).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    folder = root / name
    return folder if name.isalnum() and folder.is_dir() else None


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`, after checking that every file is there and whole.

    Raises IndexDamagedError.
    """
    try:
        stated = json.loads((folder / MANIFEST).read_bytes())
        manifest = Manifest(**stated)
        if manifest.schema != schema_mark():
            raise IndexDamagedError(f"made for version {manifest.schema}, not {schema_mark()}")
        for name, (size, crc) in manifest.files.items():
            if _fingerprint(folder / name) != (size, crc):
                raise IndexDamagedError(f"{name} is not as it was written")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexDamagedError(str(error)) from error
    return manifest


@contextmanager
def building(root: Path, wait_seconds: float) -> Iterator[None]:
    """Be the only one to build below `root` while the block runs.

    Raises IndexBusyError if another still builds after `wait_seconds`.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = monotonic() + wait_seconds
    with (root / _LOCK).open("a") as lock:
        while not _try_lock(lock.fileno()):
            if monotonic() >= until:
                raise IndexBusyError
            sleep(_LOCK_PAUSE_SECONDS)
        yield


def new_folder(root: Path) -> Path:
    """An empty folder for a new index. Called while `building`; sweeps what killed builders left."""
    present = present_folder(root)
    for other in root.iterdir():
        if other.is_dir() and other != present:
            shutil.rmtree(other, ignore_errors=True)
    folder = root / token_hex(8)
    folder.mkdir(mode=0o700)
    return folder


def publish(root: Path, folder: Path, seq: int, last_product_id: int | None, entry_count: int) -> None:
    """Declare the index in `folder` finished and make it the present one. Everything is on disk by then."""
    files = {path.name: _fingerprint(path) for path in sorted(folder.iterdir()) if path.is_file()}
    manifest = Manifest(schema_mark(), seq, last_product_id, entry_count, files)
    for name in files:
        _sync(folder / name)
    _write(folder / MANIFEST, json.dumps(asdict(manifest)))
    _sync(folder)
    _write(root / _POINTER, folder.name)
    _sync(root)
    (root / _LOST).unlink(missing_ok=True)


def advance(
    folder: Path, manifest: Manifest, seq: int, last_product_id: int | None, wait_seconds: float
) -> None:
    """Note that a finished index holds every change up to number `seq` as well. Raises IndexBusyError."""
    with building(folder.parent, wait_seconds):
        if folder.is_dir():
            later = replace(manifest, seq=seq, last_product_id=last_product_id)
            _write(folder / MANIFEST, json.dumps(asdict(later)))


def report_lost(root: Path) -> None:
    """Leave word that the present index cannot be used; without effect where nothing can be written."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        (root / _LOST).touch()
    except OSError:
        return


def is_lost(root: Path) -> bool:
    """Whether a reader has left word since the present index was published."""
    return (root / _LOST).exists()


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fingerprint(path: Path) -> tuple[int, int]:
    crc, size = 0, 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc, size = zlib.crc32(block, crc), size + len(block)
    return size, crc


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.new")
    partial.write_text(text, encoding="utf-8")
    _sync(partial)
    partial.replace(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
