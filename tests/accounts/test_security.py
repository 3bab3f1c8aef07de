"""The page of security: what changes needs a fresh proof, ends other sessions, and is told to the owner."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEvent, Session
from accounts.operations.sessions import end_other_sessions
from core import clock as present
from core.db import db, transaction
from core.jobs.worker import Worker
from tests.accounts.conftest import PASSWORD, app_code, fresh, with_app
from tests.people import make_user

PHONE = "+84912345678"
RIGHT = {"contact": "0912345678", "password": PASSWORD, "action": "password"}
NEW = "trăng thanh gió mát ngoài sân"


@pytest.fixture
def lan(db_session, password_hash):
    return make_user(name="Nguyễn Thị Lan", phone=PHONE, password_hash=password_hash)


@pytest.fixture
def two(lan, visitor, new_visitor):
    """Two browsers in which Lan is signed in."""
    other = new_visitor("198.51.100.9")
    for browser in (visitor, other):
        browser.send("/sign-in", RIGHT)
    return visitor, other


def verbs():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)))


def told(gateway):
    """Notices that went out since last asked: to whom, and how they begin."""
    Worker().run_until_empty()
    found = [
        (letter.to, letter.text.split(".")[0])
        for letter in gateway.taken
        if letter.kind == "accounts.notice" and "thiết bị mới" not in letter.text
    ]
    gateway.taken.clear()
    return found


def test_the_page_tells_what_one_signs_in_with_and_where(two):
    visitor, _other = two

    page = visitor.get("/account/security")

    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert page.text.count("203.0.113.0/24") == 1
    assert page.text.count("198.51.100.0/24") == 1
    assert "203.0.113.7" not in page.text
    assert page.text.count("· thiết bị này") == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/security/password", {"password": NEW}),
        ("/account/security/contacts/phone", {"contact": "0987654321"}),
        ("/account/security/contacts/email", {"contact": "lan@example.vn"}),
        ("/account/security/second-factor", {"code": "123456"}),
        ("/account/security/second-factor/off", {}),
        ("/account/security/recovery-codes", {}),
    ],
)
def test_changes_need_a_proof_of_the_last_ten_minutes(lan, visitor, clock, gateway, path, form):
    visitor.send("/sign-in", RIGHT)
    clock.move(timedelta(minutes=10, seconds=1))
    before = (fresh(lan.id).password_hash, fresh(lan.id).phone, fresh(lan.id).email)

    answer = visitor.send(path, form, page="/account/security")

    assert answer.headers["Location"].startswith("/sign-in/confirm?next=")
    assert (fresh(lan.id).password_hash, fresh(lan.id).phone, fresh(lan.id).email) == before
    Worker().run_until_empty()
    assert gateway.taken == []


def test_a_new_password_ends_other_sessions_and_is_told(two, lan, gateway):
    visitor, other = two
    old_token = visitor.cookie("sid")
    told(gateway)

    answer = visitor.send("/account/security/password", {"password": NEW})

    assert answer.headers["Location"] == "/account/security"
    assert visitor.is_signed_in()
    assert visitor.cookie("sid") != old_token
    assert not other.is_signed_in()
    assert told(gateway) == [(PHONE, "Mật khẩu của tài khoản vừa được đổi")]
    assert verbs() == ["accounts.change_password"]
    assert other.send("/sign-in", RIGHT).status_code == 422
    assert other.send("/sign-in", RIGHT | {"password": NEW}).status_code == 303


@pytest.mark.parametrize("password", ["", "ngắn", "matkhau123", "0912345678", "NguyenThiLan1", "x" * 201])
def test_a_weak_new_password_changes_nothing(lan, visitor, gateway, password):
    visitor.send("/sign-in", RIGHT)
    before = fresh(lan.id).password_hash

    answer = visitor.send("/account/security/password", {"password": password})

    assert answer.status_code == 422
    assert 'id="password-wrong"' in answer.text
    assert fresh(lan.id).password_hash == before
    assert (told(gateway), verbs()) == ([], [])


def test_a_new_number_counts_once_its_code_is_given_and_the_old_one_is_told(two, lan, gateway, last_code):
    visitor, other = two
    told(gateway)
    visitor.send("/account/security/contacts/phone", {"contact": "0987 654 321"})
    code = last_code()
    assert gateway.last().to == "+84987654321"
    assert fresh(lan.id).phone == PHONE

    answer = visitor.send("/sign-in/code", {"code": code})

    assert answer.headers["Location"] == "/account/security"
    assert fresh(lan.id).phone == "+84987654321"
    assert visitor.is_signed_in()
    assert not other.is_signed_in()
    assert told(gateway) == [
        (PHONE, "Số điện thoại của tài khoản vừa được đổi"),
        ("+84987654321", "Số điện thoại của tài khoản vừa được đổi"),
    ]
    assert verbs() == ["accounts.change_phone"]


def test_a_first_address_is_told_to_the_number_too_and_so_is_all_that_follows(
    lan, visitor, gateway, last_code
):
    visitor.send("/sign-in", RIGHT)
    visitor.send("/account/security/contacts/email", {"contact": "Lan@Example.vn"})

    visitor.send("/sign-in/code", {"code": last_code()})
    added = told(gateway)
    visitor.send("/account/security/password", {"password": NEW})

    # Whoever added the address may be a thief: the owner, who has the number, hears of each change.
    assert (fresh(lan.id).email, fresh(lan.id).phone) == ("lan@example.vn", PHONE)
    assert added == [
        (PHONE, "Địa chỉ email của tài khoản vừa được đổi"),
        ("lan@example.vn", "Địa chỉ email của tài khoản vừa được đổi"),
    ]
    assert told(gateway) == [
        ("lan@example.vn", "Mật khẩu của tài khoản vừa được đổi"),
        (PHONE, "Mật khẩu của tài khoản vừa được đổi"),
    ]


def test_a_number_of_another_account_is_not_taken_over(lan, visitor, last_code, gateway):
    other_id = make_user(phone="+84987654321").id
    visitor.send("/sign-in", RIGHT)
    visitor.send("/account/security/contacts/phone", {"contact": "0987654321"})

    answer = visitor.send("/sign-in/code", {"code": last_code()})

    assert answer.status_code == 409
    assert "thuộc về tài khoản khác" in answer.text
    assert (fresh(lan.id).phone, fresh(other_id).phone) == (PHONE, "+84987654321")
    assert (told(gateway), verbs()) == ([], [])


def test_a_code_for_a_new_number_is_worth_nothing_after_somebody_else_signed_in(
    lan, visitor, last_code, password_hash
):
    mai_id = make_user(phone="+84901234567", password_hash=password_hash).id
    visitor.send("/sign-in", RIGHT)
    visitor.send("/account/security/contacts/phone", {"contact": "0987654321"})
    code, step = last_code(), visitor.cookie("session")
    visitor.send("/sign-out")
    visitor.send("/sign-in", RIGHT | {"contact": "0901234567"})
    visitor.client.set_cookie("session", step)

    visitor.send("/sign-in/code", {"code": code})

    assert (fresh(lan.id).phone, fresh(mai_id).phone) == (PHONE, "+84901234567")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("phone", "lan@example.vn"),
        ("email", "0987654321"),
        ("phone", ""),
        ("phone", "+1 202 555 0143"),
        ("email", "x"),
    ],
)
def test_a_contact_of_the_wrong_kind_is_refused(lan, visitor, gateway, kind, typed):
    visitor.send("/sign-in", RIGHT)

    answer = visitor.send(f"/account/security/contacts/{kind}", {"contact": typed})

    assert answer.status_code == 422
    Worker().run_until_empty()
    assert gateway.taken == []


def test_there_are_two_kinds_of_contacts(lan, visitor):
    visitor.send("/sign-in", RIGHT)

    assert visitor.get("/account/security/contacts/password_hash").status_code == 404


def test_one_device_is_signed_out(two):
    visitor, other = two
    ids = list(db.session.scalars(select(Session.id).order_by(Session.id)))

    answer = visitor.send(f"/account/security/sessions/{ids[1]}/end", page="/account/security")

    assert answer.headers["Location"] == "/account/security"
    assert (visitor.is_signed_in(), other.is_signed_in()) == (True, False)
    again = visitor.send(f"/account/security/sessions/{ids[1]}/end", page="/account/security")
    assert again.status_code == 404


def test_somebody_elses_device_is_not_found(two, new_visitor, password_hash):
    make_user(phone="+84987654321", password_hash=password_hash)
    mai = new_visitor()
    mai.send("/sign-in", RIGHT | {"contact": "0987654321"})
    ids = list(db.session.scalars(select(Session.id).order_by(Session.id)))

    answers = [
        mai.send(f"/account/security/sessions/{each}/end", page="/account/security")
        for each in (*ids[:2], 999)
    ]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert all(each.is_signed_in() for each in two)


def test_every_other_device_is_signed_out(two):
    visitor, other = two

    visitor.send("/account/security/other-sessions/end", page="/account/security")

    assert (visitor.is_signed_in(), other.is_signed_in()) == (True, False)
    assert db.session.scalar(select(func.count()).where(Session.ended_at.is_(None))) == 1


def test_confirming_by_password_gives_a_new_session_with_the_old_end(lan, visitor, new_visitor, clock):
    visitor.send("/sign-in", RIGHT)
    old_token, signed_in_at = visitor.cookie("sid"), clock.now()
    clock.move(timedelta(hours=1))
    asked = visitor.get("/account/security/password")
    assert asked.headers["Location"] == "/sign-in/confirm?next=/account/security/password"

    wrong = visitor.send("/sign-in/confirm", {"password": "sai rồi", "next": "/account/security/password"})
    right = visitor.send("/sign-in/confirm", {"password": PASSWORD, "next": "/account/security/password"})

    assert (wrong.status_code, right.headers["Location"]) == (422, "/account/security/password")
    assert visitor.get("/account/security/password").status_code == 200
    replay = new_visitor()
    replay.client.set_cookie("sid", old_token)
    assert not replay.is_signed_in()
    newest = db.session.scalars(select(Session).order_by(Session.id.desc())).first()
    assert (newest.signed_in_at, newest.confirmed_at) == (signed_in_at, clock.now())
    assert newest.expires_at == signed_in_at + timedelta(days=180)


def test_those_without_a_password_confirm_by_message(visitor, last_code, clock, db_session):
    make_user(phone=PHONE)
    visitor.send("/sign-in", {"contact": "0912345678", "action": "code"})
    visitor.send("/sign-in/code", {"code": last_code()})
    clock.move(timedelta(minutes=11))

    visitor.send("/sign-in/confirm", {"action": "message", "next": "/account/security/password"})
    answer = visitor.send("/sign-in/code", {"code": last_code()})

    assert answer.headers["Location"] == "/account/security/password"
    assert visitor.get("/account/security/password").status_code == 200


def test_those_with_an_app_confirm_by_it_and_never_by_message(lan, visitor, settings, clock, gateway):
    with_app(lan, settings)
    visitor.send("/sign-in", RIGHT)
    visitor.send("/sign-in/second-factor", {"code": app_code()})
    clock.move(timedelta(minutes=11))

    page = visitor.get("/sign-in/confirm").text
    by_message = visitor.send("/sign-in/confirm", {"action": "message"})
    by_app = visitor.send("/sign-in/confirm", {"code": app_code(), "next": "/account/security/password"})

    assert 'value="message"' not in page
    assert by_message.status_code == 422
    assert by_app.headers["Location"] == "/account/security/password"
    Worker().run_until_empty()
    assert gateway.taken == []


def test_confirming_is_throttled_like_signing_in(lan, visitor, new_visitor, clock):
    visitor.send("/sign-in", RIGHT)

    statuses = [visitor.send("/sign-in/confirm", {"password": "sai rồi đó"}).status_code for _ in range(12)]

    assert statuses == [422] * 10 + [429] * 2


def test_a_code_asked_for_under_a_fresh_proof_counts_when_the_proof_has_run_out(
    lan, visitor, last_code, clock
):
    visitor.send("/sign-in", RIGHT)
    clock.move(timedelta(minutes=9))
    visitor.send("/account/security/contacts/phone", {"contact": "0987654321"})
    clock.move(timedelta(minutes=5))

    answer = visitor.send("/sign-in/code", {"code": last_code()})

    assert answer.headers["Location"] == "/account/security"
    assert fresh(lan.id).phone == "+84987654321"


def test_a_code_for_a_new_number_counts_in_no_session_that_ended(lan, visitor, last_code):
    visitor.send("/sign-in", RIGHT)
    visitor.send("/account/security/contacts/phone", {"contact": "0987654321"})
    code = last_code()
    with transaction():
        end_other_sessions(lan.id, keep_id=None, now=present.now())

    answer = visitor.send("/en/sign-in/code", {"code": code})

    assert answer.headers["Location"] == "/en/sign-in?next=/en/account/security"
    assert fresh(lan.id).phone == PHONE
