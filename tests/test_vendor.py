"""Third-party files are those of the tables beside them; the fonts hold all Vietnamese letters."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "static" / "vendor", ROOT / "tests" / "vendor"]
FONTS = ROOT / "static" / "vendor" / "fonts"
ROW = re.compile(
    r"^\| `(?P<name>[^`]+)` \|.+\| (?P<licence>[^|]+) \| `(?P<digest>[0-9a-f]{64})` \|$", re.MULTILINE
)
VIETNAMESE = "ĂăÂâĐđÊêÔôƠơƯư₫" + "".join(map(chr, range(0x1EA0, 0x1EFA)))


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    for row in ROW.finditer((folder / "README.md").read_text(encoding="utf-8")):
        yield row["name"], row["digest"]


def present(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file() and path != folder / "README.md":
            yield path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_third_party_file_is_listed_with_its_hash(folder: Path) -> None:
    assert dict(listed(folder)) == dict(present(folder))
    assert len(dict(listed(folder))) >= 3


def test_web_fonts_keep_their_budget_and_share_out_the_letters() -> None:
    latin, vietnamese = FONTS / "cho-sans-latin.woff2", FONTS / "cho-sans-vietnamese.woff2"

    letters = set(TTFont(latin).getBestCmap()) | set(TTFont(vietnamese).getBestCmap())

    assert latin.stat().st_size <= 22 * 1024
    assert vietnamese.stat().st_size <= 8 * 1024
    assert {ord(letter) for letter in VIETNAMESE} <= letters


@pytest.mark.parametrize("style", ["Regular", "SemiBold"])
def test_print_fonts_hold_every_vietnamese_letter_and_the_dong_sign(style: str) -> None:
    letters = TTFont(FONTS / f"ChoSans-{style}.ttf").getBestCmap()

    assert {ord(letter) for letter in VIETNAMESE + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ«»–"} <= set(letters)
