"""Claiming entries of the register: papers, officers of the area, disputes, races; and never a way to a star."""

import pytest
from sqlalchemy import func, select, text

from accounts.errors import NotYoursError
from accounts.models import AuditEvent, Membership
from accounts.queries.actors import get_actor
from catalog.errors import (
    ClaimEndedError,
    EntryNotClaimableError,
    InvalidClaimError,
    InvitationEndedError,
)
from catalog.models import Producer, Product
from catalog.models.evidence import EvidenceFile
from catalog.models.joining import Claim, Invitation
from catalog.operations.claims import ClaimFacts, approve_claim, claim_entry, refuse_claim, withdraw_claim
from catalog.operations.evidence import KeptPage, ReadPaper
from catalog.operations.team import accept_invitation, invite_member
from catalog.queries.claims import get_office_claim, get_own_claim, list_office_claims, search_entries
from core import clock
from core.db import db, transaction
from core.files import storage_for
from core.keys import KeyRing
from core.messages.models import Message
from tests.factories import certify, make_place, make_producer, make_register_entry
from tests.people import LAO_CAI, actor, make_member, make_officer, make_user

RECORDS = (
    "certification",
    "revocation",
    "renewal_dossier",
    "source",
    "certificate",
    "product",
    "producer",
    "place",
)


def paper(letter="a"):
    """A paper that was read, without the second that reading takes."""
    page = KeptPage(1, 700, 990, 1_000, letter * 64)
    return ReadPaper(letter * 64, "application/pdf", 2_000, 1, (page,))


def claim(app, user, papers=None, statement="Giấy chứng nhận mang tên tôi", **facts):
    with transaction():
        made = claim_entry(
            ClaimFacts(statement=statement, **facts),
            [paper()] if papers is None else papers,
            by=get_actor(user.id),
            files=storage_for(app.extensions["settings"]),
            now=clock.now(),
        )
        return made.id


def decide(officer, claim_id, reason="Đúng giấy tờ", *, replaces=False, refuse=False):
    with transaction():
        by = get_actor(officer.id)
        found = get_office_claim(by, claim_id)
        if refuse:
            refuse_claim(found, reason, by=by, now=clock.now())
        else:
            approve_claim(found, reason, replaces=replaces, by=by, now=clock.now())


def withdraw(user, claim_id):
    with transaction():
        by = get_actor(user.id)
        withdraw_claim(get_own_claim(by, claim_id), by=by, now=clock.now())


