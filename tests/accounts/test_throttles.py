"""Guesses: counted before they are hashed, for each account and network and for all, and never to the owner's harm."""

import re
from datetime import timedelta

import pytest
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from accounts.errors import TooManyTriesError
from accounts.hashing import hasher
from accounts.models import User
from accounts.operations.passwords import is_password_right
from accounts.operations.throttles import (
    ACCOUNT_SIZE,
    ALL_SIZE,
    DEVICE_SIZE,
    PREFIX_SIZE,
    Asker,
    allow_guess,
    forgive_guess,
    guess_draws,
)
from core.buckets import Draw, draw_all, sweep_buckets
from core.db import db, transaction
from core.rate_models import Bucket
from tests.accounts.conftest import PASSWORD
from tests.people import make_user

RIGHT = {"contact": "0912345678", "password": PASSWORD, "action": "password"}
WRONG = RIGHT | {"password": "xe đạp màu xanh lá"}


@pytest.fixture
def lan(db_session, password_hash):
    return make_user(phone="+84912345678", password_hash=password_hash)


@pytest.fixture
def guess(settings, clock):
    """One guess: whether it was let through to the hash. Right ones are forgiven, as the pages do."""

    def once(account, network, *, device=None, stored=None, password="sai"):  # noqa: S107
        draws = guess_draws(account, Asker(network, device), settings.keys)
        try:
            with transaction():
                allow_guess(draws, now=clock.now())
        except TooManyTriesError:
            return False
        if is_password_right(stored, password):
            with transaction():
                forgive_guess(draws, now=clock.now())
        return True

    return once


def buckets():
    db.session.rollback()
    return list(db.session.scalars(select(Bucket)))


class QuickArgon2:
    """In place of the slow one where only the number of hashes matters."""

    def verify(self, stored, password):
        if password != PASSWORD:
            raise VerifyMismatchError

    def check_needs_rehash(self, _stored):
        return False


@pytest.mark.once
@pytest.mark.slow
def test_twenty_thousand_guesses_at_two_hundred_accounts_cost_few_hashes_and_lock_nobody_out(
    guess, clock, db_session, password_hash, monkeypatch
):
    """A minute of guessing from 500 networks, 100 guesses at each account."""
    monkeypatch.setattr(hasher, "_argon2", QuickArgon2())
    before, passed = hasher.computed, {}
    for number in range(20_000):
        account, network = f"+8490{number % 200:07d}", f"198.51.{number % 500}.0/24"
        passed[account] = passed.get(account, 0) + guess(account, network)
        if number % 100 == 99:
            clock.move(timedelta(milliseconds=300))

    hashes = hasher.computed - before
    assert hashes == sum(passed.values())
    assert ALL_SIZE <= hashes <= ALL_SIZE + 60 * 5  # five a second for strangers, whoever they are
    assert max(passed.values()) <= ACCOUNT_SIZE
    # The owners come in browsers they have used before, at the height of it, with one slip each.
    device = b"d" * 16
    for account in list(passed)[:20]:
        assert guess(account, "203.0.113.0/24", device=device, stored=password_hash)
        assert guess(account, "203.0.113.0/24", device=device, stored=password_hash, password=PASSWORD)


