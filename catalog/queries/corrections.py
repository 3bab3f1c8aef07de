"""What to offer when words find nothing or almost nothing: what was probably meant, and what comes near."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from catalog.facets import take
from catalog.queries.column_set import Columns
from catalog.queries.text_matches import TextMatches, count_together, find_matches
from catalog.queries.word_sets import Phrase, WordSets
from catalog.query_text import ParsedQuery, parse_query
from core.text import nfc, words

FEW: Final = 3
"""With fewer close matches than this another spelling is looked for."""

_WORD: Final = re.compile(r"[^\W_]+")
_NEAR_WORDS: Final = 6
_OFFERED: Final = 3
_SHORTENED_MAX: Final = 6
_CLEARLY_MORE: Final = 3
_NAMES_READ: Final = 20


def did_you_mean(query: ParsedQuery, sets: WordSets, columns: Columns) -> tuple[str, ...]:
    """Up to three other spellings, with tones, that find clearly more; the one that finds most first.

    Each is one slip away in one word. A word that exists is doubted as well where it stands beside another, because
    slips make words: «nuoc man» is «nước mắm», though «mận» and «mặn» exist.
    """
    now = count_together(query.words, sets, columns.listed)
    if now >= FEW:
        return ()
    counts: Counter[Phrase] = Counter()
    for at, word in enumerate(query.words):
        if len(query.words) == 1 and now and sets.knows(word):
            continue
        for other in sets.words_near(word, _NEAR_WORDS):
            meant = (*query.words[:at], other, *query.words[at + 1 :])
            counts[meant] = count_together(meant, sets, columns.listed)
    likely = [meant for meant, count in counts.most_common(_OFFERED) if count > now * _CLEARLY_MORE and count]
    return tuple(dict.fromkeys(_as_written(meant, sets, columns) for meant in likely))


def with_a_word_less(
    query: ParsedQuery, sets: WordSets, listed: int
) -> tuple[tuple[str, ...], TextMatches | None]:
    """For a query that finds nothing: what it would be with one word less, where that finds something; and the
    matches of the first such."""
    spelt = query.text.split()
    if len(spelt) != len(query.words) or not 2 <= len(spelt) <= _SHORTENED_MAX:
        return (), None
    found: dict[str, TextMatches] = {}
    for at in reversed(range(len(spelt))):
        shorter = parse_query(" ".join([*spelt[:at], *spelt[at + 1 :]]))
        matches = find_matches(shorter, sets, listed) if shorter else None
        if shorter and matches and matches.bits:
            found[shorter.text] = matches
    best = sorted(found, key=lambda text: found[text].bits.bit_count())[:_OFFERED]
    return tuple(best), found[best[0]] if best else None


def _as_written(meant: Phrase, sets: WordSets, columns: Columns) -> str:
    """The phrase as most names spell it, in small letters; without tones if it is in no name."""
    named = sets.find("name", meant) & columns.listed
    names = (columns.names[position] for position in take(named, columns.order("certified"), 0, _NAMES_READ))
    spelt = Counter(spelling for name in names for spelling in _spellings(name, meant))
    return spelt.most_common(1)[0][0] if spelt else " ".join(meant)


def _spellings(name: str, meant: Phrase) -> Iterable[str]:
    """How `name` writes the folded words `meant`."""
    lowered = [word for part in nfc(name).lower().split() for word in _WORD.findall(part)]
    folded = words(name)
    if len(folded) != len(lowered):
        return
    for first in range(len(folded) - len(meant) + 1):
        if tuple(folded[first : first + len(meant)]) == meant:
            yield " ".join(lowered[first : first + len(meant)])
