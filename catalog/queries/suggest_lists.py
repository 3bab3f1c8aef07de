"""The lists of names from which suggestions are made, packed: words sorted, and for each the names that hold it."""

import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from catalog.facets import Order, bits_of, positions_of, take
from catalog.models import Producer, Product
from catalog.queries.column_set import Columns, Texts
from catalog.searched_texts import place_aliases
from core.places import (
    Province,
    Vintage,
    find_commune_by_code,
    find_province_by_code,
    list_old_provinces,
    list_provinces,
    successor,
)
from core.text import nfc, words

_WORD: Final = re.compile(r"[^\W_]+")
_HEAD_WORDS: Final = (2, 3)
_HEAD_COUNT_MIN: Final = 3
_SETS_KEPT: Final = 500
_HEAD_CHARS: Final = 60
_NONE: Final = -1
_BEYOND: Final = "\U0010ffff"


class WordList:
    """Which of many names hold a word or one that begins so; names are numbered as they came."""

    def __init__(self) -> None:
        self._open: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        self._words: list[str] = []
        self._ends = array("i")
        self._names = array("i")
        self._sets: dict[tuple[int, int], int] = {}

    def add(self, number: int, name_words: Iterable[str]) -> None:
        """Note the words of a name, before `close`."""
        for word in set(name_words):
            self._open[word].append(number)

    def close(self) -> None:
        """Pack what was added."""
        self._words = sorted(self._open)
        for word in self._words:
            self._names.extend(self._open[word])
            self._ends.append(len(self._names))
        self._open.clear()

    def holding(self, typed: Sequence[str]) -> int:
        """Names that hold all words of `typed`, the last of them perhaps only begun, as bits."""
        bits = self.begun(typed[-1])
        for word in typed[:-1]:
            bits &= self.whole(word)
        return bits

    def whole(self, word: str) -> int:
        """Names that hold `word`, as bits."""
        first = bisect_left(self._words, word)
        is_there = first < len(self._words) and self._words[first] == word
        return self._between(first, first + is_there)

    def begun(self, prefix: str) -> int:
        """Names that hold a word which begins with `prefix`, as bits."""
        return self._between(bisect_left(self._words, prefix), bisect_left(self._words, prefix + _BEYOND))

    def _between(self, first: int, beyond: int) -> int:
        if first == beyond:
            return 0
        found = self._sets.get((first, beyond))
        if found is None:
            start = self._ends[first - 1] if first else 0
            found = bits_of(self._names[start : self._ends[beyond - 1]])
            if len(self._sets) >= _SETS_KEPT:
                self._sets.clear()
            self._sets[first, beyond] = found
        return found


class NameList:
    """Names found by any of their words, and by how they begin."""

    def __init__(self) -> None:
        self._words = WordList()
        self._open: list[tuple[str, int]] = []
        self._sorted, self._numbers = Texts(), array("i")

    def add(self, number: int, *names: str) -> None:
        """Note what one thing is called, before `close`."""
        cut = [words(name) for name in names]
        self._words.add(number, (word for name in cut for word in name))
        self._open.extend((" ".join(name), number) for name in cut if name)

    def close(self) -> None:
        """Pack what was added."""
        self._words.close()
        for name, number in sorted(self._open):
            self._sorted.append(name)
            self._numbers.append(number)
        self._open.clear()

    def holding(self, typed: Sequence[str]) -> int:
        """Things called by all words of `typed`, the last perhaps only begun, as bits."""
        return self._words.holding(typed)

    def beginning(self, typed: Sequence[str]) -> int:
        """Things whose name begins with what was typed, as bits."""
        begun = " ".join(typed)
        first, beyond = bisect_left(self._sorted, begun), bisect_left(self._sorted, begun + _BEYOND)
        return bits_of(self._numbers[first:beyond])


NameRow = tuple[str, str | None, str, int, tuple[str, ...]]
"""Name, detail, slug, number of products, other names."""


class RankedNames:
    """Names with what is shown of them, most products first."""

    def __init__(self, rows: Iterable[NameRow]) -> None:
        ranked = sorted(rows, key=lambda row: (-row[3], row[0]))
        self._list = NameList()
        self._names, self._details, self._slugs = Texts(), Texts(), Texts()
        for number, (name, detail, slug, _, also) in enumerate(ranked):
            self._list.add(number, name, *also)
            self._names.append(name)
            self._details.append(detail or "")
            self._slugs.append(slug)
        self._list.close()
        numbers = range(len(ranked))
        self._order = Order(numbers, numbers)

    def best(self, typed: Sequence[str], count: int) -> list[tuple[str, str | None, str]]:
        """Name, detail and slug of the first that match; those that begin so before the others."""
        beginning = self._list.beginning(typed)
        found = take(beginning, self._order, 0, count)
        if len(found) < count:
            found += take(self._list.holding(typed) & ~beginning, self._order, 0, count - len(found))
        return [(self._names[each], self._details[each] or None, self._slugs[each]) for each in found]


