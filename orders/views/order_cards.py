"""Cards of orders on the producer's desk, kept once drawn: a list is looked at often while few orders change."""

from datetime import date
from functools import lru_cache
from typing import Final

from flask import current_app
from markupsafe import Markup

from core.i18n import current_language
from orders.queries.desk import OrderCard

KEPT_MOST: Final = 1_000
"""Cards kept by a process, some 1.5 kB each; then the one not looked at for longest goes."""


def draw_card(card: OrderCard, tab: str, base: str, today: date) -> Markup:
    """`order_card` of `components/order_card.html`. All that it shows is in the arguments and the language."""
    return _drawn(card, tab, base, today, current_language())


@lru_cache(maxsize=KEPT_MOST)
def _drawn(card: OrderCard, tab: str, base: str, today: date, _language: str) -> Markup:
    components = current_app.jinja_env.get_template("components/order_card.html").module
    drawn: Markup = components.order_card(card, tab, base, today)  # type: ignore[attr-defined]
    return drawn
