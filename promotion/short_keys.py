"""Keys of short links: eight characters that fit on a card and into a small QR code. Pure.

Characters are Crockford's base 32 (digits and capitals without I, L, O, U), so that what is read aloud or copied from
paper comes back right. A key is 40 random bits: with a million links a blind guess hits once in a million, and guesses
are counted (docs/reach.md#short-links). Nothing secret stands behind a key: it leads to a public page.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Source: Crockford, Base 32 encoding."""
KEY_LENGTH: Final = 8
TARGET_MAX: Final = 300
"""Longest path that a link may lead to, in characters."""

_MEANT: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_OWN_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")


@dataclass(frozen=True, slots=True)
class LinkWish:
    """What a link is made from; the same wish gives the same link."""

    source_kind: str
    source_id: int | None
    target: str
    producer_id: int | None = None
    product_id: int | None = None
    fair_id: int | None = None
    campaign_id: int | None = None

    def digest(self) -> str:
        """SHA-256 of all of it, by which the link is found again."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def new_key(random_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """A new key. random_bytes: gives that many bytes fit for secrets."""
    # 256 is a multiple of 32, so the low five bits of a random byte are as random as the byte.
    return "".join(ALPHABET[byte % 32] for byte in random_bytes(KEY_LENGTH))


def read_key(typed: str) -> str | None:
    """The key that `typed` means: any case, O for 0, I and L for 1, hyphens left out; None if it is none."""
    key = typed.upper().translate(_MEANT) if len(typed) <= 2 * KEY_LENGTH else ""
    return key if len(key) == KEY_LENGTH and set(key) <= set(ALPHABET) else None


def is_own_path(target: str) -> bool:
    """Whether `target` is a path of this site as an address writes it, so that a link never leads elsewhere.

    «//host» and «/\\host» are addresses of other sites to a browser; spaces and control characters are dropped by
    some. Source: WHATWG URL Standard, 4.4 (relative state, special schemes take a backslash for a slash).
    """
    return len(target) <= TARGET_MAX and bool(_OWN_PATH.fullmatch(target)) and not _is_short(target)


def _is_short(target: str) -> bool:
    return target.lower().startswith(("/s/", "/en/s/"))
