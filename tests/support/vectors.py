"""Published test cases of others: where they lie, and how many of them a run of the tests has run.

They are read from the folder named by `OCOP_VECTORS`, never copied (docs/vectors.md). A test that runs through a
table of cases says how many there were; the count per folder is printed at the end of the run.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

_run: Counter[str] = Counter()


def vectors(folder: str) -> Path:
    """The folder of published cases named `folder`; without `OCOP_VECTORS` the test is skipped and says so."""
    root = os.environ.get("OCOP_VECTORS")
    if not root:
        pytest.skip(f"OCOP_VECTORS is not set: the published cases of {folder} are not at hand")
    return Path(root) / folder


def vectors_json(folder: str, name: str) -> Any:
    """What the JSON file `name` of a folder of published cases holds."""
    return json.loads((vectors(folder) / name).read_text(encoding="utf-8"))


def note_cases(folder: str, run: int) -> None:
    """Note that `run` further cases of `folder` have been run, passed or not; printed when all tests are through."""
    _run[folder] += run


def cases_run() -> dict[str, int]:
    """How many cases of each folder have been run so far, in order of the folders' names."""
    return dict(sorted(_run.items()))
