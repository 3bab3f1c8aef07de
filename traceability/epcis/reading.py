"""Reading JSON that a stranger sends: what two readers could understand differently is refused."""

import json
import math
from typing import Any, Final

DEPTH_MAX: Final = 24
"""Documents of events are about ten levels deep, extensions included."""
DIGITS_MAX: Final = 15
"""Whole numbers that every reader of JSON knows exactly. Source: RFC 8785, 3.2.2.3."""


class MalformedJsonError(ValueError):
    """No JSON, or JSON that is not taken. Its text says why, in English and without what was sent."""


def read_json(content: bytes) -> Any:
    """What `content` (UTF-8) says. Raises MalformedJsonError.

    Refused are names that stand twice in an object, numbers that are no numbers or too large to be exact, characters
    that are no text, and what is nested too deeply.
    """
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise MalformedJsonError("no JSON in UTF-8") from None
    except RecursionError:
        raise MalformedJsonError("nested too deeply") from None
    _check(value)
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJsonError("a name stands twice in an object")
    return found


def _no_constant(name: str) -> None:
    raise MalformedJsonError("a number that is none")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS_MAX:
        raise MalformedJsonError("a number that is too large")
    return int(digits)


def _fraction(written: str) -> float:
    value = float(written) if len(written) <= 40 else math.inf
    if not math.isfinite(value):
        raise MalformedJsonError("a number that is too large")
    return value


def _check(value: Any) -> None:
    """Level by level, so that depth costs no stack."""
    wave = [value]
    for _ in range(DEPTH_MAX):
        below: list[Any] = []
        for each in wave:
            if isinstance(each, str):
                _check_text(each)
            elif isinstance(each, dict):
                for name in each:
                    _check_text(name)
                below += each.values()
            elif isinstance(each, list):
                below += each
        wave = below
        if not wave:
            return
    raise MalformedJsonError("nested too deeply")


def _check_text(text: str) -> None:
    if "\x00" in text or (not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)):
        raise MalformedJsonError("a character that is none")
