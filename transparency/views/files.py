"""The log as files that programs of others know how to read: C2SP tlog-tiles, tlog-checkpoint and tlog-proof.

What has once been served at an address never changes there; only the checkpoint does.
"""

from typing import Final

from flask import Response, current_app

from core.limits import rate_limited
from core.pages import accepts_gzip, gzip_fast
from core.web.access import public
from core.web.headers import open_to_all
from transparency.errors import TileNotFoundError
from transparency.queries.checkpoints import latest_checkpoint, proof_file_of
from transparency.queries.tiles import get_bundle, get_tile
from transparency.tiles import Bundle, NoTileError, parse_path

FRESH_LIMIT: Final = "3000/minute"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_SECONDS: Final = "public, max-age=5"
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"


@public
def checkpoint() -> Response:
    """The newest checkpoint, with the signatures of the log and of its witnesses."""
    return _answer(latest_checkpoint(_base()).note.encode(), _TEXT, FOR_SECONDS)


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
    answer = _answer(proof_file_of(seq, _base()), _TEXT, FOR_SECONDS)
    answer.headers["Content-Disposition"] = f'attachment; filename="entry-{seq}.tlog-proof"'
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


def _base() -> str:
    base: str = current_app.extensions["settings"].public_base_url
    return base
