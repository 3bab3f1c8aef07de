"""The office in a browser: a decision from its form to the badge, and to its end."""

import re
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from catalog.models import Certification, Revocation
from catalog.operations.evidence import ReadPaper
from catalog.views.office import decisions
from core.db import db
from tests.factories import make_product
from tests.people import browser_of, make_officer

PDF = b"%PDF-1.4 a decision %%EOF"
HEAD = {
    "decision_number": "512/QĐ-UBND",
    "decided_on": "2026-10-01",
    "authority_level": "province",
    "authority_name": "UBND tỉnh Vĩnh Long",
    "criteria_version": "",
    "expiry_basis": "law",
    "expires_on": "",
    "note": "",
}


def rows(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(csrf_token|submission_key)" value="([^"]*)">', page))


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch):
    """Papers are read without the process that draws their pages, which tests of its own look at."""

    def read(content, *, files):
        files.put(content)
        return ReadPaper(sha256(content).hexdigest(), "application/pdf", len(content), 1, ())

    monkeypatch.setattr(decisions, "read_paper", read)


def send(browser, address, form, *, paper=True):
    from io import BytesIO

    data = dict(form)
    if paper:
        data["document"] = (BytesIO(PDF), "qd.pdf")
    return browser.post(address, data=data, content_type="multipart/form-data")


def typed(browser, *products, stars="4", **changed):
    ids = "&".join(f"product={each.id}" for each in products)
    page = browser.get(f"/office/decisions/new?{ids}").text
    lines = {f"stars-{each.id}": stars for each in products}
    return {**hidden(page), **HEAD, **lines, "product": [str(each.id) for each in products], **changed}


def token(browser, address):
    return {"csrf_token": hidden(browser.get(address).text)["csrf_token"]}


def test_from_the_form_to_the_badge_and_away_again(app, db_session, client):
    product = make_product(certification=None)
    first, second = browser_of(app, make_officer()), browser_of(app, make_officer())
    page = f"/products/{product.slug}"
    slug, product_id = product.slug, product.id

    made = send(first, "/office/decisions", typed(first, product))
    address = made.headers["Location"]
    checked = second.get(address).text

    assert made.status_code == 303
    assert "1 sản phẩm sẽ hiện huy hiệu mới." in checked
    assert 'class="plate' not in client.get(page).text
    assert first.post(f"{address}/release", data=token(first, address)).status_code == 403
    assert second.post(f"{address}/release", data=token(second, address)).status_code == 303
    for shown in (page, "/products?stars=4", "/products?q=keo+dua"):
        assert 'class="plate' in client.get(shown).text, shown
    assert client.get(f"/api/v1/products/{slug}").json["stars"] == 4

    certification_id = db.session.scalar(select(Certification.id))
    form_at = f"/office/recognitions/{certification_id}/revocation"
    withdrawal = {
        **hidden(first.get(form_at).text),
        "decision_number": "77/QĐ-UBND",
        "revoked_on": "2026-11-20",
        "ground": "misuse_of_mark",
        "authority_name": "UBND tỉnh Vĩnh Long",
        "note": "",
    }
    address = send(first, form_at, withdrawal).headers["Location"]

    assert "1 sản phẩm sẽ mất huy hiệu." in second.get(address).text
    assert 'class="plate' in client.get(page).text
    assert first.post(f"{address}/release", data=token(first, address)).status_code == 403
    assert rows(Revocation) == 0
    assert second.post(f"{address}/release", data=token(second, address)).status_code == 303
    for gone in (page, "/products?stars=4", "/products?q=keo+dua"):
        assert 'class="plate' not in client.get(gone).text, gone
    assert client.get(f"/api/v1/products/{slug}").json["stars"] is None
    assert (
        "Thu hồi từ ngày 20/11/2026 theo quyết định 77/QĐ-UBND"
        in second.get(f"/office/products/{product_id}").text
    )
