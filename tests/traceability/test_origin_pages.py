"""Pages about lots at a producer: opened in a minute, events from a telephone, doubts for producers and officers."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from accounts.models import Membership
from catalog.models.evidence import EvidenceFile
from core import clock
from core.db import db, transaction
from tests import people
from tests.factories import make_producer, make_product, saved
from tests.papers import a_pdf, a_photo
from tests.support.statements import counted
from traceability.models import (
    ErrorDeclaration,
    EventPhoto,
    EventTemplate,
    Lot,
    LotInput,
    SourceArea,
    TraceEvent,
)
from traceability.operations.areas import keep_area
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot

KEY = "11111111-1111-4111-8111-111111111111"
OTHER_KEY = "22222222-2222-4222-8222-222222222222"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _without_tokens(app: Any, db_session: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def product() -> Any:
    return make_product(
        slug="xoai-say",
        name="Xoài sấy",
        variants=[{"label": "Túi 100 g", "net_quantity": 100, "net_unit": "g"}],
    )


@pytest.fixture
def browser(app: Any, product: Any) -> Any:
    return people.browser_of(app, people.make_member(product.producer, "packer"))


@pytest.fixture
def lot(product: Any) -> Lot:
    with transaction():
        return open_lot(product, "L1", 10, now=clock.now())


def home(product: Any) -> str:
    return f"/workspace/{product.producer_id}"


def lot_form(product: Any, **typed: str) -> dict[str, str]:
    return {
        "submission_key": KEY,
        "kind": "goods",
        "product": str(product.id),
        "code": "L7",
        "quantity": "50",
        "produced_on": clock.today().isoformat(),
    } | typed


def event_form(**typed: str) -> dict[str, str]:
    local = clock.now().astimezone(clock.VIETNAM) - timedelta(hours=1)
    return {
        "submission_key": KEY,
        "step": "packing",
        "day": local.date().isoformat(),
        "at": f"{local:%H:%M}",
        "note": "Đóng túi sau nhà",
    } | typed


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_packer_opens_a_lot_that_is_filled_like_the_last_one(browser, product):
    with transaction():
        last = open_lot(
            product,
            "L0",
            80,
            now=clock.now(),
            produced_on=clock.today() - timedelta(days=9),
            expires_on=clock.today() + timedelta(days=81),
        )

    form = browser.get(f"{home(product)}/lots/new").text
    answer = browser.post(f"{home(product)}/lots", data=lot_form(product))
    again = browser.post(f"{home(product)}/lots", data=lot_form(product, quantity="99"))

    assert f'value="{clock.today() + timedelta(days=90)}"' in form
    assert 'value="80"' in form
    assert (answer.status_code, answer.location) == (303, again.location)
    opened = db.session.scalars(select(Lot).where(Lot.id != last.id)).one()
    assert (opened.code, opened.quantity, opened.variant_id) == ("L7", 50, product.variants[0].id)
    assert browser.get(answer.location).status_code == 200


def test_goods_and_what_they_were_made_of_are_one_form_and_one_event_however_often_it_is_sent(
    browser, product
):
    with transaction():
        raw = open_raw_lot(product, "R1", RawFacts("Xoài tươi", 90_000, "g"), now=clock.now())
    typed = lot_form(product, raw_lot=str(raw.id), raw_amount="60,5")

    for _ in range(2):
        assert browser.post(f"{home(product)}/lots", data=typed, headers=JSON).status_code == 201

    assert (count(Lot), count(TraceEvent), count(LotInput)) == (2, 1, 1)
    went_in = db.session.scalars(select(LotInput)).one()
    assert (went_in.quantity, went_in.unit, went_in.input_lot_id) == (60_500, "g", raw.id)


REFUSED = [
    ({"code": "mã có dấu"}, "code"),
    ({"code": "L1"}, "code"),
    ({"quantity": "0"}, "quantity"),
    ({"quantity": "99999999999"}, "quantity"),
    ({"produced_on": "hôm qua"}, "produced_on"),
    ({"expires_on": "2020-01-01"}, "expires_on"),
    ({"raw_lot": "999999"}, "raw_amount"),
    ({"raw_lot": "999999", "raw_amount": "1"}, "raw_lot"),
    ({"kind": "raw", "material": "", "amount": "3"}, "material"),
    ({"kind": "raw", "material": "Xoài", "amount": "1.250"}, "amount"),
    ({"pack": "999999"}, "pack"),
]


def test_a_lot_that_cannot_be_is_refused_with_its_field_and_nothing_is_opened(browser, product, lot):
    for typed, field in REFUSED:
        answer = browser.post(f"{home(product)}/lots", data=lot_form(product, **typed))

        assert answer.status_code == 422, typed
        assert f'href="#{field}"' in answer.text, typed
    assert (count(Lot), count(TraceEvent)) == (1, 0)


def test_an_event_with_photographs_and_papers_is_kept_without_what_the_camera_wrote(
    app, browser, product, lot, client
):
    address = f"{home(product)}/lots/{lot.id}/events"
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (10.0, 14.0, 0.0)}
    data: dict[str, Any] = event_form(step="inspecting")
    data["photos"] = (io.BytesIO(a_photo(exif=exif)), "vườn.jpg")
    data["papers"] = (io.BytesIO(a_pdf()), "phiếu.pdf")

    answer = browser.post(address, data=data, content_type="multipart/form-data")

    assert answer.status_code == 303
    photo, paper = (
        db.session.scalars(select(EventPhoto)).one(),
        db.session.scalars(select(EvidenceFile)).one(),
    )
    large = client.get(f"/origin/photos/{photo.key}/large.webp")
    assert (large.status_code, large.content_type) == (200, "image/webp")
    with Image.open(io.BytesIO(large.data)) as drawn:
        assert not drawn.getexif()
    assert (paper.producer_id, paper.title) == (product.producer_id, "Phiếu kiểm nghiệm")
    event_id = db.session.scalars(select(TraceEvent.id)).one()
    assert browser.get(f"{address}/{event_id}/papers/1").status_code == 200
    assert browser.get(f"{address}/{event_id}/papers/2").status_code == 404
    assert client.get(f"{address}/{event_id}/papers/1").status_code == 303

    owner = people.browser_of(app, people.make_member(product.producer))
    gone = owner.post(f"{home(product)}/lots/{lot.id}/photos/{photo.id}/removal")
    assert gone.status_code == 303
    assert client.get(f"/origin/photos/{photo.key}/large.webp").status_code == 404
    assert db.session.get_one(EventPhoto, photo.id, populate_existing=True).sha256 is None


def test_a_file_that_lies_about_itself_is_refused_and_the_event_with_it(browser, product, lot):
    data: dict[str, Any] = event_form()
    data["photos"] = (io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "a.jpg")

    answer = browser.post(
        f"{home(product)}/lots/{lot.id}/events", data=data, content_type="multipart/form-data", headers=JSON
    )

    assert (answer.status_code, answer.json) == (422, {"errors": {"photos": "svg"}})
    assert (count(TraceEvent), count(EventPhoto)) == (0, 0)


def test_a_draft_that_is_sent_twice_is_one_event_and_both_are_told_where(browser, product, lot):
    address = f"{home(product)}/lots/{lot.id}/events"

    answers = [browser.post(address, data=event_form(), headers=JSON) for _ in range(2)]

    assert [(each.status_code, each.json) for each in answers] == [
        (201, {"address": f"{home(product)}/lots/{lot.id}?done=recorded"})
    ] * 2
    assert count(TraceEvent) == 1


def test_hostile_words_are_words_and_hostile_numbers_are_none(browser, product, lot):
    address = f"{home(product)}/lots/{lot.id}/events"

    said = browser.post(address, data=event_form(note="<script>alert(1)</script>", input_abc="5"))
    strange = browser.post(
        address, data=event_form(submission_key=OTHER_KEY, input_999999999="5"), headers=JSON
    )
    late = browser.post(address, data=event_form(submission_key=OTHER_KEY, day="2999-01-01"), headers=JSON)
    odd = browser.post(address, data=event_form(submission_key=OTHER_KEY, step="exploding"), headers=JSON)

    assert said.status_code == 303
    assert "<script>alert(1)" not in browser.get(said.location).text
    assert strange.json == {"errors": {"inputs": "missing"}}
    assert late.json == {"errors": {"day": "future"}}
    assert odd.json == {"errors": {"step": "missing"}}
    assert count(TraceEvent) == 1


def test_a_wrong_event_is_corrected_by_a_further_one_even_if_the_form_comes_twice(browser, product, lot):
    address = f"{home(product)}/lots/{lot.id}/events"
    browser.post(address, data=event_form())
    wrong = db.session.scalars(select(TraceEvent.id)).one()

    led = browser.post(f"{address}/{wrong}/error", data={"reason": "incorrect_data"})
    form = browser.get(led.location).text
    better = event_form(submission_key=OTHER_KEY, corrects=str(wrong), note="Đóng hũ")
    answers = [browser.post(address, data=better, headers=JSON).status_code for _ in range(2)]
    late = browser.post(f"{address}/{wrong}/error", data={"reason": "did_not_occur"})

    assert f'name="corrects" value="{wrong}"' in form
    assert "Đóng túi sau nhà" in form
    assert (answers, late.status_code) == ([201, 201], 409)
    declared = db.session.scalars(select(ErrorDeclaration)).one()
    assert (declared.event_id, declared.reason, declared.corrective.note) == (
        wrong,
        "incorrect_data",
        "Đóng hũ",
    )
    assert count(TraceEvent) == 2


def test_an_event_that_did_not_happen_stays_on_the_page_as_such(browser, product, lot):
    address = f"{home(product)}/lots/{lot.id}/events"
    browser.post(address, data=event_form())
    event_id = db.session.scalars(select(TraceEvent.id)).one()

    unsaid = browser.post(f"{address}/{event_id}/error", data={})
    said = browser.post(f"{address}/{event_id}/error", data={"reason": "did_not_occur"})

    assert (unsaid.status_code, said.status_code) == (422, 303)
    page = browser.get(said.location).text
    assert "không có việc này" in page
    assert "Đóng túi sau nhà" in page


def test_lots_areas_and_templates_of_somebody_else_are_not_found(app, browser, product, lot):
    other = make_product(slug="che", producer=make_producer(name="HTX Chè", slug="htx-che"))
    with transaction():
        theirs = open_lot(other, "T1", 5, now=clock.now())
        area = keep_area(other.producer, "Đồi", other.producer.place, by=None, now=clock.now())
    mine, foreign = home(product), home(other)

    asked = [
        browser.get(f"{foreign}/lots"),
        browser.get(f"{foreign}/lots/{theirs.id}"),
        browser.get(f"{mine}/lots/{theirs.id}"),
        browser.get(f"{mine}/lots/99999999999"),
        browser.post(f"{mine}/lots/{theirs.id}/events", data=event_form()),
        browser.post(f"{mine}/lots", data=lot_form(other)),
    ]
    with_area = browser.post(f"{mine}/lots/{lot.id}/events", data=event_form(area=str(area.id)), headers=JSON)

    assert [each.status_code for each in asked] == [404] * 6
    assert (with_area.status_code, with_area.json) == (422, {"errors": {"area": "missing"}})
    assert (count(TraceEvent), count(Lot)) == (0, 2)


def test_who_only_assists_reads_and_records_nothing(app, product, lot):
    helper = people.make_officer(level="province")
    saved(
        Membership(
            user_id=helper.id,
            producer_id=product.producer_id,
            role="editor",
            is_assisting=True,
            joined_at=clock.now(),
        )
    )
    browser = people.browser_of(app, helper)

    assert browser.post(f"{home(product)}/lots/{lot.id}/events", data=event_form()).status_code == 404
    assert count(TraceEvent) == 0


def test_a_template_of_the_same_name_takes_the_place_of_the_old_one_and_fills_the_form(app, product, lot):
    owner = people.browser_of(app, people.make_member(product.producer))
    address = f"{home(product)}/event-templates"

    for note in ("Sấy 60 độ", "Sấy 55 độ"):
        owner.post(address, data={"name": "Sấy", "step": "processing", "note": note})
    nameless = owner.post(address, data={"name": " ", "step": "processing"})

    kept = db.session.scalars(select(EventTemplate).where(EventTemplate.removed_at.is_(None))).one()
    assert (nameless.status_code, kept.note) == (422, "Sấy 55 độ")
    form = owner.get(f"{home(product)}/lots/{lot.id}/events/new?template={kept.id}").text
    assert "Sấy 55 độ" in form
    owner.post(f"{address}/{kept.id}/removal")
    assert "Sấy 55 độ" not in owner.get(address).text


def test_an_area_is_found_by_its_commune_and_kept_once(app, product):
    owner = people.browser_of(app, people.make_member(product.producer))
    typed = {
        "submission_key": KEY,
        "name": "Vườn",
        "province": "86",
        "q": "An Bình",
        "point": "10,243; 106,375",
    }

    found = owner.post(f"{home(product)}/areas", data={**typed, "find": "1"}).text
    choice = found.split('name="commune" value="')[1].split('"')[0]
    unsaid = owner.post(f"{home(product)}/areas", data=typed)
    for _ in range(2):
        owner.post(f"{home(product)}/areas", data={**typed, "commune": choice})

    assert unsaid.status_code == 422
    area = db.session.scalars(select(SourceArea)).one()
    assert (area.name, area.cell) == ("Vườn", "10.24,106.37")
    page = owner.get(f"{home(product)}/areas").text
    assert "10.243" not in page
    owner.post(f"{home(product)}/areas/{area.id}/retirement")
    assert "Vườn</b>" not in owner.get(f"{home(product)}/areas").text


def test_the_meter_names_what_the_law_still_wants(browser, product, lot):
    page = browser.get(f"{home(product)}/lots/{lot.id}").text

    assert "khoản 5 Điều 23, điểm b" in page
    assert "khoản 5 Điều 23, điểm e" in page
    assert "khoản 5 Điều 23, điểm a" not in page


def test_the_list_of_lots_asks_as_many_statements_however_many_lots_there_are(browser, product):
    def asked() -> int:
        with counted() as statements:
            assert browser.get(f"{home(product)}/lots").status_code == 200
        return len(statements)

    with transaction():
        open_lot(product, "A1", 5, now=clock.now())
    one = asked()
    with transaction():
        for number in range(5):
            open_lot(product, f"B{number}", 5, now=clock.now())
            open_raw_lot(product, f"C{number}", RawFacts("Xoài", 5, "g"), now=clock.now())

    assert asked() == one
