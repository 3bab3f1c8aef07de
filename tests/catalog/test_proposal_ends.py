"""How decisions end: their paper, the trail, who is told, and what the database itself refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEvent
from catalog.errors import DecisionFaultsError, InvalidCertificationError
from catalog.invariants.office import decisions_not_as_released
from catalog.models import Certification
from catalog.models.office import Proposal, ProposalOutcome
from catalog.queries.office_decisions import count_waiting, list_effects, list_proposals
from core import clock
from core.db import db, transaction
from core.messages.models import Message
from tests.catalog import test_proposals
from tests.catalog.test_proposals import FACTS, counts
from tests.factories import make_product
from tests.people import VINH_LONG, actor, make_member, make_officer

# Fixtures.
files, propose = test_proposals.files, test_proposals.propose
release, revoke = test_proposals.release, test_proposals.revoke


def test_a_file_that_changed_meanwhile_is_not_released(propose, release, files):
    product = make_product(certification=None)
    proposal_id = propose(make_officer(), product)
    name = db.session.scalar(select(Proposal.document_sha256))
    files._path(name).write_bytes(b"%PDF-1.4 another paper %%EOF")

    with pytest.raises(Exception, match=name):
        release(make_officer(), proposal_id)

    assert counts() == (1, 0, 0, 0, 0)


def test_every_step_stands_in_the_trail(propose, release):
    product = make_product(certification=None)
    first, second = make_officer(), make_officer()
    proposal_id = propose(first, product)
    release(second, proposal_id)

    rows = db.session.execute(
        select(AuditEvent.verb, AuditEvent.actor_id, AuditEvent.subject, AuditEvent.province_code).order_by(
            AuditEvent.seq
        )
    ).all()
    assert rows == [
        ("catalog.keep_evidence", first.id, "evidence:1", VINH_LONG),
        ("catalog.propose_decision", first.id, f"proposal:{proposal_id}", VINH_LONG),
        ("catalog.release_decision", second.id, f"proposal:{proposal_id}", VINH_LONG),
        ("catalog.record_certification", second.id, f"product:{product.id}", VINH_LONG),
    ]


def test_a_proposal_waits_as_long_as_it_waits_and_is_then_late(propose):
    product = make_product(certification=None)
    first, second = make_officer(), make_officer()
    propose(first, product)
    now = clock.now()

    assert (count_waiting(actor(first)), count_waiting(actor(second))) == (0, 1)
    assert list_proposals(actor(second), "late", now + timedelta(days=14))[1] == 0
    assert list_proposals(actor(second), "late", now + timedelta(days=14, seconds=1))[1] == 1


def test_the_producer_and_the_proposer_are_told(propose, release, revoke):
    product = make_product(name="Kẹo dừa", certification=None)
    owner = make_member(product.producer)
    first, second = make_officer(), make_officer()

    release(second, propose(first, product))
    release(second, revoke(first, db.session.scalar(select(Certification.id))))

    told = db.session.execute(select(Message.recipient, Message.body).order_by(Message.id)).all()
    assert [(to, text.partition(":")[0]) for to, text in told] == [
        (first.phone, "Quyết định đã được duyệt và có trong sổ đăng ký."),
        (owner.phone, "Kẹo dừa"),
        (first.phone, "Quyết định đã được duyệt và có trong sổ đăng ký."),
        (owner.phone, "Kẹo dừa"),
    ]


def test_a_record_that_nobody_released_is_found(propose, release):
    product = make_product(certification=None)
    released = propose(make_officer(), product)
    release(make_officer(), released)
    assert list(decisions_not_as_released()) == []

    with transaction():
        db.session.execute(delete(ProposalOutcome))

    [violation] = decisions_not_as_released()
    assert violation["fault"] == "record and outcome disagree"


@pytest.mark.parametrize(
    "row",
    [
        {"outcome": "released", "decided_by_id": "first"},
        {"outcome": "recorded", "decided_by_id": "first"},
        {"outcome": "recorded", "decided_by_id": "second"},
        {"outcome": "returned", "decided_by_id": "second"},
        {"outcome": "withdrawn", "decided_by_id": "second"},
        {"outcome": "released", "decided_by_id": "second", "needs_second": False},
        {"outcome": "released", "decided_by_id": "first", "proposed_by_id": "second"},
    ],
)
def test_the_database_itself_refuses_an_end_that_breaks_the_rule(propose, row):
    product = make_product(certification=None)
    people = {"first": make_officer(), "second": make_officer()}
    proposal_id = propose(people["first"], product)
    ids = {name: user.id for name, user in people.items()}
    values = {"proposed_by_id": "first", "needs_second": True, **row}
    values = {
        name: ids.get(value, value) if isinstance(value, str) else value for name, value in values.items()
    }

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            insert(ProposalOutcome).values(proposal_id=proposal_id, decided_at=clock.now(), **values)
        )

    assert counts() == (1, 0, 0, 0, 0)


def test_a_recognition_proposed_before_its_withdrawal_is_not_released(propose, revoke, release):
    product = make_product(
        certification={
            "stars": 4,
            "decision_number": FACTS.decision_number,
            "decided_on": FACTS.decided_on,
            "expires_on": FACTS.expires_on,
            "expiry_basis": "law",
            "recognised_year": 2026,
            "authority_name": FACTS.authority_name,
        }
    )
    first, second = make_officer(), make_officer()
    waiting = propose(first, product)
    release(second, revoke(first, product.certifications[0].id))
    before = counts()

    with pytest.raises(InvalidCertificationError) as refused:
        release(second, waiting)
    db.session.rollback()
    with pytest.raises(DecisionFaultsError) as told:
        propose(first, product)

    assert (refused.value.field, refused.value.reason) == ("decision_number", "already_revoked")
    (fault,) = told.value.faults
    assert (fault.position, fault.field, fault.reason) == (1, "decision_number", "already_revoked")
    assert counts() == before
    assert effects(waiting) == [(None, None)]


def effects(proposal_id):
    proposal = db.session.get_one(Proposal, proposal_id)
    told = list_effects(proposal, proposal.lines, clock.today())
    return [(each.before, each.after) for each in told]
