"""Writes looks down after the page has gone out: one bounded queue and one thread in each process.

The first look after a pause is written at once, further ones in batches a fifth of a second later. While the
database cannot be written to they wait; when too many wait, further ones are dropped and counted. A page never waits
for any of this, and says nothing of how often a code was looked up where records may be missing.
Addresses are cut to their network at once, and are gone once hash and province are made.
"""

import atexit
import hmac
import logging
import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import Final

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.db import transaction
from traceability.geoip import AddressDatabase, find_province_name
from traceability.operations.scans import KEY_BYTES, Look, LostLooks, hour_of, record_scans, take_scan_key
from traceability.queries.view_models import FirstLook

log = logging.getLogger("traceability.scans")

QUEUE_MAX: Final = 10_000
BATCH_SECONDS: Final = 0.2
RETRY_SECONDS: Final = 1.0
BEHIND_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 30.0
HASH_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class UnsavedLook:
    """A look that waits. network: address prefix («203.0.113.0»), not the address."""

    stamp_id: int
    looked_at: datetime
    network: str
    agent: str


class ScanRecorder:
    """The looks of this process that are not saved yet. Made before a fork, it starts its thread after it.

    in_background: False saves each look within `add`, for tests, which must leave no thread behind.
    """

    def __init__(
        self,
        app: Flask,
        addresses: AddressDatabase | None,
        *,
        in_background: bool = True,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._app = app
        self._addresses = addresses
        self._in_background = in_background
        self._queue_max = queue_max
        self._is_registered = False
        self._forget_parent()

    def _forget_parent(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._write_lock = threading.Lock()
        self._waiting: list[UnsavedLook] = []
        self._first: OrderedDict[int, UnsavedLook] = OrderedDict()
        self._lost: LostLooks | None = None
        self._has_failed = False
        self._waiting_since = 0.0
        self._keys: dict[date, bytes] = {}
        self._thread: threading.Thread | None = None

    def add(self, look: UnsavedLook) -> None:
        """Take in one look. In the background it returns at once, whatever happens to the look."""
        if self._pid != os.getpid():
            self._forget_parent()
        with self._changed:
            if len(self._waiting) >= self._queue_max:
                self._lose(look)
                return
            if not self._waiting:
                self._waiting_since = monotonic()
            self._waiting.append(look)
            self._first.setdefault(look.stamp_id, look)
            if self._in_background and self._thread is None:
                self._start_thread()
            self._changed.notify()
        if not self._in_background:
            self.flush()

    def find_first(self, stamp_id: int) -> FirstLook | None:
        """The first look at a stamp that waits to be saved, or None."""
        look = self._first.get(stamp_id)
        if look is None:
            return None
        return FirstLook(hour_of(look.looked_at), find_province_name(self._addresses, look.network))

    def is_behind(self) -> bool:
        """Whether looks cannot be saved at present or were lost, so that no record is complete."""
        if self._has_failed or self._lost is not None:
            return True
        return bool(self._waiting) and monotonic() - self._waiting_since > BEHIND_SECONDS

    @property
    def waiting_count(self) -> int:
        """Looks not saved yet."""
        return len(self._waiting)

    def flush(self) -> bool:
        """Save what waits, now, on the caller's thread. Answers whether that worked; if not, it goes on waiting."""
        with self._write_lock:
            batch, lost = list(self._waiting), self._lost
            if not batch and lost is None:
                return True
            try:
                with self._app.app_context(), transaction():
                    record_scans([self.finished(look) for look in batch], lost)
            except SQLAlchemyError as error:
                self._note_failure(error)
                return False
            self._forget(len(batch), lost)
            return True

    def _start_thread(self) -> None:
        if not self._is_registered:
            atexit.register(self.flush)
            self._is_registered = True
        self._thread = threading.Thread(target=self._run, name="scan-recorder", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while self._has_work():
            begun = monotonic()
            pause = BATCH_SECONDS if self.flush() else RETRY_SECONDS
            # Waits also when the look was the only one: the next within that time goes with its batch.
            time.sleep(max(0.0, pause - (monotonic() - begun)))

    def _has_work(self) -> bool:
        """Wait for looks; after a long pause there is none, and the thread ends until one comes."""
        with self._changed:
            if self._changed.wait_for(lambda: bool(self._waiting) or self._lost is not None, IDLE_SECONDS):
                return True
            self._thread = None
            return False

    def finished(self, look: UnsavedLook) -> Look:
        """The look with its province and device hash, without its address. Within a transaction."""
        told = f"{look.network}\n{look.agent}".encode("utf-8", "replace")
        return Look(
            stamp_id=look.stamp_id,
            looked_at=look.looked_at,
            province=find_province_name(self._addresses, look.network),
            device_hash=hmac.digest(self._key_of(look.looked_at), told, "sha256")[:HASH_BYTES],
        )

    def _key_of(self, instant: datetime) -> bytes:
        day = clock.vietnam_date(instant)
        if day not in self._keys:
            self._keys = {day: take_scan_key(day, os.urandom(KEY_BYTES))}
        return self._keys[day]

    def _lose(self, look: UnsavedLook) -> None:
        before = self._lost
        began_at = look.looked_at if before is None else before.began_at
        self._lost = LostLooks(began_at, look.looked_at, 1 if before is None else before.count + 1)

    def _note_failure(self, error: SQLAlchemyError) -> None:
        self._keys = {}  # a key of the transaction that failed was never stored
        if not self._has_failed:
            log.warning("looks wait to be saved", extra={"waiting": len(self._waiting)}, exc_info=error)
        self._has_failed = True

    def _forget(self, saved_count: int, lost: LostLooks | None) -> None:
        with self._changed:
            del self._waiting[:saved_count]
            # A look of the same stamp that came meanwhile needs no entry: the database knows of an earlier one.
            self._first = OrderedDict((look.stamp_id, look) for look in reversed(self._waiting))
            self._waiting_since = monotonic()
            self._has_failed = False
            if lost is not None:
                log.warning("looks were lost", extra={"count": lost.count})
                self._lost = None if self._lost is lost else self._lost
