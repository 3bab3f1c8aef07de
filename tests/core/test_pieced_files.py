"""Large files: what is made anew, what is copied, and who makes it."""

import fcntl
import gzip
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from core import pieced_files
from core.pieced_files import FileBeingMadeError, Recipe, read_kept

ROOT = Path(__file__).resolve().parents[2]

TWO_PROCESSES = """
import sys, time
from pathlib import Path
from core import pieced_files
from core.pieced_files import Recipe, read_kept

pieced_files.RUN = "same"
pieced_files.WAIT_SECONDS = 20
folder = Path(sys.argv[1])

def make(number):
    with open(folder.parent / "made", "a") as made:
        made.write("x")
    time.sleep(0.01)
    return f"piece {number}\\n" * 1000

recipe = Recipe(head="", between="", tail="", list_pieces=lambda: range(20), make_piece=make,
                changed_since=lambda _seq: None)
print("ready", flush=True)
sys.stdin.readline()
print(len(read_kept(folder, "day", 1, recipe, gzipped=False)))
"""


class Shelf:
    """A folder of files about a few texts by number, and which of them were asked for."""

    def __init__(self, folder):
        self.folder, self.texts, self.asked, self.changed = folder, {}, [], None

    def _make(self, number):
        self.asked.append(number)
        return self.texts[number]

    def read(self, seq, *, state="day", gzipped=False):
        """The file, and the numbers of the pieces that were made for it."""
        self.asked = []
        recipe = Recipe(
            head="<",
            between="|",
            tail=">",
            list_pieces=lambda: sorted(self.texts),
            make_piece=self._make,
            changed_since=lambda _seq: self.changed,
        )
        data = read_kept(self.folder, state, seq, recipe, gzipped=gzipped)
        return (gzip.decompress(data) if gzipped else data).decode(), self.asked


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path / "kind")
    made.texts = {1: "một", 2: "hai", 5: "năm"}
    return made


@contextmanager
def held(folder):
    """The lock of `folder`, held by somebody else."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def finished(shelf):
    return [each.name for each in shelf.folder.iterdir() if each.is_dir()]


def test_a_file_is_made_once_and_has_one_content_in_both_forms(shelf):
    assert shelf.read(7) == ("<một|hai|năm>", [1, 2, 5])
    assert shelf.read(7) == ("<một|hai|năm>", [])
    assert shelf.read(7, gzipped=True) == ("<một|hai|năm>", [])


def test_only_changed_new_and_missing_pieces_are_made_anew(shelf):
    shelf.read(7)
    shelf.texts |= {1: "MỘT", 2: "HAI", 3: "BA"}
    shelf.changed = {2}

    expected = "<một|HAI|BA|năm>"
    assert shelf.read(8) == (expected, [2, 3])
    assert shelf.read(8, gzipped=True) == (expected, [])


def test_a_piece_that_has_become_empty_leaves_no_trace(shelf):
    shelf.read(7)
    shelf.changed = {1, 5}
    shelf.texts |= {1: "", 5: ""}
    assert shelf.read(8)[0] == "<hai>"

    shelf.changed, shelf.texts = set(), {}
    assert shelf.read(9, gzipped=True)[0] == "<>"


@pytest.mark.parametrize(("changed", "state"), [(None, "day"), (set(), "another-day")])
def test_nothing_is_copied_where_changes_cannot_be_told_or_the_state_is_another(shelf, changed, state):
    shelf.read(7)
    shelf.changed = changed

    assert shelf.read(8, state=state)[1] == [1, 2, 5]


def test_files_of_another_run_of_the_program_are_not_looked_at(shelf, monkeypatch):
    shelf.read(7)
    monkeypatch.setattr(pieced_files, "RUN", "another")
    shelf.changed = set()

    assert shelf.read(7)[1] == [1, 2, 5]
    assert shelf.read(8)[1] == []


def test_only_the_last_file_is_kept_and_what_a_crash_left_goes(shelf):
    shelf.read(7)
    (shelf.folder / "new-crashed").mkdir()
    (shelf.folder / "new-crashed" / "plain").write_text("half")
    shelf.read(8)

    assert finished(shelf) == [f"{pieced_files.RUN}-day-8"]


def test_a_failure_leaves_nothing_and_the_next_one_makes_it(shelf, monkeypatch):
    monkeypatch.setitem(shelf.texts, 2, 2)
    with pytest.raises(AttributeError):
        shelf.read(7)
    assert finished(shelf) == []

    monkeypatch.undo()
    assert shelf.read(7)[0] == "<một|hai|năm>"


def test_who_finds_it_being_made_waits_no_longer_than_a_moment(shelf, monkeypatch):
    monkeypatch.setattr(pieced_files, "WAIT_SECONDS", 0)

    with held(shelf.folder), pytest.raises(FileBeingMadeError):
        shelf.read(7)

    assert shelf.read(7)[1] == [1, 2, 5]


def test_a_finished_file_is_read_while_the_next_is_being_made(shelf):
    shelf.read(7)

    with held(shelf.folder):
        assert shelf.read(7) == ("<một|hai|năm>", [])


def test_two_processes_that_ask_at_once_make_it_once(tmp_path):
    folder = tmp_path / "kind"
    command = [sys.executable, "-c", TWO_PROCESSES, str(folder)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [each.stdout.readline() for each in both] == ["ready\n"] * 2
    for each in both:
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate(timeout=60)[0] for each in both]

    size = sum(len(f"piece {number}\n" * 1000) for number in range(20))
    assert told == [f"{size}\n"] * 2
    assert (tmp_path / "made").read_text() == "x" * 20
