"""Ed25519, signed notes and checkpoints, for who trusts no library of the log.

Sources: RFC 8032, sections 5.1.2 to 5.1.7; C2SP signed-note, tlog-checkpoint and tlog-cosignature.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
PLAIN, WITNESS = 1, 4
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")

Point = tuple[int, int, int, int]
"""X, Y, Z and X·Y / Z."""


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is that of the key `public` (32 bytes). A value has only one way of writing."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = decoded_point(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], 1, (P - key[0]) * key[1] % P)
    return encoded_point(sum_of(times(s, BASE), times(k, minus))) == signature[:32]


def decoded_point(encoded: bytes) -> Point | None:
    """The point that 32 bytes tell; None if they tell none, or not in the one way of writing it."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if x * x % P != squared:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != squared or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)


def encoded_point(point: Point) -> bytes:
    """The 32 bytes of a point."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def sum_of(one: Point, other: Point) -> Point:
    """Two points added. Source: RFC 8032, section 5.1.4."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: Point) -> Point:
    """`point` added to itself `number` times."""
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = sum_of(found, point)
        point, number = sum_of(point, point), number >> 1
    return found


BASE = decoded_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


@dataclass(frozen=True)
class Key:
    """A public key as it is handed round, «name+id+base64». kind: of the log itself, or of a witness."""

    name: str
    key_id: bytes
    kind: int
    public: bytes
    text: str

    def has_signed(self, text: str, value: bytes) -> bool:
        """Whether `value` is this key's signature under `text`."""
        if self.kind == WITNESS:
            told = int.from_bytes(value[:8], "big")
            return ed25519_verify(self.public, f"cosignature/v1\ntime {told}\n{text}".encode(), value[8:])
        return ed25519_verify(self.public, text.encode(), value)


def parse_key(text: str) -> Key:
    """The key that `text` tells. Raises ValueError."""
    name, key_id, encoded = ([*text.strip().split("+", 2), "", ""])[:3]
    raw = unbased(encoded)
    if len(raw) != 33 or raw[0] not in {PLAIN, WITNESS} or not name:
        raise ValueError(f"no key: {text!r}")
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        raise ValueError(f"the id of the key is not its own: {text!r}")
    return Key(name, bytes.fromhex(key_id), raw[0], raw[1:], text.strip())


@dataclass(frozen=True)
class Seen:
    """A checkpoint. text: what is signed; signatures: name, id and value of each; written: all of it."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    written: str

    def signers(self, keys: Iterable[Key]) -> list[Key]:
        """Those of `keys` that have signed. Raises ValueError if a signature that names one of them is not its own."""
        known, found = {(key.name, key.key_id): key for key in keys}, []
        for name, key_id, value in self.signatures:
            key = known.get((name, key_id))
            if key is None:
                continue
            if not key.has_signed(self.text, value):
                raise ValueError(f"the signature of {name} is forged")
            found.append(key)
        return found


def parse_seen(written: str) -> Seen:
    """The checkpoint that `written` tells, signed or (its three lines alone) not. Raises ValueError."""
    if any(letter < " " and letter != "\n" for letter in written):
        raise ValueError("control characters in a checkpoint")
    head, blank, below = written.rpartition("\n\n")
    text = f"{head}\n" if blank else written
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not NUMBER.fullmatch(lines[1]):
        raise ValueError("not written as a checkpoint is")
    root = unbased(lines[2])
    if len(root) != 32 or (blank and not below.endswith("\n")):
        raise ValueError("not written as a checkpoint is")
    signatures = tuple(_signature_line(line) for line in below[:-1].split("\n")) if blank else ()
    return Seen(lines[0], int(lines[1]), root, text, signatures, written)


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    name, _space, value = line[2:].partition(" ")
    raw = unbased(value)
    if not line.startswith("\u2014 ") or not name or len(raw) < 5:
        raise ValueError(f"no line of a signature: {line[:80]!r}")
    return name, raw[:4], raw[4:]


def unbased(text: str) -> bytes:
    """Base64 decoded, written in the one way. Raises ValueError."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError(f"no Base64: {text[:80]!r}")
    return raw
