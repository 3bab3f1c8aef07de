"""The log as files that programs of others know how to read: C2SP tlog-tiles, tlog-checkpoint and tlog-proof.

What has once been served at an address never changes there; only the checkpoint does.
"""

import json
from typing import Final

from flask import Response, stream_with_context

from core.limits import rate_limited
from core.pages import accepts_gzip, gzip_fast
from core.web.access import public
from core.web.headers import open_to_all
from transparency.auditing.one_file import audit_file
from transparency.errors import RecordKindNotFoundError, TileNotFoundError
from transparency.invariants import import_sources
from transparency.leaves import canonical
from transparency.queries.checkpoints import latest_checkpoint, proof_file_of
from transparency.queries.tiles import get_bundle, get_tile
from transparency.sources import lasting, list_kinds, list_recorded
from transparency.tiles import Bundle, NoTileError, parse_path
from transparency.views.log import base_url

FRESH_LIMIT: Final = "3000/minute"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_MINUTES: Final = "public, max-age=300"
RECORDS_LIMIT: Final = "120/minute"
"""Each reads a whole table; a check reads every kind once."""
FOR_SECONDS: Final = "public, max-age=5"
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"


@public
def checkpoint() -> Response:
    """The newest checkpoint, with the signatures of the log and of its witnesses."""
    return _answer(latest_checkpoint(base_url()).note.encode(), _TEXT, FOR_SECONDS)


@public
@rate_limited(FRESH_LIMIT, name="api")
def tile(path: str) -> Response:
    """256 hashes of one level, or 256 entries; fewer at the end of the log. Raises TileNotFoundError."""
    try:
        wanted = parse_path(path)
    except NoTileError:
        raise TileNotFoundError(path=path) from None
    if isinstance(wanted, Bundle):
        return _packed(_answer(get_bundle(wanted), _BYTES, FOR_EVER))
    return _answer(get_tile(wanted), _BYTES, FOR_EVER)


@public
@rate_limited(FRESH_LIMIT, name="api")
def proof(seq: int) -> Response:
    """The proof of one entry as a file of its own. Raises EntryNotFoundError, CheckpointAwaitedError."""
    answer = _answer(proof_file_of(seq, base_url()), _TEXT, FOR_SECONDS)
    answer.headers["Content-Disposition"] = f'attachment; filename="entry-{seq}.tlog-proof"'
    return answer


@public
def audit() -> Response:
    """The program with which a stranger checks all this."""
    return _answer(audit_file().encode(), "text/x-python; charset=utf-8", FOR_MINUTES)


@public
def record_kinds() -> Response:
    """The kinds of entry whose records are shown."""
    import_sources()
    told = json.dumps({"kinds": sorted(list_kinds())}, separators=(",", ":"))
    return _answer(told.encode(), "application/json", FOR_SECONDS)


@public
@rate_limited(RECORDS_LIMIT, name="log-records")
def records(kind: str) -> Response:
    """What is on record of a kind now, read from the records and not from the log: one JSON object a line.

    Raises RecordKindNotFoundError.
    """
    import_sources()
    if kind not in list_kinds():
        raise RecordKindNotFoundError(kind=kind)
    lines = (
        canonical({"facts": lasting(facts), "subject": subject}) + b"\n"
        for _kind, subject, facts in list_recorded([kind])
    )
    answer = open_to_all(Response(stream_with_context(lines), content_type="application/x-ndjson"))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer(body: bytes, content_type: str, caching: str) -> Response:
    answer = open_to_all(Response(body, content_type=content_type))
    answer.headers["Cache-Control"] = caching
    return answer


def _packed(answer: Response) -> Response:
    """Entries are text and shrink well. Source: C2SP tlog-tiles, log entries."""
    answer.headers["Vary"] = "Accept-Encoding"
    if accepts_gzip():
        answer.set_data(gzip_fast(answer.get_data()))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
