"""Consents: each on its own, never by default, only ever added to."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.errors import UnknownPurposeError
from accounts.models.personal import ConsentAct
from accounts.operations.consents import (
    give_offered_consent,
    record_consent,
    withdraw_consent,
    withdraw_own_consent,
)
from accounts.queries.consents import has_consent
from core import clock as present
from core.db import db, transaction
from tests.people import actor, browser_of, make_user


def acts():
    return [(each.purpose, each.version, each.is_given) for each in db.session.scalars(select(ConsentAct))]


def test_nothing_is_agreed_by_default(db_session):
    user = make_user()

    assert not any(
        has_consent(user.id, purpose) for purpose in ("terms", "marketing", "producer_declarations")
    )


def test_giving_taking_back_and_giving_anew_are_three_rows(db_session, clock):
    user = make_user()
    with transaction():
        record_consent(user.id, "marketing", "2026-11", present.now())
        record_consent(user.id, "marketing", "2026-11", present.now())
        withdraw_consent(user.id, "marketing", present.now())
        assert withdraw_consent(user.id, "marketing", present.now()) is None
        record_consent(user.id, "marketing", "2027-01", present.now())

    assert acts() == [
        ("marketing", "2026-11", True),
        ("marketing", "2026-11", False),
        ("marketing", "2027-01", True),
    ]


def test_a_new_text_is_a_consent_of_its_own(db_session, clock):
    user = make_user()
    with transaction():
        record_consent(user.id, "terms", "2026-11", present.now())
    clock.move(timedelta(days=40))
    with transaction():
        record_consent(user.id, "terms", "2027-01", present.now())

    assert acts() == [("terms", "2026-11", True), ("terms", "2027-01", True)]


@pytest.mark.parametrize("purpose", ["", "spying", "terms", "producer_declarations"])
def test_the_page_gives_only_what_it_offers(db_session, purpose):
    who = actor(make_user())

    with pytest.raises(UnknownPurposeError), transaction():
        give_offered_consent(purpose, by=who, now=present.now())

    assert acts() == []


def test_the_account_itself_is_not_taken_back_alone(db_session):
    user = make_user()
    with transaction():
        record_consent(user.id, "terms", "2026-11", present.now())

    with pytest.raises(UnknownPurposeError), transaction():
        withdraw_own_consent("terms", by=actor(user), now=present.now())

    assert acts() == [("terms", "2026-11", True)]


@pytest.mark.parametrize("change", ["UPDATE consent_act SET is_given = false", "DELETE FROM consent_act"])
def test_the_database_itself_refuses_to_change_a_consent(db_session, change):
    user = make_user()
    with transaction():
        record_consent(user.id, "marketing", "2026-11", present.now())

    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text(change))

    assert acts() == [("marketing", "2026-11", True)]


def test_the_page_shows_what_was_said_and_takes_it_back(app, db_session):
    user = make_user()
    browser = browser_of(app, user)
    app.config["WTF_CSRF_ENABLED"] = False

    assert "Bạn chưa đồng ý điều này." in browser.get("/account/privacy").text
    assert browser.post("/account/consents/marketing").status_code == 303
    assert "Bạn đồng ý từ 22/11/2026." in browser.get("/account/privacy").text
    assert browser.post("/account/consents/marketing/withdrawal").status_code == 303
    page = browser.get("/account/privacy")

    assert "Bạn đã rút lại ngày 22/11/2026." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.post("/account/consents/spying").status_code == 422
