"""Signed notes: text that anybody can read, and below it who signed it. Pure.

    text, ending in a line break
                                      <- one empty line
    — key name base64(key id, signature)

A key is known by its name and its id together; signatures of other keys are passed over, so that a note may carry
those of witnesses and of a next key. Sources: C2SP signed-note (c2sp.org/signed-note) and, for the signatures of
witnesses, C2SP tlog-cosignature (c2sp.org/tlog-cosignature).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64Error
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from hashlib import sha256
from typing import Final

from core import ed25519

ID_BYTES: Final = 4
NOTE_MAX_BYTES: Final = 1_000_000
SIGNATURES_MAX: Final = 100
"""More are refused: each may have to be computed. Source: C2SP signed-note asks for at least 16."""
PRIVATE: Final = "PRIVATE+KEY+"

_DASH: Final = "\u2014 "
_TIME_BYTES: Final = 8
_PUBLIC: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class MalformedNoteError(ValueError):
    """Not written as a note is."""


class MalformedKeyError(ValueError):
    """Not written as a key of notes is, or of a kind that is not known here."""


class WrongSignatureError(ValueError):
    """A signature that names a known key is not of that key: the note is forged or damaged."""


class UnverifiedNoteError(ValueError):
    """None of the keys that are trusted has signed."""


class KeyKind(IntEnum):
    """What a key signs: the text as it is, or a time and the text (a witness). Source: C2SP signed-note, types."""

    SIGNATURE = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature is trusted. public: 32 bytes of Ed25519."""

    name: str
    public: bytes
    kind: KeyKind = KeyKind.SIGNATURE

    @property
    def key_id(self) -> bytes:
        """Four bytes. Source: C2SP signed-note, signatures."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        """«example.com/foo+530d903a+AekyeR…», as keys are handed round."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs. seed: 32 bytes, the private key of RFC 8032; never shown, not even by accident."""

    name: str
    seed: bytes = field(repr=False)
    kind: KeyKind = KeyKind.SIGNATURE

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, ed25519.public_of(self.seed), self.kind)

    @property
    def text(self) -> str:
        """The whole private key as one line, for its file only."""
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_base64(bytes([self.kind]) + self.seed)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note. value: what follows the id; a witness's begins with the time, 8 bytes."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def signed_text(self) -> str:
        """The whole note as it is handed round."""
        return f"{self.text}\n{''.join(each.line for each in self.signatures)}"


def new_key(name: str, kind: KeyKind = KeyKind.SIGNATURE) -> SigningKey:
    """A new key. name: such as «example.vn/log». Raises MalformedKeyError for a name that none can have."""
    _check_name(name)
    return SigningKey(name, ed25519.new_seed(), kind)


def parse_verifier_key(text: str) -> VerifierKey:
    """The key that `VerifierKey.text` tells. Raises MalformedKeyError."""
    name, key_id, kind, key = _parsed_key(text)
    known = VerifierKey(name, key, kind)
    if known.key_id.hex() != key_id:
        raise MalformedKeyError("the id is not that of the key")
    return known


def parse_signing_key(text: str) -> SigningKey:
    """The key that `SigningKey.text` tells. Raises MalformedKeyError."""
    if not text.startswith(PRIVATE):
        raise MalformedKeyError(f"a private key begins with {PRIVATE}")
    name, key_id, kind, key = _parsed_key(text.removeprefix(PRIVATE))
    known = SigningKey(name, key, kind)
    if known.verifier.key_id.hex() != key_id:
        raise MalformedKeyError("the id is not that of the key")
    return known


def sign_note(text: str, *keys: SigningKey, at: datetime | None = None) -> Note:
    """`text` under the signatures of `keys`, in their order.

    text: ends in a line break. at: aware, what keys of witnesses state with their signature.
    Raises MalformedNoteError for a text that no note can have.
    """
    _check_text(text)
    return Note(text, tuple(_signature(text, key, at) for key in keys))


