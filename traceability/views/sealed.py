"""Addresses with a seal in front, and the list of the keys by which anybody can check seals.

The seal is checked here against what is published, and once more by the records: a stamp that was never sealed has no
true one. The page of a sealed address is answered at once, without sending the phone on: the seal belongs to this path.
"""

from hashlib import sha256
from typing import Final
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from core.web.access import public
from core.web.headers import open_to_all
from traceability.digital_link import parse_path
from traceability.looking import look_up, note_look
from traceability.queries.scan import SealedAddress
from traceability.queries.sealing import find_published_keys
from traceability.seals import SEAL_LENGTH
from traceability.views.links import digital_link
from traceability.views.trace_page import answer_stamp

SEAL: Final = f"/<string(length={SEAL_LENGTH}):seal>"
"""The piece of the path that holds a seal."""
KEYS_SECONDS: Final = 300
"""How long the list may be kept between us and a phone: a revoked key is known everywhere after that."""


@public
def sealed_stamp(seal: str, code: str) -> Response:
    """`/<seal>/T/<code>`: the stamp's page, which also says what the seal proves."""
    return _answer(seal, f"/T/{code}", code)


@public
def sealed_link(seal: str, names: str) -> AnyResponse:
    """`/<seal>/01/…`: the stamp's page; programs that ask for links get them as without a seal."""
    path = quote(f"/01/{names}", safe="/")
    link = parse_path(path)
    if link is None or link.code is None or _asks_for_links():
        return digital_link(names)
    return _answer(seal, path, link.code, link.gtin, link.lot)


@public
def stamp_keys() -> AnyResponse:
    """The signed list of keys, for everybody and every program."""
    published = find_published_keys()
    if published is None:
        raise NotFound
    body = published.note.encode()
    answer = Response(body, content_type="text/plain; charset=utf-8")
    open_to_all(answer)
    answer.headers["Cache-Control"] = f"public, max-age={KEYS_SECONDS}"
    answer.last_modified = published.keys.issued_at
    answer.set_etag(sha256(body).hexdigest()[:32])
    return answer.make_conditional(request)


def _answer(seal: str, path: str, code: str, gtin: str | None = None, lot: str | None = None) -> Response:
    page = look_up(code, gtin, lot, sealed=SealedAddress(seal, quote(path, safe="/%")))
    answer = answer_stamp(page)
    note_look(page)
    return answer


def _asks_for_links() -> bool:
    return "linkType" in request.args or "linkset" in request.headers.get("Accept", "")
