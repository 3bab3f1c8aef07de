"""Declarations of one's own will: each with its consent, seen by owners, told in sums that speak of nobody."""

import json

import pytest
from sqlalchemy import select

from accounts.errors import NotYoursError
from accounts.models import AuditEvent
from accounts.models.personal import ConsentAct
from accounts.queries.actors import get_actor
from catalog.errors import InvalidDeclarationError
from catalog.models import Producer
from catalog.models.evidence import EvidenceFile
from catalog.models.joining import Declaration
from catalog.operations.declarations import declare, take_back
from catalog.queries.declarations import count_declarations
from core import clock as present
from core.db import db, transaction
from core.files import storage_for
from core.jobs.models import Job
from tests.catalog.test_claims import paper
from tests.factories import make_place, make_producer
from tests.people import browser_of, make_member, make_officer

VINH_LONG, LAO_CAI = "86", "15"


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def state(app, user, producer, kind, *, agrees=True, share="", handed_in=None):
    with transaction():
        declare(
            db.session.get_one(Producer, producer.id),
            kind,
            share=share,
            agrees=agrees,
            paper=handed_in,
            by=get_actor(user.id),
            files=storage_for(app.extensions["settings"]),
            now=present.now(),
        )


def withdraw(user, producer, kind):
    with transaction():
        found = db.session.get_one(Producer, producer.id)
        return take_back(found, kind, by=get_actor(user.id), now=present.now())


def declared(app, kind, count, **place):
    for _ in range(count):
        producer = make_producer(place=make_place(**place) if place else None)
        state(app, make_member(producer), producer, kind)


def counted(kind, province=VINH_LONG):
    db.session.rollback()
    found = {each.kind: each for each in count_declarations(province, present.today())}
    return found[kind].count


@pytest.fixture
def producer(app, db_session):
    return make_producer()


@pytest.fixture
def owner(producer):
    return make_member(producer)


def test_a_declaration_brings_its_consent_and_goes_without_a_trace_of_its_kind(app, producer, owner):
    state(app, owner, producer, "ethnic_minority")
    consent = db.session.scalars(select(ConsentAct)).one()
    assert (consent.user_id, consent.purpose, consent.is_given) == (owner.id, "producer_declarations", True)

    assert withdraw(owner, producer, "ethnic_minority")
    assert not withdraw(owner, producer, "ethnic_minority")

    assert db.session.scalars(select(Declaration)).all() == []
    trail = [(each.verb, each.before, each.after) for each in db.session.scalars(select(AuditEvent))]
    assert trail == [("catalog.declare", None, None), ("catalog.take_declaration_back", None, None)]
    assert "ethnic" not in json.dumps(trail)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"kind": "women_led", "agrees": False}, "consent"),
        ({"kind": "horoscope"}, "kind"),
        ({"kind": "trained_workers", "share": "101"}, "share_percent"),
        ({"kind": "trained_workers", "share": ""}, "share_percent"),
        ({"kind": "trained_workers", "share": "-1"}, "share_percent"),
    ],
)
def test_without_consent_or_with_a_share_that_is_none_nothing_is_kept(app, producer, owner, terms, field):
    with pytest.raises(InvalidDeclarationError) as refused:
        state(app, owner, producer, **terms)

    assert refused.value.field == field
    assert db.session.scalars(select(Declaration)).all() == []
    assert db.session.scalars(select(ConsentAct)).all() == []


def test_its_paper_goes_with_it(app, producer, owner):
    state(app, owner, producer, "ethnic_minority", handed_in=paper("a"))
    (kept,) = db.session.scalars(select(EvidenceFile))
    assert (kept.producer_id, kept.is_for_members) == (None, False)

    withdraw(owner, producer, "ethnic_minority")

    assert db.session.scalars(select(EvidenceFile)).all() == []
    job = db.session.scalars(select(Job).where(Job.name == "accounts.delete_unused_files")).one()
    assert job.payload == {"names": ["a" * 64]}


def test_no_officer_sees_the_paper_of_a_declaration(app, producer, owner):
    state(app, owner, producer, "ethnic_minority", handed_in=paper("a"))
    number = db.session.scalars(select(EvidenceFile.id)).one()

    for officer in (make_officer("nation"), make_officer()):
        assert browser_of(app, officer).get(f"/office/evidence/{number}").status_code == 404


def test_said_again_it_is_replaced(app, producer, owner):
    state(app, owner, producer, "trained_workers", share="20 %")
    state(app, owner, producer, "trained_workers", share="35")

    assert [each.share_percent for each in db.session.scalars(select(Declaration))] == [35]


def test_only_owners_declare(app, producer, owner):
    for other in (make_member(producer, "editor"), make_member(make_producer())):
        with pytest.raises(NotYoursError):
            state(app, other, producer, "women_led")
        with pytest.raises(NotYoursError):
            withdraw(other, producer, "women_led")

    assert db.session.scalars(select(Declaration)).all() == []


def test_sums_below_five_are_not_told(app, db_session):
    declared(app, "women_led", 4)
    assert counted("women_led") is None

    declared(app, "women_led", 1)
    assert counted("women_led") == 5
    assert counted("women_led", None) == 5
    assert counted("women_led", LAO_CAI) is None
    assert counted("craft_village") is None


def test_sensitive_sums_go_in_steps_of_five(app, db_session):
    declared(app, "ethnic_minority", 9)

    assert counted("ethnic_minority") == 5
    assert counted("ethnic_minority", None) == 5


def test_what_is_left_out_of_a_province_cannot_be_worked_out_from_the_country(app, db_session):
    declared(app, "women_led", 6)
    declared(app, "women_led", 2, current_province_code=LAO_CAI, current_province="Tỉnh Lào Cai")

    assert (counted("women_led"), counted("women_led", LAO_CAI), counted("women_led", None)) == (6, None, 6)


def test_made_up_producers_do_not_count(app, db_session):
    for _ in range(6):
        producer = make_producer(is_demonstration=True)
        state(app, make_member(producer), producer, "women_led")

    assert counted("women_led") is None


def test_the_page_is_for_owners_and_shows_nothing_ticked(app, producer, owner):
    page = f"/workspace/{producer.id}/declarations"
    browser = browser_of(app, owner)

    assert " checked" not in browser.get(page).text
    refused = browser.post(f"{page}/women_led", data={})
    assert (refused.status_code, "<title>Lỗi:" in refused.text) == (422, True)
    assert browser.post(f"{page}/women_led", data={"consent": "1"}).status_code == 303
    assert "Đã khai ngày 22/11/2026." in browser.get(page).text
    for other in (make_member(producer, "editor"), make_member(make_producer())):
        stranger = browser_of(app, other)
        assert stranger.get(page).status_code == 404
        assert stranger.post(f"{page}/women_led", data={"take_back": "1"}).status_code == 404
    assert browser.post(f"{page}/women_led", data={"take_back": "1"}).status_code == 303
    assert db.session.scalars(select(Declaration)).all() == []
