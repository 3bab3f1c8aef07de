"""Who may come in. Every view says so with one of these marks; a test walks the URL map."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anyone may come in, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view
