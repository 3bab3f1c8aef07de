"""The page cache: same page, no work; changed page, new work; never more memory than allowed."""

import gzip
import random
from datetime import date, time

import pytest
from flask import Response, request, session

from core.pages import Page, PageCache, cached_page, page_cache
from core.web.access import public

LONG = "một trang dài " * 500


def _page(number):
    """A thousand bytes that no compressing makes smaller."""
    return Page(random.Random(number).randbytes(1_000))


@pytest.fixture
def made(app):
    """Calls of the page's maker; `/try?v=…` is the page, v its version."""
    calls = []

    def make():
        calls.append(1)
        return f"{LONG}{len(calls)}"

    app.add_url_rule("/try", "try", public(lambda: cached_page("try", request.args.get("v"), make)))
    return calls


def test_a_page_is_made_once_for_a_version(client, made):
    first, second = client.get("/try?v=1"), client.get("/try?v=1")

    assert first.data == second.data
    assert len(made) == 1
    client.get("/try?v=2")
    assert len(made) == 2


def test_each_language_has_its_own_page(client, made):
    client.get("/try")
    client.get("/en/try")

    assert len(made) == 2


def test_at_midnight_in_vietnam_every_page_is_made_anew(client, made, clock):
    clock.set_vietnam(date(2026, 11, 22), time(23, 59, 59))
    client.get("/try")
    client.get("/try")
    assert len(made) == 1

    clock.set_vietnam(date(2026, 11, 23), time(0, 0, 0))
    client.get("/try")
    assert len(made) == 2


def test_a_browser_asks_each_time_and_is_told_when_nothing_changed(client, made):
    answer = client.get("/try?v=1")
    assert answer.headers["Cache-Control"] == "no-cache"

    again = client.get("/try?v=1", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert (
        client.get("/try?v=1", headers={"If-None-Match": f'"x", {answer.headers["ETag"]}'}).status_code == 304
    )
    assert client.get("/try?v=2", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip;q=0", None), ("br, gzip ; q=0.0, *", None), ("gzip;q=0.5", "gzip"), ("br;q=0, gzip", "gzip")],
)
def test_who_refuses_gzip_gets_none(client, made, accepted, encoding):
    answer = client.get("/try", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding


def test_a_page_is_compressed_for_who_takes_it(client, made):
    plain = client.get("/try")
    packed = client.get("/try", headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.data))


def test_each_application_has_its_own_cache(make_app):
    first, second = make_app(), make_app()

    with first.app_context():
        page_cache().put("k", Page(b"x"))
    with second.app_context():
        assert page_cache().get("k") is None


def test_the_cache_never_holds_more_than_its_bound():
    cache = PageCache(max_bytes=20_000)
    for number in range(50):
        cache.put(number, _page(number))
        assert cache.size_bytes <= 20_000
    kept = len(cache)

    assert kept >= 4
    assert cache.get(49 - kept) is None
    assert cache.get(49) is not None
    cache.put("large", Page(random.Random(1).randbytes(40_000)))
    assert cache.get("large") is None


def test_the_page_longest_unused_goes_first():
    cache = PageCache(max_bytes=7_000)
    cache.put("a", _page(1))
    cache.put("b", _page(2))
    cache.get("a")

    cache.put("c", _page(3))
    cache.put("d", _page(4))

    assert cache.get("b") is None
    assert cache.get("a") is not None


def test_older_pages_are_kept_compressed_and_say_the_same():
    text = LONG.encode()
    cache = PageCache(max_bytes=10 * len(text))
    for number in range(100):
        cache.put(number, Page(text + str(number).encode()))

    assert len(cache) > 30
    oldest = cache.get(100 - len(cache))
    expected = Page(text + str(100 - len(cache)).encode())
    assert (oldest.body, oldest.etag) == (expected.body, expected.etag)
    assert gzip.decompress(oldest.gzipped()) == expected.body


def test_putting_a_page_twice_counts_it_once():
    cache = PageCache()
    cache.put("a", Page(b"x" * 1_000))
    size = cache.size_bytes

    cache.put("a", Page(b"y" * 1_000))

    assert cache.size_bytes == size
    cache.clear()
    assert (cache.size_bytes, len(cache)) == (0, 0)


def test_answers_made_on_the_spot_are_compressed_too(app, client):
    app.add_url_rule("/spot", "spot", public(lambda: LONG))

    answer = client.get("/spot", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(answer.data).decode() == LONG
    assert "Content-Encoding" not in client.get("/spot").headers


def test_what_depends_on_a_cookie_is_never_compressed(app, client):
    app.add_url_rule("/mine", "mine", public(lambda: LONG + str(session.get("x"))))
    app.add_url_rule("/image", "image", public(lambda: Response(b"x" * 5_000, mimetype="image/png")))

    for path in ("/mine", "/image"):
        assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "gzip"}).headers
