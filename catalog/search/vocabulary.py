"""The words that occur, for completing and for correcting what was typed."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


class Vocabulary:
    """Words with the number of documents that hold them."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._sorted = sorted(counts)

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        """The most frequent words that begin with `prefix`, itself included if it is one."""
        first = bisect_left(self._sorted, prefix)
        beyond = bisect_left(self._sorted, prefix + "\U0010ffff")
        return self._most_frequent(self._sorted[first:beyond], limit)

    def near(self, word: str, limit: int) -> list[str]:
        """The most frequent other words one slip away: a letter left out, added, changed, or two swapped."""
        return self._most_frequent([other for other in _slips(word) if other in self._counts], limit)

    def with_words(self, more: Iterable[str]) -> "Vocabulary":
        """These words and `more`, each of which counts once more for every time it comes."""
        counts = Counter(self._counts)
        counts.update(more)
        return Vocabulary(counts)

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def _most_frequent(self, words: Iterable[str], limit: int) -> list[str]:
        return sorted(words, key=lambda word: (-self._counts[word], word))[:limit]


def _slips(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in cuts if tail for letter in _LETTERS}
    added = {head + letter + tail for head, tail in cuts for letter in _LETTERS}
    return (left_out | swapped | changed | added) - {word}
