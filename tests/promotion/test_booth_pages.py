"""The pages around the counter: its shell, its worker and manifest, and who may pair a telephone where."""

import gzip
import json
import re
from datetime import timedelta

import pytest

from core import clock
from core.assets import STATIC_FOLDER
from promotion.queries.booths import list_own_booths
from tests.factories import make_producer
from tests.people import actor, browser_of, make_member
from tests.promotion.booth_shop import make_booth, make_fair

KEPT_LINE = re.compile(r"const KEPT = (\{.*\});\n")
SCRIPTS_MAX_BYTES = 30 * 1024
COLD_MAX_BYTES = 120 * 1024
WORKER_MAX_BYTES = 2 * 1024


def kept(client):
    return json.loads(KEPT_LINE.match(client.get("/booth-sw.js").text)[1])


def packed(data):
    return len(gzip.compress(data, 9))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_counter_is_the_same_for_everybody_and_tells_what_it_needs(client, prefix):
    answer = client.get(f"{prefix}/booth")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    silent = re.search(r"<noscript>(.*?)</noscript>", answer.text, re.DOTALL)[1]
    assert f'href="{prefix}/workspace"' in silent


def test_what_the_worker_keeps_is_there_and_within_its_budget(client):
    facts = kept(client)

    files = [client.get(path) for path in facts["files"]]
    pages = [client.get(path) for path in facts["pages"]]
    scripts = [answer for path, answer in zip(facts["files"], files, strict=True) if path.endswith(".js")]

    assert [answer.status_code for answer in (*files, *pages)] == [200] * (len(files) + len(pages))
    assert [answer for answer in (*files, *pages) if "Set-Cookie" in answer.headers] == []
    assert sum(packed(answer.data) for answer in scripts) <= SCRIPTS_MAX_BYTES
    assert packed(client.get("/booth-sw.js").data) <= WORKER_MAX_BYTES
    # One language of the page is what a cold start asks for.
    assert sum(packed(answer.data) for answer in (*files, pages[0])) <= COLD_MAX_BYTES


def test_every_module_that_one_names_is_kept(client):
    facts = kept(client)
    named = set()
    for file in (STATIC_FOLDER / "js" / "booth").glob("*.js"):
        for found in re.findall(r'(?:from|import) "(\.[^"]+)"', file.read_text(encoding="utf-8")):
            path = (file.parent / found).resolve().relative_to(STATIC_FOLDER)
            named.add(f"/static/{path.as_posix()}")

    assert named - set(facts["files"]) == set()
    assert len(named) >= 12


def test_the_worker_is_asked_for_anew_and_known_again(client):
    answer = client.get("/booth-sw.js")

    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/booth-sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_manifest_starts_at_the_counter_of_the_language(client):
    vietnamese, english = (client.get(f"{prefix}/booth.webmanifest").get_json() for prefix in ("", "/en"))

    assert (vietnamese["start_url"], vietnamese["scope"], vietnamese["short_name"]) == (
        "/booth",
        "/booth",
        "Quầy",
    )
    assert (english["start_url"], english["lang"]) == ("/en/booth", "en")
    assert client.get("/booth").text.count('href="/booth.webmanifest"') == 1


def test_only_confirmed_booths_of_ones_own_at_fairs_not_over_are_offered(db_session):
    producer = make_producer()
    owner = make_member(producer)
    today = clock.today()
    mine = make_booth(producer)
    make_booth(make_producer(), mine.fair)
    yesterday = today - timedelta(days=1)
    over = make_fair(starts_on=yesterday, ends_on=yesterday, register_until_on=yesterday)
    make_booth(producer, over)
    make_booth(producer, state="registered")
    make_booth(producer, make_fair(published_at=None))

    found = list_own_booths(actor(owner), today)

    assert [each.participation.id for each in found] == [mine.id]
    assert list_own_booths(actor(make_member(make_producer())), today) == ()


def test_a_booth_of_somebody_else_is_not_found(app, db_session):
    producer = make_producer()
    owner, stranger = make_member(producer), make_member(make_producer())
    booth = make_booth(producer)

    seen = [
        browser_of(app, person).get(f"/booth/{booth.id}/phone").status_code for person in (owner, stranger)
    ]

    assert seen == [200, 404]
    assert booth.fair.name in browser_of(app, owner).get("/booth/booths").text
    assert booth.fair.name not in browser_of(app, stranger).get("/booth/booths").text
