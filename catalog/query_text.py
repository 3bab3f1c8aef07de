"""What a person typed into the search box, taken apart: words and quoted phrases, nothing else.

There are no wildcards, operators, ranges or fuzzy marks: every sign that is no letter or digit parts words.
"""

import re
from dataclasses import dataclass
from typing import Final

from core.text import clean_line, tone_key, words

QUERY_MAX_CHARS: Final = 100
QUERY_MAX_WORDS: Final = 12

_QUOTED: Final = re.compile(r'["“”«»„]([^"“”«»„]*)["“”«»„]')
_TONED_WORD: Final = re.compile(r"[^\W_]+")
_QUOTES: Final = str.maketrans("", "", '"“”«»„')


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """text: as understood, for showing. words: folded. toned: the same words with tones, as `core.text.tone_key`.

    phrases: quoted parts of two or more words, folded; their words are among `words`. is_open: the last word may
    be unfinished and stands for all that begin with it. has_tones: the person typed marks, so they mean something.
    """

    text: str
    words: tuple[str, ...]
    toned: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    is_open: bool
    has_tones: bool


def parse_query(text: str) -> ParsedQuery | None:
    """What `text` asks for, or None if it asks for nothing. Only the first 100 characters and 12 words count."""
    kept = clean_line(text)[:QUERY_MAX_CHARS].rstrip()
    spelt = [(word, words(word)) for word in toned_words(kept)]
    pairs = [(folded[0], word) for word, folded in spelt if len(folded) == 1][:QUERY_MAX_WORDS]
    if not pairs:
        return None
    phrases = (tuple(words(quoted))[:QUERY_MAX_WORDS] for quoted in _QUOTED.findall(kept))
    return ParsedQuery(
        text=" ".join(kept.translate(_QUOTES).split()) or kept,
        words=tuple(word for word, _ in pairs),
        toned=tuple(word for _, word in pairs),
        phrases=tuple(phrase for phrase in phrases if len(phrase) > 1),
        is_open=kept[-1].isalnum(),
        has_tones=any(not word.isascii() for _, word in pairs),
    )


def toned_words(text: str) -> list[str]:
    """The words of `text` with their tones, spelt one agreed way: «Hoà Bình» is ["hòa", "bình"]."""
    return _TONED_WORD.findall(tone_key(text))
