"""Decisions with two officers: who may propose, who may release, and what the register holds afterwards."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import count as numbers

import pytest
from sqlalchemy import func, select

from accounts.errors import NotYoursError
from catalog.decision_facts import DecisionFacts, DecisionLine
from catalog.errors import DecisionFaultsError, OwnProposalError, ProposalDecidedError
from catalog.facts import RevocationFacts
from catalog.models import Certification, Document, Product, Revocation
from catalog.models.office import Proposal, ProposalOutcome
from catalog.operations.decision_papers import keep_decision_paper
from catalog.operations.evidence import ReadPaper
from catalog.operations.proposals import propose_recognition, propose_revocation
from catalog.operations.releases import release_proposal, return_proposal, withdraw_proposal
from core import clock
from core.db import db, transaction
from core.files import storage_for
from tests.factories import make_place, make_producer, make_product
from tests.people import LAO_CAI, VINH_LONG, actor, make_officer

FACTS = DecisionFacts(
    decision_number="512/QĐ-UBND",
    decided_on=date(2026, 10, 1),
    authority_level="province",
    authority_name="UBND tỉnh Vĩnh Long",
    criteria_version="26/2026/QĐ-TTg",
    expires_on=date(2029, 10, 1),
    expiry_basis="law",
)
REVOKED = RevocationFacts(
    decision_number="77/QĐ-UBND",
    revoked_on=date(2026, 11, 20),
    ground="misuse_of_mark",
    authority_name="UBND tỉnh Vĩnh Long",
)


def scan(files, text: str = "one") -> ReadPaper:
    """A paper as `read_paper` gives it, without the process that draws its pages."""
    content = f"%PDF-1.4 {text} %%EOF".encode()
    files.put(content)
    return ReadPaper(sha256(content).hexdigest(), "application/pdf", len(content), 1, ())


KEYS = numbers(1)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def counts() -> tuple[int, ...]:
    return tuple(count(each) for each in (Proposal, ProposalOutcome, Certification, Revocation, Document))


@pytest.fixture
def files(app):
    return storage_for(app.extensions["settings"])


@pytest.fixture
def propose(db_session, files):
    """Propose a decision as `officer` for `products` (or lines), with the stars."""

    def make(officer, *products, stars=4, facts=FACTS, key=None, is_from_file=False):
        lines = [DecisionLine(product_id=each.id, stars=stars, score=Decimal("81.25")) for each in products]
        by = actor(officer)
        with transaction():
            paper = keep_decision_paper(
                scan(files),
                title="Quyết định 512",
                province_code=VINH_LONG,
                by=by,
                files=files,
                now=clock.now(),
            )
            proposal = propose_recognition(
                facts,
                lines,
                {each.id: db.session.get_one(Product, each.id) for each in products},
                paper,
                by=by,
                now=clock.now(),
                submission_key=key or f"key-{next(KEYS)}",
                is_from_file=is_from_file,
            )
            return proposal.id

    return make


@pytest.fixture
def revoke(db_session, files):
    def make(officer, certification_id, facts=REVOKED):
        by = actor(officer)
        with transaction():
            paper = keep_decision_paper(
                scan(files, "two"),
                title="Thu hồi",
                province_code=VINH_LONG,
                by=by,
                files=files,
                now=clock.now(),
            )
            return propose_revocation(
                db.session.get_one(Certification, certification_id),
                facts,
                paper,
                by=by,
                now=clock.now(),
                submission_key=f"key-{next(KEYS)}",
            ).id

    return make


@pytest.fixture
def release(db_session, files):
    def run(officer, proposal_id):
        by = actor(officer)
        with transaction():
            return [
                type(each).__name__
                for each in release_proposal(proposal_id, by=by, now=clock.now(), files=files)
            ]

    return run


def test_four_stars_show_only_after_a_second_officer_has_released_them(propose, release):
    product = make_product(certification=None)
    first, second = make_officer(), make_officer()

    proposal_id = propose(first, product)

    assert counts() == (1, 0, 0, 0, 0)
    assert release(second, proposal_id) == ["Certification"]
    assert counts() == (1, 1, 1, 0, 1)
    certification = db.session.scalar(select(Certification))
    assert (certification.stars, certification.decision_number, certification.expires_on) == (
        4,
        "512/QĐ-UBND",
        date(2029, 10, 1),
    )
    assert certification.document.sha256 == db.session.scalar(select(Proposal)).document_sha256
    assert (certification.evidence_level, str(certification.score)) == ("A", "81.25")


def test_nobody_releases_what_is_their_own(propose, release):
    product = make_product(certification=None)
    first = make_officer()
    proposal_id = propose(first, product)

    with pytest.raises(OwnProposalError):
        release(first, proposal_id)

    assert counts() == (1, 0, 0, 0, 0)


def test_another_account_of_the_same_mailbox_is_the_same_person(propose, release):
    product = make_product(certification=None)
    first = make_officer(email="lan@tinh.vn")
    other = make_officer(email="LAN+2@tinh.vn")
    proposal_id = propose(first, product)

    with pytest.raises(OwnProposalError):
        release(other, proposal_id)

    assert counts() == (1, 0, 0, 0, 0)


def test_three_stars_are_recorded_by_their_one_officer(propose, release):
    product = make_product(certification=None)
    first = make_officer()
    proposal_id = propose(first, product, stars=3)

    release(first, proposal_id)

    assert db.session.scalar(select(ProposalOutcome.outcome)) == "recorded"
    assert db.session.scalar(select(Certification.stars)) == 3


def test_three_stars_from_a_file_wait_for_a_second_officer(propose, release):
    product = make_product(certification=None)
    first = make_officer()
    proposal_id = propose(first, product, stars=3, is_from_file=True)

    with pytest.raises(OwnProposalError):
        release(first, proposal_id)

    assert counts() == (1, 0, 0, 0, 0)


SCOPES = [
    # level, province, stars, product's province, may propose
    ("province", VINH_LONG, 3, VINH_LONG, True),
    ("province", VINH_LONG, 4, VINH_LONG, True),
    ("province", VINH_LONG, 5, VINH_LONG, False),
    ("province", LAO_CAI, 3, VINH_LONG, False),
    ("province", LAO_CAI, 4, VINH_LONG, False),
    ("province", LAO_CAI, 5, VINH_LONG, False),
    ("province", VINH_LONG, 4, None, False),
    ("nation", None, 5, VINH_LONG, True),
    ("nation", None, 5, None, True),
    ("nation", None, 4, VINH_LONG, False),
    ("nation", None, 3, VINH_LONG, False),
    ("commune", VINH_LONG, 3, VINH_LONG, False),
    ("commune", VINH_LONG, 4, VINH_LONG, False),
    ("commune", VINH_LONG, 5, VINH_LONG, False),
]


def officer_of(level, province, **facts):
    if level == "commune":
        facts["commune_code"] = "28789"
    return make_officer(level, province or VINH_LONG, **facts)


def product_of(province, **facts):
    if province is None:
        place = make_place(current_province_code=None, current_commune_code=None, conversion="unknown")
        return make_product(producer=make_producer(place=place), **facts)
    return make_product(**facts)


def facts_for(stars):
    if stars == 5:
        return replace(FACTS, authority_level="ministry", authority_name="Bộ Nông nghiệp và Môi trường")
    return FACTS


@pytest.mark.parametrize(("level", "province", "stars", "where", "may"), SCOPES)
def test_who_may_propose_a_recognition(propose, level, province, stars, where, may):
    product = product_of(where, certification=None)
    officer = officer_of(level, province)

    if may:
        propose(officer, product, stars=stars, facts=facts_for(stars))
        assert counts() == (1, 0, 0, 0, 0)
        return
    with pytest.raises(DecisionFaultsError) as refused:
        propose(officer, product, stars=stars, facts=facts_for(stars))
    assert [(each.field, each.reason) for each in refused.value.faults] == [("stars", "not_your_rank")]
    assert counts() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(("level", "province", "stars", "where", "may"), SCOPES)
@pytest.mark.parametrize("act", ["release", "return"])
def test_who_may_release_or_return(propose, release, act, level, province, stars, where, may):
    product = product_of(where, certification=None)
    proposer = make_officer("nation") if stars == 5 else make_officer()
    if where is None and stars != 5:
        return  # nobody may propose this, so there is nothing to release
    proposal_id = propose(proposer, product, stars=stars, facts=facts_for(stars))
    other = officer_of(level, province)

    def run():
        if act == "release":
            release(other, proposal_id)
            return
        by = actor(other)
        with transaction():
            return_proposal(proposal_id, "Sai số", by=by, now=clock.now())

    if not may:
        with pytest.raises(NotYoursError):
            run()
        assert counts() == (1, 0, 0, 0, 0)
        return
    run()
    assert counts() == ((1, 1, 1, 0, 1) if act == "release" else (1, 1, 0, 0, 0))


@pytest.mark.parametrize(("level", "province", "stars", "where", "may"), SCOPES)
def test_who_may_propose_a_revocation(revoke, level, province, stars, where, may):
    level_of = "ministry" if stars == 5 else "province"
    product = product_of(where, certification={"stars": stars, "authority_level": level_of})
    officer = officer_of(level, province)

    if may:
        revoke(officer, product.certifications[0].id)
        assert counts() == (1, 0, 1, 0, 0)
        return
    with pytest.raises(DecisionFaultsError) as refused:
        revoke(officer, product.certifications[0].id)
    assert [each.reason for each in refused.value.faults] == ["not_your_rank"]
    assert counts() == (0, 0, 1, 0, 0)


def test_a_second_release_finds_it_done(propose, release):
    product = make_product(certification=None)
    proposal_id = propose(make_officer(), product)
    second, third = make_officer(), make_officer()
    release(second, proposal_id)

    with pytest.raises(ProposalDecidedError) as refused:
        release(third, proposal_id)

    assert refused.value.outcome == "released"
    assert counts() == (1, 1, 1, 0, 1)


def test_even_three_stars_are_revoked_by_two(revoke, release):
    product = make_product(certification={"stars": 3})
    first, second = make_officer(), make_officer()
    proposal_id = revoke(first, product.certifications[0].id)

    with pytest.raises(OwnProposalError):
        release(first, proposal_id)
    assert counts() == (1, 0, 1, 0, 0)

    assert release(second, proposal_id) == ["Revocation"]
    assert counts() == (1, 1, 1, 1, 1)
    assert db.session.scalar(select(Revocation.revoked_on)) == date(2026, 11, 20)


def test_a_returned_decision_needs_a_reason_and_records_nothing(propose):
    product = make_product(certification=None)
    proposal_id = propose(make_officer(), product)
    by = actor(make_officer())

    with pytest.raises(Exception, match="reason"), transaction():
        return_proposal(proposal_id, "  ", by=by, now=clock.now())
    assert counts() == (1, 0, 0, 0, 0)

    with transaction():
        return_proposal(proposal_id, "Số quyết định sai", by=by, now=clock.now())
    assert counts() == (1, 1, 0, 0, 0)


def test_a_proposal_is_withdrawn_by_its_proposer_alone(propose, release):
    product = make_product(certification=None)
    first, second = make_officer(), make_officer()
    proposal_id = propose(first, product)
    by_second, by_first = actor(second), actor(first)

    with pytest.raises(NotYoursError), transaction():
        withdraw_proposal(proposal_id, by=by_second, now=clock.now())
    with transaction():
        withdraw_proposal(proposal_id, by=by_first, now=clock.now())
    with pytest.raises(ProposalDecidedError):
        release(second, proposal_id)

    assert counts() == (1, 1, 0, 0, 0)


def test_the_same_form_sent_twice_is_one_proposal(propose):
    product = make_product(certification=None)
    officer = make_officer()

    first, again = propose(officer, product, key="same"), propose(officer, product, key="same")

    assert first == again
    assert counts() == (1, 0, 0, 0, 0)


def test_a_number_of_another_day_is_refused(propose):
    make_product(
        certification={
            "decision_number": "512 / QĐ-UBND",
            "decided_on": date(2026, 3, 2),
            "recognised_year": 2026,
            "authority_name": "UBND tỉnh Vĩnh Long",
            "expires_on": date(2029, 3, 2),
        }
    )
    product = make_product(certification=None)

    with pytest.raises(DecisionFaultsError) as refused:
        propose(make_officer(), product)

    [fault] = refused.value.faults
    assert (fault.position, fault.field, fault.reason, fault.recorded) == (
        None,
        "decided_on",
        "contradiction",
        date(2026, 3, 2),
    )


def test_a_product_twice_and_a_future_day_are_told_each_once(propose):
    one, other = make_product(certification=None), make_product(certification=None)
    facts = replace(FACTS, decided_on=date(2026, 11, 23), expires_on=None)

    with pytest.raises(DecisionFaultsError) as refused:
        propose(make_officer(), one, one, other, facts=facts)

    assert [(each.position, each.field, each.reason) for each in refused.value.faults] == [
        (1, "product", "repeated"),
        (None, "decided_on", "in_the_future"),
        (2, "product", "repeated"),
    ]
