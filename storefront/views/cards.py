"""Cards of products, drawn once for each change, language and day and then kept."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date
from threading import Lock
from typing import Final

from flask import current_app, get_template_attribute
from markupsafe import Markup

from catalog.queries.cards import get_cards
from catalog.queries.columns import get_columns
from catalog.queries.view_models import ProductCard
from core.i18n import current_language

EAGER: Final = 4
"""How many pictures at the top of a list are fetched at once; the rest when they come near."""

_KEPT_MAX_BYTES: Final = 12_000_000
_ENTRY_BYTES: Final = 500  # what a kept card takes besides its text: its key and the objects themselves
_END: Final = "</li>"
_EXTENSION: Final = "storefront.cards"
_LAZY: Final = ' loading="lazy"'

_Key = tuple[int, int, str, date]


class _CardCache:
    """Drawn cards of one application in this process, the longest unused going first."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[_Key, bytes] = OrderedDict()
        self._lock = Lock()
        self._size_bytes = 0

    def get(self, key: _Key) -> str | None:
        with self._lock:
            html = self._drawn.get(key)
            if html is None:
                return None
            self._drawn.move_to_end(key)
        return html.decode()

    def put(self, key: _Key, html: str) -> None:
        text = html.encode()  # half of what the characters would take: Vietnamese has some beyond Latin-1
        with self._lock:
            self._size_bytes += len(text) + _ENTRY_BYTES - _size_bytes(self._drawn.pop(key, None))
            self._drawn[key] = text
            while self._size_bytes > _KEPT_MAX_BYTES:
                self._size_bytes -= _size_bytes(self._drawn.popitem(last=False)[1])


def _size_bytes(text: bytes | None) -> int:
    return 0 if text is None else len(text) + _ENTRY_BYTES


def cards_html(product_ids: Sequence[int], on: date, eager_count: int = EAGER) -> Markup:
    """The `<li>` of these products, in order, judged for `on`; those not listed any more are left out."""
    cache: _CardCache = current_app.extensions.setdefault(_EXTENSION, _CardCache())
    columns, language = get_columns(), current_language()
    keys = {
        product_id: (product_id, columns.version_of(product_id), language, on) for product_id in product_ids
    }
    drawn = {product_id: cache.get(key) for product_id, key in keys.items()}
    missing = [product_id for product_id, html in drawn.items() if html is None]
    for product_id, html in _draw(get_cards(missing, on)):
        drawn[product_id] = html
        cache.put(keys[product_id], html)
    # Safe as markup: each piece was drawn, and escaped, by the template of a card.
    return Markup(_joined([html for html in drawn.values() if html], eager_count))  # noqa: S704


def _draw(cards: Sequence[ProductCard]) -> Iterator[tuple[int, str]]:
    """The cards' numbers and their HTML: drawn together, which costs half, and parted where each `<li>` ends."""
    if not cards:
        return
    product_cards = get_template_attribute("components/product_card.html", "product_cards")
    *pieces, _after = str(product_cards(cards, eager_count=0)).split(_END)
    for card, piece in zip(cards, pieces, strict=True):
        yield card.id, f"{piece}{_END}"


def _joined(cards: list[str], eager_count: int) -> str:
    for position, html in enumerate(cards[:eager_count]):
        cards[position] = html.replace(_LAZY, ' fetchpriority="high"' if position == 0 else "", 1)
    return "".join(cards)
