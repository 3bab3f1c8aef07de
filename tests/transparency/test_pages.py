"""The public log for people and for programs."""

import re

from core.db import db, transaction
from tests.transparency.logs import certified, enter
from transparency.merkle import is_consistent, is_included, leaf_hash
from transparency.queries.proofs import get_root


def test_the_log_lists_the_newest_first_with_what_each_means(client, db_session):
    record = certified()
    enter(1)

    page = client.get("/log").text

    assert page.index("made.up: thing:0") < page.index("Công nhận 4 sao: Kẹo dừa")
    assert get_root().root.hex() in page
    assert 'href="/log/0"' in page
    assert record.product.name in page


def test_an_entry_tells_its_facts_and_leads_to_the_product(client, db_session):
    slug = certified().product.slug

    page = client.get("/log/0").text
    english = client.get("/en/log/0").text

    assert f'href="/products/{slug}"' in page
    for told in ("Quyết định</dt><dd>5/QĐ-UBND", "Ngày quyết định</dt><dd>01/06/2025", "<dd>tỉnh"):
        assert told in page
    assert "Recognised with 4 stars: Kẹo dừa" in english
    assert f'href="/en/products/{slug}"' in english


def test_what_is_not_known_here_is_told_as_it_stands(client, db_session):
    from core import clock as present
    from transparency.operations import append

    with transaction():
        append(
            "made.up", "thing:1", {"called": "x", "odd_fact": ["<b>", 1], "day": "2026-99-99"}, present.now()
        )

    page = client.get("/log/0").text

    assert "odd_fact" in page
    assert "2026-99-99" in page
    assert "<b>" not in page


def test_pages_of_the_log_hold_fifty_entries_each(client, db_session):
    enter(120)

    first, last, beyond = (client.get(f"/log?page={page}").text for page in (1, 3, 4))

    assert [len(re.findall(r'href="/log/\d', page)) for page in (first, last, beyond)] == [50, 20, 0]
    assert "made.up: thing:119" in first
    assert "made.up: thing:0" in last
    assert "Không có trang 4." in beyond
    assert client.get("/log?page=x").text == first
    assert client.get("/log?page=0").text == first


def test_a_new_entry_shows_at_once(client, db_session):
    before = client.get("/log")
    enter(1)

    assert "Chưa ghi nhận việc nào" in before.text
    assert "made.up: thing:0" in client.get("/log", headers={"If-None-Match": before.headers["ETag"]}).text


def test_there_is_no_other_entry(client, db_session):
    enter(1)

    for path in ("/log/1", "/log/99999999999999999999", "/log/-1", "/log/x"):
        assert client.get(path).status_code == 404
        assert client.get(f"/api/v1{path.replace('log', 'log/entries')}").status_code == 404


def test_a_stranger_can_verify_with_the_data_alone(client, db_session):
    enter(7)
    noted = client.get("/api/v1/log/root").json
    enter(5, start=7)

    entries = client.get("/api/v1/log/entries?start=2").json
    shown = client.get("/api/v1/log/entries/3").json
    proof = client.get(f"/api/v1/log/consistency/{noted['size']}").json

    assert [each["seq"] for each in entries["items"]] == list(range(2, 12))
    leaf = leaf_hash(shown["leaf"].encode())
    assert leaf.hex() == shown["leaf_hash"] == entries["items"][1]["leaf_hash"]
    hashes = [bytes.fromhex(each) for each in shown["proof"]]
    assert is_included(leaf, 3, 12, hashes, bytes.fromhex(shown["root"]))
    assert (proof["old_root"], proof["root"]) == (noted["root"], shown["root"])
    hashes = [bytes.fromhex(each) for each in proof["proof"]]
    assert is_consistent(7, bytes.fromhex(noted["root"]), 12, bytes.fromhex(proof["root"]), hashes)


def test_impossible_sizes_and_starts_are_told(client, db_session):
    enter(2)

    assert client.get("/api/v1/log/consistency/0").status_code == 404
    assert client.get("/api/v1/log/consistency/3").status_code == 404
    refused = client.get("/api/v1/log/entries?start=-1")
    assert (refused.status_code, refused.json["parameter"]) == (422, "start")
    assert client.get("/api/v1/log/entries?start=5").json == {"size": 2, "items": []}
    assert db.session.is_active
