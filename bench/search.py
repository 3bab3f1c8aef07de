"""Search, browsing and suggestions in one process, without the web: CPU time of each call, in milliseconds.

Run by `bench.__main__` over the catalogue and index that `bench.prepare` has made. Every query is asked once while
nothing of its words has been read (`_first`), then all of them again.
"""

import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeVar

from bench.catalogue import TODAY
from catalog.queries.columns import Columns, get_columns
from catalog.queries.listing import ListingCriteria, get_listing
from catalog.queries.suggest import suggest
from core.text import fold
from storefront.app import create_app

T = TypeVar("T")

SEED: Final = 16
QUERIES: Final = 260
SUGGESTIONS: Final = 600
_LETTERS: Final = "abcdeghiklmnopqrstuvxy"
_FILTERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"group": ("food",)},
    {"availability": ("in_stock",), "price": ("50000-100000", "100000-200000")},
    {"kind": ("cooperative",)},
    {"province": ("lam-dong",)},
)
_SORTS: Final = ("relevance", "relevance", "relevance", "price", "name")


def main() -> None:
    with create_app().app_context():
        began = time.process_time()
        columns = get_columns(TODAY)
        report("columns_load", time.process_time() - began, "s", digits=2)
        report("memory_with_columns", memory_mib(), "MiB")
        chance = random.Random(SEED)
        searches = list(search_criteria(chance, columns))
        browses = list(browse_criteria(chance))
        get_listing(ListingCriteria(q="xyzzy"), TODAY)  # opens the index
        measure("search_first", list_them, searches)
        measure("search", list_them, searches)
        measure("browse", list_them, browses)
        typed = list(typed_texts(chance, columns))
        began = time.process_time()
        suggest("x", "vi", TODAY)
        report("suggest_lists", time.process_time() - began, "s", digits=2)
        measure("suggest_first", suggest_for, typed)
        measure("suggest", suggest_for, typed)
        report("memory_after_searching", memory_mib(), "MiB")


def search_criteria(chance: random.Random, columns: Columns) -> Iterable[ListingCriteria]:
    """Plain, accented, unfinished, mistyped, with a place, with filters, sorted."""
    for number in range(QUERIES):
        name = columns.names[chance.randrange(len(columns))]
        words = name.split()[: chance.choice((1, 2, 2, 3))]
        text = " ".join(words)
        match number % 6:
            case 1:
                text = fold(text)
            case 2:
                text = fold(text)[:-1] or text
            case 3:
                text = _mistyped(chance, fold(text))
            case 4:
                text = f"{text} {chance.choice(('Đắk Lắk', 'Bình Dương', 'Huế', 'Cà Mau'))}"
        criteria = ListingCriteria(q=text, sort=chance.choice(_SORTS))
        yield replace(criteria, **_FILTERS[number % len(_FILTERS)])


def browse_criteria(chance: random.Random) -> Iterable[ListingCriteria]:
    """Without words: every kind of choice, order and page."""
    for number in range(QUERIES):
        stars = chance.sample((3, 4, 5), chance.randrange(3))
        sort = chance.choice(("certified", "name", "price", "-price", "newest"))
        criteria = ListingCriteria(stars=tuple(stars), sort=sort, page=chance.randrange(1, 30))
        yield replace(criteria, **_FILTERS[number % len(_FILTERS)])


def typed_texts(chance: random.Random, columns: Columns) -> Iterable[str]:
    """What people have typed after two to fourteen letters, each once."""
    texts: dict[str, None] = {}
    while len(texts) < SUGGESTIONS:
        name = columns.names[chance.randrange(len(columns))][: chance.randrange(2, 15)]
        texts[fold(name) if chance.random() < 0.5 else name] = None
    return texts


def _mistyped(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_LETTERS) + text[at + 1 :]


def list_them(criteria: ListingCriteria) -> None:
    get_listing(criteria, TODAY)


def suggest_for(text: str) -> None:
    suggest(text, "vi", TODAY)


def measure(name: str, call: Callable[[T], None], asked: Iterable[T]) -> None:
    taken = []
    for each in asked:
        began = time.process_time_ns()
        call(each)
        taken.append((time.process_time_ns() - began) / 1e6)
    taken.sort()
    report(f"{name}_p50", taken[len(taken) // 2], "ms", digits=3)
    report(f"{name}_p95", taken[int(len(taken) * 0.95)], "ms", digits=3)


def memory_mib() -> float:
    """Resident memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 2**20


def report(name: str, value: float, unit: str, *, digits: int = 1) -> None:
    print(json.dumps({"name": f"in_process_{name}", "value": round(value, digits), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
