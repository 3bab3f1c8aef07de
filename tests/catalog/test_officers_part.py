"""Whoever works for a producer, or helps it, neither proposes, releases nor reviews what is the producer's."""

from datetime import date

import pytest
from sqlalchemy import select

from accounts.models import Membership
from catalog.errors import DecisionFaultsError, OwnProducerError
from catalog.models import Certificate, Certification, RenewalDossier
from catalog.models.evidence import CertificateWithdrawal
from catalog.models.listings import ListingReview, ReviewState
from catalog.operations.certificate_states import withdraw_certificate
from catalog.operations.office_renewals import note_refusal, note_renewal
from catalog.operations.publishing import decide_review
from catalog.operations.releases import release_proposal, return_proposal
from catalog.queries.office_decisions import count_waiting
from core import clock
from core.db import db, transaction
from tests.catalog import test_proposals
from tests.catalog.test_office_decisions import quick_paper, rows
from tests.catalog.test_proposals import counts
from tests.factories import make_product, saved
from tests.people import actor, browser_of, make_officer

# Fixtures.
papers, files, propose = quick_paper, test_proposals.files, test_proposals.propose
release, revoke = test_proposals.release, test_proposals.revoke

PLACES = [("owner", False), ("packer", False), ("editor", True)]
"""The roles that count as a part; True: an officer who helps with consent."""


@pytest.fixture(params=PLACES, ids=["owner", "packer", "helper"])
def place(request):
    role, is_assisting = request.param
    return {"role": role, "is_assisting": is_assisting}


def join_team(user, producer, **place):
    saved(Membership(user_id=user.id, producer_id=producer.id, joined_at=clock.now(), **place))


def officer_of(product, place):
    officer = make_officer()
    join_team(officer, product.producer, **place)
    return officer


def test_nobody_proposes_a_star_for_the_own_producer(propose, place):
    others, product = make_product(certification=None), make_product(certification=None)
    officer = officer_of(product, place)

    with pytest.raises(DecisionFaultsError) as refused:
        propose(officer, others, product, stars=3)

    assert [(each.position, each.field, each.reason) for each in refused.value.faults] == [
        (2, "product", "own_producer")
    ]
    assert counts() == (0, 0, 0, 0, 0)


def test_nobody_takes_a_star_from_the_own_producer(revoke, place):
    product = make_product(certification={"stars": 3})
    officer = officer_of(product, place)

    with pytest.raises(DecisionFaultsError) as refused:
        revoke(officer, product.certifications[0].id)

    assert [each.reason for each in refused.value.faults] == ["own_producer"]
    assert counts() == (0, 0, 1, 0, 0)


def test_nobody_ends_a_proposal_about_the_own_producer(propose, files, place):
    product = make_product(certification=None)
    proposal_id = propose(make_officer(), product)
    by = actor(officer_of(product, place))

    with pytest.raises(OwnProducerError), transaction():
        release_proposal(proposal_id, by=by, now=clock.now(), files=files)
    with pytest.raises(OwnProducerError), transaction():
        return_proposal(proposal_id, "Sai số", by=by, now=clock.now())

    assert counts() == (1, 0, 0, 0, 0)
    assert (count_waiting(by), count_waiting(actor(make_officer()))) == (0, 1)


def test_three_stars_are_not_recorded_by_whoever_joined_the_producer_meanwhile(propose, release, place):
    product = make_product(certification=None)
    officer = make_officer()
    proposal_id = propose(officer, product, stars=3)
    join_team(officer, product.producer, **place)

    with pytest.raises(OwnProducerError):
        release(officer, proposal_id)

    assert counts() == (1, 0, 0, 0, 0)


def test_nobody_reviews_the_own_listing(db_session, place):
    product = make_product(is_for_sale=False)
    down = {"state": "taken_down", "reason": "Ảnh sai", "asked_at": clock.now(), "decided_at": clock.now()}
    saved(ListingReview(product_id=product.id, decided_by_id=make_officer().id, **down))
    by = actor(officer_of(product, place))

    with pytest.raises(OwnProducerError), transaction():
        decide_review(product, ReviewState.LIFTED, reason=None, by=by, now=clock.now())

    assert db.session.scalars(select(ListingReview.state)).all() == ["taken_down"]


def test_nobody_lengthens_or_ends_the_own_recognition_by_a_dossier(db_session, place):
    product = make_product(certification={"expires_on": date(2027, 4, 1), "decided_on": date(2024, 4, 1)})
    other = actor(make_officer())
    by = actor(officer_of(product, place))
    facts = {"reference": "PĐK-1", "filed_on": date(2026, 11, 20), "now": clock.now()}
    found = db.session.scalars(select(Certification)).one()

    with pytest.raises(OwnProducerError), transaction():
        note_renewal(found, **facts, by=by)
    assert rows(RenewalDossier) == 0

    with transaction():
        dossier = note_renewal(db.session.scalars(select(Certification)).one(), **facts, by=other)
    with pytest.raises(OwnProducerError), transaction():
        note_refusal(dossier, refused_on=date(2026, 11, 21), decision_number=None, by=by, now=clock.now())
    assert dossier.refusal is None


def test_nobody_withdraws_a_certificate_of_the_own_producer(db_session, place):
    product = make_product()
    held = saved(
        Certificate(producer_id=product.producer_id, kind="vietgap", number="7", recorded_at=clock.now())
    )
    by = actor(officer_of(product, place))

    with pytest.raises(OwnProducerError), transaction():
        withdraw_certificate(held, "Sai", by=by, now=clock.now())

    assert rows(CertificateWithdrawal) == 0


def test_pages_offer_no_act_about_the_own_producer_and_say_why(app, propose):
    app.config["WTF_CSRF_ENABLED"] = False
    product = make_product()
    review = saved(ListingReview(product_id=product.id, state="waiting", asked_at=clock.now()))
    proposal_id = propose(make_officer(), product)
    browser = browser_of(app, officer_of(product, {"role": "owner"}))
    recognition = product.certifications[0].id

    decision = browser.get(f"/office/decisions/{proposal_id}").text
    listing = browser.get(f"/office/listings/{product.id}").text
    record = browser.get(f"/office/products/{product.id}").text

    assert "/release" not in decision
    assert f"/{proposal_id}/return" not in decision
    assert "/reviews" not in listing
    assert "/office/recognitions/" not in record
    assert "/office/decisions/new?" not in record
    assert all("cán bộ khác" in page for page in (decision, listing))
    assert browser.post(f"/office/decisions/{proposal_id}/release").status_code == 403
    assert browser.post(f"/office/listings/{product.id}/reviews", data={"state": "seen"}).status_code == 403
    assert browser.get(f"/office/recognitions/{recognition}/revocation").status_code == 404
    db.session.refresh(review)
    assert review.state == "waiting"
