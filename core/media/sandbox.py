"""Starts the process that reads a stranger's file, waits for it, and believes little of what it answers."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from core.media.errors import InvalidMediaError, MediaFault
from core.media.limits import OUTPUT_BYTES, WALL_SECONDS

log = logging.getLogger("core.media")

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_PIECES_MAX: Final = 40
_LINE_MAX: Final = 1_000
_NO_SECRETS: Final = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
_HEADS: Final = {"avif": b"ftypavif", "webp": b"WEBP", "jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True, slots=True)
class Piece:
    """What came back: its facts as told, and its bytes."""

    facts: dict[str, Any]
    content: bytes


def run_task(task: dict[str, Any], content: bytes) -> list[Piece]:
    """Let the process do `task` with `content`. Raises InvalidMediaError: its own refusal, or what its end means.

    The answer is collected in memory, where the kernel keeps it within `OUTPUT_BYTES`; a full disk has no say in it.
    """
    with os.fdopen(os.memfd_create("answer"), "w+b") as answer:
        code = _run(task, content, answer)
        answer.seek(0)
        pieces = _read(answer)
    last = pieces[-1].facts if pieces else {}
    if "refusal" in last:
        raise InvalidMediaError(reason=_fault(last["refusal"]))
    if code != 0 or not last.get("is_end"):
        raise InvalidMediaError(reason=MediaFault.TOO_COSTLY if code < 0 else MediaFault.BROKEN)
    return pieces[:-1]


def _run(task: dict[str, Any], content: bytes, answer: Any) -> int:
    """How the process ended: 0, an error, or below 0 the signal that ended it."""
    command = [sys.executable, "-E", "-s", "-B", "-m", "core.media.worker"]
    told = json.dumps(task).encode() + b"\n" + content
    try:
        done = subprocess.run(  # noqa: S603 (our own program and no word of a stranger's in the command)
            command,
            input=told,
            stdout=answer,
            stderr=subprocess.PIPE,
            timeout=WALL_SECONDS,
            cwd=_ROOT,
            env=_NO_SECRETS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("a file took too long to read", extra={"task": task["do"]})
        return -1
    if done.returncode != 0:
        last_line = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        log.warning("a file could not be read", extra={"task": task["do"], "told": last_line})
    return done.returncode


def _read(answer: BinaryIO) -> list[Piece]:
    """The pieces as far as they are whole. Raises InvalidMediaError for what our program never says."""
    pieces: list[Piece] = []
    while line := answer.readline(_LINE_MAX):
        try:
            facts = json.loads(line)
        except ValueError:
            raise InvalidMediaError(reason=MediaFault.BROKEN) from None
        length = facts.get("bytes") if isinstance(facts, dict) else None
        if not isinstance(length, int) or not 0 <= length <= OUTPUT_BYTES or len(pieces) > _PIECES_MAX:
            raise InvalidMediaError(reason=MediaFault.BROKEN)
        content = answer.read(length)
        if len(content) < length:
            break
        _require_what_it_says(facts, content)
        pieces.append(Piece(facts, content))
    return pieces


def _require_what_it_says(facts: dict[str, Any], content: bytes) -> None:
    """A picture begins as its format does: the process may have been taken over by what it read."""
    head = _HEADS.get(facts.get("format", ""))
    if content and (head is None or head not in content[:16]):
        raise InvalidMediaError(reason=MediaFault.BROKEN)


def _fault(reason: object) -> MediaFault:
    return next((fault for fault in MediaFault if fault == reason), MediaFault.BROKEN)
