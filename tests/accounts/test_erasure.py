"""Erased people: nothing that tells who they were is left anywhere; acts of law are."""

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.addresses import AddressFacts
from accounts.errors import ErasureBlockedError
from accounts.jobs.personal import delete_what_is_over, erase_person, wipe_deleted
from accounts.models import AuditEvent, Membership, Session, User
from accounts.models.personal import ConsentAct, DataExport, ErasureRequest, UserAddress
from accounts.operations.addresses import add_address
from accounts.operations.audit import record_act
from accounts.operations.consents import record_consent
from accounts.operations.erasure import request_erasure, withdraw_erasure
from accounts.operations.exports import request_export
from accounts.queries.actors import get_actor
from catalog.facts import InquiryFacts
from catalog.models import Certification, Inquiry
from catalog.models.shoppers import Favourite, Follow, Question, QuestionReport
from catalog.operations.inquiries import record_inquiry
from catalog.operations.questions import answer_question, ask_question, report_question
from catalog.operations.shoppers import follow_producer, keep_favourite
from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from core.jobs.worker import Worker
from core.messages.models import Message
from core.pages import page_cache
from tests.factories import make_product
from tests.people import actor, browser_of, make_administrator, make_member, make_officer, make_user

NAME = "Đặng Thị Xuân Hạ"
PHONE = "+84987654321"
EMAIL = "xuan.ha.rieng@example.vn"
TRACES = (NAME, PHONE, "0987654321", "987654321", EMAIL, "Ngõ 77 Phố Riêng", "cây đa ba gốc")
SENT = "messages"
"""Where the gateway for tests puts what would have left for somebody's telephone."""
ADDRESS = AddressFacts(
    name=NAME,
    phone="0987 654 321",
    province="vinh-long",
    commune="Phường Bến Tre",
    street="Ngõ 77 Phố Riêng",
    landmark="cây đa ba gốc",
)


@pytest.fixture(autouse=True)
def _jobs(app):
    for module in app.extensions["job_modules"]:
        importlib.import_module(module)


@pytest.fixture
def person(db_session):
    return make_user(name=NAME, phone=PHONE, email=EMAIL, email_verified_at=present.now())


def live_a_little(app: Flask, user: User) -> list[str]:
    """The person does everything there is to do, and leaves an archive behind. Returns public pages that tell of it."""
    product = make_product()
    keeper = make_member(product.producer)
    who, answering, now = actor(user), actor(keeper), present.now()
    with transaction():
        add_address(ADDRESS, "11111111-1111-4111-8111-111111111111", by=who, now=now)
        record_consent(user.id, "terms", "2026-11", now)
        keep_favourite(product, by=who, now=now)
        follow_producer(product.producer, by=who, now=now)
        named = ask_question(
            product,
            f"Tôi là {NAME}, còn hàng không?",
            "22222222-2222-4222-8222-222222222222",
            by=who,
            now=now,
        )
        plain = ask_question(
            product, "Kẹo có hạt không?", "33333333-3333-4333-8333-333333333333", by=who, now=now
        )
        ask_question(product, "Chưa ai trả lời?", "44444444-4444-4444-8444-444444444444", by=who, now=now)
        answer_question(named, "Còn.", by=answering, now=now)
        answer_question(plain, "Có.", by=answering, now=now)
        report_question(plain, "Tôi nhầm", by=who, now=now)
        facts = InquiryFacts(submission_key="i1", name=NAME, phone=PHONE, message=f"Gọi {PHONE}")
        record_inquiry(product, facts, now=now)
        record_act("catalog.assist", by=who, subject="product:1", now=now)
        request_export(by=who, now=now)
    browser_of(app, user)
    pages = [f"/products/{product.slug}", f"/producers/{product.producer.slug}", "/products", "/"]
    assert NAME in app.test_client().get(pages[0]).text
    return pages


def actor_of(user: User):
    """Within a transaction: `actor` would roll it back."""
    return get_actor(user.id)


def erase(person: User, clock) -> None:
    """Ask, wait the hours of grace, let the worker do its work, the last of it at night."""
    with transaction():
        request_erasure(by=actor_of(person), now=present.now())
    clock.move(timedelta(hours=72))
    Worker().run_until_empty()
    clock.move(timedelta(days=1))
    Worker().run_until_empty()


def files_with_traces(*folders: Path) -> list[str]:
    found = []
    for file in sorted(each for folder in folders for each in folder.rglob("*") if each.is_file()):
        if file.parent.name == SENT:
            continue
        content = file.read_bytes()
        found += [f"{file.name}: {trace}" for trace in TRACES if trace.encode() in content]
    return found


@pytest.mark.sqlite
def test_of_an_erased_person_nothing_is_left_in_any_file_or_cache(
    app, db_session, person, clock, instance_dir, settings
):
    addresses = live_a_little(app, person)
    Worker().run_until_empty()
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    assert files_with_traces(database.parent) != []

    erase(person, clock)

    assert files_with_traces(database.parent, instance_dir) == []
    client = app.test_client()
    for address in addresses:
        assert client.get(address).status_code == 200
    shelves = (page_cache()._fresh, page_cache()._reduced)
    cached = b"".join(page.body for shelf in shelves for page, _size in shelf.pages.values())
    assert len(cached) > 10_000
    assert [trace for trace in TRACES if trace.encode() in cached] == []


