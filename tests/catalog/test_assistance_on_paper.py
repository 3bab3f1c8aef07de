"""Help agreed to on paper: a signed form, and a code from the owner's own telephone, bound to what it was asked for."""

import re

import pytest
from sqlalchemy import select

from accounts.models import Membership
from accounts.models.personal import ConsentAct
from accounts.models.sign_in import Challenge
from catalog.models.joining import Assistance
from core.db import db
from core.messages.models import Message
from tests.catalog.test_claim_pages import pdf
from tests.factories import make_producer
from tests.people import LAO_CAI, browser_of, make_member, make_officer

pytestmark = pytest.mark.slow


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def producer(app, db_session):
    return make_producer(name="HTX Dừa")


@pytest.fixture
def owner(producer):
    return make_member(producer)


def ask(desk, producer, **changed):
    values = {"producer": str(producer.id), "scope": ["listings"], "ends_on": "2026-12-20", "paper": pdf()}
    return desk.post("/office/assistance/codes", data=values | changed, content_type="multipart/form-data")


def hidden(page):
    """What the page of the code sends back, besides the code."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def code_of_message():
    db.session.rollback()
    message = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    return re.findall(r"\b(\d{6})\b", message.body or "")[0], message


def helpers(producer):
    db.session.rollback()
    here = (Membership.producer_id == producer.id, Membership.is_assisting, Membership.ended_at.is_(None))
    return [each.user_id for each in db.session.scalars(select(Membership).where(*here))]


def test_the_owners_code_begins_the_help_and_its_message_says_what_it_does(app, producer, owner):
    officer = make_officer("commune", commune_code="28789")
    desk = browser_of(app, officer)

    page = ask(desk, producer)
    code, message = code_of_message()
    assert message.recipient == owner.phone
    assert officer.name in message.body
    assert "HTX Dừa" in message.body
    assert "20/12/2026" in message.body
    fields = hidden(page)
    wrong = desk.post("/office/assistance", data=fields | {"code": "000000" if code != "000000" else "1"})
    assert (wrong.status_code, helpers(producer)) == (422, [])
    done = desk.post("/office/assistance", data=fields | {"code": code})

    assert done.headers["Location"] == f"/workspace/{producer.id}"
    assert helpers(producer) == [officer.id]
    (help_,) = db.session.scalars(select(Assistance))
    assert (help_.basis, help_.agreed_by_id, help_.scope) == ("paper", owner.id, "listings")
    assert help_.evidence_id is not None
    assert db.session.scalars(select(ConsentAct)).one().user_id == owner.id
    again = desk.post("/office/assistance", data=fields | {"code": code})
    assert again.status_code in {303, 422}
    assert helpers(producer) == [officer.id]


@pytest.mark.parametrize(
    "changed",
    [{"ends_on": "2027-02-19"}, {"scope": "stock"}, {"producer": "2"}, {"owner": "99"}, {"signed": "0" * 64}],
)
def test_terms_that_the_owner_did_not_hear_of_are_worth_nothing(app, producer, owner, changed):
    make_member(make_producer())
    desk = browser_of(app, make_officer())
    fields = hidden(ask(desk, producer))
    code, _message = code_of_message()

    answer = desk.post("/office/assistance", data=fields | changed | {"code": code})

    assert answer.status_code == 404
    assert helpers(producer) == []
    assert db.session.scalars(select(Assistance)).all() == []


def test_another_officer_cannot_use_the_code(app, producer, owner):
    fields = hidden(ask(browser_of(app, make_officer()), producer))
    code, _message = code_of_message()

    answer = browser_of(app, make_officer()).post("/office/assistance", data=fields | {"code": code})

    assert (answer.status_code, helpers(producer)) == (404, [])


@pytest.mark.parametrize(
    "changed",
    [{"scope": []}, {"ends_on": "2027-02-21"}, {"ends_on": "2026-11-21"}, {"ends_on": "x"}, {"paper": ""}],
)
def test_without_form_scope_or_end_no_code_is_sent(app, producer, owner, changed):
    answer = ask(browser_of(app, make_officer()), producer, **changed)

    db.session.rollback()
    assert (answer.status_code, "<title>Lỗi:" in answer.text) == (422, True)
    assert db.session.scalars(select(Challenge)).all() == []
    assert db.session.scalars(select(Message)).all() == []


def test_officers_of_other_areas_and_people_who_are_none_find_no_form(app, producer, owner):
    for other in (make_officer(province_code=LAO_CAI), make_officer("commune", commune_code="28756"), owner):
        desk = browser_of(app, other)
        assert desk.get(f"/office/assistance/new?producer={producer.id}").status_code == 404
        assert ask(desk, producer).status_code == 404
    own = browser_of(app, make_officer())
    assert "HTX Dừa" in own.get("/office/assistance?q=HTX").text
    assert own.get(f"/office/assistance/new?producer={producer.id}").status_code == 200
    assert db.session.scalars(select(Challenge)).all() == []


def test_without_an_owner_who_can_be_reached_nothing_is_sent(app, db_session):
    producer = make_producer()
    make_member(producer, email="a@example.vn", phone_verified_at=None)

    answer = ask(browser_of(app, make_officer()), producer)

    assert answer.status_code == 422
    assert "Chưa có chủ cơ sở nào có tài khoản" in answer.text
