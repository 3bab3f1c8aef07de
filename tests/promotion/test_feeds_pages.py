"""Feeds as robots fetch them, and the pages of other shelves for producers and officers."""

import csv
import gzip
import io
import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from catalog.models import Variant
from catalog.models.listings import SaleStop
from core import clock as present
from core.db import db, transaction
from core.jobs.registry import periodic
from promotion.feeds import reading
from promotion.feeds.keeping import alone, find_kept
from promotion.jobs.channels import feeds_folder, make_feeds
from promotion.models.channels import (
    ChannelCount,
    ChannelExclusion,
    ChannelFetch,
    FeedKey,
    FeedRun,
    PlatformCategory,
)
from tests import factories
from tests.people import LAO_CAI, browser_of, make_member, make_officer
from tests.promotion.feed_goods import make_goods

pytestmark = pytest.mark.usefixtures("db_session")
NAMES = ("google.xml", "google.tsv", "facebook.csv", "schema.jsonl")
KEY = "/feeds/p/"


@pytest.fixture
def goods():
    return make_goods(slug="keo-dua", name="Kẹo dừa")


@pytest.fixture
def desk(app, goods):
    """The owner's browser and the address of the shelves."""
    owner = make_member(goods.producer)
    return browser_of(app, owner), f"/workspace/{goods.producer_id}/channels"


