"""The worker of the browser, the app's manifest, and the page for when there is no network."""

import gzip
import io
import json
import re

from PIL import Image

from core import clock as present
from core.assets import STATIC_FOLDER
from core.db import db, transaction
from traceability.models import SealKeyList

KEPT_LINE = re.compile(r"const KEPT = (\{.*\});\n")


def kept(client):
    return json.loads(KEPT_LINE.match(client.get("/sw.js").text)[1])


def test_the_worker_is_a_script_that_browsers_ask_for_anew(client):
    answer = client.get("/sw.js")

    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer.headers
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_worker_keeps_its_budget(client):
    assert len(gzip.compress(client.get("/sw.js").data, 9)) <= 4_096


def test_what_the_worker_keeps_is_there_and_sets_no_cookie(client):
    facts = kept(client)

    answers = [client.get(path) for path in [*facts["files"], facts["fallback"]]]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert [answer for answer in answers if "Set-Cookie" in answer.headers] == []
    for pages in (facts["offline"], facts["stamp"]):
        assert set(pages.values()) <= set(facts["files"])
    assert sum(len(gzip.compress(answer.data, 9)) for answer in answers[:-1]) <= 90_000


def test_another_root_key_is_another_worker(client, db_session):
    before = kept(client)
    with transaction():
        db.session.add(SealKeyList(note="x", root="market.test+00000000+AA", issued_at=present.now()))

    after = kept(client)

    assert before["version"] != after["version"]
    assert before["files"] == after["files"]
    assert "market.test+00000000+AA" in client.get("/offline/stamp").text


def test_paths_that_the_worker_may_keep_are_public_ones(client):
    script = (STATIC_FOLDER / "js" / "worker.js").read_text(encoding="utf-8")
    public = re.compile(re.search(r"const PUBLIC =\s+/(.*)/;", script)[1].replace(r"\/", "/"))

    private = (
        "/cart",
        "/checkout",
        "/orders",
        "/account",
        "/workspace/1",
        "/office",
        "/admin",
        "/sign-in",
        "/T/A/report",
    )
    assert [path for path in private if public.search(path) or public.search(f"/en{path}")] == []
    assert [
        path for path in ("/", "/en", "/products", "/en/products/keo-dua", "/scan") if not public.search(path)
    ] == []


def test_the_manifest_names_icons_of_their_size(client):
    answer = client.get("/manifest.webmanifest")

    facts = answer.get_json()
    assert answer.content_type == "application/manifest+json"
    assert (facts["short_name"], facts["start_url"], facts["scope"]) == ("Chợ OCOP", "/", "/")
    assert {icon["purpose"] for icon in facts["icons"]} == {"any", "maskable"}
    for icon in facts["icons"]:
        picture = Image.open(io.BytesIO(client.get(icon["src"]).data))
        assert icon["sizes"] == f"{picture.width}x{picture.height}"
    assert [client.get(each["url"]).status_code for each in facts["shortcuts"]] == [200] * 3


def test_the_page_for_no_network_speaks_both_languages(client):
    assert "<h1>Không có mạng</h1>" in client.get("/offline").text
    assert "<h1>No network</h1>" in client.get("/en/offline").text


def test_no_state_without_a_network_calls_goods_genuine(client):
    for path, words in (
        ("/offline/stamp", ("thật", "chính hãng")),
        ("/en/offline/stamp", ("genuine", "authentic")),
    ):
        text = client.get(path).text.lower()
        assert [word for word in words if word in text] == []
        assert text.count('data-verdict="') == 8
