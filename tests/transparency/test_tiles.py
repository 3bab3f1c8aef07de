"""Paths and arithmetic of tiles, and files of checkpoints and proofs: values alone, and published cases."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import note_cases, vectors_json
from transparency.checkpoints import (
    Checkpoint,
    MalformedCheckpointError,
    ProofFile,
    WitnessQuestion,
    parse_checkpoint,
    parse_proof,
    parse_question,
)
from transparency.merkle import leaf_hash
from transparency.tiles import (
    Bundle,
    NoTileError,
    Tile,
    bundled,
    bundles_of,
    new_tiles,
    number_path,
    parse_path,
    tiles_of,
    unbundled,
)

MANY = "old 1\n" + "AAAA\n" * 64 + "\nx\n"


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", Tile(0, 0)),
        ("0/x001/234", Tile(0, 1234)),
        ("3/x001/x234/067.p/255", Tile(3, 1234067, 255)),
        ("entries/999", Bundle(999)),
        ("entries/x001/000.p/1", Bundle(1000, 1)),
        ("63/000", Tile(63, 0)),
    ],
)
def test_a_tile_has_one_path(path, tile):
    assert parse_path(path) == tile
    assert tile.path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "00/000",
        "-1/000",
        "64/000",
        "0/x000/001",
        "0/001/000",
        "0/x001/x000",
        "0/000.p/0",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/",
        "0/000/",
        "0/000\n",
        "entry/000",
        "0/٠٠٠",
        "0/" + "x999/" * 8 + "999",
        "0/" + "x001/" * 50 + "001",
    ],
)
def test_no_other_path_leads_to_a_tile(path):
    with pytest.raises(NoTileError):
        parse_path(path)


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_growing_adds_exactly_the_tiles_that_were_not_there(one, other):
    old, size = sorted((one, other))

    assert set(tiles_of(size)) - set(tiles_of(old)) == set(new_tiles(old, size))
    assert sum(tile.width for tile in tiles_of(size) if tile.level == 0) == size
    assert sum(bundle.width for bundle in bundles_of(size)) == size


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_was_put_together(entries):
    whole = bundled(entries)

    assert unbundled(whole) == entries
    for end in range(max(0, len(whole) - 3), len(whole)):
        if whole[:end] != bundled(entries[:-1]):
            with pytest.raises(ValueError, match="breaks off"):
                unbundled(whole[:end])


def test_files_are_read_as_they_are_written():
    checkpoint = Checkpoint("ocop.example/log", 12, bytes(range(32)))
    proof = ProofFile(3, (bytes(32), bytes(range(32))), f"{checkpoint.text}\n— a b\n", b"x")
    question = WitnessQuestion(7, (bytes(32),), f"{checkpoint.text}\n— a b\n")

    assert parse_checkpoint(checkpoint.text) == checkpoint
    assert parse_proof(proof.text) == proof
    assert parse_question(question.text) == question
    assert checkpoint.short == "ocop.example/log 12 AAECAwQFBgcICQoLDA0ODx"
    for text in ("old 01\n\nx\n", "old 1\n", "old -1\n\nx", "old 1\nAA\n\nx\n", MANY):
        with pytest.raises(MalformedCheckpointError):
            parse_question(text)
    for text in (checkpoint.text.replace("12", "012"), checkpoint.text + "\n", "\n1\nAAAA\n", "a\n1\nAAA\n"):
        with pytest.raises(MalformedCheckpointError):
            parse_checkpoint(text)


def test_published_cases_of_tiles_checkpoints_and_proofs():
    cases = vectors_json("tlog-notes", "tlog-vectors.json")
    tiles = cases["tiles"]

    wrong = [case for case in cases["checkpoint_bodies"] if not _checkpoint_agrees(case)]
    wrong += [case for case in cases["tlog_proofs"] if not _proof_agrees(case)]
    wrong += [
        case
        for case in tiles["new_tiles_height10"]
        if len(list(new_tiles(case["old"], case["new"], 10))) != case["want"]
    ]
    assert wrong == []
    assert number_path(tiles["example_index_path"]["index"]) == tiles["example_index_path"]["path"]
    assert _counted(70_000) == tiles["tree_70000"]
    assert _counted(256) == tiles["tree_256"]
    record = tiles["record"]
    assert parse_checkpoint(record["tree_text"]).root == leaf_hash(record["leaf_data_utf8"].encode())
    run = len(cases["checkpoint_bodies"]) + len(cases["tlog_proofs"]) + len(tiles["new_tiles_height10"]) + 4
    note_cases("tlog-notes", run)
    assert run == 22


def _counted(size):
    counts = {}
    for tile in tiles_of(size):
        if tile.width == 256:
            counts[f"level{tile.level}_full"] = counts.get(f"level{tile.level}_full", 0) + 1
        else:
            counts[f"level{tile.level}_partial"] = tile.width
    return counts


def _checkpoint_agrees(case):
    try:
        found = parse_checkpoint(case["input"])
    except MalformedCheckpointError:
        return "error" in case
    told = (found.origin, found.size, found.root.decode(), found.extensions)
    return told == (case["origin"], case["size"], case["hash_utf8"], case["rest"])


def _proof_agrees(case):
    try:
        found = parse_proof(case["text"])
    except MalformedCheckpointError:
        return "error" in case
    extra = case["extra"] and b64decode(case["extra"])
    return (found.index, len(found.hashes), found.extra) == (case["index"], case["hashes"], extra)
