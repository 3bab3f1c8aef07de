"""Every folder of published cases has its line in docs/vectors.md, with the test that runs it."""

import re
from pathlib import Path

from tests.support.vectors import vectors

ROOT = Path(__file__).resolve().parent.parent


def test_every_folder_of_cases_is_listed_with_a_test_that_reads_it():
    page = (ROOT / "docs" / "vectors.md").read_text(encoding="utf-8")
    folders = {path.name for path in vectors("").iterdir() if path.is_dir()}
    rows = [line for line in page.splitlines() if line.startswith("| `") and "tests/" in line]
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))

    assert folders == {re.match(r"\| `([^`]+)`", row)[1] for row in rows}
    assert [folder for folder in folders if f'"{folder}"' not in tests] == []
    named = {name for row in rows for name in re.findall(r"`(tests/[^`]+)`", row)}
    assert [name for name in named if not (ROOT / name).exists()] == []
