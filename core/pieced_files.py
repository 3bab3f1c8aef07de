"""Large files made from the database, kept on disk for all processes until what they tell has changed.

A file is made of pieces. When a few things have changed since the last one was made, only their pieces are made anew
and the others copied, plain and compressed. A folder of its own holds each kind of file:

    making.lock      held (flock) by whoever makes one; the system frees it when a process dies
    <state>-<seq>/   the finished file: `plain`, `gzip` and `pieces.json`, put there in one move

All of it can be thrown away at any time. Sources: RFC 1951, 3.2 (deflate), RFC 1952 (gzip).
"""

import fcntl
import json
import os
import secrets
import shutil
import struct
import tempfile
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Self

PLAIN, GZIP, PIECES = "plain", "gzip", "pieces.json"

WAIT_SECONDS: Final = 0.3
"""How long to wait for another process that makes the same file: a web process has better things to do."""

RUN: Final = secrets.token_hex(4)
"""Of this run of the program, web processes forked from one share it. An earlier program may have told other things
of the same database, and an earlier database may have counted its changes alike: their files are not looked at."""

_PAUSE_SECONDS: Final = 0.02
_LEVEL: Final = 4  # nine tenths of the gain for half the work
_HEADER: Final = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952, 2.3: no name, no time, unknown system
)
_LAST_BLOCK: Final = b"\x03\x00"  # an empty block with fixed codes, marked as the final one


class FileBeingMadeError(Exception):
    """Another process is making the file; it is there in a second or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a file is made: `head`, the pieces with `between` between them, `tail`.

    list_pieces: the numbers of the pieces in order. make_piece: the text of one; an empty one is left out.
    changed_since: numbers of the pieces that a file of an earlier seq may tell wrongly, None for all of them.
    """

    head: str
    between: str
    tail: str
    list_pieces: Callable[[], Iterable[int]]
    make_piece: Callable[[int], str]
    changed_since: Callable[[int], Collection[int] | None]


class _Piece(NamedTuple):
    """Where a piece stands in `plain` and in `gzip`: first byte and count of bytes."""

    plain_at: int
    plain_count: int
    gzip_at: int
    gzip_count: int


def read_kept(folder: Path, state: str, seq: int, recipe: Recipe, *, gzipped: bool) -> bytes:
    """The file of that state and seq, made first if it is not kept.

    folder: of this kind of file. state: what else it depends on (letters, digits, hyphens), say the day; nothing is
    copied from a file of another state. seq: the change up to which the database had been read when `recipe` was made.
    Raises FileBeingMadeError if another process makes it and takes longer than WAIT_SECONDS; OSError if the disk is
    full or may not be written to.
    """
    wanted = folder / f"{RUN}-{state}-{seq}"
    form = GZIP if gzipped else PLAIN
    with suppress(FileNotFoundError):
        return (wanted / form).read_bytes()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        # Read before others may replace it by one of a later change.
        if not wanted.is_dir():
            _put_in_place(wanted, recipe)
        return (wanted / form).read_bytes()


def _put_in_place(wanted: Path, recipe: Recipe) -> None:
    new = Path(tempfile.mkdtemp(prefix="new-", dir=wanted.parent))
    try:
        _make(new, recipe, _last_of_state(wanted))
        new.replace(wanted)
    finally:
        for other in wanted.parent.iterdir():
            if other.is_dir() and other != wanted:
                shutil.rmtree(other, ignore_errors=True)


def _last_of_state(wanted: Path) -> tuple[Path, int] | None:
    """The file of the same state that was made last before `wanted`, and its seq."""
    prefix, _, seq = wanted.name.rpartition("-")
    earlier = [int(each.name.rpartition("-")[2]) for each in wanted.parent.glob(f"{prefix}-*")]
    last = max((each for each in earlier if each < int(seq)), default=None)
    return None if last is None else (wanted.parent / f"{prefix}-{last}", last)


def _make(new: Path, recipe: Recipe, last: tuple[Path, int] | None) -> None:
    changed = recipe.changed_since(last[1]) if last else None
    with _Writer(new) as writer, _Reader(last[0] if last and changed is not None else None) as reader:
        writer.add(recipe.head)
        separator = ""
        for number in recipe.list_pieces():
            kept = None if changed is None or number in changed else reader.find(number)
            text = recipe.make_piece(number) if kept is None else ""
            if kept is None and not text:
                continue
            writer.add(separator)
            writer.add_piece(number, _plain_and_packed(text) if kept is None else kept)
            separator = recipe.between
        writer.add(recipe.tail)


class _Reader:
    """The pieces of a finished file."""

    def __init__(self, folder: Path | None) -> None:
        self._files: tuple[BinaryIO, ...] = ()
        if folder is not None:
            self._files = ((folder / PLAIN).open("rb"), (folder / GZIP).open("rb"))
        listed = {} if folder is None else json.loads((folder / PIECES).read_text(encoding="ascii"))
        self._pieces = {int(number): _Piece(*place) for number, place in listed.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for file in self._files:
            file.close()

    def find(self, number: int) -> tuple[bytes, bytes] | None:
        place = self._pieces.get(number)
        if place is None:
            return None
        plain, packed = self._files
        plain.seek(place.plain_at)
        packed.seek(place.gzip_at)
        return plain.read(place.plain_count), packed.read(place.gzip_count)


class _Writer:
    """Writes a file in both forms and notes where its pieces stand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._plain, self._gzip = (folder / PLAIN).open("xb"), (folder / GZIP).open("xb")
        self._gzip.write(_HEADER)
        self._plain_count, self._gzip_count, self._crc = 0, len(_HEADER), 0
        self._pieces: dict[int, _Piece] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_rest: object) -> None:
        with self._plain, self._gzip:
            if error is None:
                self._gzip.write(_LAST_BLOCK)
                self._gzip.write(struct.pack("<LL", self._crc, self._plain_count & 0xFFFFFFFF))
                (self._folder / PIECES).write_text(json.dumps(self._pieces), encoding="ascii")

    def add(self, text: str) -> None:
        if text:
            self._write(*_plain_and_packed(text))

    def add_piece(self, number: int, content: tuple[bytes, bytes]) -> None:
        plain, packed = content
        self._pieces[number] = _Piece(self._plain_count, len(plain), self._gzip_count, len(packed))
        self._write(plain, packed)

    def _write(self, plain: bytes, packed: bytes) -> None:
        self._plain.write(plain)
        self._gzip.write(packed)
        self._plain_count += len(plain)
        self._gzip_count += len(packed)
        self._crc = zlib.crc32(plain, self._crc)


def _plain_and_packed(text: str) -> tuple[bytes, bytes]:
    """UTF-8, and deflate blocks that end on a byte and look back at nothing before them."""
    plain = text.encode()
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return plain, packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder`. Raises FileBeingMadeError if another holds it for longer than WAIT_SECONDS."""
    descriptor = os.open(folder / "making.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        ends_at = time.monotonic() + WAIT_SECONDS
        while not _locked(descriptor):
            if time.monotonic() >= ends_at:
                raise FileBeingMadeError
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