def send_form(browser, address, **facts):
    """Send a form as a person would: with the token of a page seen before."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)[1]
    return browser.post(address, data={"csrf_token": token, **facts})


def kept_of(app):
    return find_kept(feeds_folder(app.extensions["settings"]))


def fetched(client, name):
    return client.get(f"/feeds/{name}", headers={"Accept-Encoding": "gzip"})


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_feeds_of_the_shop_are_sent_compressed_plain_or_not_at_all(app, client, goods):
    before = [client.get(f"/feeds/{name}").status_code for name in NAMES]
    make_feeds()

    for name in NAMES:
        packed, plain = fetched(client, name), client.get(f"/feeds/{name}")
        again = client.get(f"/feeds/{name}", headers={"If-None-Match": packed.headers["ETag"]})
        assert (packed.status_code, plain.status_code, again.status_code) == (200, 200, 304)
        assert gzip.decompress(packed.data) == plain.data
        assert int(plain.headers["Content-Length"]) == len(plain.data)
        assert "keo-dua" in plain.text
        assert packed.headers["Last-Modified"] == "Sun, 22 Nov 2026 03:00:00 GMT"
        assert packed.headers["Access-Control-Allow-Origin"] == "*"

    assert before == [503] * 4
    assert client.get("/feeds/google.html").status_code == 404
    assert client.get("/feeds/shopee.xlsx").status_code == 404
    fetches = {row.channel: row.count for row in db.session.scalars(select(ChannelFetch))}
    assert fetches == {"google": 6, "facebook": 3, "schema": 3}


def test_whoever_has_the_file_is_always_told_so_but_noted_only_within_the_limit(client, goods):
    make_feeds()
    tag = client.get("/feeds/google.tsv").headers["ETag"]

    answers = [client.get("/feeds/google.tsv", headers={"If-None-Match": tag}) for _ in range(23)]

    assert {answer.status_code for answer in answers} == {304}
    assert db.session.scalar(select(ChannelFetch.count)) == 1 + 20
    assert client.get("/feeds/google.tsv").status_code == 200


def test_a_feed_is_made_anew_only_when_something_changed_and_sent_while_it_is_known_to_be_right(
    app, client, clock, goods
):
    make_feeds()
    first = kept_of(app)["google.tsv"]
    clock.move(timedelta(minutes=5))
    make_feeds()
    second = kept_of(app)["google.tsv"]
    with transaction():
        db.session.get_one(Variant, goods.variants[0].id).price_vnd = 130_000
    stale = client.get("/feeds/google.tsv").text
    make_feeds()
    fresh = client.get("/feeds/google.tsv").text

    assert (first.made_at, first.tag) == (second.made_at, second.tag)
    assert second.as_of - first.as_of == timedelta(minutes=5)
    assert ("125000 VND" in stale, "130000 VND" in fresh, "125000 VND" in fresh) == (True, True, False)
    assert periodic["promotion.make_feeds"].every == timedelta(minutes=5)
    clock.move(timedelta(minutes=30))
    assert client.get("/feeds/google.tsv").status_code == 200
    clock.move(timedelta(seconds=1))
    late = client.get("/feeds/google.tsv")
    assert (late.status_code, late.headers["Retry-After"]) == (503, "300")


def test_at_midnight_the_file_of_yesterday_is_sent_no_more(client, clock):
    make_goods(slug="het-han", certification={"expires_on": date(2026, 11, 22)})
    clock.set_vietnam(date(2026, 11, 22), time(23, 59, 58))
    make_feeds()
    evening = client.get("/feeds/google.xml").text
    clock.set_vietnam(date(2026, 11, 23), time(0, 0, 0))
    between = client.get("/feeds/google.xml").status_code
    make_feeds()
    morning = client.get("/feeds/google.xml").text

    assert ("OCOP 4 sao" in evening, between, "OCOP 4 sao" in morning, "het-han" in morning) == (
        True,
        503,
        False,
        True,
    )


def test_a_recall_takes_goods_out_of_the_next_file_and_a_choice_of_the_producer_too(app, client, goods, desk):
    browser, base = desk
    other = make_goods(slug="mut-dua", producer=goods.producer)
    make_feeds()
    factories.saved(SaleStop(product_id=goods.id, subject="recall:1", stopped_at=present.now()))
    send_form(browser, f"{base}/google/goods/{other.id}/choice", act="keep_off")
    make_feeds()

    texts = [client.get(f"/feeds/{name}").text for name in ("google.tsv", "facebook.csv")]

    assert [("keo-dua" in text, "mut-dua" in text) for text in texts] == [(False, False), (False, True)]
    counts = {(row.channel, row.reason): row.count for row in db.session.scalars(select(ChannelCount))}
    assert counts["google", "recalled"] == counts["google", "kept_off"] == 1
    assert counts["facebook", "offered"] == 1
    assert ("google", "offered") not in counts


def test_a_file_that_its_own_reader_refuses_is_not_put_in_place(app, client, goods, monkeypatch):
    make_feeds()
    right = kept_of(app)["facebook.csv"].tag
    with transaction():
        db.session.get_one(Variant, goods.variants[0].id).price_vnd = 130_000
    monkeypatch.setattr(reading, "FACEBOOK_FIELDS", ("id", "title"))

    make_feeds()

    assert kept_of(app)["facebook.csv"].tag == right
    assert "130000 VND" in client.get("/feeds/google.tsv").text
    last = db.session.scalars(
        select(FeedRun).order_by(FeedRun.id.desc()).where(FeedRun.name == "facebook.csv")
    ).first()
    assert (last.breach_count, last.row_count) == (1, 1)


def test_a_worker_that_died_half_way_leaves_nothing_and_two_at_once_do_it_once(app, goods):
    folder = feeds_folder(app.extensions["settings"])
    (folder / "new-left").mkdir(parents=True)
    (folder / "new-left" / "google.xml").write_text("half")
    (folder / "facts.json").write_text("{half")
    with alone(folder) as first:
        make_feeds()
        while_busy = count(FeedRun)
    make_feeds()

    assert (first, while_busy, count(FeedRun)) == (True, 0, 4)
    assert not (folder / "new-left").exists()
    assert len(list(folder.iterdir())) == 10


def test_own_feeds_open_with_the_key_alone_and_hold_own_goods_alone(app, client, goods, desk):
    browser, base = desk
    make_goods(slug="cua-nguoi-khac")
    assert "/feeds/p/" not in browser.get(base).text

    assert send_form(browser, f"{base}/key").status_code == 303
    first = db.session.scalar(select(FeedKey.key))
    page, text = browser.get(base).text, client.get(f"{KEY}{first}/google.xml").text
    send_form(browser, f"{base}/key")
    db.session.rollback()
    second = db.session.scalar(select(FeedKey.key).where(FeedKey.ended_at.is_(None)))

    assert f"{KEY}{first}/google.xml" in page
    assert ("keo-dua" in text, "cua-nguoi-khac" in text) == (True, False)
    assert (len(first), first != second) == (26, True)
    answers = [
        client.get(f"{KEY}{key}/{name}").status_code
        for key, name in (
            (first, "google.xml"),
            (second, "google.xml"),
            ("x" * 26, "google.xml"),
            (second, "keys.txt"),
        )
    ]
    assert answers == [404, 200, 404, 404]
    assert "1 lần trong 30 ngày" not in browser.get(f"{base}/google").text
    assert "được lấy 2 lần trong 30 ngày" in browser.get(base).text


def test_each_shelf_tells_in_words_what_is_missing_and_where_it_is_mended(app, desk, goods):
    browser, base = desk
    bare = make_goods(name="Mứt gừng", producer=goods.producer, pictures=0, weight_g=None, summary="Mứt.")

    page = browser.get(f"{base}/shopee").text
    english = browser.get(f"/en{base}/shopee").text

    assert "1 trên 2 sản phẩm đã lên kênh này." in page
    for words in ("Ảnh: còn thiếu.", "Khối lượng gói hàng khi gửi: còn thiếu.", "Chưa đối chiếu với sàn"):
        assert words in page
    assert f"/workspace/{goods.producer_id}/products/{bare.id}/photos" in page
    assert f"/workspace/{goods.producer_id}/products/{bare.id}/handling" in page
    assert page.index("Mứt gừng") < page.index("Kẹo dừa")
    assert "Not checked against the platform" in english
    assert "Not checked against the platform" in browser.get(f"/en{base}").text
    assert "Chưa đối chiếu" not in browser.get(f"{base}/google").text
    assert browser.get(f"{base}/amazon").status_code == 404


def test_every_file_is_fetched_from_the_workspace(desk, goods):
    browser, base = desk
    sheets = [f"{name}.xlsx" for name in ("shopee", "lazada", "tiki", "tiktok", "postmart")]

    answers = {name: browser.get(f"{base}/files/{name}") for name in (*NAMES, *sheets)}

    assert {answer.status_code for answer in answers.values()} == {200}
    assert (
        answers["shopee.xlsx"].headers["Content-Disposition"]
        == 'attachment; filename="2026-11-22-shopee.xlsx"'
    )
    assert answers["tiki.xlsx"].data.startswith(b"PK")
    [row] = csv.DictReader(io.StringIO(answers["facebook.csv"].text))
    assert row["title"] == "Kẹo dừa, 500 g – OCOP 4 sao"
    refused = [
        browser.get(f"{base}/files/{name}").status_code for name in ("google.xlsx", "shopee.csv", "..xlsx")
    ]
    assert refused == [404, 404, 404]


def test_choices_are_kept_once_however_often_they_are_sent(desk, goods):
    browser, base = desk
    address = f"{base}/shopee/goods/{goods.id}"

    for act in ("keep_off", "keep_off", "put_back", "put_back", "keep_off"):
        assert send_form(browser, f"{address}/choice", act=act).status_code == 303
    for category in ("Thực phẩm > Kẹo", " Thực phẩm  > Mứt "):
        assert send_form(browser, f"{address}/category", category=category).status_code == 303
    refused = send_form(browser, f"{address}/category", category="x" * 201)

    rows = db.session.execute(select(ChannelExclusion.ended_at).order_by(ChannelExclusion.id)).scalars().all()
    assert [ended is None for ended in rows] == [False, True]
    assert db.session.scalars(select(PlatformCategory.category)).all() == ["Thực phẩm > Mứt"]
    assert (refused.status_code, "Nhiều nhất 200 ký tự." in refused.text) == (422, True)
    send_form(browser, f"{address}/category", category="")
    assert count(PlatformCategory) == 0


def test_nobody_chooses_for_goods_of_others(app, desk, goods):
    browser, base = desk
    foreign = make_goods(name="Hàng người khác")
    stranger = browser_of(app, make_member(foreign.producer))
    packer = browser_of(app, make_member(goods.producer, "packer"))

    answers = [
        send_form(browser, f"{base}/shopee/goods/{foreign.id}/choice", act="keep_off").status_code,
        send_form(browser, f"{base}/shopee/goods/{foreign.id}/category", category="x").status_code,
        send_form(stranger, f"{base}/shopee/goods/{goods.id}/choice", act="keep_off").status_code,
        send_form(stranger, f"{base}/key").status_code,
        stranger.get(base).status_code,
        stranger.get(f"{base}/files/google.xml").status_code,
        send_form(packer, f"{base}/key").status_code,
    ]

    assert answers == [404] * 7
    assert [count(model) for model in (ChannelExclusion, PlatformCategory, FeedKey)] == [0, 0, 0]


def test_an_officer_sees_counts_of_the_own_province_alone(app, goods):
    make_goods(name="Kẹo không ảnh", pictures=0)
    make_feeds()

    own = browser_of(app, make_officer()).get("/office/channels").text
    other = browser_of(app, make_officer(province_code=LAO_CAI)).get("/office/channels").text
    nation = browser_of(app, make_officer("nation")).get("/office/channels").text

    assert "Vĩnh Long" in own
    assert "Còn thiếu thông tin cho kênh này: 1" in own
    assert own.count("Vĩnh Long") >= 8
    assert "Còn thiếu thông tin" not in other
    assert "Còn thiếu thông tin cho kênh này: 1" in nation
    assert "/feeds/google.xml" in nation
