"""Roots of the log and proofs about it, read from leaves and from the nodes that are kept.

A subtree of 2^level leaves is made from the hashes of the kept level at or below it: of 16 hashes at the most.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Executable, and_, bindparam, or_, select

from core.db import db
from transparency.errors import BrokenLogError, EntryNotFoundError, RootNotFoundError
from transparency.merkle import (
    HASH_BYTES,
    Peaks,
    Subtree,
    consistency_path,
    cover,
    hashes_of,
    inclusion_path,
    node_hash,
    root_of,
)
from transparency.models import LogEntry, LogHead, LogNode

KEPT_LEVELS: Final = 4
"""Of complete subtrees every fourth level is kept: every other one of these is a level of tiles (C2SP tlog-tiles), and
a proof in a log of a million entries is made from 80 hashes instead of 760."""
RUNS_AT_ONCE: Final = 32
GAP: Final = 16


@dataclass(frozen=True, slots=True)
class Root:
    """The state of the log when it had `size` entries."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the entry `seq` with `leaf_hash` is in the log of `size` entries with `root`. Source: RFC 6962, 2.1.1."""

    seq: int
    leaf_hash: bytes
    size: int
    root: bytes
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of `size` entries begins with the log of `old_size` entries. Source: RFC 6962, 2.1.2."""

    old_size: int
    old_root: bytes
    size: int
    root: bytes
    hashes: tuple[bytes, ...]


def get_root(size: int | None = None) -> Root:
    """The root of the log as it is, or as it was with `size` entries. Raises RootNotFoundError if it has fewer."""
    whole, peaks = _end()
    if size is None or size == whole:
        return Root(whole, root_of(peaks))
    _check_size(size, whole)
    return Root(size, root_of(read_hashes(cover(0, size))))


def prove_inclusion(seq: int, size: int | None = None) -> InclusionProof:
    """Proof of entry `seq` in the log as it is, or as it was with `size` entries.

    Raises EntryNotFoundError, or RootNotFoundError for a size that the log never had or that leaves the entry out.
    """
    whole, peaks = _end()
    size = whole if size is None else size
    if not 0 <= seq < whole:
        raise EntryNotFoundError(seq=seq)
    _check_size(size, whole)
    if seq >= size:
        raise RootNotFoundError(size=size, most=whole)
    edge = () if size == whole else cover(0, size)
    leaf, *hashes, end = hashes_of((cover(seq, seq + 1), *inclusion_path(seq, size), edge), read_hashes)
    return InclusionProof(seq, leaf, size, end if edge else root_of(peaks), tuple(hashes))


def prove_consistency(old_size: int, size: int | None = None) -> ConsistencyProof:
    """Proof that nothing of the first `old_size` entries was changed since. Raises RootNotFoundError.

    old_size: at least 1, since of the empty log there is nothing to prove; size: the present one if None.
    """
    whole, peaks = _end()
    size = whole if size is None else size
    _check_size(size, whole)
    _check_size(old_size, size)
    if old_size == 0:
        raise RootNotFoundError(size=old_size, most=size)
    edge = () if size == whole else cover(0, size)
    path = (cover(0, old_size), *consistency_path(old_size, size), edge)
    old_root, *hashes, end = hashes_of(path, read_hashes)
    return ConsistencyProof(old_size, old_root, size, end if edge else root_of(peaks), tuple(hashes))


def read_hashes(subtrees: Sequence[Subtree]) -> list[bytes]:
    """The hashes of complete subtrees of the log: one read of the leaves and one of all the nodes.

    Raises BrokenLogError if something that must be kept is gone.
    """
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for level, number in subtrees:
        base, spread = _kept_below(level)
        wanted[base].update(range(number << spread, (number + 1) << spread))
    kept = {level: dict[int, bytes]() for level in wanted}
    for first, last in _runs(sorted(wanted.pop(0, ()))):
        kept[0].update(_rows(_LEAVES, {"first": first, "last": last}))
    runs = [(level, *run) for level, numbers in wanted.items() for run in _runs(sorted(numbers))]
    for start in range(0, len(runs), RUNS_AT_ONCE):
        some = runs[start : start + RUNS_AT_ONCE]
        values = {
            f"{name}_{place}": value
            for place, run in enumerate(some)
            for name, value in zip("lab", run, strict=True)
        }
        for level, number, node in _rows(_nodes(len(some)), values):
            kept[level][number] = node
    return [_made_of(kept, subtree) for subtree in subtrees]


def split_hashes(joined: bytes) -> Peaks:
    """Hashes that are kept side by side."""
    return tuple(joined[start : start + HASH_BYTES] for start in range(0, len(joined), HASH_BYTES))


def _made_of(kept: dict[int, dict[int, bytes]], subtree: Subtree) -> bytes:
    base, spread = _kept_below(subtree.level)
    first = subtree.number << spread
    try:
        return _complete([kept[base][number] for number in range(first, first + (1 << spread))])
    except KeyError as error:
        raise BrokenLogError(level=base, number=error.args[0]) from None


def _complete(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _kept_below(level: int) -> tuple[int, int]:
    """The highest kept level not above `level`, and how many levels lie between."""
    return level - level % KEPT_LEVELS, level % KEPT_LEVELS


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers close together: what is read for nothing costs less than asking."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number <= runs[-1][1] + GAP:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


@cache
def _nodes(count: int) -> Executable:
    """A statement for `count` runs of nodes; made once, as making one costs more than running it."""
    runs = [
        and_(
            _NODES.c.level == bindparam(f"l_{place}"),
            _NODES.c.number.between(bindparam(f"a_{place}"), bindparam(f"b_{place}")),
        )
        for place in range(count)
    ]
    return select(_NODES.c.level, _NODES.c.number, _NODES.c.node_hash).where(or_(*runs))


def _rows(statement: Executable, values: Mapping[str, int]) -> Sequence[Any]:
    """Straight from the tables: nothing of them is ever changed, so the session need not know them."""
    return db.session.connection().execute(statement, values).all()


def _end() -> tuple[int, Peaks]:
    """Size and peaks of the log."""
    end = _rows(_HEAD, {})[0]
    return end.size, split_hashes(end.peaks)


def _check_size(size: int, most: int) -> None:
    if not 0 <= size <= most:
        raise RootNotFoundError(size=size, most=most)


_NODES: Final[Any] = LogNode.__table__
_HEADS: Final[Any] = LogHead.__table__
_ENTRIES: Final[Any] = LogEntry.__table__
_HEAD: Final = select(_HEADS.c.size, _HEADS.c.peaks)
_LEAVES: Final = select(_ENTRIES.c.seq, _ENTRIES.c.leaf_hash).where(
    _ENTRIES.c.seq.between(bindparam("first"), bindparam("last"))
)
