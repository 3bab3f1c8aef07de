"""Addresses of feeds and other shelves: feeds whole, the producer's under /workspace, the office's under /office."""

from typing import Final

from catalog.views.routes import Route
from promotion.views.channel_feeds import feed, own_feed
from promotion.views.channel_office import channel_counts
from promotion.views.channels import (
    channel,
    channel_category_create,
    channel_choice_create,
    channel_file,
    channels,
    feed_key_create,
)

_SHELF: Final = "/<int:producer_id>/channels/<name>"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/feeds/<name>", feed),
    ("GET", "/feeds/p/<key>/<name>", own_feed),
)
DESK_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/channels", channels),
    ("GET", _SHELF, channel),
    ("POST", "/<int:producer_id>/channels/key", feed_key_create),
    ("GET", "/<int:producer_id>/channels/files/<name>", channel_file),
    ("POST", f"{_SHELF}/goods/<int:product_id>/choice", channel_choice_create),
    ("POST", f"{_SHELF}/goods/<int:product_id>/category", channel_category_create),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (("GET", "/channels", channel_counts),)
