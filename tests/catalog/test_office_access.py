"""Who comes into which page of the office, and what lies outside somebody's area is not there."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEvent
from catalog.models import RenewalDossier, RenewalRefusal
from catalog.models.listings import ListingReview
from catalog.models.office import DecisionDraft, Finding, OfficeClosure, OfficeNote, Proposal, ProposalOutcome
from catalog.operations.decision_papers import keep_decision_paper
from catalog.operations.office_notes import report_finding
from core import clock
from core.db import db, transaction
from core.files import storage_for
from tests.catalog.test_proposals import FACTS, scan
from tests.factories import make_product, saved
from tests.people import (
    LAO_CAI,
    VINH_LONG,
    actor,
    browser_of,
    make_administrator,
    make_member,
    make_officer,
    make_organiser,
    make_user,
)

PAGES = (
    "/office",
    "/office/decisions",
    "/office/register",
    "/office/producers",
    "/office/export",
    "/office/programme",
    "/office/guides",
    "/office/guides/decision",
    "/office/findings",
    "/office/listings",
    "/office/reports",
    "/office/audit",
)
DECIDING = (
    "/office/decisions/choose",
    "/office/decisions/import",
    "/office/decisions/import/template.csv",
)
HISTORY = (
    Proposal,
    ProposalOutcome,
    Finding,
    OfficeNote,
    OfficeClosure,
    DecisionDraft,
    RenewalDossier,
    RenewalRefusal,
    ListingReview,
    AuditEvent,
)


def counted() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count()).select_from(each)) or 0 for each in HISTORY)


@pytest.fixture
def places(app, db_session):
    """Addresses of one product's matters in Vĩnh Long, commune 28789."""
    app.config["WTF_CSRF_ENABLED"] = False  # forged forms have a test of their own; here it is about people
    product = make_product(certification={"filed_on": date(2028, 1, 10)})
    saved(ListingReview(product_id=product.id, state="waiting", asked_at=clock.now()))
    officer = make_officer()
    by = actor(officer)
    files = storage_for(app.extensions["settings"])
    from catalog.decision_facts import DecisionLine
    from catalog.models import Product
    from catalog.operations.proposals import propose_recognition

    with transaction():
        found = report_finding(
            db.session.get_one(Product, product.id),
            message="Thấy sao in sai",
            found_on=date(2026, 11, 1),
            by=by,
            now=clock.now(),
            submission_key=str(uuid4()),
        ).id
        paper = keep_decision_paper(
            scan(files), title="QĐ", province_code=VINH_LONG, by=by, files=files, now=clock.now()
        )
        proposal = propose_recognition(
            FACTS,
            [DecisionLine(product_id=product.id, stars=4)],
            {product.id: db.session.get_one(Product, product.id)},
            paper,
            by=by,
            now=clock.now(),
            submission_key=str(uuid4()),
        ).id
        certification = product.certifications[0].id
        dossier = db.session.scalar(select(RenewalDossier.id))
    reading = (
        f"/office/products/{product.id}",
        f"/office/producers/{product.producer_id}",
        f"/office/decisions/{proposal}",
        f"/office/findings/{found}",
        f"/office/listings/{product.id}",
    )
    deciding = (
        f"/office/decisions/new?product={product.id}",
        f"/office/recognitions/{certification}/revocation",
        f"/office/recognitions/{certification}/renewals",
        f"/office/renewals/{dossier}/refusal",
    )
    acting = (
        f"/office/decisions/{proposal}/release",
        f"/office/decisions/{proposal}/return",
        f"/office/decisions/{proposal}/withdrawal",
        f"/office/decisions/{proposal}/notes",
        f"/office/findings/{found}/notes",
        f"/office/findings/{found}/closure",
        f"/office/products/{product.id}/findings",
        f"/office/recognitions/{certification}/revocation",
        f"/office/recognitions/{certification}/renewals",
        f"/office/renewals/{dossier}/refusal",
        f"/office/listings/{product.id}/reviews",
    )
    return reading, deciding, acting


STRANGERS = {
    "shopper": make_user,
    "member": lambda: make_member(make_product().producer),
    "organiser": make_organiser,
}


