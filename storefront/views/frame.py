"""How a public page is answered: kept whole under its one spelling, without a cookie."""

from collections.abc import Callable, Hashable

from flask import Response, current_app, request

from catalog.queries.columns import get_columns
from core.i18n import DEFAULT_LANGUAGE, current_language
from core.pages import cached_page

Name = tuple[Hashable, ...]


def page_of_product(product_id: int, name: Name, render: Callable[[], str]) -> Response:
    """A page that changes only when that product does."""
    return page_of_version(get_columns().version_of(product_id), name, render)


def page_of_catalogue(name: Name, render: Callable[[], str], query: str = "") -> Response:
    """A page that may change whenever any product does. query: the one spelling of what matters in the address."""
    return page_of_version(get_columns().seq, name, render, query)


def page_of_version(version: Hashable, name: Name, render: Callable[[], str], query: str = "") -> Response:
    """The page `name` of `version`, made by `render` when it is not kept.

    `render` asks for the day itself: it runs after the key is made, so that a page of a new day can be kept under
    the old one (where nobody asks for it any more) but never the other way round.
    """
    # A kept page is shown to everybody: its links must not repeat what the first visitor's address had besides.
    request.query_string = query.encode("ascii")
    return cached_page(name, version, render)


def local_url(path: str, query: str = "") -> str:
    """`path` in the present language, with the query if there is one."""
    prefix = "" if current_language() == DEFAULT_LANGUAGE else f"/{current_language()}"
    return f"{prefix}{path}?{query}" if query else f"{prefix}{path}"


def absolute_url(path: str, query: str = "") -> str:
    """The public address of `path` in the present language, whatever host was asked."""
    base: str = current_app.extensions["settings"].public_base_url
    return base + local_url(path, query)
