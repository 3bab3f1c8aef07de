"""Signing up: a code proves the contact, nothing is agreed to by default, no account gives itself away."""

import re

from sqlalchemy import func, select

from accounts.models import Session, User
from accounts.models.personal import ConsentAct
from core.db import db
from tests.accounts.conftest import PASSWORD, fresh
from tests.people import make_user


def people() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(User.id))) or 0


def consents() -> list[tuple[str, bool]]:
    db.session.rollback()
    return [
        (each.purpose, each.is_given)
        for each in db.session.scalars(select(ConsentAct).order_by(ConsentAct.id))
    ]


def prove(visitor, last_code, contact="0912 345 678"):
    asked = visitor.send("/sign-up", {"contact": contact})
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/code")
    return visitor.send("/sign-in/code", {"code": last_code()})


def test_a_household_signs_up_by_telephone(visitor, gateway, last_code):
    proved = prove(visitor, last_code)
    assert proved.headers["Location"] == "/sign-up/account"
    assert people() == 0

    made = visitor.send("/sign-up/account", {"name": "Nguyễn Thị Lan", "terms": "1"})

    assert (made.status_code, made.headers["Location"]) == (303, "/account")
    [user] = db.session.scalars(select(User)).all()
    assert (user.name, user.phone, user.email, user.password_hash) == (
        "Nguyễn Thị Lan",
        "+84912345678",
        None,
        None,
    )
    assert user.phone_verified_at is not None
    assert visitor.is_signed_in()
    assert consents() == [("terms", True)]
    assert [(letter.channel, letter.to) for letter in gateway.taken] == [("sms", "+84912345678")]


def test_by_email_with_a_password_and_a_wish_for_news(visitor, last_code):
    prove(visitor, last_code, "Lan@Example.VN")

    form = {"name": "Lan", "password": PASSWORD, "terms": "1", "marketing": "1"}
    visitor.send("/sign-up/account", form)

    [user] = db.session.scalars(select(User)).all()
    assert (user.email, user.phone, user.language) == ("lan@example.vn", None, "vi")
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert consents() == [("terms", True), ("marketing", True)]


def test_whoever_signs_up_under_en_is_written_to_in_english(visitor, gateway, last_code):
    visitor.send("/en/sign-up", {"contact": "0912345678"})
    visitor.send("/en/sign-in/code", {"code": last_code()})
    made = visitor.send("/en/sign-up/account", {"name": "Lan", "terms": "1"})

    assert made.headers["Location"] == "/en/account"
    assert db.session.scalars(select(User.language)).all() == ["en"]
    assert "is your code for Chợ OCOP" in gateway.taken[0].text


def test_no_box_is_ticked_beforehand_and_without_the_needed_one_nothing_is_made(visitor, last_code):
    prove(visitor, last_code)

    shown = visitor.get("/sign-up/account").text
    answer = visitor.send("/sign-up/account", {"name": "Lan", "marketing": "1"})

    assert shown.count('type="checkbox"') == 2
    assert " checked" not in shown
    assert answer.status_code == 422
    assert 'id="terms-wrong"' in answer.text
    assert (people(), consents()) == (0, [])


def test_a_weak_password_comes_back_with_everything_else_kept(visitor, last_code):
    prove(visitor, last_code)

    answer = visitor.send(
        "/sign-up/account", {"name": "Lan", "password": "matkhau123", "terms": "1", "marketing": "1"}
    )

    assert answer.status_code == 422
    assert "<title>Lỗi: " in answer.text
    assert 'value="Lan"' in answer.text
    assert answer.text.count(" checked") == 2
    assert "matkhau123" not in answer.text
    assert people() == 0


def test_sending_the_last_form_twice_makes_one_account(visitor, last_code):
    prove(visitor, last_code)
    page = visitor.get("/sign-up/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    form = {"csrf_token": token, "name": "Lan", "terms": "1"}
    step = visitor.client.get_cookie("session").value

    visitor.client.post("/sign-up/account", data=form)
    visitor.client.set_cookie("session", step)
    again = visitor.client.post("/sign-up/account", data=form)

    assert again.headers["Location"] in {"/sign-in", "/sign-up"}
    assert people() == 1


def test_a_number_that_has_an_account_signs_in_to_it(visitor, last_code):
    user_id = make_user(phone="+84912345678").id

    answer = prove(visitor, last_code)

    assert answer.headers["Location"] == "/account"
    assert people() == 1
    assert db.session.scalars(select(Session.user_id)).all() == [user_id]


def test_the_page_of_the_name_opens_only_for_what_was_proved(visitor, last_code):
    assert visitor.get("/sign-up/account").headers["Location"] == "/sign-up"

    visitor.send("/sign-up", {"contact": "0912345678"})

    assert visitor.get("/sign-up/account").headers["Location"] == "/sign-up"
    answer = visitor.send("/sign-up/account", {"name": "Lan", "terms": "1"}, page="/sign-up")
    assert answer.headers["Location"] == "/sign-up"
    assert people() == 0


def test_known_and_unknown_numbers_get_the_same_answer(new_visitor, gateway):
    make_user(phone="+84912345678")
    answers = []
    for number in ("0912345678", "0912345679"):
        visitor = new_visitor()
        sent = visitor.send("/sign-up", {"contact": number})
        shown = visitor.get("/sign-in/code")
        answers.append((sent.status_code, sent.headers["Location"], blank(shown.text)))

    assert answers[0] == answers[1]


def blank(page: str) -> str:
    """A page without what differs by chance: its tokens, and the end of the number that was typed."""
    return re.sub(r"•••• \d+", "", re.sub(r'name="csrf_token" value="[^"]+"', "", page))


def test_a_code_by_telephone_goes_to_mobile_numbers_of_vietnam_only(visitor, gateway):
    for number in (
        "+1 202 555 0143",
        "024 3825 1234",
        "+84 24 3825 1234",
        "1900 1234",
        "0912",
        "lan@",
        "@x.vn",
    ):
        answer = visitor.send("/sign-up", {"contact": number})
        assert answer.status_code == 422, number
        assert 'id="contact-wrong"' in answer.text

    assert gateway.tries == 0


def test_names_are_cleaned(visitor, last_code):
    prove(visitor, last_code)

    visitor.send("/sign-up/account", {"name": "  <b>Lan</b>\u202e \u200b Ng\r\n ", "terms": "1"})

    [user] = db.session.scalars(select(User)).all()
    assert fresh(user.id).name == "<b>Lan</b> Ng"
