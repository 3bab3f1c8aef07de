"""Every test makes the application anew; its seven hundred addresses are the same each time.

The first application of a process registers them. Those after it share its map, until somebody adds an address of
their own: then they get a copy.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from werkzeug.routing import Map

_add_to_blueprint, _add_to_app = BlueprintSetupState.add_url_rule, App.add_url_rule
_first: list[tuple[Map, dict[str, Callable[..., Any]]]] = []


def register_routes_once() -> None:
    """From now on, in this process, applications share the addresses of the one given to `share_routes`."""
    BlueprintSetupState.add_url_rule = _shared  # type: ignore[method-assign]
    App.add_url_rule = _apart  # type: ignore[method-assign]


def share_routes(app: Flask) -> Flask:
    """Let applications made later have the addresses of `app`, if it is the first; answers `app`."""
    if not _first:
        _first.append((app.url_map, dict(app.view_functions)))
    return app


def _shared(self: BlueprintSetupState, rule: str, *args: Any, **options: Any) -> None:
    if not _first:
        _add_to_blueprint(self, rule, *args, **options)
    elif self.app.url_map is not _first[0][0]:
        self.app.url_map = _first[0][0]
        self.app.view_functions.update(_first[0][1])


def _apart(self: App, rule: str, *args: Any, **options: Any) -> None:
    if _first and self.url_map is _first[0][0]:
        own = Map(host_matching=self.url_map.host_matching)
        own.converters.update(self.url_map.converters)
        for each in self.url_map.iter_rules():
            own.add(each.empty())
        self.url_map = own
    _add_to_app(self, rule, *args, **options)
