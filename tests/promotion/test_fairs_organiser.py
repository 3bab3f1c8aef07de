"""An organiser opens a fair page by page; nobody else reaches it; what is typed wrong is told and kept."""

import io

import pytest
from sqlalchemy import func, select

from core.db import db
from orders.models.delivery import PickupPoint
from promotion.models.fairs import Booth, Fair, FairSession
from tests.fairs import make_booth, make_fair, make_session
from tests.people import browser_of, make_administrator, make_organiser, make_user
from tests.promotion.fair_desk import PLACE, WHAT, Holder
from tests.support.hostile_texts import HOSTILE_TEXTS


@pytest.fixture
def holder(app, db_session, clock):
    return Holder(app)


def fair_of(number):
    db.session.rollback()
    return db.session.get_one(Fair, number)


def test_a_fair_is_opened_on_three_short_pages_and_published(holder):
    number = holder.open_fair()

    fair = fair_of(number)
    assert (fair.slug, fair.kind, fair.hours) == ("hoi-cho-ocop-vinh-long-2026", "fair", "08:00-21:00")
    assert (fair.venue, fair.province_code, fair.country) == ("Quảng trường Thử", "86", "VN")
    assert (fair.organiser_name, fair.phone) == ("Sở Công Thương thử", "+842703822345")
    assert fair.is_published
    assert "Hội chợ OCOP Vĩnh Long" in holder.get("").text


def test_a_fair_without_a_place_is_not_published(holder):
    number = int(holder.post("/fairs", WHAT).headers["Location"].split("/fairs/")[1].split("/")[0])

    answer = holder.post(f"/fairs/{number}/publication")

    assert answer.status_code == 409
    assert f"/organiser/fairs/{number}/edit/place" in answer.text
    assert not fair_of(number).is_published


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": "2026-12-19"}, "Ngày cuối đứng trước ngày đầu"),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-02"}, "Ngày này đã qua"),
        ({"name": ""}, "Bạn ghi tên"),
        ({"closes": "07:00"}, "giờ đóng cửa sau giờ mở cửa"),
        ({"register_until_on": "2026-12-25"}, "Hạn đăng ký không được sau ngày cuối"),
        ({"kind": "circus"}, "Bạn chọn loại hình"),
        ({"starts_on": "31/12/2026"}, "Chọn một ngày"),
    ],
)
def test_what_is_typed_wrong_is_told_and_nothing_is_lost(holder, changes, sentence):
    answer = holder.post("/fairs", WHAT | {"name": "Hội chợ “Tết” <b>"} | changes)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert changes.get("name", "Hội chợ “Tết” &lt;b&gt;") in answer.text
    assert db.session.scalar(select(func.count()).select_from(Fair)) == 0


def test_a_live_session_needs_no_province_and_a_fair_abroad_has_none(holder):
    live = holder.open_fair(kind="live_session")
    assert holder.post(f"/fairs/{live}/edit/place", PLACE | {"province_code": ""}).status_code == 303

    abroad = holder.post(f"/fairs/{live}/edit/place", PLACE | {"country": "jp"})
    assert abroad.status_code == 422
    assert "Hội chợ ở nước ngoài không có tỉnh" in abroad.text
    assert fair_of(live).country == "VN"

    assert (
        holder.post(f"/fairs/{live}/edit/place", PLACE | {"country": "jp", "province_code": ""}).status_code
        == 303
    )
    assert (fair_of(live).country, fair_of(live).province_code) == ("JP", None)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://a.vn/", "https://a@b.vn/", "https://[", "https://x"]
)
def test_the_address_of_a_broadcast_is_an_encrypted_one(holder, url):
    number = holder.open_fair()

    answer = holder.post(f"/fairs/{number}/edit/place", PLACE | {"live_url": url})

    assert answer.status_code == 422
    assert fair_of(number).live_url is None


def test_the_commune_is_found_by_its_name_of_today(holder):
    number = holder.open_fair()

    assert holder.post(f"/fairs/{number}/edit/place", PLACE | {"commune": "phuong an hoi"}).status_code == 303
    assert fair_of(number).commune_code == "28777"
    assert holder.post(f"/fairs/{number}/edit/place", PLACE | {"commune": "Không Có"}).status_code == 422
    assert fair_of(number).commune_code == "28777"


