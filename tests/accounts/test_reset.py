"""A forgotten password, and numbers that may have gone to somebody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.jobs.personal import delete_what_is_over
from accounts.letters import NOTICE_KIND
from accounts.models import Session, User
from accounts.operations.personal_facts import Person
from core import clock as present
from core.db import db
from core.jobs.worker import Worker
from tests.accounts.conftest import PASSWORD, app_code, fresh, with_app
from tests.people import make_user

PHONE = "+84912345678"
RIGHT = {"contact": "0912345678", "password": PASSWORD, "action": "password"}
NEW = "trăng thanh gió mát ngoài sân"


@pytest.fixture
def lan(db_session, password_hash):
    return make_user(phone=PHONE, password_hash=password_hash)


def prove(visitor, last_code, path="/sign-in/forgotten", contact="0912345678"):
    visitor.send(path, {"contact": contact, "action": "code"})
    return visitor.send("/sign-in/code", {"code": last_code()})


def test_a_code_leads_to_a_new_password_and_ends_every_session(lan, visitor, new_visitor, last_code):
    thief = new_visitor("198.51.100.9")
    thief.send("/sign-in", RIGHT)

    assert prove(visitor, last_code).headers["Location"] == "/sign-in/new-password"
    answer = visitor.send("/sign-in/new-password", {"password": NEW})

    assert answer.headers["Location"] == "/account"
    assert (visitor.is_signed_in(), thief.is_signed_in()) == (True, False)
    assert thief.send("/sign-in", RIGHT).status_code == 422
    again = visitor.send(
        "/sign-in/new-password", {"password": "một mật khẩu khác nữa"}, page="/account/security"
    )
    assert again.headers["Location"] == "/sign-in"


def test_asking_tells_nobody_whether_there_is_an_account(lan, new_visitor, gateway):
    answers = []
    for number in ("0912345678", "0987654321"):
        visitor = new_visitor()
        sent = visitor.send("/sign-in/forgotten", {"contact": number})
        page = re.sub(r"•••• \d+|name=\"csrf_token\" value=\"[^\"]+\"", "", visitor.get("/sign-in/code").text)
        answers.append((sent.status_code, sent.headers["Location"], page))

    assert answers[0] == answers[1]


def test_only_the_owner_of_the_number_learns_that_there_is_none(visitor, last_code, db_session):
    prove(visitor, last_code)

    page = visitor.get("/sign-in/new-password")
    answer = visitor.send("/sign-in/new-password", {"password": NEW})

    assert "Chưa có tài khoản nào dùng" in page.text
    assert answer.status_code == 422
    assert db.session.scalars(select(User)).all() == []


def test_the_new_password_needs_the_code(lan, visitor, last_code):
    before = fresh(lan.id).password_hash
    visitor.send("/sign-in/forgotten", {"contact": "0912345678"})

    for path in ("/sign-in/new-password", "/sign-in/new-password?next=/account"):
        assert visitor.get(path).headers["Location"] == "/sign-in"
        assert visitor.send(path, {"password": NEW}, page="/sign-in").headers["Location"] == "/sign-in"

    assert fresh(lan.id).password_hash == before


def test_a_second_step_stays_one(lan, visitor, last_code, settings):
    with_app(lan, settings)
    before = fresh(lan.id).password_hash
    prove(visitor, last_code)

    without = visitor.send("/sign-in/new-password", {"password": NEW})
    wrong = visitor.send("/sign-in/new-password", {"password": NEW, "code": "000000"})
    assert (without.status_code, wrong.status_code) == (422, 422)
    assert fresh(lan.id).password_hash == before

    right = visitor.send("/sign-in/new-password", {"password": NEW, "code": app_code()})
    assert right.headers["Location"] == "/account"
    assert db.session.scalars(select(Session).where(Session.ended_at.is_(None))).one().second_factor_at


def test_a_weak_password_uses_nothing_up(lan, visitor, last_code):
    prove(visitor, last_code)

    weak = visitor.send("/sign-in/new-password", {"password": "matkhau123"})
    good = visitor.send("/sign-in/new-password", {"password": NEW})

    assert (weak.status_code, good.status_code) == (422, 303)


@pytest.fixture
def silent(db_session, password_hash, clock):
    """Lan's account, last used 181 days ago."""
    user = make_user(
        phone=PHONE, password_hash=password_hash, email="lan@example.vn", email_verified_at=clock.now()
    )
    clock.move(timedelta(days=180, seconds=1))
    return user


