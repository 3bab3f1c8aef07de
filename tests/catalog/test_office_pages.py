"""Pages of the office one by one: what a form that is wrong says, and what each act leaves behind."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from catalog.models import Product, RenewalDossier, RenewalRefusal
from catalog.models.listings import ListingReview
from catalog.models.office import Finding, OfficeClosure, OfficeNote, Proposal, ProposalOutcome
from core import clock
from core.db import db
from tests.catalog.test_office_decisions import quick_paper, rows, send, token, typed
from tests.factories import make_product, saved
from tests.people import browser_of, make_officer
from traceability.models import StampReport

papers = quick_paper  # pages draw no paper here


@pytest.fixture
def officer(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, make_officer())


def test_a_form_that_is_wrong_keeps_what_was_typed_and_says_why(app, db_session):
    product = make_product(certification=None)
    browser = browser_of(app, make_officer())
    form = typed(browser, product, stars="", decided_on="31/2/2026", authority_name="UBND <b>X</b>")

    answer = send(browser, "/office/decisions", form)

    assert answer.status_code == 422
    assert "<title>Lỗi: Ghi nhận quyết định" in answer.text
    assert 'href="#decided_on">Bạn hãy ghi ngày dạng 1/10/2026' in answer.text
    assert f'href="#stars-{product.id}">Bạn hãy chọn số sao' in answer.text
    assert 'value="UBND &lt;b&gt;X&lt;/b&gt;"' in answer.text
    assert rows(Proposal) == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"authority_level": "district"}, "không có thẩm quyền công nhận số sao đó"),
        ({"decided_on": "2026-11-23"}, "Ngày này ở tương lai"),
        ({"decided_on": "2017-05-01"}, "chương trình bắt đầu năm 2018"),
        ({"expiry_basis": "source", "expires_on": "2029-10-02"}, "Muộn hơn 36 tháng"),
        ({"expiry_basis": "source", "expires_on": "2026-09-30"}, "Ngày này trước ngày"),
        ({"expiry_basis": "source", "expires_on": ""}, "Bạn hãy ghi ngày hết hạn nêu trong quyết định"),
        ({"decision_number": "9" * 61}, "Nội dung quá dài"),
    ],
)
def test_the_rules_of_the_programme_are_told_beside_the_field(app, db_session, changed, words):
    product = make_product(certification=None)
    browser = browser_of(app, make_officer())

    answer = send(browser, "/office/decisions", typed(browser, product, **changed))

    assert answer.status_code == 422
    assert words in answer.text
    assert rows(Proposal) == 0


def test_without_its_paper_a_decision_is_not_taken(app, db_session):
    product = make_product(certification=None)
    browser = browser_of(app, make_officer())

    answer = send(browser, "/office/decisions", typed(browser, product), paper=False)

    assert answer.status_code == 422
    assert "đính kèm bản quét quyết định" in answer.text
    assert rows(Proposal) == 0


def test_a_forged_form_changes_nothing(app, db_session):
    product = make_product(certification=None)
    browser = browser_of(app, make_officer())
    form = typed(browser, product) | {"csrf_token": "forged"}

    assert send(browser, "/office/decisions", form).status_code == 400
    assert rows(Proposal) == 0


def test_a_dossier_is_noted_and_refused_once(officer):
    product = make_product(certification={"expires_on": date(2027, 4, 1), "decided_on": date(2024, 4, 1)})
    at = f"/office/recognitions/{product.certifications[0].id}/renewals"

    early = officer.post(at, data={"reference": "PĐK-1", "filed_on": "2026-01-01"})
    assert (early.status_code, rows(RenewalDossier)) == (422, 0)
    assert "Quá sớm" in early.text
    for _ in range(2):
        assert officer.post(at, data={"reference": "PĐK-1", "filed_on": "2026-11-20"}).status_code == 303
    assert rows(RenewalDossier) == 1
    dossier = db.session.scalar(select(RenewalDossier.id))
    at = f"/office/renewals/{dossier}/refusal"
    assert "Ngày này trước ngày" in officer.post(at, data={"refused_on": "2026-11-19"}).text
    for _ in range(2):
        assert officer.post(at, data={"refused_on": "2026-11-21"}).status_code == 303
    assert rows(RenewalRefusal) == 1


def test_a_listing_is_taken_down_with_a_reason_and_allowed_again(officer, client):
    product = make_product()
    saved(ListingReview(product_id=product.id, state="waiting", asked_at=clock.now()))
    at = f"/office/listings/{product.id}/reviews"

    assert officer.post(at, data={"state": "taken_down", "reason": " "}).status_code == 422
    assert officer.post(at, data={"state": "erased"}).status_code == 422
    assert officer.post(at, data={"state": "taken_down", "reason": "Ảnh sai"}).status_code == 303
    db.session.rollback()
    assert db.session.get(Product, product.id).is_for_sale is False
    assert "Cho đăng lại" in officer.get(f"/office/listings/{product.id}").text
    assert officer.post(at, data={"state": "lifted"}).status_code == 303
    states = db.session.scalars(select(ListingReview.state).order_by(ListingReview.id)).all()
    assert states == ["taken_down", "lifted"]


def test_an_old_page_of_a_listing_is_told_how_it_stands_now(officer):
    product = make_product()
    saved(ListingReview(product_id=product.id, state="waiting", asked_at=clock.now()))
    at = f"/office/listings/{product.id}/reviews"
    assert officer.post(at, data={"state": "taken_down", "reason": "Ảnh sai"}).status_code == 303

    late = officer.post(at, data={"state": "seen"})

    assert late.status_code == 409
    assert "Đã có người quyết định trước bạn" in late.text
    assert "Cho đăng lại" in late.text
    assert db.session.scalars(select(ListingReview.state)).all() == ["taken_down"]


def test_findings_are_reported_noted_and_closed_once(officer):
    product = make_product()
    key = {"submission_key": str(uuid4())}
    at = f"/office/products/{product.id}/findings"

    day = {"found_on": "2026-11-01"}
    assert officer.post(at, data=key | day | {"message": " "}).status_code == 422
    for _ in range(2):
        page = officer.post(
            at, data=key | {"message": "<b>Sao in sai</b>", "found_on": "2026-11-01"}
        ).headers["Location"]
    assert rows(Finding) == 1
    assert "&lt;b&gt;Sao in sai" in officer.get(page).text
    note = {"text": "Đã gọi", "submission_key": str(uuid4())}
    for _ in range(2):
        officer.post(f"{page}/notes", data=note)
    assert rows(OfficeNote) == 1
    assert officer.post(f"{page}/closure", data={"result": ""}).status_code == 422
    assert officer.post(f"{page}/closure", data={"result": "Đã sửa nhãn"}).status_code == 303
    assert officer.post(f"{page}/closure", data={"result": "Lần hai"}).status_code == 409
    assert db.session.scalars(select(OfficeClosure.result)).all() == ["Đã sửa nhãn"]
    assert "0 dòng" in officer.get("/office/findings").text
    assert "1 dòng" in officer.get("/office/findings?state=closed").text


@pytest.mark.parametrize(
    ("message", "found_on", "wrong"),
    [
        ("Sao in sai " * 190, "2026-11-01", "message"),
        ("Sao in sai", "2026-11-23", "found_on"),
        ("Sao in sai", "31/11", "found_on"),
        ("Sao in sai", "", "found_on"),
    ],
)
def test_a_refused_finding_keeps_what_was_typed(officer, message, found_on, wrong):
    product = make_product()
    key = str(uuid4())
    typed = {"submission_key": key, "message": message, "found_on": found_on}

    page = officer.post(f"/office/products/{product.id}/findings", data=typed)

    assert page.status_code == 422
    assert f">{message}</textarea>" in page.text
    assert f'value="{key}"' in page.text
    assert f'<a href="#{wrong}">' in page.text
    assert rows(Finding) == 0


def test_a_report_about_an_unknown_stamp_reaches_the_nation_alone(app, officer):
    saved(StampReport(submission_key=str(uuid4()), code="K3F", message="Mã lạ", created_at=clock.now()))
    report = db.session.scalar(select(StampReport.id))
    nation = browser_of(app, make_officer("nation"))

    assert officer.get(f"/office/reports/{report}").status_code == 404
    assert "1 dòng" in nation.get("/office/reports").text
    assert (
        nation.post(f"/office/reports/{report}/closure", data={"result": "Không phải tem"}).status_code == 303
    )
    assert "0 dòng" in nation.get("/office/reports").text


def test_old_sign_ins_prove_themselves_again_before_a_release(app, db_session, clock):
    product = make_product(certification=None)
    first, second = browser_of(app, make_officer()), browser_of(app, make_officer())
    at = send(first, "/office/decisions", typed(first, product)).headers["Location"]
    form = token(second, at)
    clock.move(timedelta(minutes=11))

    answer = second.post(f"{at}/release", data=form)

    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in/confirm")
    assert rows(ProposalOutcome) == 0
