"""The page of a fair: by the clock, by province and stars, cancelled, unpublished, saved."""

import gzip
import json
import re
from datetime import date, datetime, time, timedelta

import pytest

from core import clock as present
from core.db import db, transaction
from promotion.operations.fair_changes import touch_fair
from tests.factories import make_place, make_product
from tests.fairs import make_booth, make_exhibitor, make_fair, make_session
from tests.people import make_organiser
from tests.support.statements import counted
from traceability.models.packs import OfflinePack

pytestmark = pytest.mark.usefixtures("db_session")

TODAY = date(2026, 11, 22)


def event_of(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)[1])


def booths_of(page):
    return re.findall(r'<a data-booth href="([^"]+)"', page.text)


def test_a_fair_says_when_where_who_and_what(client, make_producer, clock):
    fair = make_fair(slug="hoi-cho", phone="+84912345678")
    maker = make_producer(slug="htx-dua", name="HTX Dừa Xanh")
    make_exhibitor(fair, make_product(name="Kẹo dừa", slug="keo", producer=maker))

    page = client.get("/fairs/hoi-cho")

    assert page.status_code == 200
    assert "<h1>Hội chợ OCOP Vĩnh Long</h1>" in page.text
    assert '<span class="num">21/11/2026</span> – <span class="num">23/11/2026</span>' in page.text
    assert "08:00–21:00" in page.text
    assert "Quảng trường Thử, 1 đường Trình Diễn, Vĩnh Long" in page.text
    assert "Ban tổ chức thử" in page.text
    assert "tel:+84912345678" in page.text
    assert booths_of(page) == ["/fairs/hoi-cho/booths/A1"]
    assert "HTX Dừa Xanh" in page.text
    assert 'href="/products/keo"' in page.text
    assert "Set-Cookie" not in page.headers
    assert "noindex" not in page.text


@pytest.mark.parametrize(
    ("day", "at", "said"),
    [
        (TODAY - timedelta(days=2), time(12), "Mở cửa ngày 21/11/2026"),
        (TODAY, time(7, 59), "Hôm nay mở cửa lúc 08:00"),
        (TODAY, time(8), "Đang mở, đến 21:00"),
        (TODAY, time(20, 59), "Đang mở, đến 21:00"),
        (TODAY, time(21), "Hôm nay đã đóng, mai mở lúc 08:00"),
        (TODAY + timedelta(days=1), time(21), "Đã kết thúc ngày 23/11/2026"),
        (TODAY + timedelta(days=2), time(12), "Đã kết thúc ngày 23/11/2026"),
    ],
)
def test_whether_it_is_open_follows_the_clock_though_the_page_is_kept(client, clock, day, at, said):
    make_fair(slug="hoi-cho", starts_on=TODAY - timedelta(days=1), ends_on=TODAY + timedelta(days=1))
    client.get("/fairs/hoi-cho")

    clock.set_vietnam(day, at)

    assert said in client.get("/fairs/hoi-cho").text


def test_a_kept_page_changes_with_the_fair_and_else_is_not_sent_again(client, clock):
    fair = make_fair(slug="hoi-cho", venue="Nhà cũ")
    tag = client.get("/fairs/hoi-cho").headers["ETag"]

    again = client.get("/fairs/hoi-cho", headers={"If-None-Match": tag})
    with transaction():
        fair.venue = "Nhà mới"
        touch_fair(fair.id, now=present.now())
    changed = client.get("/fairs/hoi-cho", headers={"If-None-Match": tag})

    assert again.status_code == 304
    assert changed.status_code == 200
    assert "Nhà mới" in changed.text


def test_a_kept_page_asks_the_database_once(client, clock):
    make_exhibitor(make_fair(slug="hoi-cho"), make_product())
    client.get("/fairs/hoi-cho")

    with counted() as statements:
        client.get("/fairs/hoi-cho")

    assert len(statements) <= 1


