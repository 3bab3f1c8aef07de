"""Passwords that others try first: common words and their variations, rows of keys, dates, one's own names. Pure.

The words stand in `data/common_passwords.txt`. Every variation is undone before comparing, so that «M@tKhau2026!» is
found as «matkhau». Source: OWASP ASVS 5.0.0, 6.2.4, 6.2.11 and 6.2.12; NIST SP 800-63B-4, 3.1.1.2.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import permutations, product
from pathlib import Path
from typing import Final

from core.text import fold

LIST: Final = Path(__file__).resolve().parent / "data" / "common_passwords.txt"
CONTEXT: Final = ("ocop", "choocop")
"""The name of the place is the first guess of whoever attacks it."""
CONTEXT_MIN: Final = 3
PIECES_MAX: Final = 5
"""Of a name: «Nguyễn Thị Lan» is tried in every order, with and without its middle."""
ADDED_MAX: Final = 4
"""Up to so many letters around a common word make it no better; more do."""

_SIGNS: Final = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t", "+": "t"}
)
_ROWS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_DATE: Final = re.compile(
    r"(0?[1-9]|[12]\d|3[01])\D?(0?[1-9]|1[0-2])\D?(19|20)\d\d"
    r"|(19|20)\d\d\D?(0?[1-9]|1[0-2])\D?(0?[1-9]|[12]\d|3[01])"
)
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")
_AROUND: Final = re.compile(r"^[^a-z]*|[^a-z]*$")


def is_common(password: str, context: Iterable[str] = ()) -> bool:
    """Whether `password` is among those tried first.

    context: the person's name, number and address; a password that is little more than one of them is common too.
    """
    plain = fold(password).replace(" ", "")
    if _is_row(plain) or _is_repeated(plain) or _DATE.fullmatch(plain):
        return True
    known = common_words() | CONTEXT_WORDS | {word for text in context for word in _context_words(text)}
    return any(form in known for form in _forms(plain)) or _is_word_twice(plain, known)


@cache
def common_words() -> frozenset[str]:
    """The words of the list and those made of two of its numbers and years, folded."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    words = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    tails = ("123", "1234", "12345", "123456", "2025", "2026")
    return frozenset(words | {f"{word}{tail}" for word, tail in product(words, tails)})


CONTEXT_WORDS: Final = frozenset(CONTEXT)


def _forms(plain: str) -> Iterator[str]:
    """`plain` and what is left of it when its variations are undone."""
    yield plain
    bare = _AROUND.sub("", plain)
    if len(plain) - len(bare) <= ADDED_MAX + 4:  # «2026» and as much again: years are the usual tail
        yield bare
    for text in (plain, bare, plain.rstrip("0123456789!@#$%^&*.?_-")):
        spelled = _AROUND.sub("", text.translate(_SIGNS))
        yield spelled
        yield _NOT_LETTERS.sub("", spelled)


def _context_words(text: str) -> Iterator[str]:
    plain = fold(text)
    pieces = [piece for piece in re.split(r"[^a-z0-9]+", plain) if piece][:PIECES_MAX]
    orders = (order for count in range(1, len(pieces) + 1) for order in permutations(pieces, count))
    parts = [plain.replace(" ", ""), _NOT_LETTERS.sub("", plain), *("".join(order) for order in orders)]
    if plain.startswith("+84"):
        parts += [f"0{plain[3:]}", f"84{plain[3:]}", plain[3:]]
    yield from (part for part in parts if len(part) >= CONTEXT_MIN)


def _is_row(plain: str) -> bool:
    """Keys side by side, forwards or backwards: «12345678», «lkjhgfds»; also the same one with its end repeated."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    cores = (plain, plain[1:], plain[:-1])  # «a123456789»
    return any(core in row for core in cores for row in rows) or _is_two_rows(plain, rows)


def _is_two_rows(plain: str, rows: list[str]) -> bool:
    """Two such rows of three or more: «qwerty12345», «123123», «abc12345»."""
    cuts = range(3, len(plain) - 2)
    return any(
        any(plain[:cut] in row for row in rows) and any(plain[cut:] in row for row in rows) for cut in cuts
    )


def _is_repeated(plain: str) -> bool:
    """A piece of up to four letters again and again: «11111111», «abababab», «12341234»."""
    return any(
        len(plain) > size and plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, 5)
    )


def _is_word_twice(plain: str, known: set[str] | frozenset[str]) -> bool:
    half, odd = divmod(len(plain), 2)
    return not odd and plain[:half] == plain[half:] and plain[:half] in known
