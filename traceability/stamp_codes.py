"""The code of a stamp: 12 random characters and a check character, `7K3QX9M2RVBH` + `8`.

Characters are Crockford's base 32 (digits and capital letters without I, L, O, U): 12 of them are 60 random
bits, so that with 10^8 live codes a blind guess hits once in 10^10. The check character is Damm's scheme over
the field GF(32): it tells every wrong character and every swap of neighbours, so a slip in typing is never
taken for an unknown code. Every code holds a letter: digits alone could be confused with a GS1 number, which
Decree 37/2026/NĐ-CP art. 28(4) forbids.
"""

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Source: Crockford, Base 32 encoding."""

RANDOM_LENGTH: Final = 12
CODE_LENGTH: Final = RANDOM_LENGTH + 1
TYPED_MAX_LENGTH: Final = 64
"""More than any way of writing a code with its spaces; longer text is not looked at."""

_FIELD_SIZE: Final = 32
_FIELD_POLYNOMIAL: Final = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2): multiplying by 2 never gives back what it was given."""


class CodeStatus(StrEnum):
    """What typed text is: a well-formed code, one with a typing error, or nothing of the kind."""

    OK = "ok"
    MISTYPED = "mistyped"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class ParsedCode:
    """code: 13 characters, None unless `status` is ok."""

    status: CodeStatus
    code: str | None


def _doubled(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & _FIELD_SIZE else doubled


_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_DOUBLES: Final = tuple(_doubled(value) for value in range(_FIELD_SIZE))
# 256 is a multiple of 32, so the low five bits of a random byte are as random as the byte.
_CHARACTER_OF_BYTE: Final = bytes(ord(ALPHABET[byte % _FIELD_SIZE]) for byte in range(256))

_IGNORED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Pc", "Pd", "Zl", "Zp", "Zs"})
_IGNORED_SIGNS: Final = frozenset(".\u00b7\u2212")


def _is_ignored(character: str) -> bool:
    return character in _IGNORED_SIGNS or unicodedata.category(character) in _IGNORED_CATEGORIES


# What people write for what is printed. O, I and L are in no code, so nothing is lost.
_MEANT: Final = {ord("O"): "0", ord("I"): "1", ord("L"): "1"} | {
    code: None for code in range(128) if _is_ignored(chr(code))
}


def new_codes(count: int, random_bytes: Callable[[int], bytes] = os.urandom) -> list[str]:
    """`count` new codes, all different, in random order.

    random_bytes: gives that many bytes fit for secrets. A code that exists already is for the database to
    refuse.
    """
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes |= dict.fromkeys(_draw(count - len(codes), random_bytes))
    return list(codes)


def check_character(body: str) -> str:
    """The character that goes after `body`; KeyError if that is not in ALPHABET. Source: Damm, 2004."""
    return ALPHABET[_remainder(body)]


def parse(typed: str) -> ParsedCode:
    """What someone typed or scanned. `malformed` has a length or signs that no code has, or no letter."""
    code = normalise(typed) if len(typed) <= TYPED_MAX_LENGTH else ""
    if len(code) != CODE_LENGTH or code.isdigit() or not _VALUES.keys() >= set(code):
        return ParsedCode(CodeStatus.MALFORMED, None)
    if _remainder(code):
        return ParsedCode(CodeStatus.MISTYPED, None)
    return ParsedCode(CodeStatus.OK, code)


def normalise(typed: str) -> str:
    """`typed` as it would be printed, in one piece: capitals, no spaces or hyphens of any kind.

    O is 0, I and L are 1, full-width characters become plain ones. What is in no code stays, for `parse` to
    refuse.
    """
    plain = typed
    if not plain.isascii():
        composed = unicodedata.normalize("NFKC", typed)
        plain = "".join(character for character in composed if not _is_ignored(character))
    return plain.upper().translate(_MEANT)


def grouped(code: str) -> str:
    """`code` as printed beside the QR, in groups of four: `7K3Q-X9M2-RVBH-8`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def hash_of_codes(salt: bytes, codes: Iterable[str]) -> str:
    """What the public log says of the codes of a run: SHA-256 of the sorted SHA-256 of salt and code, in hex.

    Whoever knows the codes and the salt can check it; from the hash alone nobody learns a code. 32 bytes a code are
    held meanwhile. Source: traceability design 4.5.
    """
    digests = sorted(hashlib.sha256(salt + code.encode("ascii")).digest() for code in codes)
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()


def _draw(count: int, random_bytes: Callable[[int], bytes]) -> list[str]:
    characters = random_bytes(count * RANDOM_LENGTH).translate(_CHARACTER_OF_BYTE).decode("ascii")
    bodies = (
        characters[start : start + RANDOM_LENGTH] for start in range(0, count * RANDOM_LENGTH, RANDOM_LENGTH)
    )
    codes = (body + check_character(body) for body in bodies)
    return [code for code in codes if not code.isdigit()]


def _remainder(characters: str) -> int:
    """0 for a whole code, else the value of the check character that would make it one."""
    interim = 0
    for character in characters:
        interim = _DOUBLES[interim ^ _VALUES[character]]
    return interim
