"""Recalls and doubts as producers and officers work with them: forms, lists, files."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import RoleGrant
from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from orders.jobs.recalls import tell_recall
from tests.factories import make_product
from tests.orders.desk_shop import _books_agree, owner, place, product, send
from tests.people import browser_of, make_administrator, make_member, make_officer
from traceability.models import CloneDoubt, Recall, Stamp
from traceability.operations.lots import open_lot
from traceability.operations.recalls import recall_lot
from traceability.operations.stamps import issue_stamps
from traceability.queries.recalls import recalled_products
from traceability.queries.scan import get_scan_page

__all__ = ["_books_agree", "owner", "place", "product"]

WORDS = {
    "reason": "Phát hiện <b>nấm mốc</b>",
    "risk": "Đau bụng",
    "instruction": "Không ăn, mang trả",
    "refund": "Hoàn tiền tại nơi mua",
    "contact": "Chị Lan 0294 3855 555",
}


@pytest.fixture
def lot(product):
    with transaction():
        return open_lot(product, "L1", 6, now=present.now())


@pytest.fixture
def codes(lot):
    with transaction():
        run = issue_stamps(lot, 6, now=present.now())
    return list(db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.number)))


@pytest.fixture
def desk(app, product):
    """A browser of the producer's owner, and the address of its workspace."""
    return browser_of(app, make_member(product.producer)), f"/workspace/{product.producer_id}"


