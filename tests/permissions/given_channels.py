"""Who may reach feeds and other shelves: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import EVERYONE, TEAM, WRITERS

_SHELF: Final = {"name": "shopee"}

CHANNEL_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "promotion.feed": {"name": "google.xml"},
    "promotion.own_feed": {"key": "feed_key", "name": "google.xml"},
    "promotion_desk.channel": _SHELF,
    "promotion_desk.channel_choice_create": _SHELF,
    "promotion_desk.channel_category_create": _SHELF,
    "promotion_desk.channel_file": {"name": "shopee.xlsx"},
}

CHANNEL_WHO: Final[Mapping[str, frozenset[str]]] = {
    "promotion.feed": EVERYONE,
    "promotion.own_feed": EVERYONE,
    "promotion_desk.channels": TEAM,
    "promotion_desk.channel": TEAM,
    "promotion_desk.channel_file": TEAM,
    "promotion_desk.channel_choice_create": WRITERS,
    "promotion_desk.channel_category_create": WRITERS,
    "promotion_desk.feed_key_create": WRITERS,
}
