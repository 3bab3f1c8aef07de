"""The list of fairs, the block on the front page, the part of the site map."""

import re
from datetime import date, timedelta

import pytest

from core import clock as present
from core.db import transaction
from promotion.operations.fair_changes import touch_fair
from promotion.queries.public_fairs import PER_PAGE
from tests.factories import make_product
from tests.fairs import make_exhibitor, make_fair
from tests.people import make_organiser

pytestmark = pytest.mark.usefixtures("db_session")

TODAY = date(2026, 11, 22)


def in_days(first, last=None):
    starts_on = TODAY + timedelta(days=first)
    return {"starts_on": starts_on, "ends_on": TODAY + timedelta(days=first + 1 if last is None else last)}


def fairs_of(page):
    return re.findall(r'<li class="fair-line"><h3><a href="/fairs/([a-z0-9-]+)"', page.text)


def test_fairs_of_these_days_come_first_then_the_soonest(client, clock):
    make_fair(slug="sau", **in_days(9))
    make_fair(slug="nay", **in_days(-1))
    make_fair(slug="mai", **in_days(1))
    make_fair(slug="qua", **in_days(-9))
    make_fair(slug="truoc-nua", **in_days(-19))
    make_fair(slug="nhap", published_at=None)

    now, past = client.get("/fairs"), client.get("/fairs?when=past")

    assert fairs_of(now) == ["nay", "mai", "sau"]
    assert now.text.index("Đang diễn ra") < now.text.index("Sắp tới")
    assert fairs_of(past) == ["qua", "truoc-nua"]


def test_fairs_can_be_narrowed_by_province_and_kind(client, clock):
    make_fair(slug="cho")
    make_fair(slug="trien-lam", kind="exhibition", province_code="15")

    assert fairs_of(client.get("/fairs?province=lao-cai")) == ["trien-lam"]
    assert fairs_of(client.get("/fairs?kind=fair")) == ["cho"]
    assert fairs_of(client.get("/fairs?kind=fair&province=lao-cai")) == []
    assert "Không có hội chợ nào như vậy" in client.get("/fairs?kind=fair&province=lao-cai").text
    assert client.get("/fairs?kind=x&province=binh-duong&page=0").data == client.get("/fairs").data


def test_past_fairs_come_by_pages(client, clock):
    organiser = make_organiser()
    for number in range(PER_PAGE + 1):
        make_fair(slug=f"cu-{number}", organiser=organiser, **in_days(-9 - number))

    first, second = client.get("/fairs?when=past"), client.get("/fairs?when=past&page=2")

    assert len(fairs_of(first)) == PER_PAGE
    assert fairs_of(second) == [f"cu-{PER_PAGE}"]
    assert 'href="/fairs?when=past&amp;page=2"' in first.text


def test_without_a_fair_there_is_a_way_on(client):
    page = client.get("/fairs").text

    assert "Hiện chưa có hội chợ nào được công bố" in page
    assert '<a class="button" href="/products">' in page


def test_the_front_page_shows_the_next_three_and_changes_with_them(client, clock):
    organiser = make_organiser()
    without = client.get("/").text
    fairs = [make_fair(slug=f"hc-{number}", organiser=organiser, **in_days(number)) for number in range(4)]
    make_fair(slug="cu", organiser=organiser, **in_days(-9))
    with_fairs = client.get("/")
    with transaction():
        fairs[0].cancelled_at, fairs[0].cancelled_by_id, fairs[0].cancel_reason = (
            present.now(),
            organiser.id,
            "Mưa",
        )
        touch_fair(fairs[0].id, now=present.now())
    after = client.get("/")

    assert "Hội chợ sắp tới" not in without
    assert fairs_of(with_fairs) == ["hc-0", "hc-1", "hc-2"]
    assert fairs_of(after) == ["hc-1", "hc-2", "hc-3"]


def test_at_midnight_a_fair_of_yesterday_leaves_the_front_page(client, clock):
    make_fair(slug="nay", **in_days(-1, 0))
    before = fairs_of(client.get("/"))

    clock.set_vietnam(TODAY + timedelta(days=1))

    assert before == ["nay"]
    assert fairs_of(client.get("/")) == []


def test_the_site_map_names_fairs_and_booths_that_are_not_over(client, clock):
    make_exhibitor(make_fair(slug="nay"), make_product(), code="A1")
    make_exhibitor(make_fair(slug="qua", **in_days(-9)), make_product(), code="A1")
    make_exhibitor(make_fair(slug="nhap", published_at=None), make_product(), code="A1")
    make_fair(slug="thu", organiser=make_organiser(is_demonstration=True))

    index, part = client.get("/sitemap.xml").text, client.get("/sitemap-fairs.xml")
    paths = re.findall("<loc>http://market.test(/[^<]*)</loc>", part.text)

    assert "<loc>http://market.test/sitemap-fairs.xml</loc>" in index
    assert part.content_type == "application/xml; charset=utf-8"
    assert [path for path in paths if not path.startswith("/en")] == [
        "/fairs",
        "/fairs/nay",
        "/fairs/qua",
        "/fairs/nay/booths/A1",
    ]
    assert "<lastmod>2026-11-22</lastmod>" in part.text