def test_a_fair_of_somebody_else_is_not_found(app, holder):
    fair = make_fair()
    booth, point = make_booth(fair), make_session(fair, fair.published_at)
    for path in ("", "/edit/what", "/plan", f"/booths/{booth.id}", "/programme", "/producers", "/invitations",
                 "/papers", "/papers/poster-a4.pdf", "/papers/booth-cards.pdf", "/papers/badges.pdf"):  # fmt: skip
        assert holder.get(f"/fairs/{fair.id}{path}").status_code == 404, path
    for path in ("/edit/what", "/publication", "/cancellation", "/pickup", "/pickup/ending", "/plan/size", "/booths",
                 f"/booths/{booth.id}", f"/booths/{booth.id}/removal", "/booth-file", "/programme",
                 f"/programme/{point.id}/removal", "/invitations"):  # fmt: skip
        assert holder.post(f"/fairs/{fair.id}{path}", WHAT | {"reason": "x"}).status_code == 404, path

    db.session.refresh(fair)
    assert (fair.is_cancelled, fair.name) == (False, "Hội chợ OCOP Vĩnh Long")
    assert browser_of(app, make_administrator()).get(f"/organiser/fairs/{fair.id}").status_code == 200
    assert holder.get("/fairs/99999999999").status_code == 404


def test_organisers_need_the_second_step_and_others_find_nothing(app, holder):
    assert browser_of(app, make_user()).get("/organiser").status_code == 404
    half = browser_of(app, make_organiser(), second_factor=False).get("/organiser")
    assert (half.status_code, "/sign-in/second-factor" in half.headers["Location"]) == (303, True)


def test_a_fair_called_off_says_why_and_changes_no_more(holder):
    number = holder.open_fair()
    assert holder.post(f"/fairs/{number}/cancellation", {"reason": " "}).status_code == 422
    assert not fair_of(number).is_cancelled

    assert holder.post(f"/fairs/{number}/cancellation", {"reason": "Bão số 9"}).status_code == 303
    assert holder.post(f"/fairs/{number}/cancellation", {"reason": "Khác"}).status_code == 303

    assert fair_of(number).cancel_reason == "Bão số 9"
    assert "Bão số 9" in holder.get(f"/fairs/{number}").text
    assert holder.post(f"/fairs/{number}/edit/what", WHAT | {"name": "Khác"}).status_code == 409
    assert holder.post(f"/fairs/{number}/booths", {"code": "A1", "left": "1", "top": "1"}).status_code == 409
    assert fair_of(number).name == "Hội chợ OCOP Vĩnh Long"


def test_a_fair_that_is_over_stays_as_it_was(app, holder, clock):
    number = holder.open_fair()
    clock.set_vietnam(fair_of(number).ends_on)
    holder.browser = browser_of(app, holder.user)
    assert holder.post(f"/fairs/{number}/edit/about", {"organiser_name": "Sở"}).status_code == 303

    clock.set_vietnam(fair_of(number).ends_on.replace(day=25))
    holder.browser = browser_of(app, holder.user)

    assert holder.post(f"/fairs/{number}/edit/about", {"organiser_name": "Khác"}).status_code == 409
    assert holder.post(f"/fairs/{number}/cancellation", {"reason": "x"}).status_code == 409
    assert (fair_of(number).organiser_name, fair_of(number).is_cancelled) == ("Sở", False)


def test_buyers_may_fetch_orders_there_and_the_point_follows_the_fair(holder):
    number = holder.open_fair()
    assert holder.post(f"/fairs/{number}/pickup").status_code == 303
    assert holder.post(f"/fairs/{number}/edit/place", PLACE | {"venue": "Nhà văn hóa"}).status_code == 303

    point = db.session.get_one(PickupPoint, fair_of(number).pickup_point_id)
    assert (point.address, point.run_by) == ("Nhà văn hóa, 1 đường Trình Diễn", "Sở Công Thương thử")
    assert holder.post(f"/fairs/{number}/pickup/ending").status_code == 303
    db.session.refresh(point)
    assert point.withdrawn_at is not None


def test_booths_are_laid_moved_renamed_and_removed_without_overlap(holder):
    number = holder.open_fair()
    spot = {"code": "a 12", "left": "2", "top": "3", "width": "2", "height": "1"}
    assert holder.post(f"/fairs/{number}/booths", spot).status_code == 303
    booth = db.session.scalars(select(Booth)).one()
    assert (booth.code, booth.left, booth.top, booth.width, booth.height) == ("A12", 2, 3, 2, 1)

    refused = holder.post(f"/fairs/{number}/booths", spot | {"code": "B1", "left": "3", "width": "1"})
    assert refused.status_code == 422
    assert "đè lên gian A12" in refused.text
    assert 'value="B1"' in refused.text
    outside = holder.post(f"/fairs/{number}/booths", spot | {"code": "B1", "left": "10"})
    assert "ra ngoài sơ đồ" in outside.text
    assert holder.post(f"/fairs/{number}/booths", spot | {"top": "5"}).status_code == 422  # the code is taken

    change = {"code": "C1", "left": "3", "top": "3", "width": "1", "height": "2"}
    assert holder.post(f"/fairs/{number}/booths/{booth.id}", change).status_code == 303
    db.session.refresh(booth)
    assert (booth.code, booth.left, booth.width, booth.height) == ("C1", 3, 1, 2)
    assert holder.post(f"/fairs/{number}/plan/size", {"columns": "2", "rows": "9"}).status_code == 422
    page = holder.get(f"/fairs/{number}/plan")
    assert "<text" in page.text
    assert page.text.count("C1") >= 2  # the drawing, and the list beside it

    assert holder.post(f"/fairs/{number}/booths/{booth.id}/removal").status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Booth)) == 0


