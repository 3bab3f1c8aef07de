"""Cleans and checks the texts that operations store."""

from catalog.errors import InvalidFactError
from catalog.facts import Refusal
from core.text import clean_line, clean_text

NAME_MAX = 200
LINE_MAX = 500
STORY_MAX = 20_000


def required_line(field: str, text: str, limit: int = NAME_MAX) -> str:
    """`text` as one clean line. Raises InvalidFactError if nothing is left or if it is too long."""
    line = optional_line(field, text, limit)
    if line is None:
        raise InvalidFactError(field=field, value=text, reason=Refusal.MISSING)
    return line


def optional_line(field: str, text: str | None, limit: int = LINE_MAX) -> str | None:
    """`text` as one clean line, None if nothing is left. Raises InvalidFactError if it is too long."""
    return _within(field, clean_line(text or ""), limit)


def optional_text(field: str, text: str | None, limit: int = STORY_MAX) -> str | None:
    """`text` as clean lines, None if nothing is left. Raises InvalidFactError if it is too long."""
    return _within(field, clean_text(text or ""), limit)


def _within(field: str, text: str, limit: int) -> str | None:
    if len(text) > limit:
        raise InvalidFactError(field=field, value=f"{text[:40]}…", reason=Refusal.TOO_LONG)
    return text or None
