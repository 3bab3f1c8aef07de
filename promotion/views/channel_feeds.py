"""The feeds themselves, for robots: those of the whole shop from the disk, those of a producer made on the spot."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from flask import Response, current_app, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.http import http_date

from core import clock
from core.config import Settings
from core.db import brief_transaction, db
from core.limits import address_prefix, rate_limited, use_up
from core.pages import Page, accepts_gzip, has_current, respond
from core.web.access import public
from core.web.headers import open_to_all
from promotion.channel_rules import ChannelKey, get_channel
from promotion.errors.channels import ChannelNotFoundError
from promotion.feeds.keeping import Kept, find_kept
from promotion.feeds.making import text_of
from promotion.feeds.writers import FEEDS, TextFile
from promotion.jobs.channels import feeds_folder, shop_of
from promotion.operations.channels import note_fetch
from promotion.queries.channel_goods import iter_own_goods
from promotion.queries.channels import find_key_owner

FETCH_LIMIT: Final = "20/minute"
RETRY_SECONDS: Final = 300
OWN_MOST: Final = 2_000
"""Products in a file of one producer."""
CHUNK_BYTES: Final = 256 * 1024
WHOLE_SHOP: Final = 0


@public
def feed(name: str) -> Response:
    """A feed of the whole shop, as it was known to be right at most half an hour ago.

    Compressed it is a few megabytes and sent in one go, because a web process has one thread, which would be held until
    a slow reader had taken everything. Plain, for the few who take nothing else, it comes piece by piece.
    """
    file = _file(name)
    now, settings = clock.now(), _settings()
    folder = feeds_folder(settings)
    kept = find_kept(folder).get(name)
    if kept is None or not kept.is_fresh(now, clock.today()):
        raise ServiceUnavailable(retry_after=RETRY_SECONDS)
    etag = f'W/"{kept.tag}"'
    headers = [
        ("Cache-Control", "no-cache"),
        ("ETag", etag),
        ("Last-Modified", http_date(kept.made_at)),
        ("Vary", "Accept-Encoding"),
    ]
    if has_current(etag):
        if _is_noted():
            _note(file.channel, WHOLE_SHOP)
        return open_to_all(Response(status=304, headers=headers))
    _limit()
    answer = _sent(folder, kept, file, headers)
    _note(file.channel, WHOLE_SHOP)
    return answer


@public
def own_feed(key: str, name: str) -> Response:
    """A feed of one producer, whose address only the producer and its shelves know; made on the spot."""
    file = _file(name)
    producer_id = find_key_owner(key)
    if producer_id is None:
        raise ChannelNotFoundError(name=name)
    _limit()
    text = own_text(producer_id, file)
    db.session.rollback()
    _note(file.channel, producer_id)
    return open_to_all(respond(Page(text.encode(), file.media_type)))


def own_text(producer_id: int, file: TextFile) -> str:
    """The feed of a producer's goods as they are at this moment."""
    now, on = clock.now(), clock.today()
    goods = islice(iter_own_goods(producer_id, on, now), OWN_MOST)
    return text_of(file, goods, get_channel(file.channel), (shop_of(_settings()), on, now))


def _sent(folder: Path, kept: Kept, file: TextFile, headers: list[tuple[str, str]]) -> Response:
    try:
        if accepts_gzip():
            packed = (folder / kept.packed).read_bytes()
            headers.append(("Content-Encoding", "gzip"))
            return open_to_all(Response(packed, headers=headers, content_type=file.media_type))
        headers.append(("Content-Length", str(kept.byte_count)))
        opened = (folder / kept.plain).open("rb")
    except FileNotFoundError:  # replaced by a later one at this very moment
        raise ServiceUnavailable(retry_after=1) from None

    def pieces() -> Iterator[bytes]:
        with opened:
            while piece := opened.read(CHUNK_BYTES):
                yield piece

    return open_to_all(Response(pieces(), headers=headers, content_type=file.media_type))


@rate_limited(FETCH_LIMIT, name="feeds")
def _limit() -> None:
    """Nothing but the counting; 304 costs nothing and is not counted here."""


def _is_noted() -> bool:
    """Whether an answer 304 is noted: each gets one, but writes only as often as files are sent to one network."""
    return use_up(FETCH_LIMIT, "feeds unchanged", address_prefix(request.remote_addr)).is_within


def _file(name: str) -> TextFile:
    file = FEEDS.get(name)
    if file is None:
        raise ChannelNotFoundError(name=name)
    return file


def _note(channel: ChannelKey, producer_id: int) -> None:
    """Count the fetch; a busy database loses the count, never the file."""
    try:
        with brief_transaction() as connection:
            note_fetch(connection, channel, producer_id, on=clock.today(), now=clock.now())
    except OperationalError:
        return


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
