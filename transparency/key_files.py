"""Private keys in files: one a line, with lines of «#» for people. Read by jobs and commands; never by web processes,
save the key of a witness, which has to answer at once."""

import os
from pathlib import Path
from typing import Final

from transparency.errors import KeyFileExistsError, UnreadableKeyError
from transparency.notes import MalformedKeyError, SigningKey, parse_signing_key

OWNER_ONLY: Final = 0o600


def read_keys(file: Path) -> tuple[SigningKey, ...]:
    """The keys of `file`, in their order; none if there is no such file.

    Raises UnreadableKeyError where there is one that cannot be read or holds something else.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableKeyError(file=str(file), reason=str(error)) from None
    try:
        return tuple(parse_signing_key(line.strip()) for line in lines if line.strip() and line[0] != "#")
    except MalformedKeyError as error:
        raise UnreadableKeyError(file=str(file), reason=str(error)) from None


def write_key(file: Path, key: SigningKey) -> None:
    """Write `key` into a new file that its owner alone may read. Raises KeyFileExistsError; nothing is overwritten."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _write(file, key, os.O_EXCL | os.O_CREAT)
    except FileExistsError:
        raise KeyFileExistsError(file=str(file)) from None


def add_key(file: Path, key: SigningKey) -> None:
    """Write `key` below those of `file`, which is there: both sign until somebody takes the old line out."""
    _write(file, key, os.O_APPEND)


def _write(file: Path, key: SigningKey, flags: int) -> None:
    handle = os.open(file, os.O_WRONLY | flags, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(f"# Private key. Whoever has it can sign as {key.name}.\n{key.text}\n")
        opened.flush()
        os.fsync(opened.fileno())
