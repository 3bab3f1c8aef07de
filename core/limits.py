"""How often an address may do a thing.

Two kinds. `rate_limited` guards a route coarsely, in the memory of the process or, if `REDIS_URL` is set, in
Redis for all processes together; when Redis is away it falls back to memory. `count_attempt` counts in the
database, for limits that must hold across processes and restarts.
Addresses of people are counted by prefix and keyed hash, and nowhere stored.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from ipaddress import IPv6Address, ip_address
from typing import Any, Final, cast

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from core import clock
from core.config import Settings
from core.db import brief_transaction, db, transaction
from core.jobs.registry import job
from core.rate_models import AttemptCount

log = logging.getLogger("core.limits")

IPV4_PREFIX_BITS: Final = 24
IPV6_PREFIX_BITS: Final = 48
HASH_BYTES: Final = 16
REDIS_WAIT_SECONDS: Final = 0.2
DROP_EVERY_SECONDS: Final = 1.0

_EXTENSION: Final = "core.limits"


class _Memory(MemoryStorage):
    """Counts of this process. The library begins a thread at each use to drop what is over; here one in a second.

    What is over counts for nothing whether it was dropped or not. Source: limits 5.8, `limits/storage/memory.py`.
    """

    _dropped_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - its name in the library, as Python mangles it
        now = time.monotonic()
        if now - self._dropped_at >= DROP_EVERY_SECONDS:
            self._dropped_at = now
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]


def set_up_limits(app: Flask, settings: Settings) -> None:
    """Make ready the coarse limits of `app`. Redis need not answer yet, or ever."""
    storage = _storage(settings.redis_url)
    app.extensions[_EXTENSION] = _Limits(storage, settings.secret_key)


def _storage(redis_url: str | None) -> Storage:
    if redis_url is None:
        return _Memory()
    waits = {"socket_connect_timeout": REDIS_WAIT_SECONDS, "socket_timeout": REDIS_WAIT_SECONDS}
    storage = storage_from_string(redis_url, wrap_exceptions=True, **waits)
    return cast(Storage, storage)  # only addresses that begin with "async+" give the other kind


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit after one more use. reset_seconds: until there is room again, or all of it."""

    limit: int
    remaining: int
    reset_seconds: int
    is_within: bool


class _Limits:
    def __init__(self, storage: Storage, key: str) -> None:
        self.key = hashlib.sha256(b"core.limits:" + key.encode()).digest()
        self._shared = MovingWindowRateLimiter(storage)
        self._own = MovingWindowRateLimiter(_Memory())

    def hit(self, limit: RateLimitItem, name: str, who: str) -> bool:
        try:
            return self._shared.hit(limit, name, who)
        except (StorageError, OSError) as error:
            log.warning("shared limits unavailable, counting in this process", exc_info=error)
            return self._own.hit(limit, name, who)

    def remaining(self, limit: RateLimitItem, name: str, who: str) -> int:
        try:
            return int(self._shared.get_window_stats(limit, name, who).remaining)
        except (StorageError, OSError):
            return int(self._own.get_window_stats(limit, name, who).remaining)

    def seconds_to_wait(self, limit: RateLimitItem, name: str, who: str) -> int:
        try:
            reset_at = self._shared.get_window_stats(limit, name, who).reset_time
        except (StorageError, OSError):
            reset_at = self._own.get_window_stats(limit, name, who).reset_time
        return min(max(1, round(reset_at - clock.now().timestamp())), limit.get_expiry())


def rate_limited(
    limit: str, *, name: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of a view: at most `limit` ("60/minute") requests per address prefix, else 429 with Retry-After.

    name: views with the same name share the count; by default each counts alone.
    """
    item = parse(limit)

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        count_as = name or f"{view.__module__}.{view.__name__}"

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            limits: _Limits = current_app.extensions[_EXTENSION]
            who = address_prefix(request.remote_addr)
            if not limits.hit(item, count_as, who):
                raise TooManyRequests(retry_after=limits.seconds_to_wait(item, count_as, who))
            return view(*args, **kwargs)

        return guarded

    return decorate


def use_up(limit: str, name: str, who: str) -> Allowance:
    """Count one use of `name` by `who` (no address: a key, a person), and tell what is left of `limit`."""
    item = parse(limit)
    limits: _Limits = current_app.extensions[_EXTENSION]
    is_within = limits.hit(item, name, who)
    return Allowance(
        limit=item.amount,
        remaining=limits.remaining(item, name, who),
        reset_seconds=limits.seconds_to_wait(item, name, who),
        is_within=is_within,
    )


def address_prefix(address: str | None) -> str:
    """The network that `address` belongs to: /24 of IPv4, /48 of IPv6, "unknown" for what is no address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = IPV4_PREFIX_BITS if parsed.version == 4 else IPV6_PREFIX_BITS
    size = 32 if parsed.version == 4 else 128
    return f"{type(parsed)(int(parsed) >> (size - bits) << (size - bits))}/{bits}"


def hash_address(address: str | None, *, now: datetime) -> bytes:
    """16 bytes that stand for the prefix of `address` on this day (UTC), useless without our key."""
    limits: _Limits = current_app.extensions[_EXTENSION]
    told = f"{now:%Y-%m-%d}:{address_prefix(address)}".encode()
    return hmac.digest(limits.key, told, "sha256")[:HASH_BYTES]


def count_attempt(name: str, address: str | None, *, limit: int, window: timedelta, now: datetime) -> bool:
    """Count one attempt at `name` from the prefix of `address`; whether it is within `limit` per `window`.

    Windows stand on the clock (each minute anew). Call outside a transaction: it writes on a connection of
    its own, and lets the attempt pass uncounted rather than wait for a busy database.
    """
    span = int(window.total_seconds())
    ends_at = datetime.fromtimestamp((int(now.timestamp()) // span + 1) * span, tz=now.tzinfo)
    values = {"name": name, "who": hash_address(address, now=now), "ends_at": ends_at, "attempts": 1}
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    count = dialect.insert(AttemptCount.__table__).values(values)
    count = count.on_conflict_do_update(
        index_elements=["name", "who", "ends_at"], set_={"attempts": AttemptCount.attempts + 1}
    )
    try:
        with brief_transaction() as connection:
            attempts = connection.scalar(count.returning(AttemptCount.attempts))
    except OperationalError:
        log.warning("attempt not counted", extra={"limit": name})
        return True
    return attempts is None or attempts <= limit


def is_over_limit(name: str, address: str | None, *, limit: int, now: datetime) -> bool:
    """Whether the prefix of `address` has used up `limit` attempts at `name` in the window of `now`. Only reads."""
    who = hash_address(address, now=now)
    same = (AttemptCount.name == name, AttemptCount.who == who, AttemptCount.ends_at > now)
    attempts = db.session.scalar(select(AttemptCount.attempts).where(*same))
    return attempts is not None and attempts >= limit


@job("core.delete_old_attempts", every=timedelta(hours=1))
def delete_old_attempts() -> None:
    """Forget counts whose window is over."""
    with transaction():
        db.session.execute(delete(AttemptCount).where(AttemptCount.ends_at < clock.now()))