def test_a_number_that_was_silent_needs_a_second_proof(silent, visitor, last_code):
    answer = prove(visitor, last_code, "/sign-in")

    assert answer.headers["Location"] == "/sign-in/second-proof"
    assert not visitor.is_signed_in()
    assert visitor.send("/sign-in/second-proof", {"password": "không phải đâu"}).status_code == 422
    right = visitor.send("/sign-in/second-proof", {"password": PASSWORD})
    assert right.headers["Location"] == "/account"
    assert visitor.is_signed_in()


def test_a_code_to_the_address_is_such_a_proof(silent, visitor, last_code, gateway):
    prove(visitor, last_code, "/sign-in")
    page = visitor.get("/sign-in/second-proof").text

    visitor.send("/sign-in/second-proof", {"action": "code"})
    answer = visitor.send("/sign-in/code", {"code": last_code()})

    assert "l•••@example.vn" in page
    assert "lan@example.vn" not in page
    assert gateway.last().to == "lan@example.vn"
    assert answer.headers["Location"] == "/account"
    assert visitor.is_signed_in()


def test_the_second_proof_is_guessed_at_five_times(silent, visitor, last_code):
    prove(visitor, last_code, "/sign-in")

    statuses = [
        visitor.send("/sign-in/second-proof", {"password": "không phải đâu"}).status_code for _ in range(7)
    ]

    assert statuses == [422] * 5 + [429] * 2


def test_a_silent_number_alone_resets_no_password(silent, visitor, last_code):
    before = fresh(silent.id).password_hash
    prove(visitor, last_code)

    page = visitor.get("/sign-in/new-password")
    answer = visitor.send("/sign-in/new-password", {"password": NEW}, page="/sign-in")

    assert "nửa năm không dùng" in page.text
    assert answer.status_code == 422
    assert fresh(silent.id).password_hash == before


def test_the_address_of_a_silent_account_does(silent, visitor, last_code):
    prove(visitor, last_code, contact="lan@example.vn")

    assert visitor.send("/sign-in/new-password", {"password": NEW}).headers["Location"] == "/account"


@pytest.mark.parametrize("days", [179, 181])
def test_where_there_is_no_second_proof_the_number_is_enough(visitor, last_code, db_session, clock, days):
    make_user(phone=PHONE)
    clock.move(timedelta(days=days))

    assert prove(visitor, last_code, "/sign-in").headers["Location"] == "/account"


def test_an_account_in_use_is_not_silent(lan, visitor, new_visitor, last_code, clock):
    clock.move(timedelta(days=170))
    visitor.send("/sign-in", RIGHT)
    clock.move(timedelta(days=20))

    assert prove(new_visitor(), last_code, "/sign-in").headers["Location"] == "/account"


def test_who_comes_back_after_the_sessions_are_forgotten_is_neither_silent_nor_new(
    lan, visitor, new_visitor, last_code, gateway, clock
):
    clock.move(timedelta(days=100))
    visitor.send("/sign-in", RIGHT)
    clock.move(timedelta(days=121))
    delete_what_is_over()
    assert db.session.scalars(select(Session)).all() == []

    answer = prove(new_visitor(), last_code, "/sign-in")

    assert answer.headers["Location"] == "/account"
    Worker().run_until_empty()
    assert gateway.last().kind == NOTICE_KIND


def test_when_somebody_was_last_seen_is_noted_once_a_day_and_told(lan, visitor, clock):
    visitor.send("/sign-in", RIGHT)
    began = present.now()
    seen = []
    for hours in (1, 22, 1, 1):
        clock.move(timedelta(hours=hours))
        visitor.get("/account")
        seen.append(fresh(lan.id).last_seen_at - began)

    assert seen == [timedelta(0), timedelta(0), timedelta(hours=24), timedelta(hours=24)]
    assert Person().export(lan.id)["last_seen_at"] == (began + timedelta(hours=24)).isoformat()
