"""The hash tree of RFC 6962, section 2.1, as plain functions: values in, values out.

A tree of `size` leaves is spoken of by its complete subtrees: `Subtree(level, number)` has 2^level leaves, the first of
which is number * 2^level. Hashes are 32 bytes. `Peaks` are the hashes of the complete subtrees of a whole tree, the
largest first: all that one needs to add leaves and to tell the root.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of a tree without leaves. Source: RFC 6962, section 2.1."""

Peaks = tuple[bytes, ...]


class Subtree(NamedTuple):
    """A complete subtree: the leaves from number * 2^level on, 2^level of them."""

    level: int
    number: int


Cover = tuple[Subtree, ...]
"""Complete subtrees side by side, from left to right, which together make one node of a tree."""

ReadHashes = Callable[[Sequence[Subtree]], Sequence[bytes]]
"""Hands over the hashes of complete subtrees, in the order asked for."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 then `data`; 32 bytes. Source: RFC 6962, section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01, `left` and `right`; 32 bytes. Source: RFC 6962, section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root of the tree whose complete subtrees have the hashes `peaks`, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for left in reversed(peaks[:-1]):
        root = node_hash(left, root)
    return root


def add_leaf(peaks: Peaks, size: int, leaf: bytes) -> tuple[Peaks, list[tuple[Subtree, bytes]]]:
    """The peaks of a tree of `size` leaves after one more with the hash `leaf`, and the subtrees that it completed.

    The leaf itself is not among these; they come from small to large.
    """
    stack, made = [*peaks, leaf], []
    level, number = 0, size
    while number & 1:
        right, left = stack.pop(), stack.pop()
        level, number = level + 1, number >> 1
        stack.append(node_hash(left, right))
        made.append((Subtree(level, number), stack[-1]))
    return tuple(stack), made


def cover(start: int, end: int) -> Cover:
    """The complete subtrees that make the node over the leaves `start` (inclusive) to `end` (exclusive).

    start: as in a tree, a multiple of the largest power of two below the count.
    """
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(Subtree(level, start >> level))
        start += 1 << level
    return tuple(parts)


def inclusion_path(index: int, size: int) -> tuple[Cover, ...]:
    """The nodes that prove leaf `index` to be in the tree of `size` leaves, from the leaf up.

    Raises ValueError unless 0 <= index < size. Source: RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path: list[Cover] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(cover(middle, end))
            end = middle
        else:
            path.append(cover(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_path(old_size: int, size: int) -> tuple[Cover, ...]:
    """The nodes that prove the tree of `size` leaves to begin with the tree of `old_size`.

    Raises ValueError unless 1 <= old_size <= size: of the empty tree there is nothing to prove.
    Source: RFC 6962, section 2.1.2.
    """
    if not 1 <= old_size <= size:
        raise ValueError(f"nothing proves a tree of {size} to begin with one of {old_size}")
    path: list[Cover] = []
    start, end = 0, size
    while old_size != end:
        middle = start + _largest_power_below(end - start)
        if old_size <= middle:
            path.append(cover(middle, end))
            end = middle
        else:
            path.append(cover(start, middle))
            start = middle
    if start > 0:
        path.append(
            cover(start, end)
        )  # the old tree's right edge: with start 0 it is the old root, which is known
    return tuple(reversed(path))


def hashes_of(path: Iterable[Cover], read: ReadHashes) -> list[bytes]:
    """The hash of each node of `path`. `read` is asked once, for all subtrees together."""
    path = tuple(path)
    hashes = iter(read([part for parts in path for part in parts]))
    return [root_of([next(hashes) for _ in parts]) for parts in path]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf with the hash `leaf` is number `index` of the tree `size`, `root`.

    Hashes of another length than 32 bytes are refused. Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    here, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree `size`, `root` begins with the tree `old_size`, `old_root`.

    Nothing is shown of an empty tree: `old_size` 0 is refused, and so are hashes of another length than 32 bytes.
    Source: RFC 9162, section 2.1.4.2.
    """
    if not 1 <= old_size <= size or not _are_hashes(old_root, root, *proof):
        return False
    if old_size == size:
        return not proof and old_root == root
    nodes = list(proof)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)  # a complete tree is a node of the new one, and stands in no proof
    if not nodes:
        return False
    here, last = old_size - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_found = found = nodes[0]
    for beside in nodes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_found, found = node_hash(beside, old_found), node_hash(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def _largest_power_below(count: int) -> int:
    """The largest power of two smaller than `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
