"""Products that match words, in ranks: what matches a name as typed comes before what merely mentions it.

Vietnamese words are mostly written as several syllables, and single syllables mean little: so a query is found as a
phrase, in one text or cut once between two («cà phê | Đắk Lắk»), or with all its words in the name; words scattered
over everything count only if nothing better is found. Exact tones rank above folded ones. Within a rank the order of
the shop decides (certified products first).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from catalog.queries.word_sets import Phrase, WordSets
from catalog.query_text import ParsedQuery
from catalog.searched_texts import BAR

_PREFIX_WORDS: Final = 12
_GOODS: Final = ("name", "head", "other")
_TITLES: Final = (*_GOODS, "origin")
_ALL: Final = (*_TITLES, "text")


@dataclass(frozen=True, slots=True)
class TextMatches:
    """bits: all that match. ranks: the same, best first, no product twice."""

    bits: int
    ranks: tuple[int, ...]


NOTHING: Final = TextMatches(0, ())


def find_matches(query: ParsedQuery, sets: WordSets, listed: int) -> TextMatches:
    """The products among `listed` that match.

    If nothing matches closely, an unfinished last word stands for the words that begin so; if that finds nothing
    either, products count that hold the words anywhere.
    """
    found = _ranked(_close(query, sets), query, sets, listed)
    if not found.bits and query.is_open:
        words = sets.words_beginning(query.words[-1], _PREFIX_WORDS)
        begun = [_close(_with_last(query, word), sets) for word in words if word != query.words[-1]]
        found = _ranked((reduce(or_, same) for same in zip(*begun, strict=True)), query, sets, listed)
    if not found.bits:
        found = _ranked(_scattered(sets, query.words), query, sets, listed)
    return found


def count_together(words: Phrase, sets: WordSets, listed: int) -> int:
    """How many products hold `words` as one phrase in name, other words or origin."""
    return (_any_phrase(sets, _TITLES, words) & listed).bit_count()


def _with_last(query: ParsedQuery, word: str) -> ParsedQuery:
    """`query` with another last word, without tones."""
    words = (*query.words[:-1], word)
    return ParsedQuery(query.text, words, words, query.phrases, is_open=False, has_tones=False)


def _ranked(ranks: Iterable[int], query: ParsedQuery, sets: WordSets, listed: int) -> TextMatches:
    """`ranks` cut down to `listed` and the quoted phrases, each product only where it first stands."""
    among = listed
    for phrase in query.phrases:
        among &= _any_phrase(sets, _ALL, phrase)
    kept, seen = [], 0
    for bits in ranks:
        fresh = bits & among & ~seen
        if fresh:
            kept.append(fresh)
            seen |= fresh
    return TextMatches(seen, tuple(kept))


def _close(query: ParsedQuery, sets: WordSets) -> list[int]:
    """Ranks for the words as they are; always the same number of them."""
    words = query.words
    toned = list(_in_name(sets, "tone", query.toned)) if query.has_tones else [0, 0, 0]
    return [
        *toned,
        *_in_name(sets, "name", words),
        sets.find("head", words),
        sets.find("other", words),
        sets.find("origin", words),
        _cut_once(sets, _TITLES, words),
        sets.find("text", words),
        _cut_once(sets, _ALL, words),
    ]


def _in_name(sets: WordSets, field: str, words: Phrase) -> Iterator[int]:
    """Names that begin with the words, that hold them together, that hold all of them."""
    yield sets.find(field, (BAR, *words))
    yield sets.find(field, words)
    yield reduce(and_, (sets.find(field, (word,)) for word in words))


def _cut_once(sets: WordSets, fields: Phrase, words: Phrase) -> int:
    """The words as two phrases, each in one of `fields`."""
    bits = 0
    for at in range(1, len(words)):
        left = _any_phrase(sets, fields, words[:at])
        if left and len(words) > 2:
            bits |= left & _any_phrase(sets, fields, words[at:])
    return bits


def _scattered(sets: WordSets, words: Phrase) -> list[int]:
    """All words anywhere: in name and other words, then with origin, then with the rest."""
    return [
        reduce(and_, (_any_phrase(sets, fields, (word,)) for word in words))
        for fields in (_GOODS, _TITLES, _ALL)
    ]


def _any_phrase(sets: WordSets, fields: Phrase, words: Phrase) -> int:
    return reduce(or_, (sets.find(field, words) for field in fields))
