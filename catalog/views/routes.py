"""How the areas of a workspace say which address leads to which page."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint

Route = tuple[str, str, Callable[..., Any]]
"""Method, address and view: ("GET", "/listings/<int:number>", listing)."""


def add_routes(blueprint: Blueprint, *areas: Iterable[Route]) -> None:
    """Fit the routes of all `areas` to `blueprint`."""
    for area in areas:
        for method, address, view in area:
            blueprint.add_url_rule(address, view_func=view, methods=[method])
