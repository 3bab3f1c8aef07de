"""The public list of the keys that seal stamps: a C2SP signed note, signed by a root key that is kept offline. Pure.

    ocop-stamp-keys/v1
    ocop.example
    issued 2026-11-22T03:00:00Z
    1 <32 bytes in base64> 2026-11-22 2031-11-21 active
    2 <32 bytes in base64> 2027-11-22 2032-11-21 revoked 2028-01-05

One line for each key: number, public key, first and last day, state, and the day of revocation. Keys stand in the order
of their numbers; none is ever left out, so that a revoked key stays known as such. Source: traceability design 4.4.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final

from traceability.seals import KID_MAX, PUBLIC_KEY_BYTES, KeyFacts

FORMAT: Final = "ocop-stamp-keys/v1"

_ISSUED: Final = re.compile(r"issued (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", re.ASCII)
_DAY: Final = r"(\d{4}-\d\d-\d\d)"
_KEY: Final = re.compile(
    rf"(\d{{1,3}}) ([A-Za-z0-9+/]{{43}}=) {_DAY} {_DAY} (?:active|revoked {_DAY})", re.ASCII
)
_HEAD_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class KeyList:
    """origin: the host whose stamps these keys seal. issued_at: aware, whole seconds."""

    origin: str
    issued_at: datetime
    keys: tuple[KeyFacts, ...]

    def find(self, kid: int) -> KeyFacts | None:
        """The key of that number, or None."""
        return next((key for key in self.keys if key.kid == kid), None)

    def signing_key(self, on: date) -> KeyFacts | None:
        """The key for new seals on `on`: the newest of those in force, None if there is none."""
        usable = [key for key in self.keys if key.signs_on(on)]
        return max(usable, key=lambda key: (key.not_before, key.kid), default=None)


def key_list_text(origin: str, issued_at: datetime, keys: Iterable[KeyFacts]) -> str:
    """The text of the note, each line ended by a line feed. Raises ValueError for a key that cannot be listed."""
    issued = issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [FORMAT, origin, f"issued {issued}"]
    lines += [_line(key) for key in sorted(keys, key=lambda key: key.kid)]
    text = "".join(f"{line}\n" for line in lines)
    parse_key_list(text)
    return text


def parse_key_list(text: str) -> KeyList:
    """What a list says. text: of the note, its signatures taken off and checked before. Raises ValueError."""
    lines = text.split("\n")
    issued = _ISSUED.fullmatch(lines[2]) if len(lines) > _HEAD_LINES else None
    if issued is None or lines[0] != FORMAT or not lines[1] or lines[-1]:
        raise ValueError("no list of keys that seal stamps")
    keys = tuple(_read(line) for line in lines[_HEAD_LINES:-1])
    if any(after.kid <= before.kid for before, after in pairwise(keys)):
        raise ValueError("keys stand in the order of their numbers, each once")
    issued_at = datetime.strptime(issued[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return KeyList(lines[1], issued_at, keys)


def _line(key: KeyFacts) -> str:
    state = "active" if key.revoked_on is None else f"revoked {key.revoked_on.isoformat()}"
    public_key = b64encode(key.public_key).decode("ascii")
    return f"{key.kid} {public_key} {key.not_before.isoformat()} {key.not_after.isoformat()} {state}"


def _read(line: str) -> KeyFacts:
    found = _KEY.fullmatch(line)
    if found is None:
        raise ValueError("no line of a key that seals stamps")
    public_key = b64decode(found[2], validate=True)
    first, last = date.fromisoformat(found[3]), date.fromisoformat(found[4])
    if int(found[1]) > KID_MAX or len(public_key) != PUBLIC_KEY_BYTES or last < first:
        raise ValueError("no key that seals stamps")
    return KeyFacts(
        int(found[1]), public_key, first, last, date.fromisoformat(found[5]) if found[5] else None
    )