def sheet(text):
    return {"file": (io.BytesIO(text.encode()), "gian.csv")}


def test_a_file_of_booths_is_tried_first_and_then_laid(holder):
    number = holder.open_fair()
    text = "Mã,Cột,Hàng,Rộng\nA1,1,1,2\nA2,2,1,\nA3,4,1,1\nA1,5,1,1\n<b>,6,1,1\nA6,x,1,1\nA7,99,1,1\n"

    tried = holder.post(f"/fairs/{number}/booth-file/check", sheet(text))

    assert tried.status_code == 200
    assert "2 dòng" in tried.text
    assert "Dòng 3: A2" in tried.text
    assert "Dòng 6: &lt;b&gt;" in tried.text
    assert db.session.scalar(select(func.count()).select_from(Booth)) == 0
    rows = "code,column,row,width,height\r\nA1,1,1,2,1\r\nA3,4,1,1,1\r\n"
    assert "A3,4,1,1,1" in tried.text
    assert holder.post(f"/fairs/{number}/booth-file", {"rows": rows}).status_code == 303
    assert holder.post(f"/fairs/{number}/booth-file", {"rows": rows}).status_code == 422  # twice: all refused
    db.session.rollback()
    assert list(db.session.scalars(select(Booth.code).order_by(Booth.id))) == ["A1", "A3"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\x00", b"PK\x03\x04 no workbook", b"a,b\n1,2\n", b"code,column,row,code\nA,1,1,A\n"],
)
def test_a_file_that_lies_lays_nothing(holder, content):
    number = holder.open_fair()

    answer = holder.post(f"/fairs/{number}/booth-file/check", {"file": (io.BytesIO(content), "gian.xlsx")})

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Booth)) == 0


def test_the_programme_keeps_to_the_days_of_the_fair(holder):
    number = holder.open_fair()
    point = {
        "title": "Khai mạc",
        "day": "2026-12-20",
        "starts_at": "08:00",
        "ends_at": "09:30",
        "booth_id": "",
    }
    assert holder.post(f"/fairs/{number}/programme", point).status_code == 303
    (kept,) = db.session.scalars(select(FairSession))
    assert kept.starts_at.isoformat() == "2026-12-20T01:00:00+00:00"

    for wrong in ({"day": "2026-12-25"}, {"ends_at": "08:00"}, {"title": ""}, {"starts_at": "x"}, {"day": "0001-01-01"},
                  {"booth_id": "77"}):  # fmt: skip
        assert holder.post(f"/fairs/{number}/programme", point | wrong).status_code == 422, wrong
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FairSession)) == 1
    assert holder.post(f"/fairs/{number}/programme/{kept.id}/removal").status_code == 303
    assert holder.post(f"/fairs/{number}/programme/{kept.id}/removal").status_code == 404


def test_hostile_text_stays_text_on_every_page(holder):
    bad = '"><script>alert(1)</script>'
    number = int(
        holder.post("/fairs", WHAT | {"name": bad}).headers["Location"].split("/fairs/")[1].split("/")[0]
    )
    holder.post(f"/fairs/{number}/edit/place", PLACE | {"venue": bad, "address": bad})
    holder.post(f"/fairs/{number}/edit/about", {"organiser_name": bad, "summary": bad})
    holder.post(f"/fairs/{number}/publication")
    holder.post(
        f"/fairs/{number}/programme",
        {"title": bad, "day": "2026-12-20", "starts_at": "08:00", "ends_at": "09:00"},
    )

    for path in ("", f"/fairs/{number}", f"/fairs/{number}/edit/what", f"/fairs/{number}/edit/place",
                 f"/fairs/{number}/edit/about", f"/fairs/{number}/programme", f"/fairs/{number}/producers",
                 f"/fairs/{number}/papers", f"/fairs/{number}/plan",
                 f"/fairs/{number}/invitations?q=%3Cscript%3E"):  # fmt: skip
        page = holder.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
    assert holder.get(f"/fairs/{number}/papers/poster-a4.pdf").data.startswith(b"%PDF-")


def test_any_text_in_any_field_is_answered_in_words(holder):
    for text in HOSTILE_TEXTS[::20]:
        form = dict.fromkeys((*WHAT, *PLACE, "organiser_name", "phone"), text)
        assert holder.post("/fairs", form).status_code == 422, text
