"""What producers state of their certificates: kept with its paper, never changed, taken back or claimed anew."""

import pytest
from sqlalchemy import select

from catalog.models import Certificate
from catalog.models.evidence import (
    CertificateClaim,
    EvidenceFile,
)
from core.db import db
from tests import people
from tests.claims import claimed, count, decide, send
from tests.factories import make_producer, make_product
from tests.papers import a_pdf


@pytest.fixture(autouse=True)
def _without_tokens(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def product():
    return make_product(slug="keo-dua", certification=None)


@pytest.fixture
def owner(product):
    return people.make_member(product.producer)


@pytest.fixture
def officer():
    return people.make_officer()


# What is refused


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "x" * 81}, "number"),
        ({"issuer": " "}, "issuer"),
        ({"issued_on": ""}, "issued_on"),
        ({"issued_on": "31/2/2026"}, "issued_on"),
        ({"issued_on": "2026-11-23"}, "issued_on"),
        ({"expires_on": "2026-02-28"}, "expires_on"),
        ({"kind": "nobel"}, "kind"),
        ({"product": "999"}, "product"),
        ({"product": "x"}, "product"),
        ({"product": "9" * 400}, "product"),
    ],
)
def test_a_wrong_fact_is_told_the_paper_is_kept_and_nothing_is_claimed(app, product, owner, typed, field):
    answer = send(people.browser_of(app, owner), product.producer_id, a_pdf(), **typed)

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert "<title>Lỗi:" in answer.text
    kept = db.session.scalars(select(EvidenceFile)).one()
    assert f'name="evidence" value="{kept.id}"' in answer.text
    assert count(CertificateClaim) == 0


def test_the_kept_paper_need_not_be_chosen_again_and_nobody_elses_can_be(app, product, owner):
    browser = people.browser_of(app, owner)
    send(browser, product.producer_id, a_pdf(), number="")
    kept = db.session.scalar(select(EvidenceFile.id))
    rival = make_producer()
    thief = people.browser_of(app, people.make_member(rival))

    stolen = send(thief, rival.id, evidence=str(kept), submission_key="2b6d4f3e-0000-4000-8000-000000000009")
    own = send(browser, product.producer_id, evidence=str(kept))

    assert stolen.status_code == 422
    assert own.status_code == 303
    assert db.session.scalars(select(CertificateClaim.producer_id)).all() == [product.producer_id]


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"%PDF-1.7 broken"])
def test_without_a_paper_nothing_is_claimed(app, product, owner, content):
    answer = send(people.browser_of(app, owner), product.producer_id, content)

    assert answer.status_code == 422
    assert '<a href="#file">' in answer.text
    assert (count(CertificateClaim), count(EvidenceFile)) == (0, 0)


def test_sent_twice_it_is_one_claim(app, product, owner):
    browser = people.browser_of(app, owner)

    for _ in range(2):
        assert send(browser, product.producer_id, a_pdf()).status_code == 303

    assert (count(CertificateClaim), count(EvidenceFile)) == (1, 1)


def test_taken_back_it_waits_no_more_and_decided_it_is_not_taken_back(app, product, owner, officer, settings):
    browser = people.browser_of(app, owner)
    first = claimed(settings, product.producer, owner, key="1")
    second = claimed(settings, product.producer, owner, key="2")
    home = f"/workspace/{product.producer_id}/certificates"

    for _ in range(2):
        assert browser.post(f"{home}/{first}/withdrawal").status_code == 303
    assert decide(app, officer, first, outcome="verified", method="own_files").status_code == 409
    decide(app, officer, second, outcome="verified", method="own_files")

    late = browser.post(f"{home}/{second}/withdrawal")
    assert late.status_code == 409
    assert "không rút lại được nữa" in late.text
    assert count(Certificate) == 1


def test_a_correction_is_a_new_claim_in_place_of_the_old(app, product, owner, officer, settings):
    browser = people.browser_of(app, owner)
    first = claimed(settings, product.producer, owner)
    page = f"/workspace/{product.producer_id}/certificates/new"
    assert browser.get(f"{page}?replaces={10**20}").status_code == 200
    form = browser.get(f"{page}?replaces={first}").text
    assert 'value="123/2026/ATTP"' in form
    evidence = db.session.scalar(select(EvidenceFile.id))

    send(browser, product.producer_id, evidence=str(evidence), replaces=str(first), number="124/2026/ATTP")

    old, new = db.session.scalars(select(CertificateClaim).order_by(CertificateClaim.id)).all()
    assert (old.number, old.withdrawn_at is not None) == ("123/2026/ATTP", True)
    assert (new.number, new.supersedes_id) == ("124/2026/ATTP", first)
