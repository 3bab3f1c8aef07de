"""Which address leads to which page of payment services and their notices."""

from typing import Final

from catalog.views.routes import Route
from orders.views.notice_log import notice, notice_replay_create, notice_setting_aside_create, notices
from orders.views.notices import stripe_notice

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/notices", notices),
    ("GET", "/notices/<int:notice_number>", notice),
    ("POST", "/notices/<int:notice_number>/replays", notice_replay_create),
    ("POST", "/notices/<int:notice_number>/settings-aside", notice_setting_aside_create),
)
HOOKS: Final[tuple[Route, ...]] = (("POST", "/webhooks/stripe", stripe_notice),)
"""Addresses that payment services and banks call."""
