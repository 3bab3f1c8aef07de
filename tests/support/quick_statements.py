"""SQLAlchemy keeps the text of a statement with the engine it was compiled for; every test makes an engine anew.

A fifth of the time of the tests went into compiling the same statements again. Here all engines of one kind of
database share what they compiled, and dialects of one kind count as equal: the tests make them all alike.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_compiled: defaultdict[str, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(10_000))


def compile_statements_once() -> None:
    """From now on, in this process, engines share their compiled statements."""
    Engine._compiled_cache = property(_shared_cache, _keep_none)  # type: ignore[assignment]
    DefaultDialect.__eq__ = _is_alike  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _kind_hash  # type: ignore[method-assign, assignment]


def _shared_cache(self: Engine) -> LRUCache[Any, Any]:
    return _compiled[f"{self.dialect.name}+{self.dialect.driver}"]


def _keep_none(self: Engine, own: object) -> None:
    """The cache that an engine makes for itself is let go."""


def _is_alike(self: DefaultDialect, other: object) -> bool:
    return self is other or (type(self) is type(other) and _settings(self) == _settings(other))


def _kind_hash(self: DefaultDialect) -> int:
    return hash(type(self))


def _settings(dialect: Any) -> tuple[Any, ...]:
    return (dialect.paramstyle, getattr(dialect, "server_version_info", None))