def test_what_must_stay_by_law_stays_and_names_the_person_by_number(app, db_session, person, clock):
    live_a_little(app, person)
    Worker().run_until_empty()
    certifications = db.session.scalar(select(func.count(Certification.id)))

    erase(person, clock)

    db.session.rollback()
    user = db.session.get_one(User, person.id)
    assert (user.name, user.phone, user.email, user.password_hash) == (None, None, None, None)
    assert user.erased_at == present.now() - timedelta(days=1)
    acts = db.session.scalars(
        select(AuditEvent.verb).where(AuditEvent.actor_id == person.id).order_by(AuditEvent.seq)
    )
    assert list(acts) == ["catalog.assist", "accounts.request_export", "accounts.request_erasure"]
    assert db.session.scalar(select(func.count(ConsentAct.id)).where(ConsentAct.user_id == person.id)) == 1
    assert db.session.scalar(select(func.count(Certification.id))) == certifications == 1
    for kind in (UserAddress, Favourite, Follow, Session):
        assert db.session.scalar(select(func.count()).where(kind.user_id == person.id)) == 0
    assert db.session.scalars(select(Inquiry)).all() == []
    assert db.session.scalars(select(QuestionReport)).all() == []
    left = db.session.scalars(select(Question)).all()
    assert [(each.text, each.answer, each.author_id) for each in left] == [("Kẹo có hạt không?", "Có.", None)]
    export = db.session.scalars(select(DataExport)).one()
    assert (export.sha256, export.deleted_at) == (None, user.erased_at)


def test_the_hours_of_grace_are_kept_and_the_wish_can_be_taken_back(app, db_session, person, clock):
    with transaction():
        first = request_erasure(by=actor_of(person), now=present.now())
        again = request_erasure(by=actor_of(person), now=present.now())
        assert first.id == again.id
        assert first.due_at == present.now() + timedelta(hours=72)
    clock.move(timedelta(hours=71, minutes=59))
    Worker().run_until_empty()
    assert db.session.get_one(User, person.id).phone == PHONE

    with transaction():
        assert withdraw_erasure(by=actor_of(person), now=present.now())
        assert not withdraw_erasure(by=actor_of(person), now=present.now())
    clock.move(timedelta(days=4))
    Worker().run_until_empty()

    user = db.session.get_one(User, person.id)
    assert (user.name, user.phone, user.erased_at) == (NAME, PHONE, None)


def test_asking_signs_the_person_out_on_every_other_device(app, db_session, person):
    other = browser_of(app, person)
    with transaction():
        request_erasure(by=actor_of(person), now=present.now())

    sessions = db.session.scalars(select(Session)).all()

    assert [each.ended_at for each in sessions] == [present.now()]
    assert other.get_cookie("sid") is not None
    # Told by every way that was proved: one of them may be a thief's.
    assert list(db.session.scalars(select(Message.recipient).order_by(Message.id))) == [EMAIL, PHONE]


def test_the_only_owner_of_a_producer_must_hand_over_first(app, db_session, person, clock):
    product = make_product()
    db.session.add(
        Membership(user_id=person.id, producer_id=product.producer_id, role="owner", joined_at=present.now())
    )
    db.session.commit()

    with pytest.raises(ErasureBlockedError) as refused, transaction():
        request_erasure(by=actor_of(person), now=present.now())

    assert refused.value.facts == {"producer_ids": (product.producer_id,), "has_office": False}
    assert db.session.scalars(select(ErasureRequest)).all() == []
    assert db.session.scalars(select(Job)).all() == []

    make_member(product.producer, role="owner")
    with transaction():
        assert request_erasure(by=actor_of(person), now=present.now()).id


@pytest.mark.parametrize("make", [make_officer, make_administrator])
def test_whoever_holds_an_office_must_lay_it_down_first(db_session, make):
    official = make()

    with pytest.raises(ErasureBlockedError) as refused, transaction():
        request_erasure(by=actor_of(official), now=present.now())

    assert refused.value.facts == {"producer_ids": (), "has_office": True}
    assert db.session.scalars(select(ErasureRequest)).all() == []


def test_what_came_in_the_way_since_puts_the_erasure_off_by_a_day(app, db_session, person, clock):
    product = make_product()
    with transaction():
        request_erasure(by=actor_of(person), now=present.now())
        db.session.add(
            Membership(
                user_id=person.id, producer_id=product.producer_id, role="owner", joined_at=present.now()
            )
        )
    clock.move(timedelta(hours=72))

    Worker().run_until_empty()

    assert db.session.get_one(User, person.id).erased_at is None
    db.session.rollback()
    with transaction():
        db.session.scalars(select(Membership)).one().ended_at = present.now()
    clock.move(timedelta(days=1))
    Worker().run_until_empty()
    assert db.session.get_one(User, person.id).erased_at == present.now()


def test_erasing_twice_changes_nothing_more(app, db_session, person, clock):
    live_a_little(app, person)
    erase(person, clock)
    request_id = db.session.scalars(select(ErasureRequest.id)).one()
    db.session.rollback()
    before = db.session.scalar(select(func.max(AuditEvent.seq)))

    erase_person(request_id)
    wipe_deleted()
    delete_what_is_over()

    assert db.session.scalar(select(func.max(AuditEvent.seq))) == before


def test_a_number_that_was_never_proved_opens_nobodys_inquiries(app, db_session, clock):
    product = make_product()
    stranger = make_user(phone=PHONE, phone_verified_at=None)
    with transaction():
        facts = InquiryFacts(submission_key="i1", name=NAME, phone=PHONE, message="Còn hàng không?")
        record_inquiry(product, facts, now=present.now())

    erase(stranger, clock)

    assert [each.phone for each in db.session.scalars(select(Inquiry))] == [PHONE]