@pytest.mark.parametrize("who", STRANGERS)
def test_there_is_no_office_for_others(app, places, who):
    browser = browser_of(app, STRANGERS[who]())
    reading, deciding, acting = places
    before = counted()

    for page in (*PAGES, *DECIDING, *reading, *deciding):
        assert browser.get(page).status_code == 404, page
    for act in acting:
        assert browser.post(act, data=form()).status_code == 404, act
    assert counted() == before


def test_an_administrator_reads_the_trail_and_nothing_else(app, places):
    browser = browser_of(app, make_administrator())
    reading, deciding, _acting = places

    assert browser.get("/office/audit").status_code == 200
    for page in (*PAGES[:-1], *DECIDING, *reading, *deciding):
        assert browser.get(page).status_code == 404, page


def test_signed_out_people_are_led_to_the_sign_in(app, places, client):
    reading, deciding, acting = places

    for page in (*PAGES, *DECIDING, *reading, *deciding):
        answer = client.get(page)
        assert (answer.status_code, answer.headers["Location"][:14]) == (303, "/sign-in?next="), page
    for act in acting:
        answer = client.post(act, data=form())
        assert (answer.status_code, answer.headers["Location"][:14]) == (303, "/sign-in?next="), act


def test_an_officer_without_the_second_factor_comes_in_nowhere(app, places):
    browser = browser_of(app, make_officer(), second_factor=False)

    for page in (*PAGES, *places[0]):
        answer = browser.get(page)
        assert (answer.status_code, "second-factor" in answer.headers["Location"]) == (303, True), page


def test_an_officer_of_the_province_sees_it_all(app, places):
    browser = browser_of(app, make_officer())
    reading, deciding, _ = places

    for page in (*PAGES, *DECIDING, *reading, *deciding):
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert answer.headers["Cache-Control"] == "no-store", page


def test_of_another_province_nothing_is_there_and_nothing_changes(app, places):
    browser = browser_of(app, make_officer("province", LAO_CAI))
    reading, deciding, acting = places
    before = counted()

    for page in (*reading, *deciding):
        assert browser.get(page).status_code == 404, page
    for act in acting:
        assert browser.post(act, data=form()).status_code == 404, act
    assert counted() == before


def test_a_commune_officer_reads_reports_and_comments_and_decides_nothing(app, places):
    browser = browser_of(app, make_officer("commune", VINH_LONG, commune_code="28789"))
    reading, deciding, acting = places
    before = counted()

    for page in reading:
        assert browser.get(page).status_code == 200, page
    for page in (*deciding, *DECIDING):
        assert browser.get(page).status_code == 404, page
    may = [act for act in acting if act.endswith(("/notes", "/findings"))]
    for act in set(acting) - set(may):
        assert browser.post(act, data=form()).status_code == 404, act
    assert counted() == before
    for act in may:
        assert (
            browser.post(
                act, data=form(text="Đã xem", message="Tem in sai", found_on="2026-11-01")
            ).status_code
            == 303
        )
    assert counted() != before


def test_a_commune_officer_of_another_commune_sees_nothing_of_it(app, places):
    browser = browser_of(app, make_officer("commune", VINH_LONG, commune_code="28756"))

    for page in places[0]:
        assert browser.get(page).status_code == 404, page


def test_the_nation_reads_all_and_decides_only_five_stars(app, places):
    browser = browser_of(app, make_officer("nation"))
    reading, deciding, acting = places
    before = counted()

    for page in (*PAGES, *reading, deciding[0]):
        assert browser.get(page).status_code == 200, page
    for page in deciding[1:]:
        assert browser.get(page).status_code == 404, page
    for act in acting[:2]:
        assert browser.post(act, data=form(reason="x")).status_code == 404, act
    assert counted() == before


def test_lists_hold_only_what_lies_in_the_area(app, places):
    near = browser_of(app, make_officer())
    far = browser_of(app, make_officer("province", LAO_CAI))
    everywhere = browser_of(app, make_officer("nation"))
    commune = browser_of(app, make_officer("commune", VINH_LONG, commune_code="28756"))

    for page in (
        "/office/register",
        "/office/producers",
        "/office/decisions",
        "/office/findings",
        "/office/listings",
    ):
        assert "1 dòng" in near.get(page).text, page
        assert "1 dòng" in everywhere.get(page).text, page
        assert "0 dòng" in far.get(page).text, page
        assert "0 dòng" in commune.get(page).text, page


def form(**typed):
    """A form as a browser sends it."""
    return {"submission_key": str(uuid4()), **typed}