class Heads:
    """What many names begin with («nước mắm», «gạo nếp cẩm»): goods that are worth searching for."""

    def __init__(self, names: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        for name in names:
            counts.update(_heads(name))
        likely = {head: count for head, count in counts.items() if count >= _HEAD_COUNT_MIN}
        by_key: dict[str, tuple[int, str]] = {}
        for head, count in likely.items():
            key = " ".join(words(head))
            by_key[key] = max(by_key.get(key, (0, "")), (count, head))
        self._keys = sorted(by_key)
        self._counted = [by_key[key] for key in self._keys]

    def best(self, typed: Sequence[str], count: int) -> list[str]:
        """The commonest that begin with what was typed."""
        prefix = " ".join(typed)
        first, beyond = bisect_left(self._keys, prefix), bisect_left(self._keys, prefix + _BEYOND)
        return [head for _, head in nlargest(count, self._counted[first:beyond])]


def _heads(name: str) -> Iterator[str]:
    """The first two and three words of a name, where capitals do not say that a brand has begun."""
    spelt = _WORD.findall(nfc(name[:_HEAD_CHARS]))
    for count in _HEAD_WORDS:
        if len(spelt) >= count and all(word.islower() for word in spelt[1:count]):
            yield " ".join(spelt[:count]).lower()


class SuggestLists:
    """All lists of one moment. Products go by their positions in the columns."""

    def __init__(self, engine: Engine, columns: Columns) -> None:
        self.layout, self.names_seq = columns.layout, columns.names_seq
        self.products = NameList()
        self._names_en, self._producer_names = Texts(), Texts()
        self._producer_numbers = array("i", [_NONE]) * len(columns)
        with engine.connect() as connection:
            self._add_products(connection, columns)
            self._producers = RankedNames(self._read_producers(connection, columns))
        self.heads = Heads(columns.names[position] for position in positions_of(columns.listed))
        self.places = RankedNames(_places(columns))

    @property
    def producers(self) -> RankedNames:
        """Producers of listed products."""
        return self._producers

    def name_en_at(self, position: int) -> str | None:
        """The English name of a product, if it has one."""
        return self._names_en[position] or None

    def producer_at(self, position: int) -> str | None:
        """The name of a product's producer."""
        number = self._producer_numbers[position]
        return None if number == _NONE else self._producer_names[number]

    def _add_products(self, connection: Connection, columns: Columns) -> None:
        rows = connection.execute(select(Product.id, Product.name_en).where(Product.name_en.is_not(None)))
        found = {row.id: row.name_en for row in rows}
        for position, product_id in enumerate(columns.ids):
            name_en = found.get(product_id) or ""
            self._names_en.append(name_en)
            self.products.add(position, columns.names[position], name_en)
        self.products.close()

    def _read_producers(self, connection: Connection, columns: Columns) -> Iterator[NameRow]:
        counts: Counter[int] = Counter()
        rows = connection.execute(select(Producer.id, Producer.name, Producer.slug)).all()
        numbers = {row.id: number for number, row in enumerate(rows)}
        for product_id, producer_id in connection.execute(select(Product.id, Product.producer_id)):
            position = columns.find_position(product_id)
            if position is not None and producer_id in numbers:
                self._producer_numbers[position] = numbers[producer_id]
        for position in positions_of(columns.listed):
            counts[self._producer_numbers[position]] += 1
        for number, row in enumerate(rows):
            self._producer_names.append(row.name)
            if counts[number]:
                yield row.name, None, row.slug, counts[number], ()


def _places(columns: Columns) -> Iterator[NameRow]:
    """Provinces of today and of before, and communes, that have products."""
    for province in list_provinces():
        if count := _count(columns, "province", province.slug):
            yield province.short_name, None, province.slug, count, _other_names(province)
    today = {province.slug for province in list_provinces()}
    for province in list_old_provinces():
        count = _count(columns, "old_province", province.slug)
        if count and province.slug not in today:
            detail = successor(province).short_name
            yield province.short_name, detail, province.slug, count, (province.name,)
    communes = Counter(map(columns.commune_at, positions_of(columns.listed)))
    for code, count in communes.items():
        commune = find_commune_by_code(code) if code else None
        of = find_province_by_code(commune.province_code, Vintage.SINCE_2025_07) if commune else None
        if commune is not None:
            yield commune.name, of.short_name if of else None, commune.slug, count, (commune.short_name,)


def _count(columns: Columns, facet: str, value: str) -> int:
    return columns.facets[facet].get(value, 0).bit_count()


def _other_names(province: Province) -> tuple[str, ...]:
    return province.name, *place_aliases(province.name)
