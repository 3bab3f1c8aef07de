"""One-time codes: one browser, one use, ten minutes, five tries however many come at once; limits on sending."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.contacts import find_contact
from accounts.errors import StepGoneError, TooManyCodesError
from accounts.models import Challenge
from accounts.models.sign_in import Purpose
from accounts.operations.codes import CodeRequest, Outcome, answer_code, ask_code, sweep_challenges, use_step
from core.db import db, transaction
from core.jobs.worker import Worker
from core.messages.gateways import GatewayError
from core.messages.models import Channel, Message
from tests.people import make_user

PHONE = "+84912345678"


@pytest.fixture
def ask(settings, clock, db_session):
    """Asks for a code for PHONE, or another number: its handle."""

    def once(
        number="0912345678", *, network="203.0.113.0/24", channel=Channel.SMS, paid_per_day=2_000, **more
    ):
        facts = {
            "contact": find_contact(number),
            "purpose": Purpose.SIGN_IN,
            "channel": channel,
            "language": "vi",
            "address_prefix": network,
            "paid_per_day": paid_per_day,
        }
        asked = CodeRequest(**(facts | more))
        with transaction():
            return ask_code(asked, settings.keys, now=clock.now())

    return once


@pytest.fixture
def answer(settings, clock):
    def once(handle, code, purpose=Purpose.SIGN_IN):
        with transaction():
            return answer_code(handle, purpose, code, settings.keys, now=clock.now())

    return once


def only_challenge():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Challenge).order_by(Challenge.id.desc())).first()


def wrong_for(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_opens_once(ask, answer, last_code, clock):
    handle = ask()
    code = last_code()

    assert answer(handle, f" {code[:3]} {code[3:]} ") is Outcome.RIGHT
    assert answer(handle, code) is Outcome.GONE
    with transaction():
        use_step(handle, Purpose.SIGN_IN, now=clock.now())
    with pytest.raises(StepGoneError), transaction():
        use_step(handle, Purpose.SIGN_IN, now=clock.now())


def test_a_code_holds_for_ten_minutes(ask, answer, last_code, clock):
    handle = ask()
    code = last_code()

    clock.move(timedelta(minutes=10))

    assert answer(handle, code) is Outcome.GONE
    assert only_challenge().tries == 0


def test_a_code_is_worth_nothing_in_another_browser_or_for_another_purpose(ask, answer, last_code, clock):
    mine = ask()
    code = last_code()
    clock.move(timedelta(minutes=1))
    thiefs = ask()

    assert answer(thiefs, code) is Outcome.WRONG
    assert answer("guessed-handle", code) is Outcome.GONE
    assert answer(mine, code, Purpose.RESET) is Outcome.GONE
    assert answer(mine, code) is Outcome.RIGHT


def test_the_sixth_answer_is_not_looked_at_even_if_it_is_right(ask, answer, last_code):
    handle = ask()
    code = last_code()

    assert [answer(handle, wrong_for(code)) for _ in range(5)] == [Outcome.WRONG] * 5

    assert answer(handle, code) is Outcome.GONE
    assert only_challenge().tries == 5


@pytest.mark.parametrize("includes_right", [False, True])
def test_of_fifty_answers_at_once_five_at_most_are_looked_at(
    app, ask, settings, clock, last_code, includes_right
):
    handle, now = ask(), clock.now()
    code = last_code()
    guesses = [f"{(int(code) + shift) % 10**6:06d}" for shift in range(1, 51)]
    if includes_right:
        guesses = [code] * 50

    def guess(typed):
        with app.app_context():
            try:
                with transaction():
                    return answer_code(handle, Purpose.SIGN_IN, typed, settings.keys, now=now)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(25) as pool:
        outcomes = list(pool.map(guess, guesses))

    if includes_right:
        assert (outcomes.count(Outcome.RIGHT), outcomes.count(Outcome.GONE)) == (1, 49)
    else:
        assert (outcomes.count(Outcome.WRONG), outcomes.count(Outcome.GONE)) == (5, 45)
        assert only_challenge().tries == 5


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "'; --", "\x00" * 6, "9" * 1000])
def test_hostile_answers_are_wrong_answers(ask, answer, last_code, typed):
    handle = ask()
    last_code()

    assert answer(handle, typed) is Outcome.WRONG


def test_neither_code_nor_number_can_be_read_from_the_table(ask, last_code):
    handle = ask()
    code = last_code()

    row = only_challenge()
    told = f"{row.handle_hash} {row.code_hash!r} {row.contact_key!r}"
    assert handle not in told
    assert code not in told
    assert "912345678" not in told
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.recipient, message.body, message.values) == ("sent", None, None, None)


def test_the_number_is_wiped_when_the_code_has_ended_and_the_row_after_two_days(ask, clock):
    ask()
    clock.move(timedelta(minutes=11))
    with transaction():
        sweep_challenges(now=clock.now())
    assert (only_challenge().contact, only_challenge().code_hash) == (None, None)

    clock.move(timedelta(days=2))
    with transaction():
        sweep_challenges(now=clock.now())
    assert only_challenge() is None


def sent(ask, *numbers, **options):
    count = 0
    for number in numbers:
        try:
            ask(number, **options)
        except TooManyCodesError:
            continue
        count += 1
    return count


def test_a_number_gets_one_code_a_minute_three_in_ten_and_ten_a_day(ask, clock):
    times = []
    for _ in range(24 * 60 * 2):
        if sent(ask, "0912345678"):
            times.append(clock.now())
        clock.move(timedelta(seconds=30))

    def most(window):
        return max(sum(at <= each < at + window for each in times) for at in times)

    assert most(timedelta(minutes=1)) == 1
    assert most(timedelta(minutes=10)) == 3
    assert len(times) == 10


def test_the_wait_is_told(ask, clock):
    ask()
    clock.move(timedelta(seconds=20))

    with pytest.raises(TooManyCodesError) as refused:
        ask("+84 912 345 678")

    assert (refused.value.reason, refused.value.wait) == ("number", timedelta(seconds=40))


def test_pumping_codes_to_many_numbers_ends_at_the_network_and_at_the_cap_of_the_day(ask, clock):
    numbers = [f"09123{number:05d}" for number in range(10_000, 10_100)]

    assert sent(ask, *numbers, network="198.51.100.0/24") == 30
    assert sent(ask, *numbers[50:], network="198.51.101.0/24", paid_per_day=45) == 6
    with pytest.raises(TooManyCodesError) as refused:
        ask("0987654321", network="198.51.102.0/24", paid_per_day=45)
    assert refused.value.reason == "all"
    # A fifth is kept for those who are known to own the number.
    known = [f"09876{number:05d}" for number in range(20)]
    assert sum(sent(ask, each, paid_per_day=45, known_as=each) for each in known) == 9
    # E-mail costs nothing and goes on.
    assert sent(ask, "lan@example.vn", network="198.51.102.0/24", paid_per_day=45, channel=Channel.EMAIL) == 1
    clock.move(timedelta(days=1))
    assert sent(ask, "0987654321", network="198.51.102.0/24", paid_per_day=45) == 1


@pytest.mark.parametrize(
    "asker",
    [
        {"known_as": "user:7"},
        {"purpose": Purpose.HELP, "user_id": 7},  # an officer who asks for an owner's agreement
    ],
)
def test_strangers_cannot_keep_codes_from_who_is_known(ask, clock, asker):
    for _ in range(10):
        ask(network="198.51.100.0/24")
        clock.move(timedelta(minutes=10))
    numbers = [f"09123{number:05d}" for number in range(30)]
    sent(ask, *numbers)  # and the network is used up too
    if asker.get("purpose"):
        asker["user_id"] = make_user().id

    own = []
    for _ in range(8):
        own.append(sent(ask, "0912345678", **asker))
        own.append(sent(ask, "0912345678", **asker))  # at once: refused as everybody is
        clock.move(timedelta(minutes=1))

    assert own[::2] == [1] * 5 + [0] * 3
    assert own[1::2] == [0] * 8
    assert sent(ask, "0912345678", network="192.0.2.0/24") == 0
    assert sent(ask, "0912345678", network="192.0.2.0/24", known_as="user:8") == 1


def test_a_browser_that_is_known_and_who_is_signed_in_get_codes_whatever_strangers_do(
    visitor, new_visitor, last_code, clock, db_session
):
    user_id = make_user(phone=PHONE).id
    wants = {"contact": "0912345678", "action": "code"}
    visitor.send("/sign-in", wants)
    visitor.send("/sign-in/code", {"code": last_code()})
    thief = new_visitor("198.51.100.9")
    clock.move(timedelta(minutes=11))
    answers = []
    for _ in range(4):
        answers.append(thief.send("/sign-in", wants).status_code)
        clock.move(timedelta(minutes=1))

    confirmed = visitor.send("/sign-in/confirm", {"action": "message"})
    code = last_code()
    right = visitor.send("/sign-in/code", {"code": code})
    visitor.send("/sign-out")
    clock.move(timedelta(minutes=1))
    known = visitor.send("/sign-in", wants)

    assert answers == [303, 303, 303, 429]
    assert (confirmed.headers["Location"], right.status_code) == ("/sign-in/code", 303)
    assert known.headers["Location"] == "/sign-in/code"
    assert new_visitor().send("/sign-in", wants).status_code == 429
    assert db.session.scalar(select(Challenge.user_id).where(Challenge.purpose == "confirm")) == user_id


def test_whoever_adds_a_number_is_a_stranger_to_it(visitor, new_visitor, clock, last_code, db_session):
    make_user(phone="+84987654321")
    visitor.send("/sign-in", {"contact": "0987654321", "action": "code"})
    visitor.send("/sign-in/code", {"code": last_code()})
    clock.move(timedelta(minutes=1))
    answers = []
    for _ in range(4):
        answer = visitor.send("/account/security/contacts/phone", {"contact": "0912345678"})
        answers.append(answer.status_code)
        clock.move(timedelta(minutes=1))

    assert answers == [303, 303, 303, 429]


def test_what_is_refused_is_not_sent_and_not_written_down(ask, gateway):
    ask()
    with pytest.raises(TooManyCodesError):
        ask()

    Worker().run_until_empty()

    assert len(gateway.taken) == 1
    assert len(db.session.scalars(select(Challenge)).all()) == 1


def test_a_code_typed_wrongly_says_how_many_tries_are_left(visitor, last_code, db_session):
    visitor.send("/sign-up", {"contact": "0912345678"})
    code = last_code()

    pages = [visitor.send("/sign-in/code", {"code": wrong_for(code)}) for _ in range(5)]
    right = visitor.send("/sign-in/code", {"code": code})

    assert [each.status_code for each in pages] == [422] * 5
    assert ["còn 4 lần" in pages[0].text, "còn 1 lần" in pages[3].text] == [True, True]
    assert "không còn hiệu lực" in pages[4].text
    assert right.status_code == 422
    assert visitor.get("/sign-up/account").headers["Location"] == "/sign-up"


def test_another_browser_cannot_use_the_code_that_was_overheard(visitor, new_visitor, last_code, db_session):
    make_user(phone=PHONE)
    visitor.send("/sign-in", {"contact": "0912345678", "action": "code"})
    code = last_code()
    thief = new_visitor("198.51.100.9")

    answer = thief.send("/sign-in/code", {"code": code}, page="/sign-in")

    assert answer.headers["Location"] == "/sign-in"
    assert not thief.is_signed_in()
    assert visitor.send("/sign-in/code", {"code": code}).headers["Location"] == "/account"


def test_a_gateway_that_fails_breaks_no_page_and_another_way_is_offered(
    make_app, settings, db_session, gateway, clock
):
    from dataclasses import replace

    from core.message_settings import Way
    from tests.accounts.conftest import Visitor

    both = replace(settings, messages=replace(settings.messages, zalo_gateway=Way.FILE))
    visitor = Visitor(make_app(both).test_client())
    gateway.failures = [GatewayError("away")]

    asked = visitor.send("/sign-up", {"contact": "0912345678"})
    Worker().run_until_empty()
    page = visitor.get("/sign-in/code")

    assert asked.status_code == 303
    assert page.status_code == 200
    assert "Chưa gửi được tin nhắn" in page.text
    assert "Gửi qua Zalo" in page.text
    clock.move(timedelta(minutes=1))
    again = visitor.send("/sign-in/code/messages", {"channel": "zalo"}, page="/sign-in/code")
    assert again.headers["Location"] == "/sign-in/code"
    Worker().run_until_empty()
    assert [letter.channel for letter in gateway.taken] == [
        "sms",
        "zalo",
    ]  # the first try came through after all
    old, new = (letter.values["otp"] for letter in gateway.taken)
    if old != new:
        assert visitor.send("/sign-in/code", {"code": old}).status_code == 422
    assert visitor.send("/sign-in/code", {"code": new}).headers["Location"] == "/sign-up/account"


def test_where_no_message_can_be_sent_the_page_says_so(make_app, settings, db_session):
    from dataclasses import replace

    from core.message_settings import Way
    from tests.accounts.conftest import Visitor

    off = replace(settings, messages=replace(settings.messages, sms_gateway=Way.OFF, email_gateway=Way.OFF))
    visitor = Visitor(make_app(off).test_client())

    for path, form in (
        ("/sign-up", {"contact": "0912345678"}),
        ("/sign-in", {"contact": "a@b.vn", "action": "code"}),
        ("/sign-in/forgotten", {"contact": "0912345678"}),
    ):
        answer = visitor.send(path, form)
        assert answer.status_code == 503
        assert "chưa gửi được mã bằng cách này" in answer.text


def test_the_second_code_within_a_minute_is_refused_in_words(visitor, gateway, db_session):
    visitor.send("/sign-up", {"contact": "0912345678"})
    again = visitor.send("/sign-in/code/messages", {"channel": "sms"}, page="/sign-in/code")

    assert (again.status_code, again.headers["Retry-After"]) == (429, "60")
    assert "Bạn thử lại sau 1 phút" in again.text
