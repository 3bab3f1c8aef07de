"""Cards of products, drawn once for each change, language and day and then kept."""

from collections import OrderedDict
from collections.abc import Sequence
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

_KEPT_AT_MOST: Final = 4_096  # some 4 MB
_EXTENSION: Final = "storefront.cards"
_LAZY: Final = ' loading="lazy"'

_Key = tuple[int, int, str, date]


class _CardCache:
    """Drawn cards of one application in this process, the longest unused going first."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[_Key, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> str | None:
        with self._lock:
            if key in self._drawn:
                self._drawn.move_to_end(key)
            return self._drawn.get(key)

    def put(self, key: _Key, html: str) -> None:
        with self._lock:
            self._drawn[key] = html
            while len(self._drawn) > _KEPT_AT_MOST:
                self._drawn.popitem(last=False)


def cards_html(product_ids: Sequence[int], on: date, eager_count: int = EAGER) -> Markup:
    """The `<li>` of these products, in order, judged for `on`; those not listed any more are left out."""
    cache: _CardCache = current_app.extensions.setdefault(_EXTENSION, _CardCache())
    columns, language = get_columns(), current_language()
    keys = {
        product_id: (product_id, columns.version_of(product_id), language, on) for product_id in product_ids
    }
    drawn = {product_id: cache.get(key) for product_id, key in keys.items()}
    missing = [product_id for product_id, html in drawn.items() if html is None]
    for card in get_cards(missing, on):
        drawn[card.id] = _draw(card)
        cache.put(keys[card.id], drawn[card.id] or "")
    # Safe as markup: each piece was drawn, and escaped, by the template of a card.
    return Markup(_joined([html for html in drawn.values() if html], eager_count))  # noqa: S704


def _draw(card: ProductCard) -> str:
    product_cards = get_template_attribute("components/product_card.html", "product_cards")
    return str(product_cards([card], eager_count=0))


def _joined(cards: list[str], eager_count: int) -> str:
    for position, html in enumerate(cards[:eager_count]):
        cards[position] = html.replace(_LAZY, ' fetchpriority="high"' if position == 0 else "", 1)
    return "".join(cards)
