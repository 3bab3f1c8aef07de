"""Setting the second step up: by QR, with the password, within half an hour, and anew after a change."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from accounts import totp
from accounts.contacts import Contact, ContactKind
from accounts.errors import EnrolmentGoneError
from accounts.models import AuditEvent, RecoveryCode, SecondFactor, User
from accounts.operations.credentials import change_contact, change_password
from accounts.operations.roles import RoleFacts, grant_role
from accounts.operations.second_factor import begin_enrolment, confirm_enrolment
from core.db import db, transaction
from tests.accounts.conftest import PASSWORD, with_app
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
