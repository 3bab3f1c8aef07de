"""What a question to a producer may hold: everybody reads it. Pure."""

import re
from typing import Final

from catalog.errors import InvalidQuestionError
from core.text import clean_text

QUESTION_MAX: Final = 500
ANSWER_MAX: Final = 1_000
REASON_MAX: Final = 500

PHONE_DIGITS: Final = 9
"""So many digits in a row, with signs between them, are a telephone number: 9 follow the 0 of a mobile one."""
_NUMBER: Final = re.compile(r"\+?\d(?:[\s().-]*\d)+")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def check_question(text: str) -> str:
    """`text` fit to be shown to everybody.

    Raises InvalidQuestionError: `missing`, `too_long`, or `contact` for a telephone number or an e-mail address, which
    a shopper should not tell everybody.
    """
    cleaned = _within("text", text, QUESTION_MAX)
    if holds_contact(cleaned):
        raise InvalidQuestionError(field="text", reason="contact")
    return cleaned


def check_answer(text: str) -> str:
    """`text` fit to be shown; a producer may name its own number. Raises InvalidQuestionError."""
    return _within("answer", text, ANSWER_MAX)


def check_reason(text: str) -> str:
    """Why a question is reported. Raises InvalidQuestionError."""
    return _within("reason", text, REASON_MAX)


def holds_contact(text: str) -> bool:
    """Whether `text` holds what looks like a telephone number or an e-mail address."""
    if _EMAIL.search(text):
        return True
    digits = (re.sub(r"\D", "", found[0]) for found in _NUMBER.finditer(text))
    return any(len(each) >= PHONE_DIGITS for each in digits)


def _within(field: str, text: str, most: int) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise InvalidQuestionError(field=field, reason="missing")
    if len(cleaned) > most:
        raise InvalidQuestionError(field=field, reason="too_long")
    return cleaned
