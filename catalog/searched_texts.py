"""What of a product can be found, by field, as plain words: the index, and the products it has not taken in yet,
are both matched on these.

Each field is one string of words with a bar before, between and after its texts: «| nuoc mam cu nham |». A word is
in it if « word » is, a phrase likewise, and a text that begins with it if «| word » is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from catalog.query_text import toned_words
from catalog.search_document import SearchDocument
from catalog.synonyms import other_words
from core.text import words

BAR: Final = "|"


@dataclass(frozen=True, slots=True)
class SearchedTexts:
    """name: folded. tone: the name with its tones. head: English and other words for the thing itself, which is what
    a Vietnamese name begins with. other: the same for all else in the name. origin: producer and places, old and new.
    text: group, code, summary, ingredients."""

    name: str
    tone: str
    head: str
    other: str
    origin: str
    text: str

    def digest(self) -> int:
        """A number that differs where any text differs; it fits 64 bits, signed."""
        joined = "\n".join((self.name, self.tone, self.head, self.other, self.origin, self.text)).encode()
        return int.from_bytes(blake2b(joined, digest_size=8).digest(), "little", signed=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """A product as it is searched."""

    product_id: int
    texts: SearchedTexts


FIELDS: Final = tuple(each.name for each in fields(SearchedTexts))

VOCABULARY_FIELDS: Final = ("name", "head", "other", "origin")
"""The fields whose words are offered when a word is mistyped or unfinished."""


def searched_texts(document: SearchDocument, descriptions: Iterable[str]) -> SearchedTexts:
    """The texts of a product. descriptions: what else is written of it, in any language."""
    aliases = (alias for place in document.places for alias in place_aliases(place))
    others = other_words(document.name)
    return SearchedTexts(
        name=_folded([document.name]),
        tone=_field([" ".join(toned_words(document.name))]),
        head=_folded([document.name_en, *others.head]),
        other=_folded(others.rest),
        origin=_folded([document.producer, *document.places, *aliases]),
        text=_folded([*document.groups, *descriptions]),
    )


def distinct_words(text: str) -> set[str]:
    """The words of a field."""
    return set(text.split()) - {BAR}


def distinct_pairs(text: str) -> set[str]:
    """The pairs of neighbours in a field: «nuoc_mam», and «|_nuoc» where a text begins."""
    listed = text.split()
    return {pair(left, right) for left, right in pairwise(listed) if right != BAR}


def pair(left: str, right: str) -> str:
    """Two neighbours as one word of the index; no word has an underscore of its own."""
    return f"{left}_{right}"


def has_words(text: str, phrase: str) -> bool:
    """Whether a field holds the word or phrase (single spaces, may begin with a bar)."""
    return f" {phrase} " in f" {text} "


def _folded(texts: Iterable[str]) -> str:
    return _field(_joined(text) for text in dict.fromkeys(texts))


@lru_cache(maxsize=8_192)
def _joined(text: str) -> str:
    """Folded words with single spaces. Places and groups come again and again."""
    return " ".join(words(text))


def _field(texts: Iterable[str]) -> str:
    kept = dict.fromkeys(text for text in texts if text)
    return f"{BAR} " + f" {BAR} ".join(kept) + f" {BAR}" if kept else BAR


# What people call the largest city beside its name; «dak lak» and «dac lac» sound alike.
_ALIASES: Final = {
    "thanh pho ho chi minh": ("sai gon", "tp hcm", "tphcm", "hcm", "ho chi minh city", "saigon"),
    "tinh dak lak": ("dac lac", "daklak"),
    "tinh dak nong": ("dac nong", "daknong"),
    "tinh ba ria vung tau": ("brvt",),
    "thanh pho hue": ("thua thien hue",),
    "tinh thua thien hue": ("hue",),
}


def place_aliases(name: str) -> tuple[str, ...]:
    """What else people call a province: folded."""
    return _ALIASES.get(_joined(name), ())
