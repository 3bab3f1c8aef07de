"""Werkzeug reads and compiles every address of an application; every test makes the application anew.

Four hundred addresses cost a quarter of a second each time. Here an address is read once in a process, however often
the application is made, and its two building functions are compiled when they are first called.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_compile, _compile_builder = Rule.compile, Rule._compile_builder
_READ = ("arguments", "_parts", "_trace", "_converters")
_known: dict[tuple[object, ...], tuple[dict[str, Any], Builder, Builder]] = {}


def compile_rules_once() -> None:
    """From now on, in this process, rules that are alike share what they were compiled to."""
    Rule.compile = _compile_once  # type: ignore[method-assign]
    Rule._compile_builder = _compiled_when_called  # type: ignore[method-assign]


def _compile_once(self: Rule) -> None:
    assert self.map is not None
    key = (
        self.rule,
        self.subdomain,
        self.host,
        self.merge_slashes,
        self.map.host_matching,
        repr(self.defaults),
    )
    if key not in _known:
        _compile(self)
        read = {name: getattr(self, name) for name in _READ}
        _known[key] = (read, self._build.__func__, self._build_unknown.__func__)  # type: ignore[attr-defined]
        return
    read, build, build_unknown = _known[key]
    for name, value in read.items():
        setattr(self, name, value)
    self._build = build.__get__(self, None)
    self._build_unknown = build_unknown.__get__(self, None)


def _compiled_when_called(self: Rule, append_unknown: bool = True) -> Builder:
    made: list[Builder] = []

    def build(*args: Any, **kwargs: Any) -> tuple[str, str]:
        if not made:
            made.append(_compile_builder(self, append_unknown))
        return made[0](*args, **kwargs)

    return build
