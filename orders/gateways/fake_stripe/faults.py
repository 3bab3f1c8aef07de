"""Misfortunes on demand: what goes wrong with the next requests."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock


class FaultKind(StrEnum):
    """`drop`: the line breaks before anything was done. `lost_answer`: after it was done and stored. `hang`: it is
    done, and the answer comes too late. `stored_500`: nothing is done, and the error answers this key for ever;
    `stored_500_after`: it is done all the same. `rate_limit`, `conflict`, `broken`: 429, 409, 500; nothing is kept.
    """

    DROP = "drop"
    LOST_ANSWER = "lost_answer"
    HANG = "hang"
    STORED_500 = "stored_500"
    STORED_500_AFTER = "stored_500_after"
    RATE_LIMIT = "rate_limit"
    CONFLICT = "conflict"
    BROKEN = "broken"


@dataclass(slots=True)
class Fault:
    """times: how many requests it befalls, of those whose path begins with `path`. seconds: how long one hangs."""

    kind: FaultKind
    path: str = "/v1/"
    times: int = 1
    seconds: float = 30.0


class Faults:
    """Waiting misfortunes. `release` lets everything go on that hangs."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()
        self._released = Event()

    def add(self, kind: FaultKind, path: str = "/v1/", *, times: int = 1, seconds: float = 30.0) -> None:
        """Let `kind` befall the next `times` requests under `path`."""
        with self._lock:
            self._waiting.append(Fault(kind, path, times, seconds))

    def take(self, path: str) -> Fault | None:
        """What befalls a request for `path`, if anything."""
        with self._lock:
            for fault in self._waiting:
                if path.startswith(fault.path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """From now on everything goes well."""
        with self._lock:
            self._waiting.clear()
        self.release()

    def hang(self, fault: Fault) -> None:
        """Wait as long as the fault says, or until released."""
        self._released.wait(fault.seconds)

    def release(self) -> None:
        """Let go on what hangs now and later."""
        self._released.set()
