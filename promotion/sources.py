"""Where a visitor came from: the cookie that remembers a short link, and the counting of visits after the answer.

The cookie holds the number of the last link and when it was followed, signed; it names nobody, lives seven days and is
read when an order is placed or a question is asked. A visit is counted for a link, a day and a province: the address
is cut to its network at once and is gone when the province is found. A redirect never waits for the database to write.
Source: docs/decisions/0057-reach-and-reports.md; Law 91/2025/QH15 on personal data (docs/reach.md#visits).
"""

import atexit
import hmac
import logging
import os
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, cast

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from accounts.access import cookie_name
from core import clock
from core.config import Environment, Settings
from core.db import ID_MAX, transaction
from core.keys import KeyRing, keyed_hash
from core.limits import address_prefix
from promotion.models.reach import ShortLink, SourceKind
from promotion.operations.reach import Visited, record_visits
from traceability.geoip import AddressDatabase, find_province_name, open_database
from traceability.look_rules import is_look

log = logging.getLogger("promotion.visits")

SOURCE_DAYS: Final = 7
"""The last link within so many days counts as where an order came from (decision 0057)."""
REPEAT_AFTER: Final = timedelta(minutes=30)
"""The same browser on the same link counts again only after that long."""

WAITING_MAX: Final = 10_000
BATCH_SECONDS: Final = 0.2
RETRY_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 30.0

_EXTENSION: Final = "promotion.visits"
_COOKIE: Final = "ocop_source"
_PURPOSE: Final = "promotion.source"
_SIGNATURE_BYTES: Final = 16
_COOKIE_CHARS_MAX: Final = 80

Seen = tuple[int, date, str]
"""Link, day, network («203.0.113.0»)."""


class VisitRecorder:
    """Visits of this process that are not written down yet. Made before a fork, it starts its thread after it.

    in_background: False writes each visit within `add`, for tests, which must leave no thread behind.
    """

    def __init__(self, app: Flask, addresses: AddressDatabase | None, *, in_background: bool = True) -> None:
        self._app = app
        self._addresses = addresses
        self._in_background = in_background
        self._is_registered = False
        self._forget_parent()

    def _forget_parent(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._write_lock = threading.Lock()
        self._waiting: Counter[Seen] = Counter()
        self._thread: threading.Thread | None = None

    def add(self, seen: Seen) -> None:
        """Count one visit. Returns at once; when too many kinds wait, because nothing can be written, it is dropped."""
        if self._pid != os.getpid():
            self._forget_parent()
        with self._changed:
            if len(self._waiting) >= WAITING_MAX and seen not in self._waiting:
                return
            self._waiting[seen] += 1
            if self._in_background and self._thread is None:
                self._start_thread()
            self._changed.notify()
        if not self._in_background:
            self.flush()

    def flush(self) -> bool:
        """Write what waits, now. Answers whether that worked; if not, it goes on waiting."""
        with self._write_lock:
            with self._changed:
                batch = Counter(self._waiting)
            if not batch:
                return True
            try:
                with self._app.app_context(), transaction():
                    record_visits(self._told(batch))
            except SQLAlchemyError as error:
                log.warning("visits wait to be saved", extra={"waiting": len(batch)}, exc_info=error)
                return False
            with self._changed:
                self._waiting -= batch
            return True

    def _told(self, batch: Counter[Seen]) -> list[Visited]:
        """The visits by province, in one order for all writers, so that no two wait for each other."""
        counts: Counter[tuple[int, date, str]] = Counter()
        for (link_id, day, network), count in batch.items():
            counts[link_id, day, find_province_name(self._addresses, network) or ""] += count
        return [Visited(*key, count) for key, count in sorted(counts.items())]

    def _start_thread(self) -> None:
        if not self._is_registered:
            atexit.register(self.flush)
            self._is_registered = True
        self._thread = threading.Thread(target=self._run, name="visit-recorder", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while self._has_work():
            time.sleep(BATCH_SECONDS if self.flush() else RETRY_SECONDS)

    def _has_work(self) -> bool:
        with self._changed:
            if self._changed.wait_for(lambda: bool(self._waiting), IDLE_SECONDS):
                return True
            self._thread = None
            return False


def set_up_visits(app: Flask) -> None:
    """Make ready the recorder of `app`."""
    settings: Settings = app.extensions["settings"]
    addresses = open_database(settings.geoip_db) if settings.geoip_db else None
    in_background = settings.ocop_env is not Environment.TESTING
    app.extensions[_EXTENSION] = VisitRecorder(app, addresses, in_background=in_background)


def follow(link: ShortLink, answer: Response) -> None:
    """Count the visit of the present request, if a person made it for the first time, and let `answer` remember it."""
    if not is_look(request.method, request.environ):
        return
    now = clock.now()
    before = _remembered()
    if before is None or before[0] != link.id or now - before[1] >= REPEAT_AFTER:
        network = address_prefix(request.remote_addr).partition("/")[0]
        _recorder().add((link.id, clock.vietnam_date(now), network))
        if link.source_kind != SourceKind.STALL:  # which leads away: it brings no order here
            _remember(link.id, now, answer)


def source_of_request() -> int | None:
    """The number of the last short link that this browser followed within seven days, None if there is none.

    A cookie that is not ours, or altered, says nothing. The link may not exist (any more): operations look.
    """
    remembered = _remembered()
    if remembered is None or clock.now() - remembered[1] >= timedelta(days=SOURCE_DAYS):
        return None
    return remembered[0]


def short_url(link: ShortLink) -> str:
    """The public address of `link` in capitals: QR codes of capitals and digits are smaller, and hosts know no case.

    Source: ISO/IEC 18004, 7.4.4 (alphanumeric mode); RFC 3986, 6.2.2.1 (scheme and host in any case).
    """
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_base_url}/S/{link.key}".upper()


def _recorder() -> VisitRecorder:
    return cast("VisitRecorder", current_app.extensions[_EXTENSION])


def _remembered() -> tuple[int, datetime] | None:
    settings: Settings = current_app.extensions["settings"]
    cookie = request.cookies.get(cookie_name(_COOKIE, is_https=settings.is_https), "")
    if not cookie or len(cookie) > _COOKIE_CHARS_MAX or not cookie.isascii():
        return None
    told, _dot, signature = cookie.rpartition(".")
    if not any(hmac.compare_digest(_signature(key, told), signature) for key in _keys(settings.keys)):
        return None
    number, _dot, second = told.partition(".")
    link_id = int(number)  # signed by us, so both are numbers
    return None if link_id > ID_MAX else (link_id, datetime.fromtimestamp(int(second), UTC))


def _remember(link_id: int, now: datetime, answer: Response) -> None:
    settings: Settings = current_app.extensions["settings"]
    told = f"{link_id}.{int(now.timestamp())}"
    answer.set_cookie(
        cookie_name(_COOKIE, is_https=settings.is_https),
        f"{told}.{_signature(_keys(settings.keys)[0], told)}",
        max_age=SOURCE_DAYS * 86_400,
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


@lru_cache(maxsize=8)
def _keys(ring: KeyRing) -> tuple[bytes, ...]:
    """The keys of this cookie, the present one first."""
    return tuple(ring.derive_all(_PURPOSE))


def _signature(key: bytes, told: str) -> str:
    return keyed_hash(key, told, _SIGNATURE_BYTES).hex()