def test_a_cancelled_fair_stays_and_says_so(client, clock):
    who = make_organiser()
    fair = make_fair(slug="hoi-cho", organiser=who, live_url="https://live.example/1")
    with transaction():
        fair.cancelled_at, fair.cancelled_by_id, fair.cancel_reason = present.now(), who.id, "Bão số 9"
        touch_fair(fair.id, now=present.now())

    page = client.get("/fairs/hoi-cho")

    assert page.status_code == 200
    assert "<title>Đã hủy: Hội chợ OCOP Vĩnh Long" in page.text
    assert "Sự kiện này đã bị hủy và không diễn ra." in page.text
    assert "Bão số 9" in page.text
    assert "Đang mở" not in page.text
    assert "live.example" not in page.text.replace('"url":"https://live.example/1"', "")
    assert event_of(page)["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_fair_that_is_not_published_is_not_found(client, clock):
    make_fair(slug="nhap", published_at=None)

    assert [client.get(f"/fairs/nhap{rest}").status_code for rest in ("", ".ics", "/booths/A1")] == [404] * 3
    assert "nhap" not in client.get("/fairs").text
    assert client.get("/fairs/nowhere").status_code == 404


def test_booths_and_goods_can_be_narrowed_by_province_and_stars(client, make_producer, clock):
    fair = make_fair(slug="hoi-cho")
    far = make_producer(place=make_place(current_province_code="15", current_province="Tỉnh Lào Cai"))
    five = make_product(slug="nam-sao", certification={"stars": 5})
    make_exhibitor(fair, five, make_product(slug="bon-sao", producer=five.producer), code="A1")
    make_exhibitor(
        fair, make_product(slug="chua-sao", certification=None, producer=far), code="A2", spot={"left": 2}
    )

    everything, lao_cai, stars, none = (
        client.get(f"/fairs/hoi-cho{query}")
        for query in ("", "?province=lao-cai", "?stars=5", "?province=lao-cai&stars=5")
    )

    assert booths_of(everything) == ["/fairs/hoi-cho/booths/A1", "/fairs/hoi-cho/booths/A2"]
    assert booths_of(lao_cai) == ["/fairs/hoi-cho/booths/A2"]
    assert re.findall(r'href="/products/([a-z-]+)"', lao_cai.text) == ["chua-sao"]
    assert booths_of(stars) == ["/fairs/hoi-cho/booths/A1"]
    assert re.findall(r'href="/products/([a-z-]+)"', stars.text) == ["nam-sao"]
    assert booths_of(none) == []
    assert 'class="plan-dim"' in lao_cai.text
    assert 'class="plan-dim"' not in everything.text


def test_what_cannot_be_chosen_is_left_out(client, clock):
    make_exhibitor(make_fair(slug="hoi-cho"), make_product())
    plain = client.get("/fairs/hoi-cho").data

    hostile = (
        "stars=9",
        "stars=%F0",
        "province=nowhere",
        "page=x",
        "page=-1",
        "province=%00",
        "stars=5'--",
        "x=<b>",
    )

    assert [query for query in hostile if client.get(f"/fairs/hoi-cho?{query}").data != plain] == []
    assert "Không có trang 7." in client.get("/fairs/hoi-cho?page=7").text


def test_goods_that_are_not_listed_any_more_are_not_shown(client, clock):
    shown, gone = make_product(slug="con"), make_product(slug="het")
    make_exhibitor(make_fair(slug="hoi-cho"), shown, gone, producer=shown.producer)
    with transaction():
        gone.is_listed = False

    page = client.get("/fairs/hoi-cho").text

    assert 'href="/products/con"' in page
    assert "het" not in page
    assert "1 sản phẩm" in page


def test_the_programme_of_today_is_open_and_the_other_days_are_folded(client, clock):
    fair = make_fair(slug="hoi-cho")
    booth = make_booth(fair, "B2")
    make_session(fair, datetime(2026, 11, 21, 2, tzinfo=present.VIETNAM), "Hôm qua")
    make_session(fair, datetime(2026, 11, 22, 9, tzinfo=present.VIETNAM), "Nấu ăn", booth_id=booth.id)

    page = client.get("/fairs/hoi-cho").text

    assert re.findall(r'<details class="fair-day"( open)?>', page) == ["", " open"]
    assert "Hôm nay, 22/11/2026" in page
    assert "09:00–10:00" in page
    assert 'href="/fairs/hoi-cho/booths/B2"' in page


def test_search_engines_are_told_of_an_event_without_tickets(client, clock):
    make_fair(slug="hoi-cho", name="Chợ </script><b>", name_en="Fair")

    page = client.get("/fairs/hoi-cho")

    assert event_of(page) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Chợ </script><b>",
        "alternateName": "Fair",
        "url": "http://market.test/fairs/hoi-cho",
        "startDate": "2026-11-21T08:00:00+07:00",
        "endDate": "2026-11-23T21:00:00+07:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Quảng trường Thử",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "1 đường Trình Diễn",
                "addressRegion": "Vĩnh Long",
                "addressCountry": "VN",
            },
        },
        "organizer": {"@type": "Organization", "name": "Ban tổ chức thử"},
    }
    assert "<b>" not in page.text.split("</title>")[0]


def test_a_live_session_leads_out_and_says_where_to(client, clock):
    make_fair(
        slug="phien",
        kind="live_session",
        province_code=None,
        address="",
        live_url="https://live.example/xem?a=1&b=2",
    )

    page = client.get("/fairs/phien").text

    assert 'href="https://live.example/xem?a=1&amp;b=2" rel="noopener nofollow external"' in page
    assert "Dẫn sang trang web khác: live.example" in page
    assert "Chép địa chỉ" not in page


def test_what_is_made_up_says_so_and_is_not_for_search_engines(client, clock):
    make_fair(slug="thu", organiser=make_organiser(is_demonstration=True))

    page = client.get("/fairs/thu")

    assert '<meta name="robots" content="noindex, follow">' in page.text
    assert event_of(page)["disambiguatingDescription"].startswith("Demonstration data")


def test_a_list_of_codes_of_the_fair_is_offered_with_it(client, clock):
    fair = make_fair(slug="hoi-cho")
    without = client.get("/fairs/hoi-cho").text
    with transaction():
        pack = OfflinePack(name="hoi-cho", title="Hội chợ", file=b"x", digest="0" * 64, byte_count=5000)
        pack.made_at = present.now()
        db.session.add(pack)
        touch_fair(fair.id, now=present.now())

    with_pack = client.get("/fairs/hoi-cho").text

    assert "data-pack=" not in without
    assert 'data-pack="/api/v1/offline-packs/hoi-cho" data-pack-bytes="5000"' in with_pack


def test_two_hundred_booths_keep_the_page_small(client, make_producer, clock):
    fair = make_fair(slug="lon", plan_columns=20, plan_rows=10)
    place = make_place()
    product = make_product()
    for number in range(200):
        maker = make_producer(place=place, name=f"Hợp tác xã số {number}")
        spot = {"left": number % 20 + 1, "top": number // 20 + 1}
        make_exhibitor(
            fair, *([product] if number == 0 else []), producer=maker, code=f"A{number}", spot=spot
        )

    page = client.get("/fairs/lon")

    assert len(booths_of(page)) == 200
    assert len(gzip.compress(page.data)) <= 20_000
