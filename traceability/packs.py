"""Files with which codes are checked where there is no network: at a fair, on an inspection. Pure.

A pack is a signed note and, behind it, JSON:

    ocop-pack/v1
    ocop.example
    hoi-cho-2026
    made 2026-11-22T01:10:00Z
    content <SHA-256 of the JSON in hexadecimal>

    — ocop.example/stamp-keys/1 <signature in base64>
    {"title": …, "salt": …, "lots": [{…, "count": 1000, "codes": …}, …]}

The codes of each lot are a set coded after Golomb and Rice: a code becomes a number below count × 2^20, the numbers in
order are written as their differences, quotient in ones, remainder in 20 bits. A code takes about 21.5 bits, and a code
that is not in a set is taken for one of it once in 2^20. Nobody reads codes out of a set: of the 2^60 that there
could be, 2^40 would seem to be in it. Sources: traceability design 4.6; BIP 158 (Golomb-coded sets).
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from transparency.notes import SigningKey, sign_note

FORMAT: Final = "ocop-pack/v1"
REMAINDER_BITS: Final = 20
SALT_BYTES: Final = 16

_SCALE: Final = 1 << REMAINDER_BITS
_HASH_BITS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRecall:
    """What buyers shall know and do. opened_on: Vietnam."""

    reason: str
    instruction: str
    contact: str
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLot:
    """A lot with the codes of its stamps that are in use. stars: shown up to `stars_until`, that day included.

    certificates: each in words for people, «VietGAP · 123 · 2027-01-31».
    """

    code: str
    name: str
    name_en: str | None
    producer: str | None
    gtins: tuple[str, ...]
    expires_on: date | None
    stars: int | None
    stars_until: date | None
    certificates: tuple[str, ...]
    recall: PackRecall | None
    codes: Sequence[str]


def note_key_name(origin: str, kid: int) -> str:
    """Under which name the key `kid` of seals signs packs: never what it signs on stamps."""
    return f"{origin}/stamp-keys/{kid}"


def code_value(salt: bytes, code: str, count: int) -> int:
    """The number that stands for `code` in a set of `count` codes: 0 to count × 2^20 - 1."""
    first = int.from_bytes(sha256(salt + code.encode("ascii")).digest()[:8], "big")
    return (first * count * _SCALE) >> _HASH_BITS


def coded_set(codes: Iterable[str], salt: bytes) -> tuple[int, bytes]:
    """How many codes there are, and the set of them."""
    wanted = set(codes)
    bits, width, written = 0, 0, bytearray()
    before = 0
    for value in sorted(code_value(salt, code, len(wanted)) for code in wanted):
        quotient, rest = divmod(value - before, _SCALE)
        before = value
        # Ones for the quotient, a zero, the remainder.
        bits = (
            (bits << (quotient + 1 + REMAINDER_BITS)) | (((1 << quotient) - 1) << (1 + REMAINDER_BITS)) | rest
        )
        width += quotient + 1 + REMAINDER_BITS
        if whole := width // 8:
            width -= whole * 8
            written += (bits >> width).to_bytes(whole, "big")
            bits &= (1 << width) - 1
    if width:
        written.append(bits << (8 - width))
    return len(wanted), bytes(written)


def holds_code(data: bytes, count: int, salt: bytes, code: str) -> bool:
    """Whether a set holds `code`; wrong once in 2^20."""
    wanted = code_value(salt, code, count) if count else 0
    bits = (data[at >> 3] >> (7 - (at & 7)) & 1 for at in range(len(data) * 8))
    value = 0
    for _ in range(count):
        quotient = 0
        while next(bits):
            quotient += 1
        rest = 0
        for _bit in range(REMAINDER_BITS):
            rest = rest << 1 | next(bits)
        value += quotient * _SCALE + rest
        if value >= wanted:
            return value == wanted
    return False


def pack_content(title: str, lots: Iterable[PackLot], salt: bytes) -> str:
    """The JSON of a pack. title: for people, in Vietnamese. salt: 16 random bytes, new for each pack."""
    content = {"title": title, "salt": _base64(salt), "lots": [_lot(lot, salt) for lot in lots]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def signed_pack(origin: str, name: str, content: str, key: SigningKey, *, made_at: datetime) -> str:
    """The whole file. origin: the host as in the list of keys. key: named by `note_key_name`."""
    made = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = sha256(content.encode()).hexdigest()
    text = f"{FORMAT}\n{origin}\n{name}\nmade {made}\ncontent {digest}\n"
    return f"{sign_note(text, key).signed_text}{content}"


def _lot(lot: PackLot, salt: bytes) -> Mapping[str, Any]:
    count, codes = coded_set(lot.codes, salt)
    recall = lot.recall
    return {
        "code": lot.code,
        "name": lot.name,
        "name_en": lot.name_en,
        "producer": lot.producer,
        "gtins": lot.gtins,
        "expires_on": _day(lot.expires_on),
        "stars": lot.stars,
        "stars_until": _day(lot.stars_until),
        "certificates": lot.certificates,
        "recall": recall
        and {
            "reason": recall.reason,
            "instruction": recall.instruction,
            "contact": recall.contact,
            "opened_on": recall.opened_on.isoformat(),
        },
        "count": count,
        "codes": _base64(codes),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")
