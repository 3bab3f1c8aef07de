"""The columns themselves: how they are built from rows, brought up to date and read. No database here."""

from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, TypeVar, cast

from catalog.collation import collation_key
from catalog.facets import Order, bits_of
from catalog.queries.column_rows import FACETS, ColumnRow

SORTS: Final = ("certified", "name", "price", "-price", "newest")

T = TypeVar("T")
KEPT_AT_MOST: Final = 64
"""Results kept beside the columns: some 20 KB each."""

_NONE: Final = -1
_NEVER: Final = date.max.toordinal()
# What matters first stands above this many bits of the rank by name in a sort key.
_RANK_BITS: Final = 24
_ABOVE_ALL_PRICES: Final = 1 << 38


@dataclass(frozen=True, slots=True)
class Columns:
    """The listed products of one moment, judged for `day`. Positions count from 0 in the order of ids.

    seq: the last change contained. names_seq: the last that touched a name, an address on the web or a place.
    layout: the same object as long as positions mean the same products. ids: by position. listed: the positions that
    may be shown, as bits. facets: facet, value, positions as bits.
    """

    seq: int
    loaded_seq: int
    names_seq: int
    layout: object
    day: date
    ids: Sequence[int]
    listed: int
    facets: Mapping[str, Mapping[str, int]]
    names: "Texts"
    slugs: "Texts"
    _ids_by_slug: dict[str, int]
    _versions: dict[int, int]
    _parts: Mapping[str, "array[int]"]
    _by_name: Order
    _orders: dict[str, Order] = field(default_factory=dict, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for these very columns, made once as long as few other keys come between."""
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT_AT_MOST:
                self._kept.clear()
            found = self._kept[key] = make()
        return cast(T, found)

    def find_id(self, slug: str) -> int | None:
        """The id of the listed product with that slug."""
        return self._ids_by_slug.get(slug)

    def find_position(self, product_id: int) -> int | None:
        """The position of a product, listed or not; None if it is unknown."""
        position = bisect_left(self.ids, product_id)
        return position if position < len(self.ids) and self.ids[position] == product_id else None

    def version_of(self, product_id: int) -> int:
        """The number of the last change of that product; of the load, if there was none since."""
        return self._versions.get(product_id, self.loaded_seq)

    def stars_at(self, position: int) -> int | None:
        """Stars that may be shown on `day` for the product at a position."""
        return 5 - (self._parts["standing"][position] >> 2) or None

    def commune_at(self, position: int) -> str | None:
        """The five-digit code of today's commune, or None."""
        code = self._parts["communes"][position]
        return None if code == _NONE else f"{code:05}"

    def in_communes(self, codes: Iterable[str]) -> int:
        """The products of some communes of today, as bits."""
        wanted = {int(code) for code in codes if code.isdecimal()}
        return bits_of(position for position, code in enumerate(self._parts["communes"]) if code in wanted)

    def turned_ids(self, day: date) -> list[int]:
        """Products of which the calendar alone changes something between `self.day` and `day`."""
        today = day.toordinal()
        return [self.ids[position] for position, turn in enumerate(self._parts["turns"]) if turn <= today]

    def order(self, sort: str) -> Order:
        """All positions in the order `sort` (one of SORTS), computed when first asked for."""
        if sort == "name":
            return self._by_name
        found = self._orders.get(sort)
        if found is None:
            keys = _SORT_KEYS[sort](self)
            found = self._orders[sort] = _order(sorted(range(len(keys)), key=keys.__getitem__))
        return found


def load_columns(rows: Iterable[ColumnRow], seq: int, day: date) -> Columns:
    """Columns of `rows` (ascending ids), which contain every change up to number `seq`."""
    names, slugs, keys = Texts(), Texts(), []
    ids, listed, positions = array("q"), [], _Positions()
    parts = {name: array(code) for name, (code, _) in _PARTS.items()}
    for position, row in enumerate(rows):
        ids.append(row.product_id)
        names.append(row.name)
        slugs.append(row.slug)
        keys.append(collation_key(row.name))
        positions.add(position, row)
        if row.is_listed:
            listed.append(position)
        for name, (_, value) in _PARTS.items():
            parts[name].append(value(row))
    return Columns(
        seq=seq,
        loaded_seq=seq,
        names_seq=seq,
        layout=object(),
        day=day,
        ids=ids,
        listed=bits_of(listed),
        facets=positions.facets(),
        names=names,
        slugs=slugs,
        _ids_by_slug={slugs[position]: ids[position] for position in listed},
        _versions={},
        _parts=parts,
        _by_name=_order(sorted(range(len(keys)), key=keys.__getitem__)),
    )


def update_columns(old: Columns, rows: Sequence[ColumnRow], changed: Mapping[int, int], day: date) -> Columns:
    """`old` with `rows` in place of what it had, judged for `day`.

    changed: products with the number of their last change; those without a row are gone. Rows of products that are
    not in `old` must have ids above all of its.
    """
    ids = array("q", old.ids)
    ids.extend(row.product_id for row in rows if old.find_position(row.product_id) is None)
    by_position = {bisect_left(ids, row.product_id): row for row in rows}
    known = (old.find_position(product_id) for product_id in changed)
    gone = {position for position in known if position is not None} - by_position.keys()
    parts = _updated_parts(old, by_position, len(ids))
    touched = bits_of([*by_position, *gone])
    _update_shared(old, by_position, gone, changed)
    seq = max(changed.values(), default=old.seq)
    is_named_anew = bool(gone) or parts["naming"] != old._parts["naming"]
    by_name, names = old._by_name, old.names
    renamed = {p: row.name for p, row in by_position.items() if p >= len(old) or row.name != names[p]}
    if renamed:
        names = names.replaced(renamed)
        by_name = _reordered(by_name, names, renamed)
    return replace(
        old,
        seq=seq,
        names_seq=seq if is_named_anew else old.names_seq,
        day=day,
        ids=ids,
        listed=old.listed & ~touched | bits_of(p for p, row in by_position.items() if row.is_listed),
        facets=_updated_facets(old.facets, touched, by_position),
        names=names,
        slugs=old.slugs.replaced({p: row.slug for p, row in by_position.items()}),
        _parts=parts,
        _by_name=by_name,
        _kept={},
        _orders={} if renamed else _kept_orders(old, parts),
    )


def _updated_parts(old: Columns, rows: Mapping[int, ColumnRow], size: int) -> dict[str, "array[int]"]:
    """The plain columns with their new values."""
    parts = {}
    for name, (_, value) in _PARTS.items():
        column = old._parts[name][:]
        column.extend([0] * (size - len(column)))
        for position, row in rows.items():
            column[position] = value(row)
        parts[name] = column
    return parts


def _update_shared(
    old: Columns, rows: Mapping[int, ColumnRow], gone: Iterable[int], changed: Mapping[int, int]
) -> None:
    """Slugs and versions are one table for all moments: a page asks them about the present only."""
    for position in (*rows, *gone):
        if position < len(old):
            old._ids_by_slug.pop(old.slugs[position], None)
    old._ids_by_slug.update({row.slug: row.product_id for row in rows.values() if row.is_listed})
    old._versions.update(changed)


class _Positions:
    """Collects the positions of each value of each facet."""

    def __init__(self) -> None:
        self._of_value: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, position: int, row: ColumnRow) -> None:
        if row.is_listed:
            for facet, values in zip(FACETS, row.facets, strict=True):
                for value in values:
                    self._of_value[facet, value].append(position)

    def facets(self) -> dict[str, dict[str, int]]:
        facets: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for (facet, value), found in self._of_value.items():
            facets[facet][value] = bits_of(found)
        return facets


