"""Other words for goods: English for Vietnamese, and what other regions say («lợn» and «heo», «bắp» and «ngô»).

The table is `catalog/data/goods_words.csv`: a word or phrase with its tones, and others separated by semicolons.
Tones are compared, because «mận» is a plum and «mặn» is salty.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from catalog.query_text import toned_words
from core.text import words

TABLE: Final = Path(__file__).parent / "data" / "goods_words.csv"


@dataclass(frozen=True, slots=True)
class OtherWords:
    """head: for what a name begins with, which in Vietnamese is the thing itself. rest: for all else in it."""

    head: tuple[str, ...]
    rest: tuple[str, ...]


def other_words(name: str) -> OtherWords:
    """Other words for the goods that `name` speaks of, as written in the table, each once.

    A longer phrase comes before the words in it; both count: «cà phê bột» is ground coffee and coffee. Names
    written without tones are understood where two words or more agree.
    """
    tables = _tables()
    spelt = [(tables.by_tones, toned_words(name))]
    if name.isascii():
        spelt.append((tables.by_letters, words(name)))
    head: dict[str, None] = {}
    rest: dict[str, None] = {}
    for table, listed in spelt:
        for length in range(min(tables.longest, len(listed)), 0, -1):
            for first in range(len(listed) - length + 1):
                others = table.get(tuple(listed[first : first + length]), ())
                (rest if first else head).update(dict.fromkeys(others))
    return OtherWords(tuple(head), tuple(other for other in rest if other not in head))


class _Tables:
    """The table by phrases as spelt with tones, and by folded phrases of two words or more."""

    def __init__(self) -> None:
        self.by_tones: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.by_letters: dict[tuple[str, ...], tuple[str, ...]] = {}
        with TABLE.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self._add(row["vi"], tuple(row["other"].split(";")))
        self.longest = max(map(len, self.by_tones))

    def _add(self, phrase: str, others: tuple[str, ...]) -> None:
        self.by_tones[tuple(toned_words(phrase))] = others
        folded = tuple(words(phrase))
        if len(folded) > 1:
            self.by_letters[folded] = others


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()
