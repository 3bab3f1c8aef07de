"""The second step: set up by QR, each code taken once, recovery codes, compulsory for officials."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from accounts import totp
from accounts.contacts import Contact, ContactKind
from accounts.errors import EnrolmentGoneError
from accounts.models import AuditEvent, RecoveryCode, SecondFactor, Session, User
from accounts.operations.credentials import change_contact, change_password
from accounts.operations.roles import RoleFacts, grant_role
from accounts.operations.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    pass_second_factor,
    renew_recovery_codes,
)
from accounts.sealing import seal, unseal
from core.db import db, transaction
from core.jobs.worker import Worker
from core.keys import KeyRing
from tests.accounts.conftest import PASSWORD, SECRET, app_code, with_app
from tests.people import actor, make_administrator, make_officer, make_user

PHONE = "+84912345678"
RIGHT = {"contact": "0912345678", "password": PASSWORD, "action": "password"}


@pytest.fixture
def lan(db_session, password_hash):
    return make_user(phone=PHONE, password_hash=password_hash)


def secret_on(page):
    return re.search(r'<p class="code">([A-Z2-7 ]+)</p>', page)[1].replace(" ", "")


def enrol(visitor, clock):
    """Set the second step up as a person would; the secret and the recovery codes."""
    secret = secret_on(visitor.get("/account/security/second-factor").text)
    form = {"code": totp.code_at(secret, clock.now()), "password": PASSWORD}
    shown = visitor.send("/account/security/second-factor", form)
    assert shown.status_code == 200
    return secret, re.findall(r'<li class="code">([^<]+)</li>', shown.text)


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


def test_an_officer_sets_it_up_at_the_first_sign_in_and_then_reaches_everything(
    visitor, new_visitor, db_session, password_hash, clock
):
    user_id = make_officer(phone=PHONE, password_hash=password_hash).id
    visitor.send("/sign-in", RIGHT)
    half = visitor.cookie("sid")

    secret, codes = enrol(visitor, clock)

    assert visitor.is_signed_in()
    assert visitor.cookie("sid") != half
    old = new_visitor()
    old.client.set_cookie("sid", half)
    assert old.get("/account/security/second-factor").status_code == 303  # the old session is over
    assert len(set(codes)) == 10
    assert all(
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", each)
        for each in codes
    )
    assert db.session.get_one(SecondFactor, user_id).confirmed_at == clock.now()
    assert secret not in str(db.session.execute(text("SELECT sealed_secret FROM second_factor")).all())
    verbs = list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)))
    assert verbs == ["accounts.sign_in", "accounts.switch_second_factor_on", "accounts.sign_in"]


def test_the_picture_says_what_the_letters_say(lan, visitor, clock):
    from base64 import b64decode

    import zxingcpp
    from PIL import Image, ImageDraw

    visitor.send("/sign-in", RIGHT)
    page = visitor.get("/account/security/second-factor").text
    drawing = b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[1]).decode()
    whole = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])
    picture = Image.new("L", (whole * 4, whole * 4), 255)
    pen = ImageDraw.Draw(picture)
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawing.split("<path", 2)[2]):
        x, y = int(column) * 4, int(row) * 4
        pen.rectangle((x, y, x + int(length) * 4 - 1, y + 3), fill=0)

    [read] = zxingcpp.read_barcodes(picture)

    secret = secret_on(page)
    assert len(secret) == 32
    issuer = "Ch%E1%BB%A3%20OCOP"
    assert read.text == f"otpauth://totp/{issuer}:%2B84912345678?secret={secret}&issuer={issuer}"


def test_looking_at_the_page_again_shows_the_same_secret_until_it_is_confirmed(lan, visitor, clock):
    visitor.send("/sign-in", RIGHT)
    first = secret_on(visitor.get("/account/security/second-factor").text)

    wrong = visitor.send("/account/security/second-factor", {"code": "000000", "password": PASSWORD})

    assert wrong.status_code == 422
    assert secret_on(wrong.text) == first
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert enrol(visitor, clock)[0] == first
    assert visitor.get("/account/security/second-factor").headers["Location"] == "/account/security"


@pytest.mark.parametrize(
    ("password", "told"),
    [("", "Bạn nhập cả mật khẩu"), ("con trâu đi sau cái cày", "Mật khẩu không đúng")],
)
def test_a_code_by_message_alone_sets_no_app_up_where_there_is_a_password(
    lan, visitor, clock, last_code, password, told
):
    visitor.send("/sign-in", {"contact": "0912345678", "action": "code"})
    visitor.send("/sign-in/code", {"code": last_code()})
    secret = secret_on(visitor.get("/account/security/second-factor").text)
    form = {"code": totp.code_at(secret, clock.now()), "password": password}

    answer = visitor.send("/account/security/second-factor", form)

    assert (answer.status_code, told in answer.text) == (422, True)
    assert 'href="#password"' in answer.text
    db.session.rollback()
    assert db.session.get_one(SecondFactor, lan.id).confirmed_at is None


def test_who_has_no_password_sets_an_app_up_by_a_code(db_session, visitor, clock, last_code):
    user_id = make_user(phone=PHONE).id
    visitor.send("/sign-in", {"contact": "0912345678", "action": "code"})
    visitor.send("/sign-in/code", {"code": last_code()})

    assert 'name="password"' not in visitor.get("/account/security/second-factor").text
    enrol(visitor, clock)

    assert db.session.get_one(SecondFactor, user_id).confirmed_at == clock.now()


def begin(user, settings, clock):
    with transaction():
        return begin_enrolment(user.id, settings.keys, now=clock.now())


def confirm(user, secret, settings, clock):
    with transaction():
        code = totp.code_at(secret, clock.now())
        found = db.session.get_one(User, user.id)
        return confirm_enrolment(found, code, settings.keys, by=actor(user), now=clock.now())


def a_password(user, _administrator, clock):
    change_password(db.session.get_one(User, user.id), "hash", by=actor(user), now=clock.now())


def an_address(user, _administrator, clock):
    found = db.session.get_one(User, user.id)
    change_contact(found, Contact(ContactKind.EMAIL, "lan@example.vn"), by=actor(user), now=clock.now())


def a_role(user, administrator, clock):
    facts = RoleFacts(role="officer", level="province", province_code="86")
    grant_role(user.id, facts, reason="QĐ 12/SNN", by=administrator, now=clock.now())


@pytest.mark.parametrize("change", [a_password, an_address, a_role])
def test_a_secret_that_a_stranger_may_have_seen_does_not_outlive_a_change(lan, settings, clock, change):
    seen, administrator = begin(lan, settings, clock), actor(make_administrator())
    with transaction():
        change(lan, administrator, clock)

    with pytest.raises(EnrolmentGoneError):
        confirm(lan, seen, settings, clock)

    db.session.rollback()
    assert db.session.get(SecondFactor, lan.id) is None
    assert begin(lan, settings, clock) != seen


def test_an_app_that_is_on_stays_on_whatever_changes(lan, settings, clock):
    with_app(lan, settings)
    administrator = actor(make_administrator())
    for change in (a_password, an_address, a_role):
        with transaction():
            change(lan, administrator, clock)

    assert db.session.get_one(SecondFactor, lan.id).confirmed_at is not None


def test_a_secret_waits_for_its_first_code_for_30_minutes(lan, settings, clock):
    seen = begin(lan, settings, clock)
    clock.move(timedelta(minutes=29, seconds=59))
    assert begin(lan, settings, clock) == seen
    clock.move(timedelta(seconds=1))

    with pytest.raises(EnrolmentGoneError):
        confirm(lan, seen, settings, clock)
    db.session.rollback()

    assert db.session.get_one(SecondFactor, lan.id).confirmed_at is None
    assert begin(lan, settings, clock) != seen


def test_who_took_too_long_is_shown_a_new_picture_and_told_to_scan_it(lan, visitor, settings, clock):
    visitor.send("/sign-in", RIGHT)

    form = {"code": "123456", "password": PASSWORD}
    late = visitor.send("/account/security/second-factor", form, page="/account/security")

    assert late.status_code == 422
    assert "Ảnh đó đã quá cũ" in late.text
    assert secret_on(late.text) == begin(lan, settings, clock)


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
