"""The process that reads what strangers hand in: `python -m core.media.worker`, one for each file.

It is told what to do in one line of JSON on its input, followed by the file; its answer on the output is one line
of JSON for each piece (with `bytes`, the length of what follows), then the piece. It may take little memory and time,
write no file and start no process; it is given no secret, no address and no environment.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from core.media.errors import InvalidMediaError, MediaFault
from core.media.limits import CPU_SECONDS, MEMORY_BYTES, OPEN_FILES, OUTPUT_BYTES


def main() -> int:
    """Do the one task. 0: answered, with pieces or a refusal; anything else: the file broke us."""
    _give_up_powers()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    task = json.loads(source.readline())
    try:
        for facts, piece in _pieces(task, source.read()):
            _answer(target, facts, piece)
        _answer(target, {"is_end": True, "peak_kib": _peak_kib()}, b"")
    except InvalidMediaError as refusal:
        _answer(target, {"refusal": str(refusal.reason)}, b"")
    except MemoryError:
        _answer(target, {"refusal": MediaFault.TOO_COSTLY.value}, b"")
    return 0


def _give_up_powers() -> None:
    """Limits of the kernel; what they refuse ends this process and no other."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    os.nice(5)  # pages for visitors come first


def _pieces(task: dict[str, Any], content: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The libraries are read in here, after the limits are set."""
    match task["do"]:
        case "pictures":
            from core.media.drawing import draw_pictures

            return draw_pictures(content, task["media_type"])
        case "photo_page":
            from core.media.drawing import draw_page

            return draw_page(content, task["media_type"])
        case _:
            from core.media.paging import draw_pages

            return draw_pages(content, task["first"], task["count"])


def _peak_kib() -> int:
    """The most memory this program held at once. Source: proc(5), VmHWM; getrusage would count what started us."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next((int(line.split()[1]) for line in status if line.startswith("VmHWM")), 0)


def _answer(target: BinaryIO, facts: dict[str, Any], piece: bytes) -> None:
    target.write(json.dumps(facts | {"bytes": len(piece)}).encode() + b"\n")
    target.write(piece)
    target.flush()


if __name__ == "__main__":
    sys.exit(main())
