"""Where a producer's money goes: who may say so, the wait, and stopping a thief."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.errors import NotYoursError
from accounts.models import User
from accounts.models.sign_in import SecondFactor
from catalog.models import Producer
from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from core.keys import KeyRing
from core.messages.models import Message
from core.payment_settings import PaymentMode
from orders import payment_terms
from orders.models.bank import ReceivingAccount
from settlement.errors import (
    FactorNeededError,
    InvalidAccountError,
    NamingWaitsError,
    PayoutNotFoundError,
)
from settlement.models.payouts import BankAccount
from settlement.operations.accounts import (
    AccountFacts,
    add_account,
    number_of,
    stop_account,
    use_account,
)
from settlement.queries.due import find_account
from tests.factories import make_producer, saved
from tests.people import actor, browser_of, make_administrator, make_member, make_officer
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.usefixtures("db_session")
KEYS = KeyRing(("k" * 32,))
FACTS = AccountFacts("970405", "3100 205 123456", "Chủ Hộ Thử")


def make_account(producer: Producer, **facts: Any) -> BankAccount:
    owner = make_member(producer)
    values = {
        "producer_id": producer.id,
        "bank_bin": "970405",
        "bank_name": "Agribank",
        "number_sealed": b"sealed",
        "number_end": "3456",
        "holder_name": "HTX DUA",
        "added_by_id": owner.id,
        "added_at": clock.now() - timedelta(days=9),
        "usable_from_at": clock.now() - timedelta(days=6),
    }
    return saved(BankAccount(**(values | facts)))


def enrol(user: User, ago: timedelta = timedelta(days=3)) -> None:
    at = clock.now() - ago
    saved(SecondFactor(user_id=user.id, sealed_secret=b"x", created_at=at, confirmed_at=at))


def names(producer: Producer, owner: User) -> object:
    """What becomes of naming an account now: None, or from when on it may be."""
    try:
        with transaction():
            add_account(producer, FACTS, KEYS, by=actor(owner), now=clock.now())
    except NamingWaitsError as refused:
        return refused.until
    return None


def things_kept() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(each)) or 0 for each in (BankAccount, Message)]


def test_another_account_waits_three_days_and_every_owner_is_told_by_every_way_known(clock: FrozenClock):
    from core.clock import now

    producer = make_producer()
    owner = make_member(producer)
    second = make_member(producer, email="mai@example.vn", email_verified_at=now())
    make_member(producer, "editor", email="tho@example.vn", email_verified_at=now())
    enrol(owner)
    former = make_account(producer, added_by_id=owner.id)

    with transaction():
        account = add_account(producer, FACTS, KEYS, by=actor(owner), now=now())

    assert (account.bank_name, account.number_end, account.holder_name) == (
        "Agribank",
        "3456",
        "CHU HO THU",
    )
    assert number_of(account, KEYS) == "3100205123456"
    assert b"3100205123456" not in account.number_sealed
    told = db.session.scalars(select(Message.recipient)).all()
    assert {owner.phone, second.phone, second.email} <= set(told)
    assert len(told) == 4  # the owner of `make_account` is one more
    still = find_account(producer.id, now())
    clock.move(timedelta(hours=72))
    later = find_account(producer.id, now())
    assert still
    assert later
    assert (still.id, later.id) == (former.id, account.id)
    assert db.session.scalar(select(Job.run_after_at).where(Job.name == "settlement.use_account")) == now()


def test_only_an_owner_with_a_second_factor_names_an_account():
    producer = make_producer()
    owner, editor, stranger = (
        make_member(producer),
        make_member(producer, "editor"),
        make_member(make_producer()),
    )
    enrol(editor)
    enrol(stranger)
    wanted = [
        (owner, FactorNeededError),
        (editor, NotYoursError),
        (stranger, NotYoursError),
        (make_officer(), NotYoursError),
        (make_administrator(), NotYoursError),
    ]

    for person, error in wanted:
        by = actor(person)
        with pytest.raises(error), transaction():
            add_account(producer, FACTS, KEYS, by=by, now=clock.now())
    assisting = actor(owner)
    teams = tuple(dataclasses.replace(team, is_assisting=True) for team in assisting.teams)
    with pytest.raises(NotYoursError), transaction():
        add_account(producer, FACTS, KEYS, by=dataclasses.replace(assisting, teams=teams), now=clock.now())

    assert db.session.scalar(select(func.count()).select_from(BankAccount)) == 0
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("has_password", "changed_ago", "has_former", "waits"),
    [
        (False, DAY, False, True),  # signs in by code: so might a thief
        (True, 5 * DAY, False, False),  # a new producer: the first app and the first account on one day
        (True, 5 * DAY, True, True),  # another account, by an app of today
        (True, HOUR, False, True),  # a password that a code by message may have set
    ],
)
def test_an_app_that_a_message_could_have_set_up_waits_three_days(
    clock: FrozenClock, has_password, changed_ago, has_former, waits
):
    producer, now = make_producer(), clock.now()
    facts = {"password_hash": "hash", "password_changed_at": now - changed_ago} if has_password else {}
    owner = make_member(producer, created_at=now - 30 * DAY, **facts)
    if has_former:
        make_account(producer, added_by_id=owner.id)
    enrol(owner, ago=HOUR)
    before = things_kept()

    until = names(producer, owner)

    assert until == (now + 71 * HOUR if waits else None)
    assert (things_kept() == before) is waits
    clock.move(71 * HOUR)
    assert names(producer, owner) is None


def test_a_password_chosen_with_the_account_counts_from_the_first_day(clock: FrozenClock):
    producer, now = make_producer(), clock.now()
    owner = make_member(producer, created_at=now, password_hash="hash", password_changed_at=now)
    enrol(owner, ago=timedelta(0))

    assert names(producer, owner) is None


def test_an_owner_who_joined_others_waits_too(clock: FrozenClock):
    producer, now = make_producer(), clock.now()
    first, joined = make_member(producer), make_member(producer)
    for owner in (first, joined):
        enrol(owner, ago=30 * DAY)
    before = things_kept()

    until = names(producer, joined)

    assert (until, things_kept()) == (now + 3 * DAY, before)
    assert names(producer, first) is None


def test_the_page_tells_from_when_on_an_account_may_be_named(app, clock: FrozenClock):
    producer = make_producer()
    owner = make_member(producer)
    enrol(owner, ago=timedelta(0))
    app.config["WTF_CSRF_ENABLED"] = False
    browser = browser_of(app, owner)
    path = f"/en/workspace/{producer.id}/money/accounts"
    told = "you can name an account from"

    page = browser.get(path).text
    refused = browser.post(path, data={"bank_bin": "970405", "number": "123456", "holder_name": "HOA"})
    clock.move(timedelta(hours=72))
    unproved = browser.get(path).text
    later = browser_of(app, owner).get(path).text

    assert 'name="number"' not in unproved
    assert f'href="/en/sign-in/confirm?next={path}"' in unproved  # before anything is typed
    assert (told in page, told in later) == (True, False)
    assert ('name="number"' in page, 'name="number"' in later) == (False, True)
    assert (refused.status_code, refused.text.count(told)) == (409, 2)
    assert things_kept() == [0, 0]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (AccountFacts("123456", "12345678", "HOA"), "bank_bin"),
        (AccountFacts("970405", "12", "HOA"), "number"),
        (AccountFacts("970405", "1234'; --", "HOA"), "number"),
        (AccountFacts("970405", "12345678", "=cmd|' /C calc'!A0"), "holder_name"),
        (AccountFacts("970405", "12345678", ""), "holder_name"),
    ],
)
def test_what_is_no_account_is_refused(facts, field):
    producer = make_producer()
    owner = make_member(producer)
    enrol(owner)

    with pytest.raises(InvalidAccountError) as refused, transaction():
        add_account(producer, facts, KEYS, by=actor(owner), now=clock.now())

    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(BankAccount)) == 0


def test_where_money_goes_straight_to_producers_buyers_are_shown_the_account_once_it_is_usable(
    monkeypatch, clock: FrozenClock
):
    from core.clock import now

    present = payment_terms.settings()
    changed = dataclasses.replace(present, payment_mode=PaymentMode.PRODUCERS)
    monkeypatch.setattr(payment_terms, "_present", [changed])
    producer = make_producer()
    owner = make_member(producer)
    enrol(owner)
    with transaction():
        account = add_account(producer, FACTS, KEYS, by=actor(owner), now=now())
        use_account(producer.id, KEYS, now=now())
    early = db.session.scalar(select(func.count()).select_from(ReceivingAccount))
    clock.move(timedelta(hours=72))

    for _ in range(2):
        with transaction():
            use_account(producer.id, KEYS, now=now())
    shown = db.session.scalars(select(ReceivingAccount)).one()
    numbers = (shown.account_number, shown.closed_at)
    with transaction():
        stop_account(account.id, producer.id, by=actor(owner), now=now())
        use_account(producer.id, KEYS, now=now())

    assert early == 0
    assert numbers == ("3100205123456", None)
    assert db.session.scalars(select(ReceivingAccount.closed_at)).one() == now()


def test_an_account_of_somebody_else_cannot_be_stopped():
    producer, rival = make_producer(), make_producer()
    account, by = make_account(producer), actor(make_member(rival))

    with pytest.raises(NotYoursError), transaction():
        stop_account(account.id, producer.id, by=by, now=clock.now())
    with pytest.raises(PayoutNotFoundError), transaction():
        stop_account(account.id, rival.id, by=by, now=clock.now())

    assert db.session.scalars(select(BankAccount.stopped_at)).all() == [None]
