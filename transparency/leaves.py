"""What is hashed of an entry: one line of JSON, written in one way only (docs/transparency.md).

The writing is that of RFC 8785 (JSON Canonicalization Scheme) for the values that occur here: text, whole numbers,
yes and no, nothing, lists, and objects with plain names. There are no fractions, so no two programs can write one
value differently; points of a council are text.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

FORMAT: Final = 1
LEAF_MAX_BYTES: Final = 65_535
"""An entry's length is told in two bytes. Source: C2SP tlog-tiles, log entries."""
WHOLE_MAX: Final = 2**53 - 1
"""The largest whole number that every reader of JSON knows exactly. Source: RFC 8785, section 3.2.2.3."""

_KIND: Final = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_SUBJECT: Final = re.compile(r"[a-z_]{1,40}:[0-9A-Za-z_-]{1,64}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def leaf_of(kind: str, subject: str, facts: Mapping[str, Any], at: datetime) -> bytes:
    """The bytes of an entry.

    kind: «certification.recorded»; subject: the row that the entry is about, «certification:12»; at: aware.
    Raises ValueError for a kind, subject, name or value that has no such writing, and for an entry that is too long.
    """
    if not _KIND.fullmatch(kind) or not _SUBJECT.fullmatch(subject):
        raise ValueError(f"no kind and subject of an entry: {kind!r}, {subject!r}")
    _check(facts)
    written = canonical(
        {"at": instant(at), "facts": dict(facts), "kind": kind, "subject": subject, "v": FORMAT}
    )
    if len(written) > LEAF_MAX_BYTES:
        raise ValueError(f"an entry holds at most {LEAF_MAX_BYTES} bytes, not {len(written)}")
    return written


def canonical(value: Any) -> bytes:
    """`value`, of JSON's kinds, in the one way of writing it."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def instant(at: datetime) -> str:
    """`at` (aware) as RFC 3339 in UTC, with six decimals: «2026-11-22T03:00:00.000000Z»."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(value: Any) -> None:
    match value:
        case None | str() | bool():
            return
        case int() if abs(value) <= WHOLE_MAX:
            return
        case list() | tuple():
            for each in value:
                _check(each)
        case Mapping():
            for name, each in value.items():
                if not isinstance(name, str) or not _NAME.fullmatch(name):
                    raise ValueError(f"no name of a fact: {name!r}")
                _check(each)
        case _:
            raise ValueError(f"no value of a fact: {value!r}")
