"""Feeds of the whole shop on the disk, for all processes: made by a worker, sent by the web, replaced in one move.

A folder holds `facts.json`, which names the files that are in place, and those files. All of it can be thrown away.
`as_of` is the last moment at which a worker knew that the file tells the truth; it is never sent long after that.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

FRESH_FOR: Final = timedelta(minutes=30)
"""No file is sent that was known to be right longer ago: prices and stock in it are never older."""
EVERY: Final = timedelta(minutes=5)
"""How often the worker looks whether anything has changed."""
MADE_ANEW_AFTER: Final = timedelta(minutes=25)
"""Made again then even if the catalogue has not changed: some reasons (papers, codes) are told by no change of it."""

FACTS: Final = "facts.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file in place. plain, packed: names in its folder. state: what it was made of. tag: for the ETag."""

    name: str
    plain: str
    packed: str
    made_at: datetime
    as_of: datetime
    judged_on: date
    state: str
    tag: str
    row_count: int
    byte_count: int

    def is_fresh(self, now: datetime, on: date) -> bool:
        """Whether it may be sent: of today, because stars end at midnight, and known to be right a while ago."""
        return self.judged_on == on and timedelta(0) <= now - self.as_of <= FRESH_FOR


def find_kept(folder: Path) -> dict[str, Kept]:
    """The files in place, by name; none where nothing was made yet or the note of it cannot be read."""
    try:
        noted = json.loads((folder / FACTS).read_text("utf-8"))
        return {name: _kept(facts) for name, facts in noted.items()}
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError, ValueError):
        return {}


def put_in_place(folder: Path, kept: dict[str, Kept]) -> None:
    """Let `kept` be the files that are in place, and delete all that is not named there."""
    new = folder / f"{FACTS}-{secrets.token_hex(4)}"
    new.write_text(json.dumps({name: asdict(each) for name, each in kept.items()}, default=_text), "utf-8")
    os.replace(new, folder / FACTS)
    named = {FACTS, "making.lock", *(file for each in kept.values() for file in (each.plain, each.packed))}
    for other in folder.iterdir():
        if other.name not in named and other.is_file():
            with suppress(FileNotFoundError):
                other.unlink()


def still_right(kept: dict[str, Kept], now: datetime) -> dict[str, Kept]:
    """The same files, known to be right at `now`."""
    return {name: replace(each, as_of=now) for name, each in kept.items()}


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this process may make the files: one at a time does, and the system frees the lock when it dies."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "making.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _kept(facts: dict[str, Any]) -> Kept:
    return Kept(
        **{
            **facts,
            "made_at": datetime.fromisoformat(facts["made_at"]),
            "as_of": datetime.fromisoformat(facts["as_of"]),
            "judged_on": date.fromisoformat(facts["judged_on"]),
        }
    )


def _text(value: Any) -> str:
    return str(value.isoformat())