def _updated_facets(
    old: Mapping[str, Mapping[str, int]], touched: int, rows: Mapping[int, ColumnRow]
) -> dict[str, dict[str, int]]:
    facets = {
        name: {value: bits & ~touched for value, bits in values.items()} for name, values in old.items()
    }
    positions = _Positions()
    for position, row in rows.items():
        positions.add(position, row)
    for name, values in positions.facets().items():
        for value, bits in values.items():
            facets[name][value] = facets[name].get(value, 0) | bits
    return facets


def _kept_orders(old: Columns, parts: Mapping[str, "array[int]"]) -> dict[str, Order]:
    """The orders that the change leaves as they were."""
    kept = dict(old._orders)
    for part, orders in (
        ("standing", ("certified",)),
        ("prices", ("price", "-price")),
        ("recorded", ("newest",)),
    ):
        if parts[part] != old._parts[part]:
            for order in orders:
                kept.pop(order, None)
    return kept


def _reordered(by_name: Order, names: "Texts", renamed: Mapping[int, str]) -> Order:
    """`by_name` with some names moved or added."""
    sequence = [position for position in by_name.sequence if position not in renamed]
    for position in sorted(renamed):
        insort(sequence, position, key=lambda each: (collation_key(names[each]), each))
    return _order(sequence)