def test_an_account_is_guessed_at_no_more_than_ten_times_in_any_hour(guess, clock, db_session):
    times = []
    for second in range(2 * 3600 // 20):
        if guess("+84912345678", f"198.51.{second % 250}.0/24"):
            times.append(clock.now())
        clock.move(timedelta(seconds=20))

    hour = timedelta(hours=1)
    assert max(sum(at <= each < at + hour for each in times) for at in times) <= 10
    assert len(times) == 14  # five at once, then one every twelve minutes


def test_one_network_gets_fifty_and_then_one_every_36_seconds(guess, clock, db_session):
    passed = sum(guess(f"+8491{number:07d}", "198.51.100.0/24") for number in range(200))

    assert passed == PREFIX_SIZE
    clock.move(timedelta(seconds=35))
    assert not guess("+84912345678", "198.51.100.0/24")
    clock.move(timedelta(seconds=1))
    assert guess("+84912345678", "198.51.100.0/24")
    assert guess("+84912345678", "198.51.101.0/24")


def test_a_refused_guess_takes_nothing_from_other_buckets(guess, clock, db_session):
    for _ in range(ACCOUNT_SIZE):
        guess("+84912345678", "198.51.100.0/24")
    before = {(each.name, each.who): each.full_at_ms for each in buckets()}

    for _ in range(100):
        assert not guess("+84912345678", "198.51.100.0/24")

    assert {(each.name, each.who): each.full_at_ms for each in buckets()} == before


def test_right_passwords_do_not_count(guess, clock, db_session, password_hash):
    for _ in range(100):
        assert guess("+84912345678", "198.51.100.0/24", stored=password_hash, password=PASSWORD)


def test_a_browser_of_the_owner_has_an_end_too(guess, clock, db_session):
    passed = sum(guess("+84912345678", "x", device=b"d" * 16) for _ in range(50))

    assert passed == DEVICE_SIZE
    clock.move(timedelta(minutes=3))
    assert guess("+84912345678", "x", device=b"d" * 16)


def test_strangers_are_told_to_wait_and_the_owner_signs_in(lan, visitor, new_visitor, clock):
    visitor.send("/sign-in", RIGHT)
    visitor.send("/sign-out")
    before = hasher.computed
    stranger = new_visitor("198.51.100.9")
    statuses = [stranger.send("/sign-in", WRONG).status_code for _ in range(8)]
    refused = stranger.send("/sign-in", RIGHT)

    assert statuses == [422] * 5 + [429] * 3
    assert hasher.computed - before == 5
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "720"
    assert "sau 12 phút, hoặc nhận mã" in refused.text
    assert visitor.send("/sign-in", RIGHT).status_code == 303
    assert not stranger.is_signed_in()


def test_an_owner_on_a_new_telephone_gets_in_by_code_meanwhile(lan, new_visitor, last_code):
    stranger = new_visitor("198.51.100.9")
    for _ in range(8):
        stranger.send("/sign-in", WRONG)
    owner = new_visitor()
    assert owner.send("/sign-in", RIGHT).status_code == 429

    owner.send("/sign-in", {"contact": "0912345678", "action": "code"})
    answer = owner.send("/sign-in/code", {"code": last_code()})

    assert answer.headers["Location"] == "/account"
    assert owner.is_signed_in()


def test_unknown_accounts_are_throttled_like_known_ones(lan, new_visitor):
    pages = []
    for number in ("0912345678", "0987654321"):
        stranger = new_visitor("198.51.100.9" if number == "0912345678" else "198.51.101.9")
        answers = [stranger.send("/sign-in", WRONG | {"contact": number}) for _ in range(7)]
        texts = [re.sub(r'name="csrf_token" value="[^"]+"', "", each.text) for each in answers]
        pages.append(
            [(each.status_code, text.replace(number, "")) for each, text in zip(answers, texts, strict=True)]
        )

    assert pages[0] == pages[1]


def test_a_device_cookie_of_another_account_or_made_by_oneself_helps_nobody(lan, new_visitor, password_hash):
    make_user(phone="+84987654321", password_hash=password_hash)
    thief = new_visitor("198.51.100.9")
    thief.send("/sign-in", RIGHT | {"contact": "0987654321"})
    thief.send("/sign-out")
    assert thief.cookie("device")

    statuses = [thief.send("/sign-in", WRONG).status_code for _ in range(7)]
    thief.client.set_cookie("device", thief.cookie("device")[:-3] + "xyz")
    statuses.append(thief.send("/sign-in", WRONG).status_code)

    assert statuses == [422] * 5 + [429] * 3


def test_buckets_name_nobody_and_are_forgotten_when_full(guess, clock, db_session):
    guess("+84912345678", "203.0.113.0/24")

    told = [f"{each.name} {each.who!r}" for each in buckets()]
    assert len(told) == 3
    assert not any("912345678" in each or "203.0.113" in each for each in told)
    clock.move(timedelta(minutes=12))
    with transaction():
        sweep_buckets(now=clock.now())
    assert buckets() == []


def test_of_draws_at_once_no_more_than_the_bucket_holds_are_taken(app, settings, clock, db_session):
    from concurrent.futures import ThreadPoolExecutor

    draw = Draw("test", b"w" * 16, 5, timedelta(minutes=1))
    now = clock.now()

    def take(_number):
        with app.app_context():
            try:
                with transaction():
                    return draw_all([draw], now=now) is None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(take, range(50)))

    assert sum(taken) == 5


def test_the_wait_is_told_to_the_second(db_session, clock):
    draw = Draw("test", b"w" * 16, 1, timedelta(minutes=1))

    with transaction():
        assert draw_all([draw], now=clock.now()) is None
        clock.move(timedelta(seconds=15))
        assert draw_all([draw], now=clock.now()) == timedelta(seconds=45)
        clock.move(timedelta(seconds=45))
        assert draw_all([draw], now=clock.now()) is None
    assert db.session.scalars(select(User)).all() == []
