"""What people leave who wanted to sell here: undecided papers go with them, decided ones stay."""

import hashlib
import importlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.jobs.personal import delete_unused_files
from accounts.models import AuditEvent, Membership, User
from accounts.operations.erasure import erase_person
from accounts.queries.actors import get_actor
from catalog.models.evidence import EvidenceFile, EvidencePage
from catalog.models.joining import Assistance, Claim, ClaimPaper, Declaration, Invitation, ProducerDraft
from catalog.operations.assistance import agree_to_help
from catalog.operations.claims import ClaimFacts, approve_claim, claim_entry
from catalog.operations.declarations import declare
from catalog.operations.evidence import KeptPage, ReadPaper
from catalog.queries.claims import get_office_claim
from core import clock as present
from core import personal_data
from core.db import db, transaction
from core.files import storage_for
from core.jobs.models import Job
from core.jobs.worker import Worker
from tests.factories import make_producer, make_register_entry
from tests.people import browser_of, make_member, make_officer, make_user


@pytest.fixture
def app(app):
    app.config["WTF_CSRF_ENABLED"] = False
    for module in (*app.extensions["job_modules"], *app.extensions["personal_data_modules"]):
        importlib.import_module(module)
    return app


@pytest.fixture
def files(app):
    return storage_for(app.extensions["settings"])


def paper(files, content):
    """A paper that was read: both it and the picture of its page are in the storage."""
    page = KeptPage(1, 700, 990, 1_000, files.put(f"page of {content}".encode()))
    return ReadPaper(files.put(content.encode()), "application/pdf", 2_000, 1, (page,))


def claim(files, user, content, **facts):
    with transaction():
        told = ClaimFacts(statement=f"Tôi là {content}", **facts)
        return claim_entry(
            told, [paper(files, content)], by=get_actor(user.id), files=files, now=present.now()
        ).id


def erase(user):
    with transaction():
        erase_person(db.session.get_one(User, user.id), personal_data.list_areas(), now=present.now())
    Worker().run_until_empty()


def kept(files):
    return {each.name for each in files.list_kept()}


def names(*contents):
    told = [text for content in contents for text in (content, f"page of {content}")]
    return {hashlib.sha256(text.encode()).hexdigest() for text in told}


def test_an_open_claim_goes_with_its_papers_and_an_approved_one_stays(app, db_session, files):
    user, officer = make_user(), make_officer()
    decided = claim(files, user, "approved", producer_id=make_register_entry().producer_id)
    with transaction():
        by = get_actor(officer.id)
        approve_claim(get_office_claim(by, decided), "Đúng giấy tờ", replaces=False, by=by, now=present.now())
    claim(files, user, "open", producer_id=make_register_entry().producer_id)
    assert kept(files) == names("approved", "open")

    erase(user)

    claims = db.session.scalars(select(Claim).order_by(Claim.id)).all()
    assert [(each.statement, each.outcome) for each in claims] == [
        ("Tôi là approved", "approved"),
        ("", "withdrawn"),
    ]
    assert db.session.scalar(select(func.count()).select_from(ClaimPaper)) == 1
    assert db.session.scalar(select(func.count()).select_from(EvidenceFile)) == 1
    assert db.session.scalar(select(func.count()).select_from(EvidencePage)) == 1
    assert kept(files) == names("approved")


def test_a_file_that_somebody_else_handed_in_too_stays(app, db_session, files):
    first, second = make_user(), make_user()
    claim(files, first, "the same", producer_id=make_register_entry().producer_id)
    claim(files, second, "the same", producer_id=make_register_entry().producer_id)

    erase(first)
    assert kept(files) == names("the same")
    erase(second)

    assert kept(files) == set()


def test_a_job_about_a_file_that_is_named_again_deletes_nothing(app, db_session, files):
    claim(files, make_user(), "papers", producer_id=make_register_entry().producer_id)

    delete_unused_files(sorted(names("papers")))

    assert kept(files) == names("papers")


def test_drafts_and_invitations_of_a_proved_number_go(app, db_session):
    user, producer = make_user(), make_producer()
    owner = make_member(producer)
    with transaction():
        db.session.add(ProducerDraft(user_id=user.id, facts={"phone": user.phone}, saved_at=present.now()))
        db.session.add(
            Invitation(
                producer_id=producer.id,
                phone=user.phone,
                role="editor",
                token_hash="0" * 64,
                invited_by_id=owner.id,
                invited_at=present.now(),
                expires_at=present.now() + timedelta(days=7),
            )
        )

    erase(user)

    assert db.session.scalars(select(ProducerDraft)).all() == []
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.phone, invitation.outcome) == (None, "declined")


def test_taking_the_consent_back_deletes_what_was_declared_with_its_paper(app, db_session, files):
    producer, other = make_producer(), make_producer()
    owner = make_member(producer)
    make_member(other)
    stays = make_member(other)
    for user, of, proof in ((owner, producer, "proof"), (stays, other, "other proof")):
        with transaction():
            declare(
                db.session.merge(of),
                "ethnic_minority",
                agrees=True,
                paper=paper(files, proof),
                by=get_actor(user.id),
                files=files,
                now=present.now(),
            )

    answer = browser_of(app, owner).post("/account/consents/producer_declarations/withdrawal")
    Worker().run_until_empty()

    assert answer.status_code == 303
    assert [each.producer_id for each in db.session.scalars(select(Declaration))] == [other.id]
    assert kept(files) == names("other proof")
    act = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (act.verb, act.subject, act.before, act.after) == (
        "catalog.take_declaration_back",
        f"producer:{producer.id}",
        None,
        None,
    )


def test_taking_the_consent_back_ends_the_help_of_an_officer(app, db_session):
    producer = make_producer()
    owner, officer = make_member(producer), make_officer("commune", commune_code="28789")
    with transaction():
        agree_to_help(
            db.session.merge(producer),
            officer.id,
            ["stock"],
            ends_on=present.today() + timedelta(days=10),
            by=get_actor(owner.id),
            now=present.now(),
        )

    browser_of(app, owner).post("/account/consents/assistance/withdrawal")

    assert db.session.scalars(select(Assistance)).one().ended_at == present.now()
    helped = select(Membership).where(Membership.user_id == officer.id)
    assert db.session.scalars(helped).one().ended_at == present.now()


def test_every_wish_about_files_is_a_job_of_the_same_transaction(app, db_session, files):
    user = make_user()
    claim(files, user, "open", producer_id=make_register_entry().producer_id)

    def broken_off():
        with transaction():
            erase_person(db.session.get_one(User, user.id), personal_data.list_areas(), now=present.now())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        broken_off()

    assert "accounts.delete_unused_files" not in {each.name for each in db.session.scalars(select(Job))}
    db.session.rollback()
    assert db.session.get_one(User, user.id).phone is not None
    assert kept(files) == names("open")
