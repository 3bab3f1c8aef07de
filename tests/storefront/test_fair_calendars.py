"""Calendar files of fairs over the web: all that come, and one with its programme."""

from datetime import datetime

import pytest

from core import clock as present
from core.db import transaction
from promotion.operations.fair_changes import touch_fair
from tests.fairs import make_booth, make_fair, make_session
from tests.people import make_organiser

pytestmark = pytest.mark.usefixtures("db_session")


def lines_of(answer):
    return answer.text.replace("\r\n ", "").split("\r\n")


def test_a_fair_and_its_programme_are_entries_of_a_calendar(client, clock):
    fair = make_fair(slug="hoi-cho", name_en="OCOP fair; big", summary="Hai dòng\nở đây")
    booth = make_booth(fair, "B2")
    make_session(fair, datetime(2026, 11, 22, 9, tzinfo=present.VIETNAM), "Nấu ăn", booth_id=booth.id)
    with transaction():
        touch_fair(fair.id, now=present.now())

    answer, english = client.get("/fairs/hoi-cho.ics"), client.get("/en/fairs/hoi-cho.ics")

    lines = lines_of(answer)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert lines.count("BEGIN:VEVENT") == 2
    assert f"UID:fair-{fair.id}@market.test" in lines
    assert "DTSTART;VALUE=DATE:20261121" in lines
    assert "DTEND;VALUE=DATE:20261124" in lines
    assert "SEQUENCE:1" in lines
    assert "DTSTAMP:20261122T030000Z" in lines
    assert "DESCRIPTION:Hai dòng\\nở đây\\n\\nMở cửa hằng ngày 08:00–21:00." in lines
    assert "LOCATION:Quảng trường Thử\\, 1 đường Trình Diễn\\, Vĩnh Long" in lines
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261122T090000" in lines
    assert "LOCATION:Gian B2\\, Quảng trường Thử\\, 1 đường Trình Diễn\\, Vĩnh Long" in lines
    assert "SUMMARY:OCOP fair\\; big" in lines_of(english)
    assert "URL:http://market.test/en/fairs/hoi-cho" in lines_of(english)


def test_the_calendar_of_all_fairs_hears_of_a_cancellation(client, clock):
    organiser = make_organiser()
    fair = make_fair(slug="hoi-cho", organiser=organiser)
    make_fair(slug="nhap", published_at=None, name="Bản nháp")
    before = client.get("/fairs.ics")
    with transaction():
        fair.cancelled_at, fair.cancelled_by_id, fair.cancel_reason = present.now(), organiser.id, "Bão"
        touch_fair(fair.id, now=present.now())

    after = client.get("/fairs.ics", headers={"If-None-Match": before.headers["ETag"]})

    assert [line for line in lines_of(before) if line.startswith(("STATUS", "SEQUENCE"))] == [
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
    ]
    assert [line for line in lines_of(after) if line.startswith(("STATUS", "SEQUENCE"))] == [
        "SEQUENCE:1",
        "STATUS:CANCELLED",
    ]
    assert "Bản nháp" not in before.text


def test_an_empty_calendar_can_be_followed(client):
    answer = client.get("/fairs.ics")

    assert answer.status_code == 200
    assert "BEGIN:VEVENT" not in answer.text
    assert client.get("/fairs.ics", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
