"""Roots of the log and proofs about it, read from leaves and from the nodes that are kept.

A subtree of 2^level leaves is made from the hashes of the kept level at or below it: of 256 hashes at the most.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select

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

KEPT_LEVELS: Final = 8
"""Of complete subtrees only every eighth level is kept. Source: C2SP tlog-tiles: a tile has 256 hashes."""


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
    head = _head()
    if size is None or size == head.size:
        return Root(head.size, root_of(split_hashes(head.peaks)))
    _check_size(size, head.size)
    return Root(size, root_of(read_hashes(cover(0, size))))


def prove_inclusion(seq: int, size: int | None = None) -> InclusionProof:
    """Proof of entry `seq` in the log as it is, or as it was with `size` entries.

    Raises EntryNotFoundError, or RootNotFoundError for a size that the log never had or that leaves the entry out.
    """
    whole = _head().size
    size = whole if size is None else size
    if not 0 <= seq < whole:
        raise EntryNotFoundError(seq=seq)
    _check_size(size, whole)
    if seq >= size:
        raise RootNotFoundError(size=size, most=whole)
    (leaf,) = read_hashes([Subtree(0, seq)])
    hashes = hashes_of(inclusion_path(seq, size), read_hashes)
    return InclusionProof(seq, leaf, size, get_root(size).root, tuple(hashes))


def prove_consistency(old_size: int, size: int | None = None) -> ConsistencyProof:
    """Proof that nothing of the first `old_size` entries was changed since. Raises RootNotFoundError.

    old_size: at least 1, since of the empty log there is nothing to prove; size: the present one if None.
    """
    whole = _head().size
    size = whole if size is None else size
    _check_size(size, whole)
    _check_size(old_size, size)
    if old_size == 0:
        raise RootNotFoundError(size=old_size, most=size)
    hashes = hashes_of(consistency_path(old_size, size), read_hashes)
    return ConsistencyProof(old_size, get_root(old_size).root, size, get_root(size).root, tuple(hashes))


def read_hashes(subtrees: Sequence[Subtree]) -> list[bytes]:
    """The hashes of complete subtrees of the log: one read for each kept level."""
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for level, number in subtrees:
        base, spread = _kept_below(level)
        wanted[base].update(range(number << spread, (number + 1) << spread))
    kept = {level: _read_kept(level, numbers) for level, numbers in wanted.items()}
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


def _read_kept(level: int, numbers: Iterable[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for first, last in _runs(sorted(numbers)):
        found.update(db.session.execute(_select_kept(level, first, last)).all())
    return found


def _select_kept(level: int, first: int, last: int) -> Select[int, bytes]:
    if level == 0:
        return select(LogEntry.seq, LogEntry.leaf_hash).where(LogEntry.seq.between(first, last))
    numbers = LogNode.number.between(first, last)
    return select(LogNode.number, LogNode.node_hash).where(LogNode.level == level, numbers)


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _head() -> LogHead:
    return db.session.scalars(select(LogHead).execution_options(populate_existing=True)).one()


def _check_size(size: int, most: int) -> None:
    if not 0 <= size <= most:
        raise RootNotFoundError(size=size, most=most)