def rows(*tables):
    """All columns of all rows, byte for byte."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in tables
        }


def roles(producer_id):
    db.session.rollback()
    present = (Membership.producer_id == producer_id, Membership.ended_at.is_(None))
    found = db.session.execute(select(Membership.user_id, Membership.role).where(*present))
    return {row.user_id: row.role for row in found}


@pytest.fixture
def entry(app, db_session):
    """A register entry of a producer that nobody works for, with a revoked and a running recognition."""
    place = make_place()
    found = make_register_entry(producer=make_producer(name="HTX Dừa Bến Tre", place=place))
    with transaction():
        certify(db.session.get_one(Product, found.id), stars=3)
    return found


def test_an_approved_claim_to_a_producer_makes_an_owner_and_changes_no_record(app, entry):
    user, officer = make_user(), make_officer()
    before = rows(*RECORDS)
    claim_id = claim(app, user, producer_id=entry.producer_id)

    decide(officer, claim_id)

    assert rows(*RECORDS) == before
    assert actor(user).role_at(entry.producer_id) == "owner"
    ended = db.session.get_one(Claim, claim_id)
    assert (ended.outcome, ended.ended_by_id, ended.reason) == ("approved", officer.id, "Đúng giấy tờ")
    verbs = db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)).all()
    assert verbs == ["catalog.keep_evidence", "catalog.claim_entry", "catalog.approve_claim"]
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_an_approved_claim_to_a_product_keeps_its_decision_record_and_its_origin_as_certified(app, entry):
    mine = make_producer(name="HTX Của Tôi", place=make_place(street="Đường khác"))
    owner, officer = make_member(mine), make_officer()
    records = ("certification", "revocation", "renewal_dossier", "source", "certificate", "producer", "place")
    before, product_before = rows(*records), rows("product")["product"][0]
    certified_at = entry.producer.place_id
    claim_id = claim(app, owner, product_id=entry.id, for_producer_id=mine.id)

    decide(officer, claim_id)

    assert rows(*records) == before
    db.session.rollback()
    product = db.session.get_one(Product, entry.id)
    assert (product.producer_id, product.place_id) == (mine.id, certified_at)
    after = rows("product")["product"][0]
    names = list(Product.__table__.columns.keys())
    changed = {name for name, old, new in zip(names, product_before, after, strict=True) if old != new}
    assert changed == {"producer_id", "place_id", "search_text"}
    assert [each.stars for each in product.certifications] == [4, 3]
    assert product.source_id is not None
    assert not product.is_for_sale


def test_no_claim_makes_a_star(app, entry):
    bare = make_register_entry(certification=None, producer=entry.producer)
    user, officer = make_user(), make_officer()
    stars = db.session.scalar(text("SELECT count(*) FROM certification"))

    decide(officer, claim(app, user, producer_id=entry.producer_id))

    db.session.rollback()
    assert db.session.scalar(text("SELECT count(*) FROM certification")) == stars
    assert db.session.get_one(Product, bare.id).certifications == []


@pytest.mark.parametrize(
    ("made", "field"),
    [
        ({"statement": "  "}, "statement"),
        ({"papers": []}, "paper"),
        ({"statement": "x" * 2_001}, "statement"),
    ],
)
def test_a_claim_without_words_or_papers_is_refused_and_leaves_nothing(app, entry, made, field):
    user = make_user()

    with pytest.raises(
        InvalidClaimError if field == "paper" or made["statement"] == "  " else Exception
    ) as refused:
        claim(app, user, producer_id=entry.producer_id, **made)

    assert refused.value.field == field
    assert rows("claim", "evidence_file", "job") == {"claim": [], "evidence_file": [], "job": []}


def test_an_officer_of_another_area_finds_no_claim_and_nothing_changes(app, entry):
    user, stranger = make_user(), make_officer(province_code=LAO_CAI)
    claim_id = claim(app, user, producer_id=entry.producer_id)
    before = rows("claim", "membership")

    with pytest.raises(NotYoursError):
        decide(stranger, claim_id)

    assert rows("claim", "membership") == before
    assert list_office_claims(actor(stranger), 1, 50) == ([], 0)


def test_commune_officers_decide_nothing(app, entry):
    user, commune = make_user(), make_officer("commune", commune_code="28789")
    claim_id = claim(app, user, producer_id=entry.producer_id)

    with pytest.raises(NotYoursError):
        decide(commune, claim_id)

    assert db.session.get_one(Claim, claim_id).outcome is None


def test_an_officer_decides_neither_the_own_claim_nor_one_of_a_producer_the_officer_works_for(app, entry):
    officer, mine = make_officer(), make_producer()
    own_id = claim(app, officer, producer_id=entry.producer_id)
    owner = make_member(mine)
    with transaction():
        db.session.add(
            Membership(
                user_id=officer.id,
                producer_id=mine.id,
                role="editor",
                is_assisting=True,
                joined_at=clock.now(),
            )
        )
    other_id = claim(app, owner, product_id=entry.id, for_producer_id=mine.id)

    for claim_id in (own_id, other_id):
        with pytest.raises(NotYoursError):
            decide(officer, claim_id)

    assert {each.outcome for each in db.session.scalars(select(Claim))} == {None}


def test_a_claim_is_decided_once_whoever_comes_second(app, entry):
    user, one, two = make_user(), make_officer(), make_officer("nation")
    claim_id = claim(app, user, producer_id=entry.producer_id)
    decide(one, claim_id)
    before = rows("claim", "membership", "message")

    for refuse in (False, True):
        with pytest.raises(ClaimEndedError):
            decide(two, claim_id, refuse=refuse)

    assert rows("claim", "membership", "message") == before


def test_of_two_officers_who_read_the_claim_at_once_one_decides(app, entry):
    user, one, two = make_user(), make_officer(), make_officer()
    claim_id = claim(app, user, producer_id=entry.producer_id)
    by = get_actor(two.id)
    read_before = get_office_claim(by, claim_id)
    db.session.expunge(read_before)
    decide(one, claim_id)

    with pytest.raises(ClaimEndedError), transaction():
        approve_claim(read_before, "Muộn", by=by, now=clock.now())

    assert len(roles(entry.producer_id)) == 1


def test_a_refusal_needs_its_reason(app, entry):
    user, officer = make_user(), make_officer()
    claim_id = claim(app, user, producer_id=entry.producer_id)

    with pytest.raises(InvalidClaimError) as refused:
        decide(officer, claim_id, " ", refuse=True)

    assert refused.value.field == "reason"
    assert db.session.get_one(Claim, claim_id).outcome is None
    decide(officer, claim_id, "Giấy của người khác", refuse=True)
    db.session.rollback()
    assert db.session.get_one(Claim, claim_id).outcome == "refused"
    assert roles(entry.producer_id) == {}


def test_a_claimed_producer_becomes_a_dispute_in_which_the_officer_says_who_stays(app, entry):
    first, second, third = make_user(), make_user(), make_user()
    officer = make_officer()
    decide(officer, claim(app, first, producer_id=entry.producer_id))

    joins = claim(app, second, producer_id=entry.producer_id)
    with pytest.raises(InvalidClaimError):
        decide(officer, joins, "")
    decide(officer, joins)
    assert roles(entry.producer_id) == {first.id: "owner", second.id: "owner"}

    decide(officer, claim(app, third, producer_id=entry.producer_id), replaces=True)
    assert roles(entry.producer_id) == {third.id: "owner"}
    assert actor(first).teams == ()


def test_whoever_was_replaced_does_not_return_by_an_invitation_made_before(app, entry):
    first, second, officer = make_user(), make_user(), make_officer()
    other = make_user(phone="+84912000777")
    decide(officer, claim(app, first, producer_id=entry.producer_id))
    with transaction():
        invite_member(
            db.session.get_one(Producer, entry.producer_id),
            other.phone,
            "owner",
            by=actor(first),
            address_of=str,
            keys=KeyRing(("k" * 32,)),
            paid_per_day=2_000,
            now=clock.now(),
        )
    decide(officer, claim(app, second, producer_id=entry.producer_id), replaces=True)

    invitation = db.session.scalars(select(Invitation)).one()
    with pytest.raises(InvitationEndedError) as refused:
        accept_invitation(invitation, by=actor(other), now=clock.now())

    assert refused.value.reason == "ended"
    assert roles(entry.producer_id) == {second.id: "owner"}


def test_a_disputed_product_moves_only_when_the_officer_says_so(app, entry):
    recorded_id, holder, mine = entry.producer_id, make_member(entry.producer), make_producer()
    owner, officer = make_member(mine), make_officer()
    claim_id = claim(app, owner, product_id=entry.id, for_producer_id=mine.id)

    with pytest.raises(InvalidClaimError) as refused:
        decide(officer, claim_id)

    assert refused.value.field == "replaces"
    db.session.rollback()
    assert db.session.get_one(Product, entry.id).producer_id == recorded_id
    decide(officer, claim_id, replaces=True)
    db.session.rollback()
    assert db.session.get_one(Product, entry.id).producer_id == mine.id
    assert actor(holder).role_at(recorded_id) == "owner"


def test_nobody_claims_into_a_producer_of_somebody_else(app, entry):
    others = make_producer()
    make_member(others)
    editor = make_member(others, "editor")

    for user in (make_user(), editor):
        with pytest.raises(NotYoursError):
            claim(app, user, product_id=entry.id, for_producer_id=others.id)
    with pytest.raises(NotYoursError):
        claim(app, make_user(), producer_id=999)

    assert rows("claim")["claim"] == []


def test_what_is_ones_own_or_claimed_already_cannot_be_claimed_again(app, entry):
    owner, user = make_member(entry.producer), make_user()
    claim(app, user, producer_id=entry.producer_id)

    for person, reason in ((owner, "own"), (user, "open")):
        with pytest.raises(EntryNotClaimableError) as refused:
            claim(app, person, producer_id=entry.producer_id)
        assert refused.value.reason == reason

    assert len(rows("claim")["claim"]) == 1


def test_made_up_people_claim_nothing_real(app, entry):
    with pytest.raises(EntryNotClaimableError):
        claim(app, make_user(is_demonstration=True), producer_id=entry.producer_id)


def test_one_person_has_at_most_five_open_claims(app, entry):
    user = make_user()
    for _ in range(5):
        claim(app, user, producer_id=make_producer().id)

    with pytest.raises(EntryNotClaimableError) as refused:
        claim(app, user, producer_id=entry.producer_id)

    assert refused.value.reason == "too_many"


def test_only_the_claimant_withdraws_and_only_once(app, entry):
    user, other = make_user(), make_user()
    claim_id = claim(app, user, producer_id=entry.producer_id)

    with pytest.raises(NotYoursError):
        get_own_claim(actor(other), claim_id)
    withdraw(user, claim_id)
    with pytest.raises(ClaimEndedError):
        withdraw(user, claim_id)

    db.session.rollback()
    assert db.session.get_one(Claim, claim_id).outcome == "withdrawn"
    with pytest.raises(ClaimEndedError):
        decide(make_officer(), claim_id)
    assert roles(entry.producer_id) == {}


def test_papers_of_a_claim_are_not_for_the_members_of_the_entry(app, entry):
    claim(app, make_user(), producer_id=entry.producer_id, papers=[paper("a"), paper("b"), paper("a")])

    kept = db.session.scalars(select(EvidenceFile)).all()
    assert [(each.producer_id, each.province_code, each.is_for_members) for each in kept] == [
        (None, "86", False)
    ] * 2


def test_entries_are_found_without_tones_and_only_listed_ones_of_the_register(app, entry):
    make_register_entry(name="Kẹo dừa ẩn", is_listed=False)

    assert [each.id for each in search_entries("htx dua ben tre")] == [entry.id]
    assert search_entries("%") == []
    assert search_entries("") == ()
