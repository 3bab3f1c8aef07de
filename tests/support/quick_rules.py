"""Werkzeug compiles two functions for every address of an application; most tests build none or few of these.

Three hundred addresses cost a quarter of a second each time the application is made, and every test makes it. Here the
functions are compiled when they are first called.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder


def compile_rules_when_used() -> None:
    """From now on, in this process, the builders of rules are compiled by their first call."""
    Rule._compile_builder = _compiled_when_called  # type: ignore[method-assign]


def _compiled_when_called(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    made: list[Callable[..., tuple[str, str]]] = []

    def build(*args: Any, **kwargs: Any) -> tuple[str, str]:
        if not made:
            made.append(_compile(self, append_unknown))
        return made[0](*args, **kwargs)

    return build