def send_form(browser, address, **facts):
    """Send a form as a person would: with the token of a page seen before."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)[1]
    return browser.post(address, data={"csrf_token": token, **facts})


def recalls():
    db.session.rollback()
    return db.session.scalars(select(Recall).order_by(Recall.id)).all()


def verdict(code):
    return get_scan_page(code, on=present.today(), now=present.now()).verdict


def test_an_owner_recalls_a_lot_and_everything_follows(desk, product, place, owner, lot, codes):
    browser, base = desk
    part = place(2)
    send(part, owner)
    assert browser.get(f"{base}/lots/{lot.id}/recalls").status_code == 200
    assert f'value="{lot.id}" checked' in browser.get(f"{base}/recalls/new?lot={lot.id}").text

    key = "3a5b1c9e-0000-4000-8000-000000000001"
    for _twice in range(2):
        answer = send_form(browser, f"{base}/recalls", scope="lots", lots=lot.id, submission_key=key, **WORDS)
    (recall,) = recalls()
    tell_recall(recall.id)

    assert answer.status_code == 303
    assert answer.location == f"{base}/recalls/{recall.id}"
    assert verdict(codes[0]) == "recalled"
    page = browser.get(answer.location).text
    assert "Phát hiện &lt;b&gt;nấm mốc&lt;/b&gt;" in page
    assert "<b>nấm" not in page
    buyers = browser.get(f"{answer.location}/buyers").text
    assert part.code in buyers
    assert "+84912345678" in buyers
    rows = list(
        csv.reader(io.StringIO(browser.get(f"{answer.location}/buyers?as=csv").text.lstrip("\ufeff")))
    )
    assert rows[1][0] == part.code
    assert rows[1][5:7] == ["2", "L1: 2"]
    notice = browser.get(f"{answer.location}/notice").text
    assert "Không ăn, mang trả" in notice
    assert "L1" in notice


def test_packs_of_no_recorded_lot_stand_on_the_page_and_in_the_file(desk, product, place, owner):
    browser, base = desk
    with transaction():
        open_lot(product, "L1", 2, now=present.now())
    send(place(3), owner)
    address = send_form(browser, f"{base}/recalls", scope="product", product=product.id, **WORDS).location

    assert "L1: 2; không rõ lô: 1" in browser.get(f"{address}/buyers").text
    assert "L1: 2; no recorded lot: 1" in browser.get(f"/en{address}/buyers").text
    assert "L1: 2; không rõ lô: 1" in browser.get(f"{address}/buyers?as=csv").text
    with zipfile.ZipFile(io.BytesIO(send_form(browser, f"{address}/export").data)) as archive:
        assert "L1: 2; không rõ lô: 1" in archive.read("orders.csv").decode()
    assert "mọi lô (L1); cả những gói không rõ lô" in browser.get(f"{address}/notice").text


def test_the_data_for_the_authority_come_in_one_file(desk, place, owner, lot, codes):
    browser, base = desk
    send(place(1), owner)
    address = send_form(browser, f"{base}/recalls", scope="lots", lots=lot.id, **WORDS).location

    answer = send_form(browser, f"{address}/export")

    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        assert names == ["recall.json", "orders.csv", "lots.csv", "events.csv", "epcis/000-L1.jsonld"]
        assert json.loads(archive.read("recall.json"))["disposition"] == "recalled"
        assert "+84912345678" in archive.read("orders.csv").decode()
        assert (
            "urn:" in archive.read("epcis/000-L1.jsonld").decode()
            or "recalled" in archive.read(names[4]).decode()
        )
    assert [step.stage for step in recalls()[0].steps] == ["exported"]


def test_a_drill_counts_minutes_and_tells_nobody(desk, clock, product, place, owner, lot, codes):
    browser, base = desk
    send(place(1), owner)
    address = send_form(
        browser, f"{base}/recalls", scope="product", product=product.id, is_drill="1", **WORDS
    ).location
    (recall,) = recalls()

    clock.move(timedelta(seconds=90))
    tell_recall(recall.id)
    clock.move(timedelta(seconds=60))
    send_form(browser, f"{address}/export")
    clock.move(timedelta(seconds=150))
    closed = send_form(browser, f"{address}/closure", reason="Xong buổi diễn tập")

    assert closed.status_code == 303
    assert verdict(codes[0]) == "valid_first"
    assert db.session.scalar(select(func.count()).where(Message.kind == "orders.recall")) == 0
    page = browser.get(address).text
    for minutes in ("1,5", "2,5", "5,0"):
        assert f">{minutes}<" in page


def test_single_packs_are_named_by_code_and_by_range(desk, product, lot, codes):
    browser, base = desk
    typed = f"{codes[0].lower()}\n{codes[2]} - {codes[4]}"

    send_form(browser, f"{base}/recalls", scope="units", product=product.id, codes=typed, **WORDS)

    (recall,) = recalls()
    assert [(each.first, each.last) for each in recall.ranges] == [(1, 1), (3, 5)]
    assert [verdict(code) == "recalled" for code in codes] == [True, False, True, True, True, False]


def test_lots_older_than_those_offered_are_recalled_too(app, desk, product, lot, monkeypatch):
    monkeypatch.setattr("traceability.queries.recalls.LOTS_OFFERED", 1)
    monkeypatch.setattr("traceability.views.recall_pages.LOTS_OFFERED", 1)
    browser, base = desk
    with transaction():
        newer = [open_lot(db.session.merge(product), f"N{n}", 6, now=present.now()) for n in range(2)]
    newest, hidden = newer[1].id, newer[0].id
    office, there = browser_of(app, make_officer("nation")), f"/office/products/{product.id}/recalls"

    assert f'value="{hidden}"' not in browser.get(f"{base}/recalls/new?lot={lot.id}").text
    for address in (f"{base}/recalls/new?lot={lot.id}", f"{base}/recalls/new?lot_code=L1"):
        assert f'value="{lot.id}" checked' in browser.get(address).text
    assert f'value="{lot.id}" checked' in office.get(f"{there}/new?lot_code=L1").text
    assert "Không có lô nào" in office.get(f"{there}/new?lot_code=L9").text
    lacking = send_form(browser, f"{base}/recalls", scope="lots", lots=lot.id, **WORDS | {"reason": ""})
    assert f'value="{lot.id}" checked' in lacking.text
    both = {"scope": "lots", "lots": [lot.id, newest], **WORDS}
    for who, address in ((browser, f"{base}/recalls"), (office, there)):
        assert send_form(who, address, **both).status_code == 303
    assert [sorted(each.lot_id for each in recall.lots) for recall in recalls()] == [[lot.id, newest]] * 2


def test_a_lot_of_others_among_those_named_recalls_none(app, desk, product, lot):
    browser, base = desk
    theirs = make_product()
    with transaction():
        other = open_lot(theirs, "L1", 6, now=present.now())
    office, there = browser_of(app, make_officer("nation")), f"/office/products/{product.id}/recalls"

    for who, address in ((browser, f"{base}/recalls"), (office, there)):
        refused = send_form(who, address, scope="lots", lots=[lot.id, other.id], **WORDS)
        assert refused.status_code == 422
        assert f'value="{other.id}"' not in refused.text
    assert recalls() == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"scope": "lots"}, "lots"),
        ({"scope": "units", "codes": ""}, "product"),
        ({"scope": "product", "product": "999999"}, "product"),
        ({"scope": "lots", "lots": "1", "reason": ""}, "reason"),
        ({"scope": "lots", "lots": "1", "contact": "x" * 201}, "contact"),
    ],
)
def test_what_is_lacking_comes_back_with_what_was_typed(desk, lot, facts, field):
    browser, base = desk

    answer = send_form(browser, f"{base}/recalls", **(WORDS | {"lots": "", "codes": ""} | facts))

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Không ăn, mang trả" in answer.text
    assert recalls() == []


def test_codes_of_others_are_refused_by_name(desk, product, lot, codes):
    browser, base = desk

    answer = send_form(
        browser, f"{base}/recalls", scope="units", product=product.id, codes="7K3QX9M2RVBH8", **WORDS
    )

    assert answer.status_code == 422
    assert recalls() == []


def test_an_officer_sees_no_names_and_closes_with_a_reason(app, desk, product, place, owner, lot):
    browser, base = desk
    send(place(1), owner)
    send_form(browser, f"{base}/recalls", scope="lots", lots=lot.id, **WORDS)
    (recall,) = recalls()
    tell_recall(recall.id)
    officer = browser_of(app, make_officer("nation"))

    listed = officer.get("/office/recalls").text
    buyers = officer.get(f"/office/recalls/{recall.id}/buyers").text
    archive = send_form(officer, f"/office/recalls/{recall.id}/export").data
    refused = send_form(officer, f"/office/recalls/{recall.id}/closure", reason="")
    closed = send_form(officer, f"/office/recalls/{recall.id}/closure", reason="Đã tiêu hủy")
    twice = send_form(officer, f"/office/recalls/{recall.id}/closure", reason="Nữa")

    assert f"/office/recalls/{recall.id}" in listed
    assert "+84912345678" not in buyers
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        assert "+84912345678" not in zipped.read("orders.csv").decode()
    assert (refused.status_code, closed.status_code, twice.status_code) == (422, 303, 303)
    assert recalls()[0].steps[-1].reason == "Đã tiêu hủy"


@pytest.mark.parametrize("make_authority", [make_officer, make_administrator])
def test_what_the_office_recalled_only_the_office_closes(app, desk, product, lot, codes, make_authority):
    browser, base = desk
    office = browser_of(app, make_authority())
    send_form(office, f"/office/products/{product.id}/recalls", scope="product", **WORDS)
    (recall,) = recalls()

    page = browser.get(f"{base}/recalls/{recall.id}").text
    refused = send_form(browser, f"{base}/recalls/{recall.id}/closure", reason="Xong rồi")
    in_english = send_form(browser, f"/en{base}/recalls/{recall.id}/closure", reason="Done").text

    assert "cán bộ hoặc quản trị viên" in page
    assert f"{base}/recalls/{recall.id}/closure" not in page
    assert refused.status_code == 403
    assert "nên bạn không đóng được" in refused.text
    assert "You did not open this recall, so you cannot close it." in in_english
    assert recalls()[0].steps == []
    assert verdict(codes[0]) == "recalled"
    assert product.id in recalled_products([product.id])
    closed = send_form(office, f"/office/recalls/{recall.id}/closure", reason="Đã kiểm tra")
    assert (closed.status_code, verdict(codes[0])) == (303, "valid_first")


def test_what_a_command_recalled_the_producer_does_not_close(desk, lot, codes):
    browser, base = desk
    with transaction():
        recall = recall_lot(lot, reason="Mốc", instruction="Trả lại", contact="0900", now=present.now())
        address = f"{base}/recalls/{recall.id}"

    answer = send_form(browser, f"{address}/closure", reason="Xong rồi")

    assert answer.status_code == 403
    assert verdict(codes[0]) == "recalled"


def test_who_opened_a_recall_as_officer_keeps_it_with_the_office_when_the_post_ends(
    app, desk, product, codes
):
    browser, base = desk
    officer = make_officer()
    send_form(browser_of(app, officer), f"/office/products/{product.id}/recalls", scope="product", **WORDS)
    with transaction():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).one()
        grant.ended_at, grant.ended_by_id = present.now() + timedelta(hours=1), officer.id

    answer = send_form(browser, f"{base}/recalls/{recalls()[0].id}/closure", reason="Xong rồi")

    assert answer.status_code == 403
    assert verdict(codes[0]) == "recalled"


def test_a_recall_of_its_own_does_not_spare_a_producer_that_of_the_office(app, desk, product, lot, codes):
    browser, base = desk
    office = browser_of(app, make_officer())
    own = send_form(browser, f"{base}/recalls", scope="lots", lots=lot.id, **WORDS).location

    opened = send_form(office, f"/office/products/{product.id}/recalls", scope="lots", lots=lot.id, **WORDS)
    again = send_form(office, f"/office/products/{product.id}/recalls", scope="lots", lots=lot.id, **WORDS)
    closed = send_form(browser, f"{own}/closure", reason="Xong rồi")

    assert (opened.status_code, again.status_code, closed.status_code) == (303, 422, 303)
    assert [recall.closed_at is None for recall in recalls()] == [False, True]
    assert verdict(codes[0]) == "recalled"
    assert product.id in recalled_products([product.id])


def test_an_officer_decides_about_a_code_and_may_change_the_decision(app, product, lot, codes):
    officer = browser_of(app, make_officer("nation"))
    with transaction():
        stamp = db.session.scalars(select(Stamp).where(Stamp.code == codes[0])).one()
        doubt = CloneDoubt(
            stamp_id=stamp.id,
            grade=2,
            reasons="elsewhere",
            opened_at=present.now(),
            assessed_at=present.now(),
        )
        db.session.add(doubt)
        db.session.flush()
        address = f"/office/doubts/{doubt.id}"

    told = [verdict(codes[0])]
    assert officer.get(address).status_code == 200
    assert send_form(officer, f"{address}/decision", outcome="cleared", reason="").status_code == 422
    assert send_form(officer, f"{address}/decision", outcome="fake", reason="x").status_code == 422
    for outcome in ("confirmed_copy", "cleared"):
        assert send_form(officer, f"{address}/decision", outcome=outcome, reason="Đã xem").status_code == 303
        told.append(verdict(codes[0]))
    with transaction():
        db.session.get_one(CloneDoubt, 1).grade = 3
    told.append(verdict(codes[0]))

    assert told == ["check_further", "confirmed_copy", "valid_first", "check_further"]
    assert "/office/doubts/" in officer.get("/office/doubts").text
    assert officer.get("/office").status_code == 200


def test_a_producer_sees_grade_and_reasons_but_no_small_counts(desk, product, lot, codes):
    browser, base = desk
    with transaction():
        stamp_id = db.session.scalars(select(Stamp.id).where(Stamp.code == codes[0])).one()
        db.session.add(
            CloneDoubt(
                stamp_id=stamp_id,
                grade=2,
                reasons="elsewhere",
                opened_at=present.now(),
                assessed_at=present.now(),
            )
        )

    page = browser.get(f"{base}/doubts").text

    assert codes[0] in page
    assert send_form(browser, f"{base}/lots/{lot.id}/markets", provinces=["01", "79"]).status_code == 303
    assert send_form(browser, f"{base}/lots/{lot.id}/markets", provinces=["99"]).status_code == 422
    kept = browser.get(f"{base}/lots/{lot.id}/markets").text
    assert kept.count(" checked") == 2
