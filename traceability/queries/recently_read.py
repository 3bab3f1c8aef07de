"""What was read lately, kept by key: the entry longest unused goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class RecentlyRead(Generic[Key, Value]):
    """At most `max_count` values. The key names everything a value depends on, so that none grows stale."""

    def __init__(self, max_count: int) -> None:
        self._max_count = max_count
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(
        self, key: Key, read: Callable[[], Value], is_fresh: Callable[[Value], bool] | None = None
    ) -> Value:
        """The value of `key`, by `read` if it is not here or not fresh.

        Two that ask at once may both read; both are right.
        """
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
        if value is not None and (is_fresh is None or is_fresh(value)):
            return value
        value = read()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._max_count:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything, as a new process would."""
        with self._lock:
            self._values.clear()
