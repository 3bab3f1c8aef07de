"""The hash tree: against a slow oracle that follows the words of RFC 6962, and against published cases."""

import json
from base64 import b64decode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import note_cases, vectors
from transparency.merkle import (
    EMPTY_ROOT,
    add_leaf,
    consistency_path,
    hashes_of,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

DATA = [bytes([number]) * (number % 5) for number in range(70)]


def slow_root(data):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return sha256(b"\x01" + slow_root(data[:k]) + slow_root(data[k:])).digest()


def slow_path(m, data):
    """PATH of RFC 6962, section 2.1.1."""
    if len(data) == 1:
        return []
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m < k:
        return [*slow_path(m, data[:k]), slow_root(data[k:])]
    return [*slow_path(m - k, data[k:]), slow_root(data[:k])]


def slow_subproof(m, data, whole):
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(data):
        return [] if whole else [slow_root(data)]
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m <= k:
        return [*slow_subproof(m, data[:k], whole), slow_root(data[k:])]
    return [*slow_subproof(m - k, data[k:], False), slow_root(data[:k])]


def grown(data):
    """Peaks of the tree of `data`, and every complete subtree's hash."""
    peaks, nodes = (), {}
    for number, each in enumerate(data):
        leaf = leaf_hash(each)
        nodes[0, number] = leaf
        peaks, made = add_leaf(peaks, number, leaf)
        nodes |= {tuple(subtree): value for subtree, value in made}
    return peaks, nodes


def reader(nodes):
    return lambda subtrees: [nodes[tuple(subtree)] for subtree in subtrees]


def test_the_root_grows_as_the_standard_says():
    for size in range(len(DATA) + 1):
        peaks, _ = grown(DATA[:size])

        assert root_of(peaks) == slow_root(DATA[:size])
        assert len(peaks) == size.bit_count()


def test_every_proof_is_the_one_of_the_standard_and_holds():
    for size in range(1, 40):
        peaks, nodes = grown(DATA[:size])
        for index in range(size):
            proof = hashes_of(inclusion_path(index, size), reader(nodes))

            assert proof == slow_path(index, DATA[:size])
            assert is_included(leaf_hash(DATA[index]), index, size, proof, root_of(peaks))
        for old_size in range(1, size + 1):
            proof = hashes_of(consistency_path(old_size, size), reader(nodes))

            assert proof == slow_subproof(old_size, DATA[:size], True)
            assert is_consistent(old_size, slow_root(DATA[:old_size]), size, root_of(peaks), proof)


@given(st.integers(1, 70), st.data())
def test_no_other_leaf_place_or_size_is_proved(size, drawn):
    peaks, nodes = grown(DATA[:size])
    index = drawn.draw(st.integers(0, size - 1))
    proof = hashes_of(inclusion_path(index, size), reader(nodes))
    leaf, root = leaf_hash(DATA[index]), root_of(peaks)
    other = drawn.draw(st.integers(0, 80).filter(lambda number: number != index))
    flipped = drawn.draw(st.integers(0, 255))

    assert not is_included(leaf, other, size, proof, root)
    assert not is_included(_flip(leaf, flipped), index, size, proof, root)
    assert not is_included(leaf, index, size, [*proof, leaf], root)
    assert not is_included(leaf, index, size, proof, _flip(root, flipped))
    if proof:
        assert not is_included(leaf, index, size, proof[:-1], root)
        assert not is_included(leaf, index, size, [_flip(proof[0], flipped), *proof[1:]], root)


@given(st.integers(1, 70), st.data())
def test_no_other_history_is_proved(size, drawn):
    peaks, nodes = grown(DATA[:size])
    old_size = drawn.draw(st.integers(1, size))
    proof = hashes_of(consistency_path(old_size, size), reader(nodes))
    old_root, root = slow_root(DATA[:old_size]), root_of(peaks)
    flipped = drawn.draw(st.integers(0, 255))

    assert is_consistent(old_size, old_root, size, root, proof)
    assert not is_consistent(old_size, _flip(old_root, flipped), size, root, proof)
    assert not is_consistent(old_size, old_root, size, _flip(root, flipped), proof)
    assert not is_consistent(old_size, old_root, size, root, [*proof, root])
    assert not is_consistent(size + 1, old_root, size, root, proof)
    if proof:
        assert not is_consistent(old_size, old_root, size, root, proof[1:])
        assert not is_consistent(old_size, old_root, size, root, [*proof[:-1], _flip(proof[-1], flipped)])


def test_what_proves_nothing_is_refused():
    leaf = leaf_hash(b"")

    assert is_included(leaf, 0, 1, [], leaf)
    assert not is_included(b"", 0, 1, [], b"")
    assert not is_consistent(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not is_consistent(0, EMPTY_ROOT, 1, leaf, [])
    assert not is_consistent(0, EMPTY_ROOT, 1, leaf, [leaf])
    for path, old, new in ((inclusion_path, 1, 1), (inclusion_path, -1, 1), (consistency_path, 0, 1)):
        with pytest.raises(ValueError, match=r"there is no leaf|nothing proves"):
            path(old, new)


def test_published_cases_of_trees_and_proofs():
    folder = vectors("merkle-rfc6962")

    told = {"trees": _check_trees(folder), "inclusion": 0, "consistency": 0}
    for kind, holds in (("inclusion", _inclusion_holds), ("consistency", _consistency_holds)):
        for file in sorted((folder / kind).rglob("*.json")):
            case = json.loads(file.read_text(encoding="utf-8"))
            # Four cases are choices of the library they are from; of an empty tree we hold nothing for proved.
            assert holds(case) == (not case["wantErr"] and not _is_empty(case)), file.name
            told[kind] += 1

    assert told == {"trees": 9, "inclusion": 49, "consistency": 49}
    note_cases("merkle-rfc6962", sum(told.values()))


def _check_trees(folder):
    trees = json.loads((folder / "trees.json").read_text(encoding="utf-8"))
    data = [bytes.fromhex(each) for each in trees["leaf_inputs_hex"]]
    for level, row in enumerate(trees["node_hashes_hex_by_level"]):
        nodes = grown(data)[1]
        assert [nodes[level, number].hex() for number in range(len(row))] == row
    roots = trees["root_hashes_hex_by_tree_size"]
    for size, root in enumerate(roots):
        assert root_of(grown(data[:size])[0]).hex() == root
    assert node_hash(bytes(32), bytes(32)) != leaf_hash(bytes(64))
    return len(roots)


def _inclusion_holds(case):
    proof = [b64decode(each) for each in case["proof"] or []]
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    return is_included(leaf, case["leafIdx"], case["treeSize"], proof, root)


def _consistency_holds(case):
    proof = [b64decode(each) for each in case["proof"] or []]
    old_root, root = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
    return is_consistent(case["size1"], old_root, case["size2"], root, proof)


def _is_empty(case):
    return case.get("size1") == 0 or (case.get("leafHash", True) in {"", None})


def _flip(value, bit):
    return (int.from_bytes(value) ^ (1 << bit)).to_bytes(32)
