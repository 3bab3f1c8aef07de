"""Addresses of the administrator's pages about people."""

from collections.abc import Callable
from typing import Any, Final

from accounts.views.admin import people, person, role_create, role_ending_create

ROUTES: Final[tuple[tuple[str, str, Callable[..., Any]], ...]] = (
    ("GET", "/admin/people", people),
    ("GET", "/admin/people/<int:user_id>", person),
    ("POST", "/admin/people/<int:user_id>/roles", role_create),
    ("POST", "/admin/people/<int:user_id>/roles/<int:grant_id>/ending", role_ending_create),
)
