"""Checkpoints: what a log was at one moment, in three lines that are signed; and files that prove one entry. Pure.

Sources: C2SP tlog-checkpoint, tlog-proof and tlog-witness (c2sp.org).
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from transparency.notes import Note, decoded_base64

PROOF_FORM: Final = "c2sp.org/tlog-proof@v1"
PROOF_HASHES_MAX: Final = 63
"""A tree of more levels has no numbers. Source: C2SP tlog-witness, add-checkpoint."""
SHORT_ROOT_CHARS: Final = 22
"""Of a root in Base64, printed where room is scarce: 132 bits, which nobody can hit with another tree."""

_NUMBER: Final = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_OLD: Final = re.compile(r"old (0|[1-9]\d{0,18})", re.ASCII)


class MalformedCheckpointError(ValueError):
    """Not written as a checkpoint, a proof or a question to a witness is."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of the log `origin`. extensions: further lines, each ending in a line break; we write none."""

    origin: str
    size: int
    root: bytes
    extensions: str = ""

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n{self.extensions}"

    @property
    def short(self) -> str:
        """For the margin of a sheet: origin, size and the beginning of the root."""
        return f"{self.origin} {self.size} {_base64(self.root)[:SHORT_ROOT_CHARS]}"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """That entry `index` is in the log of `checkpoint`, a signed note. extra: data that nothing vouches for."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @property
    def text(self) -> str:
        """The whole file, `.tlog-proof`."""
        extra = "" if self.extra is None else f"extra {_base64(self.extra)}\n"
        return f"{PROOF_FORM}\n{extra}index {self.index}\n{_hash_lines(self.hashes)}\n{self.checkpoint}"


@dataclass(frozen=True, slots=True)
class WitnessQuestion:
    """What a log asks of a witness: to cosign `note`, which by `hashes` begins with what it was at `old_size`."""

    old_size: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The body of the question."""
        return f"old {self.old_size}\n{_hash_lines(self.hashes)}\n{self.note}"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that the text of a note tells. Raises MalformedCheckpointError.

    The length of the root is not judged: what proves something about it refuses all but 32 bytes.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise MalformedCheckpointError("a checkpoint has three lines or more, none of them empty")
    origin, size, root = lines[:3]
    extensions = "".join(f"{line}\n" for line in lines[3:-1])
    return Checkpoint(origin, _number(size), _decoded(root), extensions)


def checkpoint_of(note: Note) -> Checkpoint:
    """The checkpoint of a note, whose signatures were verified. Raises MalformedCheckpointError."""
    return parse_checkpoint(note.text)


def parse_proof(text: str) -> ProofFile:
    """What a file `.tlog-proof` tells; nothing is verified. Raises MalformedCheckpointError."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != PROOF_FORM or not blank or not checkpoint.endswith("\n"):
        raise MalformedCheckpointError(f"a proof begins with {PROOF_FORM} and ends with a checkpoint")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _decoded(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise MalformedCheckpointError("a proof tells the index of the entry")
    return ProofFile(_number(lines[0].removeprefix("index ")), _hashes(lines[1:]), checkpoint, extra)


def parse_question(text: str) -> WitnessQuestion:
    """What a log asks of a witness. Raises MalformedCheckpointError."""
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    old = _OLD.fullmatch(lines[0])
    if old is None or not blank:
        raise MalformedCheckpointError(
            "a question tells the old size, a proof, an empty line and a checkpoint"
        )
    return WitnessQuestion(int(old[1]), _hashes(lines[1:]), note)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > PROOF_HASHES_MAX:
        raise MalformedCheckpointError(f"more than {PROOF_HASHES_MAX} hashes")
    return tuple(_decoded(line) for line in lines)


def _hash_lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{_base64(each)}\n" for each in hashes)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise MalformedCheckpointError(f"no number: {text[:40]!r}")
    return int(text)


def _decoded(text: str) -> bytes:
    try:
        return decoded_base64(text)
    except ValueError as error:
        raise MalformedCheckpointError(str(error)) from None


def _base64(value: bytes) -> str:
    return b64encode(value).decode()
