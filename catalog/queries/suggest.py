"""Suggestions while typing: goods, products, producers and places of which some word begins so.

Made from lists of names in memory. New names come into them within a minute; what is no longer listed is never
suggested.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Final

from sqlalchemy import Engine

from catalog.facets import take
from catalog.queries.columns import Columns, get_columns
from catalog.queries.suggest_lists import SuggestLists
from core.db import db
from core.text import words

SUGGESTED_MAX: Final = 8

_TYPED_MAX_CHARS: Final = 60
_TYPED_MAX_WORDS: Final = 6
_QUERIES, _PRODUCERS, _PLACES = 2, 2, 2
_RENEW_SECONDS: Final = 60.0
_ANSWERS_KEPT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """kind: "query", "product", "producer" or "place". detail: producer of a product, province of a place, or None.

    slug: of its page; None for a query, whose label is the words to search for.
    """

    kind: str
    label: str
    detail: str | None
    slug: str | None


def suggest(text: str, language: str, on: date) -> tuple[Suggestion, ...]:
    """Up to eight suggestions for what was typed so far, names in `language` ("vi" or "en").

    All words but the last count as finished. Some dozens of microseconds.
    """
    typed = tuple(words(text[:_TYPED_MAX_CHARS])[:_TYPED_MAX_WORDS])
    if not typed:
        return ()
    engine = db.engine
    suggester = _suggesters.get(engine)
    if suggester is None:
        suggester = _suggesters.setdefault(engine, _Suggester())
    return suggester.suggest(engine, get_columns(on), typed, language)


class _Suggester:
    """Lists and recent answers of one engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: SuggestLists | None = None
        self._renew_at = 0.0
        self._moment: tuple[object, ...] = ()
        self._answers: OrderedDict[tuple[tuple[str, ...], str], tuple[Suggestion, ...]] = OrderedDict()

    def suggest(
        self, engine: Engine, columns: Columns, typed: tuple[str, ...], language: str
    ) -> tuple[Suggestion, ...]:
        with self._lock:
            lists = self._renewed(engine, columns)
            moment = (lists, columns.layout, columns.seq, columns.day)
            if moment != self._moment:
                self._moment = moment
                self._answers.clear()
            answer = self._answers.get((typed, language))
            if answer is None:
                answer = tuple(_found(lists, columns, typed, language))
                self._answers[typed, language] = answer
                if len(self._answers) > _ANSWERS_KEPT:
                    self._answers.popitem(last=False)
            return answer

    def _renewed(self, engine: Engine, columns: Columns) -> SuggestLists:
        lists = self._lists
        if lists is not None and lists.layout is columns.layout:
            is_recent = lists.names_seq == columns.names_seq or monotonic() < self._renew_at
            if is_recent:
                return lists
        self._lists = SuggestLists(engine, columns)
        self._renew_at = monotonic() + _RENEW_SECONDS
        return self._lists


_suggesters: "weakref.WeakKeyDictionary[Engine, _Suggester]" = weakref.WeakKeyDictionary()


def _found(
    lists: SuggestLists, columns: Columns, typed: tuple[str, ...], language: str
) -> Iterator[Suggestion]:
    queries = [Suggestion("query", head, None, None) for head in lists.heads.best(typed, _QUERIES)]
    producers = [Suggestion("producer", *row) for row in lists.producers.best(typed, _PRODUCERS)]
    places = [Suggestion("place", *row) for row in lists.places.best(typed, _PLACES)]
    yield from queries
    left = SUGGESTED_MAX - len(queries) - len(producers) - len(places)
    for position in _best_products(lists, columns, typed, left):
        label = (lists.name_en_at(position) if language == "en" else None) or columns.names[position]
        yield Suggestion("product", label, lists.producer_at(position), columns.slugs[position])
    yield from producers
    yield from places


def _best_products(lists: SuggestLists, columns: Columns, typed: tuple[str, ...], count: int) -> list[int]:
    """Names that begin so before those with such words inside; then the order of the shop."""
    beginning = lists.products.beginning(typed) & columns.listed
    order = columns.order("certified")
    best = take(beginning, order, 0, count)
    if len(best) < count:
        best += take(lists.products.holding(typed) & columns.listed & ~beginning, order, 0, count - len(best))
    return best
