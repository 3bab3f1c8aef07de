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
    """The folded column, read anew for every word. No other words, no corrections, but no product is missed."""

    def __init__(self, engine: Engine, columns: Columns) -> None:
        self._engine = engine
        self._columns = columns
        self._found: dict[str, dict[int, str]] = {}

    def words_beginning(self, prefix: str, limit: int) -> list[str]:
        blobs = (blob.replace(BAR, " ").split() for blob in self._blobs(prefix).values())
        counts = Counter(word for blob in blobs for word in set(blob) if word.startswith(prefix))
        return [word for word, _ in counts.most_common(limit)]

    def words_near(self, word: str, limit: int) -> list[str]:
        return []

    def knows(self, word: str) -> bool:
        return bool(self._blobs(word))

    def find(self, field: str, phrase: Phrase) -> int:
        words = " ".join(phrase).removeprefix(f"{BAR} ")
        if field == "tone":
            return self._find_toned(phrase)
        if field in {"head", "other"}:
            return 0
        blobs = self._blobs(words).items()
        if phrase[0] == BAR:
            return bits_of(position for position, blob in blobs if _begins_with(blob, words))
        if field == "name":
            return bits_of(position for position, blob in blobs if has_words(_name(blob), words))
        return bits_of(position for position, blob in blobs if has_words(blob.replace("|", " | "), words))

    def _find_toned(self, phrase: Phrase) -> int:
        """By the names in memory, among the products that hold the first of the words without its tones."""
        names, listed = self._columns.names, phrase[phrase[0] == BAR :]
        among = self._blobs(" ".join(folded(" ".join(listed)))) if listed else {}
        joined = " ".join(phrase)
        return bits_of(
            position
            for position in among
            if has_words(f"{BAR} {' '.join(toned_words(names[position]))}", joined)
        )

    def _blobs(self, words: str) -> dict[int, str]:
        found = self._found.get(words)
        if found is None:
            found = self._found[words] = {}
            statement = select(Product.id, Product.search_text).where(
                Product.search_text.contains(words, autoescape=True), Product.is_listed
            )
            with self._engine.connect() as connection:
                for product_id, blob in connection.execute(statement):
                    position = self._columns.find_position(product_id)
                    if position is not None:
                        found[position] = blob
        return found


def _name(blob: str) -> str:
    return blob.strip("|").partition("|")[0]


def _begins_with(blob: str, words: str) -> bool:
    name = _name(blob)
    return name == words or name.startswith(f"{words} ")
