"""The seal of a stamp: a signature in the first piece of its printed address; a phone checks it without a network.

`https://HOST/<seal>/01/…` or `https://HOST/<seal>/T/…`, where <seal> is 108 characters of Crockford's base 32 for
67 bytes: number of the key (1), last month in which the seal counts (2, big-endian, months since January 2000),
Ed25519 signature (64, RFC 8032). 67 bytes are 536 bits; the last character ends with four zero bits. What is signed:
`OCOP-STAMP-v1`, a line feed, key number and month as they stand in the seal, a line feed, and the path behind the seal
in capitals, percent-encoded as printed and without a slash at its end. Nothing of the path is repeated in the seal.
A seal proves that the key's owner issued the address, never that the paper is the original. Source: traceability
design 4.4, decision 0040.
"""

import re
from base64 import b32decode, b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from core.ed25519 import is_signed, sign
from traceability.stamp_codes import ALPHABET

SEAL_LENGTH: Final = 108
KID_MAX: Final = 255
PUBLIC_KEY_BYTES: Final = 32
FIRST_YEAR: Final = 2000
MONTH_MAX: Final = 0xFFFF

_HEAD: Final = b"OCOP-STAMP-v1\n"
_SEAL_BYTES: Final = 67
_PADDING: Final = "===="
"""What RFC 4648 puts behind 67 bytes to fill its last group of eight characters."""
_RFC4648: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CROCKFORD: Final = str.maketrans(_RFC4648, ALPHABET)
_FROM_CROCKFORD: Final = str.maketrans(ALPHABET, _RFC4648)
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{{SEAL_LENGTH}}}")


class SealVerdict(StrEnum):
    """What a seal proves. Only `ok` proves that the address was issued with a key that counts."""

    OK = "ok"
    BAD = "bad"
    UNKNOWN_KEY = "unknown_key"
    EXPIRED_KEY = "expired_key"
    REVOKED_KEY = "revoked_key"


@dataclass(frozen=True, slots=True)
class Seal:
    """kid: number of the key, 0 to 255. month: last month of the seal, counted from January 2000 as 0."""

    kid: int
    month: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A public key (32 bytes) and the days on which its seals count, both inclusive. revoked_on: None if never."""

    kid: int
    public_key: bytes
    not_before: date
    not_after: date
    revoked_on: date | None = None

    def signs_on(self, on: date) -> bool:
        """Whether new seals may be made with it on `on`."""
        return self.not_before <= on <= self.not_after and self.revoked_on is None


def month_of(day: date) -> int:
    """The month of `day` as seals count it. Raises ValueError outside 2000-01 to 7461-03."""
    month = (day.year - FIRST_YEAR) * 12 + day.month - 1
    if not 0 <= month <= MONTH_MAX:
        raise ValueError(f"no month of a seal: {day}")
    return month


def last_day(month: int) -> date:
    """The last day of a month as seals count it."""
    years, months = divmod(month + 1, 12)
    return date(FIRST_YEAR + years, months + 1, 1) - timedelta(days=1)


def canonical_path(path: str) -> str:
    """What of a path is signed. path: behind the seal, percent-encoded, «/T/…» or «/01/…»."""
    return path.rstrip("/").upper()


def seal_of(private_key: bytes, kid: int, expires: int, path: str) -> str:
    """The seal of an address, 108 characters.

    private_key: seed of 32 bytes. kid: 0 to 255. expires: last month in which it counts (`month_of`). path: behind the
    seal, percent-encoded. The same values give the same seal (RFC 8032 signs without chance).
    Raises ValueError for a path that is not ASCII, a key number or month that cannot be.
    """
    if not 0 <= kid <= KID_MAX or not 0 <= expires <= MONTH_MAX:
        raise ValueError(f"no key and month of a seal: {kid}, {expires}")
    head = bytes((kid,)) + expires.to_bytes(2, "big")
    signature = sign(private_key, _message(head, path))
    return b32encode(head + signature).decode("ascii").rstrip("=").translate(_TO_CROCKFORD)


def parse_seal(text: str) -> Seal | None:
    """What a piece of an address says as a seal, small letters forgiven; None if it has no seal's shape."""
    raised = text.upper()
    if len(text) != SEAL_LENGTH or not _SHAPE.fullmatch(raised):
        return None
    data = b32decode(raised.translate(_FROM_CROCKFORD) + _PADDING)
    # One seal has one writing: the four bits behind it are zero.
    if len(data) != _SEAL_BYTES or b32encode(data).decode("ascii").rstrip("=") != raised.translate(
        _FROM_CROCKFORD
    ):
        return None
    return Seal(data[0], int.from_bytes(data[1:3], "big"), data[3:])


def verify(seal: Seal, path: str, key_of: Callable[[int], KeyFacts | None], on: date) -> SealVerdict:
    """What `seal` in front of `path` proves on `on` (Vietnam).

    key_of: the key of a number, None if it is not known. The signature is looked at first: a changed address is `bad`
    with any key. A key before its first day counts as unknown. Source: decision 0040, order of verdicts.
    """
    key = key_of(seal.kid)
    if key is None or on < key.not_before:
        return SealVerdict.UNKNOWN_KEY
    head = bytes((seal.kid,)) + seal.month.to_bytes(2, "big")
    if not path.isascii() or not is_signed(key.public_key, _message(head, path), seal.signature):
        return SealVerdict.BAD
    if key.revoked_on is not None:
        return SealVerdict.REVOKED_KEY
    if on > key.not_after or on > last_day(seal.month):
        return SealVerdict.EXPIRED_KEY
    return SealVerdict.OK


def _message(head: bytes, path: str) -> bytes:
    return _HEAD + head + b"\n" + canonical_path(path).encode("ascii")
