"""A number that went to somebody else is taken off the account of whoever had it before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.contacts import contact_of
from accounts.errors import ErasureBlockedError
from accounts.models import AuditEvent, User
from accounts.models.personal import ErasureRequest
from accounts.operations.releases import release_contact
from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from tests.accounts.conftest import fresh
from tests.factories import make_producer
from tests.people import actor, browser_of, make_administrator, make_member, make_user

PHONE = "+84912345678"


def release(user):
    by = actor(make_administrator(phone="+84977000111"))
    with transaction():
        former = db.session.get_one(User, user.id)
        wish = release_contact(former, contact_of(PHONE), reason="SIM mới", by=by, now=present.now())
        return wish.due_at if wish else None


def events():
    return [(each.verb, each.reason) for each in db.session.scalars(select(AuditEvent))]


def told():
    return [each.recipient for each in db.session.scalars(select(Message).order_by(Message.id))]


def test_a_number_is_taken_off_an_account_that_has_an_address(app, db_session):
    user = make_user(phone=PHONE, email="lan@example.vn", email_verified_at=present.now())
    browser = browser_of(app, user)

    assert release(user) is None

    left = fresh(user.id)
    assert (left.phone, left.phone_verified_at, left.email) == (None, None, "lan@example.vn")
    assert browser.get("/account/security").status_code == 303
    assert told() == ["lan@example.vn"]
    assert events() == [("accounts.release_phone", "SIM mới")]
    make_user(phone=PHONE)


def test_an_account_that_nothing_else_leads_to_is_erased_later(app, db_session):
    user = make_user(phone=PHONE)
    browser = browser_of(app, user)

    assert release(user) == present.now() + timedelta(hours=72)

    assert fresh(user.id).phone == PHONE
    assert browser.get("/account/security").status_code == 303
    assert told() == [PHONE]
    assert events() == [("accounts.request_erasure", "SIM mới")]


def test_an_only_owner_keeps_the_number_until_the_producer_is_handed_over(app, db_session):
    user = make_member(make_producer(), phone=PHONE)
    browser = browser_of(app, user)

    with pytest.raises(ErasureBlockedError):
        release(user)

    assert fresh(user.id).phone == PHONE
    assert browser.get("/account/security").status_code == 200
    assert (told(), events(), db.session.scalars(select(ErasureRequest)).all()) == ([], [], [])
