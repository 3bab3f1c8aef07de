"""Fetching of what a log publishes, over HTTP or from a folder with a copy of it."""

import gzip
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from transparency.auditing.growing_tree import WIDTH

TRIES = 6
WAIT_SECONDS, WAIT_MAX_SECONDS, TIMEOUT_SECONDS = 2, 70, 60
PAGE = 100
BUSY = {429, 502, 503, 504}


class CannotReadError(Exception):
    """Something could not be had; says what and why."""


class Site:
    """The log below `url`, such as https://example.vn."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in {"http", "https", "file"}:
            raise CannotReadError(f"no address of a site: {url!r}")
        self.url = url.rstrip("/").removesuffix("/log")

    def get(self, path: str) -> bytes:
        """What lies at `path`. Raises CannotReadError."""
        for attempt in range(TRIES):
            try:
                return self._asked(path)
            except urllib.error.HTTPError as error:
                if error.code not in BUSY or attempt == TRIES - 1:
                    raise CannotReadError(f"{path}: answered with {error.code}") from None
                time.sleep(_wait(error.headers.get("Retry-After"), attempt))
            except (OSError, EOFError) as error:
                raise CannotReadError(f"{path}: {error}") from None
        raise CannotReadError(path)

    def entries(self, number: int, width: int) -> list[bytes]:
        """The entries of bundle `number`, `width` of them. Raises CannotReadError, also if there are not as many."""
        path = tile_path("entries", number, width)
        raw, entries, place = self.get(path), [], 0
        while place < len(raw):
            length = int.from_bytes(raw[place : place + 2], "big")
            entries.append(raw[place + 2 : place + 2 + length])
            place += 2 + length
        if place != len(raw) or len(entries) != width:
            raise CannotReadError(f"{path}: breaks off")
        return entries

    def single_entries(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of those entries from `start` to before `end` that there are, by the other address."""
        while start < end:
            items = self.json(f"/api/v1/log/entries?start={start}")["items"]
            for item in items:
                if item["seq"] < end:
                    yield item["seq"], item["leaf"].encode()
            start += PAGE

    def json(self, path: str) -> Any:
        """The JSON at `path`. Raises CannotReadError."""
        try:
            return json.loads(self.get(path))
        except ValueError:
            raise CannotReadError(f"{path}: no JSON") from None

    def _asked(self, path: str) -> bytes:
        asked = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self.url + path, headers={"Accept-Encoding": "gzip", "User-Agent": "audit.py"}
        )
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  # nosec B310 - as above
            raw: bytes = answer.read()
            return gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw


def tile_path(level: int | str, number: int, width: int) -> str:
    """Where a tile or bundle lies. Source: C2SP tlog-tiles."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"/log/tile/{level}/{path}" + ("" if width == WIDTH else f".p/{width}")


def _wait(told: str | None, attempt: int) -> int:
    wanted = int(told) if told and told.isdigit() else WAIT_SECONDS << attempt
    return min(max(1, wanted), WAIT_MAX_SECONDS)
