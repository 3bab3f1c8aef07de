"""The code of an order, `OCK7M2Q9XTR`: short enough for the memo of a bank transfer, safe to read aloud. Pure.

«OC», eight random characters of a set without 0, O, 1, I, L and U, and a check character: Luhn's scheme over the 30
characters, which finds every wrong character and nearly every swap of neighbours. 11 of the 19 letters and digits that
banks hand on. Source of the limit: callback specification of vietqr.vn.
"""

import re
import secrets
from collections.abc import Iterator
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX: Final = "OC"
LENGTH: Final = 11
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE: Final = re.compile(rf"(?={PREFIX}([{ALPHABET}]{{9}}))")


def new_reference() -> str:
    """A code that nobody can guess: one of 30^8."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{PREFIX}{body}{check_character(body)}"


def check_character(body: str) -> str:
    """The character that follows `body`. Raises KeyError for a character that is none of ours."""
    return ALPHABET[
        -sum(_weighted(_VALUES[character], at) for at, character in enumerate(reversed(body))) % 30
    ]


def is_reference(text: str) -> bool:
    """Whether `text` is a code as we make them, its check character included."""
    return len(text) == LENGTH and list(references_in(text)) == [text]


def references_in(text: str) -> Iterator[str]:
    """The codes within `text`, however it is spaced, cased or surrounded: banks put words before and after."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    for found in _SHAPE.finditer(bare):
        body, check = found[1][:8], found[1][8]
        if check_character(body) == check:
            yield f"{PREFIX}{body}{check}"


def _weighted(value: int, position_from_right: int) -> int:
    doubled = value * 2 if position_from_right % 2 == 0 else value
    return doubled // 30 + doubled % 30
