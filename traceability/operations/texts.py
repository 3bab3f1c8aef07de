"""Cleans and checks the words that pages about stamps will tell."""

from core.text import clean_line, clean_text
from traceability.errors import InvalidTextError

LINE_MAX = 200
TEXT_MAX = 2_000


def required_line(field: str, text: str, limit: int = LINE_MAX) -> str:
    """`text` as one clean line. Raises InvalidTextError if nothing is left or if it is too long."""
    return _required(field, clean_line(text), limit)


def required_text(field: str, text: str, limit: int = TEXT_MAX) -> str:
    """`text` as clean lines. Raises InvalidTextError if nothing is left or if it is too long."""
    return _required(field, clean_text(text), limit)


def optional_line(field: str, text: str | None, limit: int = LINE_MAX) -> str | None:
    """`text` as one clean line, None if nothing is left. Raises InvalidTextError if it is too long."""
    line = clean_line(text or "")
    return _required(field, line, limit) if line else None


def optional_text(field: str, text: str | None, limit: int = TEXT_MAX) -> str | None:
    """`text` as clean lines, None if nothing is left. Raises InvalidTextError if it is too long."""
    words = clean_text(text or "")
    return _required(field, words, limit) if words else None


def _required(field: str, text: str, limit: int) -> str:
    if not text:
        raise InvalidTextError(field=field, limit=limit, reason="missing")
    if len(text) > limit:
        raise InvalidTextError(field=field, limit=limit, reason="too_long")
    return text
