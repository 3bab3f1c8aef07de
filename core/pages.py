"""Finished pages, kept in memory as long as what they show has not changed.

The caller says what a page depends on (`version`: anything hashable, e.g. a change counter); language and day
in Vietnam are part of every key, because certificates end at midnight. A browser must ask every time
(`no-cache`) and gets 304 while nothing changed, so that it never shows yesterday's page.
Each process has its own cache, bounded in bytes: the latest pages as they are, older ones only compressed, which
takes a sixth of the room; of these the page longest unused goes first.
"""

import re
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
CACHE_MAX_BYTES: Final = 20_000_000
FRESH_SHARE: Final = 0.3  # of the cache, for pages that are not yet reduced to their compressed form
COMPRESS_MIN_BYTES: Final = 1_000
FAST: Final = 1  # zlib's level for pages made on the spot: most of the gain for less than half the work
WORTHWHILE: Final = 0.5  # compressed copies larger than this share are not kept
OVERHEAD_BYTES: Final = 700  # what a page takes besides its text: key, ETag, the objects themselves

_EXTENSION: Final = "core.pages"
_NO_GZIP: Final = re.compile(
    r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)"
)  # RFC 9110, 12.4.2: a weight of 0 means «not that»
_GZIP: Final = 31  # zlib's window bits for the gzip format
_COMPRESSIBLE: Final = ("text/", "application/json", "application/ld+json", "application/xml", "image/svg")


class Page:
    """The bytes of one answer, its ETag, and on demand its gzip form. version: what it was made from."""

    __slots__ = ("_body", "_gzipped", "content_type", "etag", "version")

    def __init__(self, body: bytes, content_type: str = HTML, version: Hashable = None) -> None:
        self.content_type = content_type
        self.version = version
        # Weak, because plain and compressed form share it (RFC 9110, 8.8.1).
        self.etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
        self._body: bytes | None = body
        self._gzipped: bytes | None = None

    @property
    def body(self) -> bytes:
        """The plain text; unpacked anew where only the compressed form is kept."""
        body = self._body
        return zlib.decompress(self._gzipped or b"", _GZIP) if body is None else body

    @property
    def size_bytes(self) -> int:
        """The most that this page can come to take before the next `reduce`."""
        if self._body is None:
            return len(self._gzipped or b"") + OVERHEAD_BYTES
        return int(len(self._body) * (1 + WORTHWHILE)) + OVERHEAD_BYTES

    def gzipped(self) -> bytes:
        """The compressed body, made once; empty if compressing gains too little."""
        if self._gzipped is None:
            body = self.body
            packed = gzip_fast(body) if len(body) >= COMPRESS_MIN_BYTES else b""
            self._gzipped = packed if len(packed) < len(body) * WORTHWHILE else b""
        return self._gzipped

    def reduce(self) -> None:
        """Keep the compressed form only, where there is one."""
        if self.gzipped():
            self._body = None


class PageCache:
    """Pages by key, the most recently used kept, never more than `max_bytes` in all.

    A new page is kept as it is; the oldest of these are reduced to their compressed form and stay so.
    """

    def __init__(self, max_bytes: int = CACHE_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._fresh = _Shelf()
        self._reduced = _Shelf()
        self._lock = Lock()

    @property
    def size_bytes(self) -> int:
        return self._fresh.size_bytes + self._reduced.size_bytes

    def get(self, key: Hashable) -> Page | None:
        with self._lock:
            return self._fresh.get(key) or self._reduced.get(key)

    def put(self, key: Hashable, page: Page) -> Page:
        """Keep `page` (unless it alone is larger than all there is) and hand it back."""
        with self._lock:
            self._reduced.remove(key)
            self._fresh.put(key, page)
            overdue = self._fresh.shrink(int(self._max_bytes * FRESH_SHARE))
        for _, old in overdue:
            old.reduce()  # outside the lock: compressing takes a while
        with self._lock:
            for old_key, old in overdue:
                self._reduced.put(old_key, old)
            self._reduced.shrink(self._max_bytes - self._fresh.size_bytes)
        return page

    def clear(self) -> None:
        with self._lock:
            self._fresh, self._reduced = _Shelf(), _Shelf()

    def __len__(self) -> int:
        return len(self._fresh.pages) + len(self._reduced.pages)


class _Shelf:
    """Pages in the order of their last use, and how much they take."""

    def __init__(self) -> None:
        self.pages: OrderedDict[Hashable, tuple[Page, int]] = OrderedDict()
        self.size_bytes = 0

    def get(self, key: Hashable) -> Page | None:
        entry = self.pages.get(key)
        if entry is None:
            return None
        self.pages.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, page: Page) -> None:
        self.remove(key)
        size = page.size_bytes
        self.pages[key] = page, size
        self.size_bytes += size

    def remove(self, key: Hashable) -> Page | None:
        page, size = self.pages.pop(key, (None, 0))
        self.size_bytes -= size
        return page

    def shrink(self, max_bytes: int) -> list[tuple[Hashable, Page]]:
        """Take away the longest unused until the rest fits; hands back what was taken."""
        taken = []
        while self.size_bytes > max_bytes:
            key, (page, size) = self.pages.popitem(last=False)
            self.size_bytes -= size
            taken.append((key, page))
        return taken


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
    # One page of each name: an older version may hold what has meanwhile been erased, and nobody asks for it again.
    key, wanted = (name, current_language()), (version, clock.today())
    cache = page_cache()
    page = cache.get(key)
    if page is None or page.version != wanted:
        page = cache.put(key, Page(make().encode(), content_type, wanted))
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


def gzip_fast(body: bytes) -> bytes:
    """`body` in the gzip format, at the level for pages made on the spot; the same bytes give the same bytes."""
    packer = zlib.compressobj(FAST, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()


def has_current(etag: str) -> bool:
    """Whether whoever asks has what `etag` stands for already."""
    return _has(etag, request.environ.get("HTTP_IF_NONE_MATCH", ""))


def accepts_gzip() -> bool:
    """Whether the present request takes gzip."""
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and not (";" in accepted and _NO_GZIP.search(accepted))


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
        answer.set_data(gzip_fast(body))
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
