"""What the pages of the checkout share: whose basket, what was typed before, and where somebody is led who is too soon.

What is typed between the pages lies in the database, reached only through the cookie of the basket.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flask import current_app, redirect
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.config import Settings
from orders.operations.checkout_drafts import KeptDraft
from orders.queries.basket_rows import find_held_cart
from orders.queries.checkout import ChosenBasket, fetched_only, get_chosen_basket
from storefront.checkout_forms import PICKUP
from storefront.views.basket.holding import current_holder
from storefront.views.frame import local_url

TERMS_VERSION: Final = "2026-11-22"
"""Of the terms of sale and of privacy, as `/terms` shows them; orders keep which one their buyer agreed to."""


@dataclass
class Visit:
    """One request of somebody on the way to an order. row: of `find_held_cart`."""

    cart_id: int
    kept: KeptDraft | None
    row: Any

    @property
    def typed(self) -> Mapping[str, Any]:
        return self.kept.typed if self.kept else {}

    def with_typed(self, typed: Mapping[str, Any]) -> "Visit":
        """The same visit with other choices, priced anew."""
        key = self.kept.checkout_key if self.kept else ""
        return Visit(self.cart_id, KeptDraft(key, typed), self.row)

    @property
    def receiver(self) -> Mapping[str, Any]:
        """What the first page understood: the fields of an order; empty before it was filled in."""
        checked: Mapping[str, Any] = self.typed.get("checked") or {}
        return checked

    @property
    def is_fetched(self) -> bool:
        return bool(self.typed.get("receiver", {}).get("way") == PICKUP)

    @property
    def deliveries(self) -> dict[int, str]:
        """Key of the chosen option by number of the producer."""
        return {int(number): str(key) for number, key in self.typed.get("deliveries", {}).items()}

    @property
    def method(self) -> str:
        return str(self.typed.get("method", ""))

    @cached_property
    def chosen(self) -> ChosenBasket:
        """The basket priced for the place that was typed, with the deliveries that were chosen."""
        found = get_chosen_basket(
            self.cart_id,
            province_code=self.receiver.get("province_code"),
            commune_code=self.receiver.get("commune_code"),
            deliveries=self.deliveries,
            on=clock.today(),
            row=self.row,
        )
        return fetched_only(found) if self.is_fetched else found


def find_visit() -> Visit | None:
    """The visit of the present request; None without a basket."""
    holder = current_holder()
    row = find_held_cart(holder.user_id, holder.cart_id)
    if row is None:
        return None
    kept = None if row.checkout_key is None else KeptDraft(row.checkout_key, row.typed)
    return Visit(row.id, kept, row)


def led_to(path: str) -> AnyResponse:
    """On to another page of the way."""
    return redirect(local_url(path), 303)


def to_basket() -> AnyResponse:
    """Nothing can be ordered as it stands: the basket says why."""
    return led_to("/cart")


def settings() -> Settings:
    """The settings of the program."""
    found: Settings = current_app.extensions["settings"]
    return found
