"""Signing in and out: the same words and work for everybody, a new session each time, an end that is one."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.access import safe_next
from accounts.hashing import hasher
from accounts.models import AuditEvent, Session, User
from accounts.operations.credentials import change_password
from accounts.operations.sessions import end_other_sessions
from accounts.queries.actors import get_actor
from accounts.tokens import hash_token
from core import clock as present
from core.db import db, transaction
from core.jobs.worker import Worker
from tests.accounts.conftest import PASSWORD, app_code, fresh, with_app
from tests.people import make_administrator, make_officer, make_organiser, make_user
from tests.support.statements import counted

PHONE = "+84912345678"
RIGHT = {"contact": "0912 345 678", "password": PASSWORD, "action": "password"}
WRONG = RIGHT | {"password": "xe đạp màu xanh lá"}


@pytest.fixture
def lan(db_session, password_hash):
    return make_user(phone=PHONE, password_hash=password_hash)


def sessions():
    db.session.rollback()
    return list(db.session.scalars(select(Session).order_by(Session.id)))


def verbs():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)))


def test_the_right_password_signs_in(lan, visitor, clock):
    answer = visitor.send("/sign-in", RIGHT)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor.is_signed_in()
    [session] = sessions()
    assert session.token_hash == hash_token(visitor.cookie("sid"))
    assert (session.signed_in_at, session.address_prefix) == (clock.now(), "203.0.113.0/24")


def test_by_email_whatever_its_capitals(visitor, db_session, password_hash):
    make_user(phone=None, email="lan@example.vn", password_hash=password_hash, email_verified_at=None)
    make_user(
        phone=None,
        phone_verified_at=None,
        email="mai@example.vn",
        email_verified_at=fresh(1).created_at,
        password_hash=password_hash,
    )

    unproved = visitor.send("/sign-in", RIGHT | {"contact": "lan@example.vn"})
    proved = visitor.send("/sign-in", RIGHT | {"contact": " MAI@Example.vn "})

    assert (unproved.status_code, proved.status_code) == (422, 303)


def test_the_cookie_is_for_servers_only_and_of_this_site(lan, visitor):
    answer = visitor.send("/sign-in", RIGHT)

    cookies = {each.split("=", 1)[0]: each for each in answer.headers.getlist("Set-Cookie")}
    assert "HttpOnly; Path=/; SameSite=Lax" in cookies["sid"]
    assert "HttpOnly; Path=/; SameSite=Lax" in cookies["device"]


@pytest.mark.parametrize("path", ["/account/security", "/account/security/password", "/sign-in/confirm"])
def test_a_session_copied_before_signing_out_is_worth_nothing_after_it(lan, visitor, new_visitor, path):
    visitor.send("/sign-in", RIGHT)
    stolen = visitor.cookie("sid")
    visitor.client.set_cookie("cart-count", "7")
    visitor.client.set_cookie("cart", "5.ab")

    answer = visitor.send("/sign-out")

    assert (visitor.cookie("cart-count"), visitor.cookie("cart")) == (None, "5.ab")
    thief = new_visitor()
    thief.client.set_cookie("sid", stolen)
    replayed = thief.get(path)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert visitor.cookie("sid") is None
    assert (replayed.status_code, replayed.headers["Location"]) == (
        303,
        f"/sign-in?next={path}",
    )
    assert thief.get("/sign-out").headers["Location"] == "/"


def test_a_telephone_that_is_a_counter_keeps_its_unsent_sales(lan, visitor):
    visitor.send("/sign-in", RIGHT)
    visitor.client.set_cookie("booth-phone", "1")

    answer = visitor.send("/sign-out")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.cookie("sid") is None


def test_a_link_signs_nobody_out(lan, visitor):
    visitor.send("/sign-in", RIGHT)

    assert visitor.get("/sign-out").status_code == 200
    assert visitor.client.post("/sign-out").status_code == 400  # no token of ours

    assert visitor.is_signed_in()


def test_a_session_that_was_there_before_is_not_taken_over(lan, visitor):
    visitor.client.set_cookie("sid", "chosen-by-somebody-else")
    visitor.get("/sign-in")
    visitor.client.set_cookie("session", visitor.cookie("session"))
    before = visitor.cookie("session")

    visitor.send("/sign-in", RIGHT)

    assert visitor.cookie("sid") != "chosen-by-somebody-else"
    assert len(visitor.cookie("sid")) == 43
    assert visitor.cookie("session") != before
    assert "csrf_token" not in str(visitor.cookie("session") or "")


def test_each_sign_in_is_a_session_of_its_own(lan, visitor, new_visitor):
    other = new_visitor()
    visitor.send("/sign-in", RIGHT)
    other.send("/sign-in", RIGHT)

    assert len(sessions()) == 2
    visitor.send("/sign-out")
    assert other.is_signed_in()


def test_no_words_tell_whether_there_is_an_account(lan, new_visitor, password_hash):
    make_user(phone="+84912345670", password_hash=None)
    pages = []
    for number in ("0912345678", "0912345670", "0987654321"):
        answer = new_visitor().send("/sign-in", WRONG | {"contact": number})
        text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text).replace(number, "")
        pages.append((answer.status_code, text, dict(answer.headers).get("Retry-After")))

    assert pages[0][0] == 422
    assert "Số điện thoại hoặc email và mật khẩu không khớp" in pages[0][1]
    assert pages[0] == pages[1] == pages[2]


def test_no_time_tells_whether_there_is_an_account(lan, new_visitor):
    make_user(phone="+84912345670", password_hash=None)
    work = []
    for number in ("0912345678", "0912345670", "0987654321"):
        visitor = new_visitor()
        visitor.get("/sign-in")
        token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/sign-in").text)[1]
        before = hasher.computed
        with counted() as statements:
            visitor.client.post("/sign-in", data=WRONG | {"contact": number, "csrf_token": token})
        work.append((hasher.computed - before, statements))

    assert [(hashes, len(statements)) for hashes, statements in work] == [(1, 4)] * 3
    assert work[0][1] == work[1][1] == work[2][1]


def test_an_old_hash_is_made_anew_at_the_next_sign_in(visitor, db_session):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    user_id = make_user(phone=PHONE, password_hash=weak).id

    assert visitor.send("/sign-in", RIGHT).status_code == 303

    assert fresh(user_id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert visitor.send("/sign-out").status_code == 303
    assert visitor.send("/sign-in", RIGHT).status_code == 303


def test_erased_people_do_not_get_in(lan, visitor, clock):
    with transaction():
        user = db.session.get_one(type(lan), lan.id)
        user.name = user.phone = None
        user.erased_at = clock.now()

    assert visitor.send("/sign-in", RIGHT).status_code == 422
    assert sessions() == []


def test_a_forged_form_is_refused(lan, visitor):
    visitor.get("/sign-in")

    answer = visitor.client.post("/sign-in", data=RIGHT)

    assert answer.status_code == 400
    assert sessions() == []


def test_the_second_browser_is_told_of_and_the_first_is_not(lan, visitor, new_visitor, gateway):
    visitor.send("/sign-in", RIGHT)
    visitor.send("/sign-out")
    visitor.send("/sign-in", RIGHT)
    Worker().run_until_empty()
    assert gateway.taken == []

    other = new_visitor("198.51.100.9")
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile"
    other.send("/sign-in", RIGHT)
    Worker().run_until_empty()

    [letter] = gateway.taken
    assert (letter.to, letter.channel) == (PHONE, "sms")
    assert letter.text.startswith(
        "Tài khoản của bạn vừa được đăng nhập trên một thiết bị mới: Chrome, Android."
    )


@pytest.mark.parametrize("make", [make_officer, make_organiser, make_administrator])
def test_officials_reach_nothing_before_the_second_step_is_set_up(make, visitor, db_session, password_hash):
    make(phone=PHONE, password_hash=password_hash)

    visitor.send("/sign-in", RIGHT)

    for path in ("/account", "/account/security", "/tasks", "/account/security/password"):
        assert visitor.get(path).headers["Location"].startswith("/sign-in/second-factor?next="), path
    led = visitor.get("/sign-in/second-factor")
    assert led.headers["Location"] == "/account/security/second-factor"
    assert visitor.get("/account/security/second-factor").status_code == 200


def test_officials_stay_signed_in_for_half_an_hour_unused_and_ten_hours_at_most(
    visitor, db_session, password_hash, settings, clock
):
    officer = with_app(make_officer(phone=PHONE, password_hash=password_hash), settings)
    assert officer.id

    def enter():
        visitor.client.delete_cookie("sid")
        assert visitor.send("/sign-in", RIGHT).headers["Location"] == "/sign-in/second-factor"
        answer = visitor.send("/sign-in/second-factor", {"code": app_code()})
        assert answer.headers["Location"] == "/account"

    enter()
    cookie = visitor.client.get_cookie("sid")
    assert (cookie.expires, cookie.max_age) == (None, None)  # ends with the browser
    clock.move(timedelta(minutes=29))
    assert visitor.is_signed_in()
    clock.move(timedelta(minutes=30))
    assert not visitor.is_signed_in()

    enter()
    for _ in range(20):
        clock.move(timedelta(minutes=29))
        assert visitor.is_signed_in()
    clock.move(timedelta(minutes=20))
    assert not visitor.is_signed_in()
    assert verbs() == ["accounts.sign_in", "accounts.sign_in"]


def test_others_stay_signed_in_for_thirty_days_unused(lan, visitor, clock):
    visitor.send("/sign-in", RIGHT)

    clock.move(timedelta(days=29, hours=23))
    assert visitor.is_signed_in()
    clock.move(timedelta(days=30))
    assert not visitor.is_signed_in()


def test_one_goes_on_to_where_one_wanted_to_go(lan, visitor):
    asked = visitor.get("/account/security?x=1")
    page = visitor.get(asked.headers["Location"])

    assert 'name="next" value="/account/security?x=1"' in page.text
    answer = visitor.send("/sign-in", RIGHT | {"next": "/account/security?x=1"})
    assert answer.headers["Location"] == "/account/security?x=1"


BAD_HOSTS = ("evil.example", "evil.example/account", "user@evil.example", "evil.example:443", "[::1]")
BAD_STARTS = (
    "//", "///", "////", "/\\", "\\\\", "\\/", "/\t/", "\t//", "/\n/", "\n//", "/\r/", " //", "/ /", "http://",
    "https://", "HTTPS://", "https:", "http:/", "https:\\\\", "ftp://", "javascript:", "JaVaScRiPt:", "data:text/html,",
    "vbscript:", "//\x00", "/\x00/", "\x00//", "/%0a//", "mailto:", "?//", "#//", ".//", "..//", "@", "\u3000//",
    "/\u2028/", "/\x7f/", "/\x0b/", "/\x0c/", "//%5c",
)  # fmt: skip


def test_two_hundred_ways_to_lead_people_elsewhere_lead_home():
    payloads = [start + host for start in BAD_STARTS for host in BAD_HOSTS]
    assert len(payloads) == 200

    for payload in payloads:
        target = safe_next(payload, "/account")
        # A path whose second letter is neither slash nor backslash stays on this site.
        assert target == "/account" or re.fullmatch(
            r"/[^/\\\s\x00-\x20\x7f][^\\\s\x00-\x20\x7f]*", target, re.ASCII
        ), payload
        assert not target.startswith(("//", "/\\", "http"))


@pytest.mark.parametrize(
    "payload",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_nobody_is_led_elsewhere_by_our_sign_in(lan, visitor, payload):
    answer = visitor.send("/sign-in", RIGHT | {"next": payload})

    assert answer.headers["Location"] == "/account"
    again = visitor.client.get("/sign-in", query_string={"next": payload})
    assert again.headers["Location"] == "/account"


def meanwhile(monkeypatch, act, user_id):
    """While a password is hashed, which takes its time, the owner does `act` in another place."""

    def look(_stored, _password):
        with transaction():
            act(db.session.get_one(User, user_id))
        return True

    monkeypatch.setattr("accounts.views.entering.is_password_right", look)


def test_a_password_that_was_changed_while_it_was_looked_at_lets_nobody_in(lan, visitor, monkeypatch):
    def change(user):
        change_password(user, "another hash", by=get_actor(user.id), now=present.now())

    meanwhile(monkeypatch, change, lan.id)

    answer = visitor.send("/sign-in", RIGHT)

    assert (answer.status_code, "mật khẩu vừa được đổi" in answer.text) == (403, True)
    assert (visitor.cookie("sid"), sessions()) == (None, [])
    assert fresh(lan.id).password_hash == "another hash"


def test_a_proof_under_way_does_not_survive_signing_out_everywhere(lan, visitor, monkeypatch):
    visitor.send("/sign-in", RIGHT)
    before = visitor.cookie("sid")
    meanwhile(monkeypatch, lambda user: end_other_sessions(user.id, keep_id=None, now=present.now()), lan.id)

    answer = visitor.send("/sign-in/confirm", {"password": PASSWORD})

    assert (answer.status_code, visitor.cookie("sid")) == (403, before)
    assert [each.ended_at is None for each in sessions()] == [False]
    assert not visitor.is_signed_in()
