"""Claiming in the browser: find, say why, wait; and the officer's desk."""

from io import BytesIO

import pytest
from sqlalchemy import select

from catalog.models.joining import Claim
from core.db import db
from tests.factories import make_producer, make_register_entry
from tests.people import LAO_CAI, browser_of, make_member, make_officer, make_user


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def pdf():
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, "Giay dang ky")
    canvas.showPage()
    canvas.save()
    return BytesIO(out.getvalue()), "giay.pdf"


def send(browser, **fields):
    values = {"statement": "Của chúng tôi <script>alert(1)</script>", "paper": [pdf()]} | fields
    return browser.post("/workspace/claims", data=values, content_type="multipart/form-data")


@pytest.mark.slow
def test_from_the_search_to_the_workspace(app, db_session):
    entry = make_register_entry(producer=make_producer(name="HTX Dừa"))
    user, officer = make_user(), make_officer()
    browser, desk = browser_of(app, user), browser_of(app, officer)

    found = browser.get("/workspace/claims/new?q=htx+dua").text
    assert f"/workspace/claims/new?producer={entry.producer_id}" in found
    sent = send(browser, producer=str(entry.producer_id))
    (claim,) = db.session.scalars(select(Claim))
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/workspace/claims/{claim.id}")

    queue = desk.get("/office/claims").text
    assert "HTX Dừa" in queue
    page = desk.get(f"/office/claims/{claim.id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert f"/office/evidence/{claim.papers[0].evidence_id}/pages/1" in page
    assert desk.get(f"/office/evidence/{claim.papers[0].evidence_id}/pages/1").status_code == 200

    empty = desk.post(f"/office/claims/{claim.id}/decision", data={})
    assert (empty.status_code, "<title>Lỗi:" in empty.text) == (422, True)
    no_reason = desk.post(f"/office/claims/{claim.id}/decision", data={"verdict": "refuse"})
    assert no_reason.status_code == 422
    done = desk.post(f"/office/claims/{claim.id}/decision", data={"verdict": "approve"})
    assert done.status_code == 303
    late = desk.post(f"/office/claims/{claim.id}/decision", data={"verdict": "refuse", "reason": "x"})
    assert late.status_code == 409
    assert browser_of(app, user).get(f"/workspace/{entry.producer_id}").status_code == 200


def test_a_claim_needs_a_paper_that_is_one(app, db_session):
    entry = make_register_entry()
    browser = browser_of(app, make_user())

    none = send(browser, producer=str(entry.producer_id), paper=[])
    svg = send(browser, producer=str(entry.producer_id), paper=[(BytesIO(b"<svg onload='x()'/>"), "a.svg")])

    assert (none.status_code, svg.status_code) == (422, 422)
    assert "<title>Lỗi:" in svg.text
    assert "Của chúng tôi &lt;script&gt;" in svg.text
    assert db.session.scalars(select(Claim)).all() == []


def test_of_a_tax_code_only_is_told_that_it_is_on_record(app, db_session):
    make_producer(name="Bí Mật", tax_code="0100233488", phone="+84912345678")
    browser = browser_of(app, make_user())

    known = browser.get("/workspace/claims/new?tax_code=0100233488").text
    form = browser.get("/workspace/claims/new?producer=1").text

    assert "/workspace/claims/new?producer=1" in known
    assert "Bí Mật" not in known + form
    assert "912345678" not in known + form
    assert (
        "/workspace/claims/new?producer=" not in browser.get("/workspace/claims/new?tax_code=0100112437").text
    )


def test_claims_of_others_and_of_other_areas_are_not_found(app, db_session):
    entry = make_register_entry()
    claimant, member = make_user(), make_member(make_producer())
    browser = browser_of(app, claimant)
    from tests.catalog.test_claims import claim as make_claim

    claim_id = make_claim(app, claimant, producer_id=entry.producer_id)
    stranger, commune = make_officer(province_code=LAO_CAI), make_officer("commune", commune_code="28789")

    for path in (f"/workspace/claims/{claim_id}", f"/office/claims/{claim_id}"):
        assert browser_of(app, member).get(path).status_code == 404
        assert app.test_client().get(path).status_code == 303
    assert browser_of(app, member).post(f"/workspace/claims/{claim_id}/withdrawal").status_code == 404
    for officer in (stranger, commune):
        desk = browser_of(app, officer)
        assert desk.get(f"/office/claims/{claim_id}").status_code == 404
        answer = desk.post(f"/office/claims/{claim_id}/decision", data={"verdict": "approve"})
        assert answer.status_code == 404
    for path in ("new?producer=999", "new?product=999", f"new?product={entry.id}99999999999"):
        assert browser.get(f"/workspace/claims/{path}").status_code in {200, 404}
    db.session.rollback()
    assert db.session.get_one(Claim, claim_id).outcome is None
