"""The second step: each code taken once, recovery codes, compulsory for officials."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import totp
from accounts.models import RecoveryCode, SecondFactor, Session, User
from accounts.operations.second_factor import (
    pass_second_factor,
    renew_recovery_codes,
)
from accounts.sealing import seal, unseal
from core.db import db, transaction
from core.jobs.worker import Worker
from core.keys import KeyRing
from tests.accounts.conftest import PASSWORD, SECRET, app_code, with_app
from tests.people import actor, make_administrator, make_user

PHONE = "+84912345678"
RIGHT = {"contact": "0912345678", "password": PASSWORD, "action": "password"}


@pytest.fixture
def lan(db_session, password_hash):
    return make_user(phone=PHONE, password_hash=password_hash)


def live_sessions():
    db.session.rollback()
    return [each.id for each in db.session.scalars(select(Session).where(Session.ended_at.is_(None)))]


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924")]
)
def test_codes_are_those_of_the_standard(at, code):
    from datetime import UTC, datetime

    # RFC 6238, appendix B, the last six of eight digits; the secret is «12345678901234567890».
    assert totp.code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", datetime.fromtimestamp(at, UTC)) == code


def test_a_password_alone_opens_nothing_any_more(lan, visitor, settings, clock):
    with_app(lan, settings)

    answer = visitor.send("/sign-in", RIGHT)

    assert answer.headers["Location"] == "/sign-in/second-factor"
    assert visitor.cookie("sid") is None
    assert live_sessions() == []
    assert visitor.get("/account").headers["Location"].startswith("/sign-in?")
    passed = visitor.send("/sign-in/second-factor", {"code": f" {app_code()[:3]} {app_code()[3:]}"})
    assert passed.headers["Location"] == "/account"
    assert visitor.is_signed_in()


def test_a_code_by_message_does_not_stand_in_for_the_app(lan, visitor, settings, last_code):
    with_app(lan, settings)
    visitor.send("/sign-in", {"contact": "0912345678", "action": "code"})

    answer = visitor.send("/sign-in/code", {"code": last_code()})

    assert answer.headers["Location"] == "/sign-in/second-factor"
    assert live_sessions() == []


def test_a_code_is_taken_once_and_none_of_an_earlier_step_after_it(
    lan, visitor, new_visitor, settings, clock
):
    with_app(lan, settings)
    early, code = totp.code_at(SECRET, clock.now() - timedelta(seconds=30)), app_code()

    def second_step(typed):
        browser = new_visitor()
        browser.send("/sign-in", RIGHT)
        return browser.send("/sign-in/second-factor", {"code": typed}).status_code

    assert [second_step(code), second_step(code), second_step(early)] == [303, 422, 422]
    clock.move(timedelta(seconds=30))
    assert second_step(app_code()) == 303


@pytest.mark.parametrize(
    ("seconds", "is_right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_clocks_may_differ_by_one_step(lan, settings, clock, seconds, is_right):
    user_id = with_app(lan, settings).id
    code = totp.code_at(SECRET, clock.now() + timedelta(seconds=seconds))

    with transaction():
        user = db.session.get_one(User, user_id)
        assert pass_second_factor(user, code, settings.keys, now=clock.now()) is is_right


def test_of_two_that_give_one_code_at_once_one_passes(app, lan, settings, clock):
    user_id, code, now = with_app(lan, settings).id, app_code(), clock.now()

    def give(_number):
        with app.app_context():
            try:
                with transaction():
                    user = db.session.get_one(User, user_id)
                    return pass_second_factor(user, code, settings.keys, now=now)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(give, range(20))) == 1


def test_guessing_the_second_step_ends_soon_and_not_for_the_owner(lan, visitor, new_visitor, settings, clock):
    with_app(lan, settings)
    visitor.send("/sign-in", RIGHT)
    assert visitor.send("/sign-in/second-factor", {"code": app_code()}).status_code == 303
    visitor.send("/sign-out")
    clock.move(timedelta(minutes=1))
    thief, statuses = new_visitor("198.51.100.9"), []
    for _ in range(3):
        thief.send("/sign-in", RIGHT)
        statuses += [thief.send("/sign-in/second-factor", {"code": "000000"}).status_code for _ in range(3)]
    refused = thief.send("/sign-in/second-factor", {"code": app_code()})

    assert statuses == [422] * 5 + [429] * 4
    assert refused.status_code == 429
    visitor.send("/sign-in", RIGHT)
    assert visitor.send("/sign-in/second-factor", {"code": app_code()}).headers["Location"] == "/account"


def test_a_recovery_code_opens_once_however_it_is_copied_and_is_told_of(
    lan, new_visitor, settings, clock, gateway
):
    user_id = with_app(lan, settings).id
    with transaction():
        user = db.session.get_one(User, user_id)
        codes = renew_recovery_codes(user, settings.keys, by=actor(user), now=clock.now())
    Worker().run_until_empty()
    gateway.taken.clear()

    def second_step(typed):
        browser = new_visitor()
        browser.send("/sign-in", RIGHT)
        return browser.send("/sign-in/second-factor", {"code": typed}).status_code

    sloppy = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert [second_step(sloppy), second_step(codes[0]), second_step(codes[1])] == [303, 422, 303]
    Worker().run_until_empty()
    used = [each for each in gateway.taken if "mã khôi phục" in each.text]
    assert len(used) == 2
    stored = list(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code.replace("-", "") in "".join(stored) for code in codes)


def test_new_recovery_codes_end_the_old_ones_and_other_sessions(lan, visitor, new_visitor, settings, clock):
    with_app(lan, settings)
    browsers = [visitor, new_visitor()]
    for browser in browsers:
        browser.send("/sign-in", RIGHT)
        browser.send("/sign-in/second-factor", {"code": app_code()})
        clock.move(timedelta(seconds=30))

    first = visitor.send("/account/security/recovery-codes", page="/account/security")
    second = visitor.send("/account/security/recovery-codes", page="/account/security")

    old, new = (re.findall(r'<li class="code">([^<]+)</li>', page.text) for page in (first, second))
    assert (len(old), len(new), set(old) & set(new)) == (10, 10, set())
    assert first.headers["Cache-Control"] == "no-store"
    assert visitor.is_signed_in()
    assert not browsers[1].is_signed_in()
    browsers[1].send("/sign-in", RIGHT)
    assert browsers[1].send("/sign-in/second-factor", {"code": old[0]}).status_code == 422
    assert browsers[1].send("/sign-in/second-factor", {"code": new[0]}).status_code == 303


def test_others_may_switch_it_off_and_officials_may_not(
    visitor, new_visitor, db_session, password_hash, settings, clock
):
    with_app(make_user(phone=PHONE, password_hash=password_hash), settings)
    with_app(make_administrator(phone="+84987654321", password_hash=password_hash), settings)
    official = new_visitor()
    for browser, number in ((visitor, "0912345678"), (official, "0987654321")):
        browser.send("/sign-in", RIGHT | {"contact": number})
        browser.send("/sign-in/second-factor", {"code": app_code()})

    off = visitor.send("/account/security/second-factor/off")
    refused = official.send("/account/security/second-factor/off", page="/account/security")

    assert off.headers["Location"] == "/account/security"
    assert refused.status_code == 409
    assert "không được bỏ bước thứ hai" in refused.text
    assert list(db.session.scalars(select(SecondFactor.user_id))) == [2]
    assert official.is_signed_in()


def test_a_secret_is_read_under_a_former_key_and_under_no_other():
    old, new = KeyRing(("a" * 32,)), KeyRing(("b" * 32, "a" * 32))
    sealed = seal(SECRET, old, "x")

    assert unseal(sealed, new, "x") == SECRET
    assert unseal(sealed, KeyRing(("b" * 32,)), "x") is None
    assert unseal(sealed, old, "y") is None
    assert unseal(sealed[:-4] + b"AAA=", old, "x") is None
    assert SECRET.encode() not in sealed
    assert repr(old) == "KeyRing()"


def test_what_is_half_done_in_one_browser_is_worth_nothing_in_another(
    lan, visitor, new_visitor, settings, clock
):
    with_app(lan, settings)
    visitor.send("/sign-in", RIGHT)
    copied = visitor.cookie("session")
    visitor.send("/sign-in/second-factor", {"code": app_code()})
    clock.move(timedelta(seconds=30))

    replay = new_visitor()
    replay.client.set_cookie("session", copied)
    answer = replay.get("/sign-in/second-factor")

    assert answer.headers["Location"] == "/sign-in"  # the step was used
    assert not replay.is_signed_in()


def test_half_a_sign_in_ends_after_a_quarter_of_an_hour(lan, visitor, settings, clock):
    with_app(lan, settings)
    visitor.send("/sign-in", RIGHT)

    clock.move(timedelta(minutes=15))

    answer = visitor.send("/sign-in/second-factor", {"code": app_code()}, page="/sign-in")
    assert answer.headers["Location"] == "/sign-in"
    assert live_sessions() == []
