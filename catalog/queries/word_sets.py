"""Sets of products that hold a word or a phrase in one of their texts.

Two ways to find them, alike to those who ask: the index, with what has changed since it was built matched in memory;
or, where there is no index, the folded column `search_text`.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import Engine, select

from catalog.facets import bits_of
from catalog.models import Product
from catalog.queries.column_set import Columns
from catalog.query_text import toned_words
from catalog.search.vocabulary import Vocabulary
from catalog.searched_texts import (
    BAR,
    VOCABULARY_FIELDS,
    SearchedTexts,
    distinct_words,
    has_words,
    pair,
)
from core.text import words as folded

if TYPE_CHECKING:
    from catalog.search.reading import SearchIndex

CACHE_MAX_BYTES: Final = 6_000_000
_ENTRY_BYTES: Final = 200
_ANSWERS_KEPT: Final = 500

Phrase = tuple[str, ...]
"""One word or several neighbours; a bar first means that the text begins so."""


class WordSets(Protocol):
    """Answers for one moment of the catalogue."""

    def find(self, field: str, phrase: Phrase) -> int:
        """The products that hold `phrase` in `field` (one of `searched_texts.FIELDS`), as bits."""

    def words_beginning(self, prefix: str, limit: int) -> list[str]:
        """Words of names, other words and origins that begin with `prefix`, the most frequent first."""

    def words_near(self, word: str, limit: int) -> list[str]:
        """Words that are one slip away from `word`, the most frequent first."""

    def knows(self, word: str) -> bool:
        """Whether some name, other word or origin holds `word`."""


class BitsCache:
    """Sets by key, the most recently used kept, never more than `max_bytes` in all."""

    def __init__(self, max_bytes: int = CACHE_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._kept: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str], make: Callable[[], int]) -> int:
        """The set of `key`, made if it is not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        bits = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = bits
                self._size_bytes += _size_bytes(bits)
            while self._size_bytes > self._max_bytes:
                self._size_bytes -= _size_bytes(self._kept.popitem(last=False)[1])
        return bits


def _size_bytes(bits: int) -> int:
    return _ENTRY_BYTES + bits.bit_length() // 7


class IndexedSets:
    """The index, and the products whose texts have changed since: `later`, without texts where no longer listed."""

    def __init__(
        self,
        index: "SearchIndex",
        positions: Sequence[int],
        later: Mapping[int, SearchedTexts | None],
        cache: BitsCache,
    ) -> None:
        """positions: of the index's documents, by number; -1 for products that are no more. later: by position.
        cache: of what the index says, shared by all moments with the same positions."""
        self._index = index
        self._positions = positions
        self._later = {position: texts for position, texts in later.items() if texts is not None}
        self._untouched = ~bits_of(later)
        self._cache = cache
        self._later_cache: dict[tuple[str, Phrase], int] = {}

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        if not self._later:
            return self._index.vocabulary
        later = (getattr(texts, field) for texts in self._later.values() for field in VOCABULARY_FIELDS)
        return self._index.vocabulary.with_words(word for text in later for word in distinct_words(text))

    def words_beginning(self, prefix: str, limit: int) -> list[str]:
        return self._vocabulary.beginning_with(prefix, limit)

    def words_near(self, word: str, limit: int) -> list[str]:
        return self._vocabulary.near(word, limit)

    def knows(self, word: str) -> bool:
        return word in self._vocabulary

    def find(self, field: str, phrase: Phrase) -> int:
        bits = -1
        if len(phrase) == 1:
            bits = self._indexed(field, phrase[0])
        for left, right in pairwise(phrase):
            bits &= self._indexed(f"{field}_pairs", pair(left, right))
            if not bits:
                break
        return (
            bits & self._untouched | self._changed(field, phrase) if self._later else bits & self._untouched
        )

    def _indexed(self, field: str, word: str) -> int:
        return self._cache.get((field, word), lambda: self._read(field, word))

    def _read(self, field: str, word: str) -> int:
        positions = self._positions
        found = (positions[number] for number in self._index.documents(field, word))
        return bits_of(position for position in found if position >= 0)

    def _changed(self, field: str, phrase: Phrase) -> int:
        found = self._later_cache.get((field, phrase))
        if found is None:
            joined = " ".join(phrase)
            texts = self._later.items()
            found = bits_of(position for position, text in texts if has_words(getattr(text, field), joined))
            self._later_cache[field, phrase] = found
        return found


class StoredSets:
    """The folded column, read once. No other words, no corrections, but no product is missed.

    Of the fields only the name is told apart; all else counts as `text`.
    """

    def __init__(self, engine: Engine, columns: Columns) -> None:
        self.columns = columns
        self._engine = engine
        self._texts: dict[str, dict[int, str]] = {}
        self._found: dict[tuple[str, Phrase], int] = {}

    @cached_property
    def _all(self) -> dict[int, str]:
        """« | nuoc mam cu nham | cong ty … | » by position."""
        statement = select(Product.id, Product.search_text).where(Product.is_listed)
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        placed = ((self.columns.find_position(product_id), blob) for product_id, blob in rows)
        spaced = f" {BAR} "
        return {position: blob.replace(BAR, spaced) for position, blob in placed if position is not None}

    def words_beginning(self, prefix: str, limit: int) -> list[str]:
        begun = f" {prefix}"
        texts = (text for text in self._all.values() if begun in text)
        counts = Counter(word for text in texts for word in set(text.split()) if word.startswith(prefix))
        return [word for word, _ in counts.most_common(limit)]

    def words_near(self, word: str, limit: int) -> list[str]:
        return []

    def knows(self, word: str) -> bool:
        return bool(self._holding(word))

    def find(self, field: str, phrase: Phrase) -> int:
        found = self._found.get((field, phrase))
        if found is None:
            if len(self._found) >= _ANSWERS_KEPT:
                self._found.clear()
                self._texts.clear()
            found = self._found[field, phrase] = bits_of(self._positions(field, phrase))
        return found

    def _positions(self, field: str, phrase: Phrase) -> list[int]:
        joined = " ".join(phrase)
        if field == "tone":
            return self._with_tones(joined)
        texts = self._holding(joined.removeprefix(f"{BAR} ")).items()
        if field == "name":
            return [position for position, text in texts if 0 <= text.find(f" {joined} ") < _name_end(text)]
        return [position for position, _ in texts] if field == "text" else []

    def _with_tones(self, joined: str) -> list[int]:
        """By the names in memory, among the products that hold the words without their tones."""
        among = self._holding(" ".join(folded(joined)))
        names = ((position, " ".join(toned_words(self.columns.names[position]))) for position in among)
        return [position for position, name in names if has_words(f"{BAR} {name}", joined)]

    def _holding(self, words: str) -> dict[int, str]:
        """Texts that hold `words`, by position. A phrase is looked for among those of its first word."""
        found = self._texts.get(words)
        if found is None:
            first, _, more = words.partition(" ")
            among, inside = (self._holding(first) if more else self._all), f" {words} "
            found = {position: text for position, text in among.items() if inside in text}
            self._texts[words] = found
        return found


def _name_end(text: str) -> int:
    """Where the bar after the name, which comes first, stands."""
    return text.find(f" {BAR} ", 2)
