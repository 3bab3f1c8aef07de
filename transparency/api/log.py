"""Entries, roots and proofs as data."""

import json
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from flask import Response, request

from core.limits import rate_limited
from core.pages import cached_page
from core.web.access import public
from core.web.headers import open_to_all
from transparency.api.shapes import (
    ConsistencyProofJson,
    InclusionProofJson,
    LogEntriesJson,
    LogEntryJson,
    LogRootJson,
)
from transparency.errors import InvalidStartError
from transparency.leaves import instant
from transparency.queries.entries import Entry, get_entry, get_size, list_entries
from transparency.queries.proofs import get_root, prove_consistency, prove_inclusion

ENTRIES_MAX: Final = 100
FRESH_LIMIT: Final = "3000/minute"
"""Answers made anew for one network; those that are kept cost next to nothing and are not counted."""


@public
def log_root() -> Response:
    """Size and root of the log."""
    return _answer("root", _root)


@public
def log_entries() -> Response:
    """Entries from `start` on."""
    start = _start()
    return _answer(("entries", start), lambda: _entries(start))


@public
def log_entry(seq: int) -> Response:
    """One entry with its proof. Raises EntryNotFoundError."""
    return _answer(("entry", seq), lambda: _proved(seq))


@public
def consistency(old_size: int) -> Response:
    """That nothing of the first `old_size` entries was changed. Raises RootNotFoundError."""
    return _answer(("consistency", old_size), lambda: _consistency(old_size))


def _answer(name: Hashable, make: Callable[[], Mapping[str, Any]]) -> Response:
    return open_to_all(cached_page(("api-log", name), get_size(), lambda: _fresh(make), "application/json"))


@rate_limited(FRESH_LIMIT, name="api")
def _fresh(make: Callable[[], Mapping[str, Any]]) -> str:
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":"))


def _start() -> int:
    text = request.args.get("start", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise InvalidStartError(parameter="start", value=text)
    return int(text)


def _root() -> LogRootJson:
    now = get_root()
    return {"size": now.size, "root": now.root.hex()}


def _entries(start: int) -> LogEntriesJson:
    return {"size": get_size(), "items": [_entry(each) for each in list_entries(start, ENTRIES_MAX)]}


def _proved(seq: int) -> InclusionProofJson:
    proof = prove_inclusion(seq)
    return {
        **_entry(get_entry(seq)),
        "size": proof.size,
        "root": proof.root.hex(),
        "proof": [each.hex() for each in proof.hashes],
    }


def _consistency(old_size: int) -> ConsistencyProofJson:
    proof = prove_consistency(old_size)
    return {
        "old_size": proof.old_size,
        "old_root": proof.old_root.hex(),
        "size": proof.size,
        "root": proof.root.hex(),
        "proof": [each.hex() for each in proof.hashes],
    }


def _entry(entry: Entry) -> LogEntryJson:
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "subject": entry.subject,
        "recorded_at": instant(entry.recorded_at),
        "facts": dict(entry.facts),
        "leaf": entry.leaf.decode(),
        "leaf_hash": entry.leaf_hash.hex(),
    }