def parse_note(whole: bytes | str) -> Note:
    """The text and the signatures of a note; nothing is verified. Raises MalformedNoteError."""
    written = _decoded(whole)
    text, blank, below = written.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise MalformedNoteError("a note is a text, an empty line and lines of signatures")
    text += "\n"
    _check_text(text)
    return Note(text, parse_signatures(below))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """The signatures of `lines`, each ending in a line break; at least one. Raises MalformedNoteError."""
    if not lines.endswith("\n"):
        raise MalformedNoteError("a line of a signature ends in a line break")
    split = lines[:-1].split("\n")
    if len(split) > SIGNATURES_MAX:
        raise MalformedNoteError(f"more than {SIGNATURES_MAX} signatures")
    return tuple(_parsed_line(line) for line in split)


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Those of `keys` that have signed `note`, each once, in the order of their signatures.

    Raises WrongSignatureError if the signature of one of `keys` is not its own, UnverifiedNoteError if none signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: list[VerifierKey] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None or key in found:
            continue
        if not is_signature_of(key, note.text, signature.value):
            raise WrongSignatureError(f"the signature of {key.name} does not hold")
        found.append(key)
    if not found:
        raise UnverifiedNoteError("no key that is trusted has signed")
    return tuple(found)


def is_signature_of(key: VerifierKey, text: str, value: bytes) -> bool:
    """Whether `value` is the signature of `key` under `text`; for a witness the time before it is covered as well."""
    if key.kind is KeyKind.SIGNATURE:
        return ed25519.is_signed(key.public, text.encode(), value)
    if len(value) != _TIME_BYTES + ed25519.SIGNATURE_BYTES:
        return False
    message = _cosigned(text, int.from_bytes(value[:_TIME_BYTES]))
    return ed25519.is_signed(key.public, message, value[_TIME_BYTES:])


def cosigned_seconds(signature: Signature) -> int:
    """When a witness says that it signed: seconds since 1970. Only of a signature that was verified."""
    return int.from_bytes(signature.value[:_TIME_BYTES])


def decoded_base64(text: str) -> bytes:
    """`text` decoded; there is one way to write a value, any other raises ValueError. Source: RFC 4648, section 4."""
    try:
        value = b64decode(text, validate=True)
    except (NoBase64Error, ValueError):
        raise ValueError(f"no Base64: {text[:80]!r}") from None
    if _base64(value) != text:
        raise ValueError(f"Base64 written in another way: {text[:80]!r}")
    return value


def _signature(text: str, key: SigningKey, at: datetime | None) -> Signature:
    if key.kind is KeyKind.SIGNATURE:
        return Signature(key.name, key.verifier.key_id, ed25519.sign(key.seed, text.encode()))
    if at is None:
        raise ValueError("a witness states when it signs")
    seconds = int(at.timestamp())
    value = seconds.to_bytes(_TIME_BYTES) + ed25519.sign(key.seed, _cosigned(text, seconds))
    return Signature(key.name, key.verifier.key_id, value)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _parsed_line(line: str) -> Signature:
    name, space, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise MalformedNoteError(f"no line of a signature: {line[:80]!r}")
    try:
        decoded = decoded_base64(value)
    except ValueError as error:
        raise MalformedNoteError(str(error)) from None
    if len(decoded) <= ID_BYTES:
        raise MalformedNoteError("a signature is longer than the id of its key")
    return Signature(name, decoded[:ID_BYTES], decoded[ID_BYTES:])


def _parsed_key(text: str) -> tuple[str, str, KeyKind, bytes]:
    """Name, id, kind and the 32 bytes of a key."""
    found = _PUBLIC.fullmatch(text)
    if found is None:
        raise MalformedKeyError("a key is name+id+base64")
    try:
        value = decoded_base64(found[3])
        kind = KeyKind(value[0])
    except (ValueError, IndexError):
        raise MalformedKeyError("no key of a kind that is known here") from None
    if len(value) != 1 + ed25519.KEY_BYTES:
        raise MalformedKeyError("a key of Ed25519 has 32 bytes")
    return found[1], found[2], kind, value[1:]


def _decoded(whole: bytes | str) -> str:
    raw = whole.encode("utf-8", "surrogatepass") if isinstance(whole, str) else whole
    if len(raw) > NOTE_MAX_BYTES:
        raise MalformedNoteError(f"more than {NOTE_MAX_BYTES} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise MalformedNoteError("a note is UTF-8") from None


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedNoteError("a text ends in a line break and holds no other control characters")


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise MalformedKeyError(f"no name of a key: {name!r}")


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _base64(value: bytes) -> str:
    return b64encode(value).decode()