def _order(sequence: Sequence[int]) -> Order:
    ranks = array("i", bytes(4 * len(sequence)))
    for rank, position in enumerate(sequence):
        ranks[position] = rank
    return Order(sequence=array("i", sequence), ranks=ranks)


def _standing(row: ColumnRow) -> int:
    """What comes first in the order of the shop: stars, then what can be bought now, then what is for sale."""
    bought = 0 if row.is_in_stock else 1 if row.is_for_sale else 2
    return (5 - (row.stars or 0)) << 2 | bought


def _price(row: ColumnRow) -> int:
    return _NONE if row.price_vnd is None else row.price_vnd


def _commune(row: ColumnRow) -> int:
    return int(row.commune_code) if row.commune_code else _NONE


def _turn(row: ColumnRow) -> int:
    return row.turns_on.toordinal() if row.turns_on else _NEVER


# Columns of whole numbers: type code, and the value of a row.
_PARTS: Final[dict[str, tuple[str, Callable[[ColumnRow], int]]]] = {
    "standing": ("b", _standing),
    "prices": ("q", _price),
    "recorded": ("q", lambda row: row.recorded_at),
    "communes": ("i", _commune),
    "turns": ("i", _turn),
    "naming": ("q", lambda row: row.naming),
}


def _keys_by_standing(columns: Columns) -> list[int]:
    pairs = zip(columns._parts["standing"], columns._by_name.ranks, strict=True)
    return [(standing << _RANK_BITS) + rank for standing, rank in pairs]


def _keys_by_price(columns: Columns) -> list[int]:
    pairs = zip(columns._parts["prices"], columns._by_name.ranks, strict=True)
    return [((_ABOVE_ALL_PRICES if price < 0 else price) << _RANK_BITS) + rank for price, rank in pairs]


def _keys_by_falling_price(columns: Columns) -> list[int]:
    pairs = zip(columns._parts["prices"], columns._by_name.ranks, strict=True)
    return [((_ABOVE_ALL_PRICES - price) << _RANK_BITS) + rank for price, rank in pairs]


def _keys_by_age(columns: Columns) -> list[int]:
    moments = enumerate(columns._parts["recorded"])
    return [-((moment << _RANK_BITS) + position) for position, moment in moments]


_SORT_KEYS: Final[dict[str, Callable[[Columns], list[int]]]] = {
    "certified": _keys_by_standing,
    "price": _keys_by_price,
    "-price": _keys_by_falling_price,
    "newest": _keys_by_age,
}


class Texts(Sequence[str]):
    """Strings by position, packed: UTF-8 one after another, and what changed since on top."""

    __slots__ = ("_changed", "_ends", "_packed", "_size")

    def __init__(self) -> None:
        self._packed, self._ends, self._size = bytearray(), array("i"), 0
        self._changed: dict[int, str] = {}

    def append(self, text: str) -> None:
        """Add a text at the end, while nobody else has these texts yet."""
        self._packed += text.encode()
        self._ends.append(len(self._packed))
        self._size += 1

    def __getitem__(self, position: int) -> str:  # type: ignore[override]  # one text at a time, no slices
        changed = self._changed.get(position)
        if changed is not None:
            return changed
        if not 0 <= position < len(self._ends):
            raise IndexError(position)
        start = self._ends[position - 1] if position else 0
        return self._packed[start : self._ends[position]].decode()

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[str]:
        return (self[position] for position in range(self._size))

    def replaced(self, changed: Mapping[int, str]) -> "Texts":
        """These texts with others at some positions; positions at and beyond the end are new."""
        other = Texts()
        other._packed, other._ends = self._packed, self._ends
        kept = {position: text for position, text in changed.items() if self._is_new(position, text)}
        other._changed = {**self._changed, **kept}
        other._size = max(self._size, max(changed, default=-1) + 1)
        return other

    def _is_new(self, position: int, text: str) -> bool:
        return position >= self._size or self[position] != text
