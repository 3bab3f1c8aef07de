"""Who may come in. Every view says so with one of these marks; a test walks the URL map."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anyone may come in, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def takes_files(view: View) -> View:
    """People hand in files here: a request may be as large as `UPLOAD_MAX_BYTES`. Stands below the other marks."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view
