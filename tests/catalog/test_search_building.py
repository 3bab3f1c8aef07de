"""Builders of the index that are killed, and two at once."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.search.folders import present_folder
from catalog.search.reading import open_present

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 20
SEED = 6

BUILDER = """
import sys
from pathlib import Path
from catalog.search.building import build_index
from catalog.searched_texts import Entry, SearchedTexts
print("ready", flush=True)
for seq in range(1, int(sys.argv[2])):
    count = 50 + seq % 3
    texts = [SearchedTexts(f"| gao {n} |", "| gạo |", "|", "|", "|", f"| {seq} |") for n in range(count)]
    entries = [Entry(n + 1, each) for n, each in enumerate(texts)]
    build_index(Path(sys.argv[1]), entries, seq=seq, last_product_id=None, wait_seconds=30)
    print(seq, flush=True)
"""


@pytest.mark.once
@pytest.mark.slow
def test_a_builder_killed_at_any_moment_loses_nothing(tmp_path):
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        told = kill_while_building(tmp_path, chance.uniform(0.0, 0.12))

        index = open_present(tmp_path) if told else None
        if index is None:
            continue
        # What was told to be finished is there, or something later.
        assert index.manifest.seq >= 1
        assert index.manifest.entry_count == 50 + index.manifest.seq % 3
        assert index.documents("name", "gao") == list(range(index.manifest.entry_count))
        assert index.documents("text", str(index.manifest.seq)) == list(range(index.manifest.entry_count))
        index.close()
    assert present_folder(tmp_path) is not None


def kill_while_building(root, seconds):
    """Begin to build, kill after the first was finished and some time more. Returns the last number told."""
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(root), str(10**6)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    with builder:
        assert builder.stdout.readline() == "ready\n"
        last = builder.stdout.readline()
        try:
            builder.wait(seconds)
        except subprocess.TimeoutExpired:
            builder.send_signal(signal.SIGKILL)
    return int(last)


@pytest.mark.slow
def test_two_builders_take_turns(tmp_path):
    commands = [[sys.executable, "-c", BUILDER, str(tmp_path), "4"] for _ in range(2)]
    builders = [subprocess.Popen(each, cwd=ROOT, stdout=subprocess.PIPE, text=True) for each in commands]
    finished = [[builder.stdout.readline() for _ in range(4)] for builder in builders]
    for builder in builders:
        builder.kill()
        builder.communicate()

    assert finished == [["ready\n", "1\n", "2\n", "3\n"]] * 2
    open_present(tmp_path).close()
