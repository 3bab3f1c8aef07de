"""The shop that takes cards, as the tests of orders have it."""

from tests.orders.card_shop import _imitation, shop

__all__ = ["_imitation", "shop"]
