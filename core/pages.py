"""Finished pages, kept in memory as long as what they show has not changed.

The caller says what a page depends on (`version`: anything hashable, e.g. a change counter); language and day
in Vietnam are part of every key, because certificates end at midnight. A browser must ask every time
(`no-cache`) and gets 304 while nothing changed, so that it never shows yesterday's page.
Each process has its own cache, bounded in bytes; the page longest unused goes first.
"""

import gzip
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import blake2b
from threading import Lock
from typing import Final

from flask import Response, current_app, request
from flask.globals import request_ctx

from core import clock
from core.i18n import current_language

HTML: Final = "text/html; charset=utf-8"
CACHE_MAX_BYTES: Final = 16_000_000
COMPRESS_MIN_BYTES: Final = 1_000
FAST: Final = 1  # zlib's level for pages made on the spot: most of the gain for a quarter of the work
WORTHWHILE: Final = 0.5  # compressed copies larger than this share are not kept

_EXTENSION: Final = "core.pages"
_COMPRESSIBLE: Final = ("text/", "application/json", "application/ld+json", "application/xml", "image/svg")


class Page:
    """The bytes of one answer, its ETag, and on demand its gzip form."""

    __slots__ = ("_gzipped", "body", "content_type", "etag")

    def __init__(self, body: bytes, content_type: str = HTML) -> None:
        self.body = body
        self.content_type = content_type
        # Weak, because plain and compressed form share it (RFC 9110, 8.8.1).
        self.etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
        self._gzipped: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """The most that this page can come to take."""
        return int(len(self.body) * (1 + WORTHWHILE)) + 500

    def gzipped(self) -> bytes:
        """The compressed body, made once; empty if compressing gains too little."""
        if self._gzipped is None:
            packed = gzip.compress(self.body, 6, mtime=0) if len(self.body) >= COMPRESS_MIN_BYTES else b""
            self._gzipped = packed if len(packed) < len(self.body) * WORTHWHILE else b""
        return self._gzipped


class PageCache:
    """Pages by key, the most recently used kept, never more than `max_bytes` in all."""

    def __init__(self, max_bytes: int = CACHE_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = Lock()
        self.size_bytes = 0

    def get(self, key: Hashable) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Page) -> Page:
        """Keep `page` (unless it alone is larger than all there is) and hand it back."""
        with self._lock:
            self._remove(key)
            if page.size_bytes <= self._max_bytes:
                self._pages[key] = page
                self.size_bytes += page.size_bytes
            while self.size_bytes > self._max_bytes:
                self._remove(next(iter(self._pages)))
        return page

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._pages)

    def _remove(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.size_bytes -= page.size_bytes


def page_cache() -> PageCache:
    """The cache of the present application in this process."""
    cache: PageCache = current_app.extensions.setdefault(_EXTENSION, PageCache())
    return cache


def cached_page(
    name: Hashable, version: Hashable, make: Callable[[], str], content_type: str = HTML
) -> Response:
    """Answer with the page `name`, calling `make` only if no page of this `version`, language and day is kept.

    name: which page, e.g. ("product", slug) and the parts of the query that matter; never what a visitor
    alone sees. A page for one person does not come here.
    """
    key = (name, version, current_language(), clock.today())
    cache = page_cache()
    page = cache.get(key)
    if page is None:
        page = cache.put(key, Page(make().encode(), content_type))
    return respond(page)


def respond(page: Page) -> Response:
    """`page` as the answer to the present request: 304 if the browser has it, compressed if it may be."""
    headers = [("Cache-Control", "no-cache"), ("ETag", page.etag), ("Vary", "Accept-Encoding")]
    if has_current(page.etag):
        return Response(status=304, headers=headers)
    body = page.gzipped() if accepts_gzip() else b""
    if body:
        headers.append(("Content-Encoding", "gzip"))
    return Response(body or page.body, headers=headers, content_type=page.content_type)


def has_current(etag: str) -> bool:
    """Whether whoever asks has what `etag` stands for already."""
    return _has(etag, request.environ.get("HTTP_IF_NONE_MATCH", ""))


def accepts_gzip() -> bool:
    """Whether the present request takes gzip."""
    return "gzip" in request.environ.get("HTTP_ACCEPT_ENCODING", "")


def compress(answer: Response) -> Response:
    """Compress an answer made on the spot, where that is worth it and safe.

    Answers that depend on a cookie stay as they are: their length would tell about secrets in them when a
    stranger chooses part of the text (the BREACH attack).
    """
    if not accepts_gzip() or answer.is_streamed or answer.status_code in {204, 304} or _is_personal(answer):
        return answer
    if "Content-Encoding" in answer.headers or not answer.content_type.startswith(_COMPRESSIBLE):
        return answer
    body = answer.get_data()
    if len(body) >= COMPRESS_MIN_BYTES:
        packer = zlib.compressobj(FAST, zlib.DEFLATED, 31)
        answer.set_data(packer.compress(body) + packer.flush())
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _is_personal(answer: Response) -> bool:
    # Flask says `Vary: Cookie` only after this; and to look at `flask.session` counts as using it.
    used = request_ctx._session
    return (used is not None and (used.accessed or used.modified)) or "Set-Cookie" in answer.headers


def _has(etag: str, wanted: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison against a list, or `*`."""
    if not wanted:
        return False
    opaque = etag.removeprefix("W/")
    return wanted.strip() == "*" or any(
        each.strip().removeprefix("W/") == opaque for each in wanted.split(",")
    )
