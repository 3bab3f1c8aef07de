"""People from the command line."""

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEvent, RoleGrant, User
from accounts.operations.passwords import is_password_right
from core import clock as present
from core.config import Environment
from core.db import db
from tests.accounts.conftest import PASSWORD, Visitor, app_code, fresh, with_app
from tests.people import make_user


@pytest.fixture
def run(runner, db_session):
    def invoke(*words, typed=None):
        db.session.rollback()
        answer = runner.invoke(args=["accounts", *words], input=typed)
        db.session.rollback()
        db.session.expire_all()
        return answer

    return invoke


def held():
    return [
        (each.user_id, each.role, each.level, each.province_code)
        for each in db.session.scalars(
            select(RoleGrant).where(RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id)
        )
    ]


def test_the_first_administrator_gets_a_password_told_once(run, app):
    answer = run(
        "create-admin", "--email", "Admin@Cho.vn", "--phone", "0912 345 678", "--name", "Trần Quản Trị"
    )

    assert answer.exit_code == 0
    password = re.search(r"told this once: ([a-z-]+)", answer.output)[1]
    [user] = db.session.scalars(select(User)).all()
    assert (user.email, user.phone, user.name) == ("admin@cho.vn", "+84912345678", "Trần Quản Trị")
    assert is_password_right(user.password_hash, password)
    assert held() == [(user.id, "administrator", None, None)]
    events = db.session.scalars(select(AuditEvent)).all()
    assert [(each.verb, each.actor_id, each.subject) for each in events] == [
        ("accounts.grant_role", None, f"user:{user.id}")
    ]
    visitor = Visitor(app.test_client())
    visitor.send("/sign-in", {"contact": "admin@cho.vn", "password": password, "action": "password"})
    assert visitor.get("/account").headers["Location"].startswith("/sign-in/second-factor")


def test_the_password_may_be_typed(run):
    answer = run(
        "create-admin",
        "--phone",
        "0912345678",
        "--name",
        "An",
        "--ask-password",
        typed=f"{PASSWORD}\n{PASSWORD}\n",
    )

    assert answer.exit_code == 0
    assert PASSWORD not in answer.output
    assert is_password_right(fresh(1).password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (["--name", "An"], None, 2),
        (["--name", "An", "--phone", "0912"], None, 2),
        (["--name", "An", "--phone", "an@cho.vn"], None, 2),
        (["--name", "An", "--email", "an@cho.vn", "--ask-password"], "matkhau1\nmatkhau1\n", 1),
    ],
)
def test_a_wrong_administrator_is_refused_and_nothing_made(run, words, typed, code):
    answer = run("create-admin", *words, typed=typed)

    assert answer.exit_code == code
    assert db.session.scalars(select(User)).all() == []


def test_a_number_that_is_taken_is_refused(run):
    make_user(phone="+84912345678")

    answer = run("create-admin", "--name", "An", "--phone", "0912345678")

    assert (answer.exit_code, held()) == (1, [])
    assert "Another account has this number" in answer.output


def test_roles_are_given_and_ended_in_the_name_of_an_administrator(run):
    run("create-admin", "--name", "An", "--email", "an@cho.vn")
    officer_id = make_user(phone="+84912345678").id

    given = run(
        "grant", "0912345678", "officer", "--level", "province", "--province", "86",
        "--reason", "QĐ 12/QĐ-SNN", "--by", "an@cho.vn",
    )  # fmt: skip
    assert given.output == "Role 2 was given.\n"
    assert held()[1:] == [(officer_id, "officer", "province", "86")]
    assert "officer province 86" in run("grants").output

    ended = run("end-grant", "2", "--reason", "chuyển công tác", "--by", "an@cho.vn")
    assert ended.output == "Role 2 has ended.\n"
    assert len(held()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["grant", "0900000000", "organiser", "--reason", "x", "--by", "an@cho.vn"], "No account has"),
        (["grant", "0912345678", "organiser", "--reason", "x", "--by", "0912345678"], "is no administrator"),
        (["grant", "0912345678", "officer", "--reason", "x", "--by", "an@cho.vn"], "unknown_area"),
        (["grant", "an@cho.vn", "organiser", "--reason", "x", "--by", "an@cho.vn"], "to_oneself"),
        (["end-grant", "1", "--reason", "x", "--by", "an@cho.vn"], "to_oneself"),
        (["end-grant", "99", "--reason", "x", "--by", "an@cho.vn"], "No role has the number 99"),
    ],
)
def test_what_cannot_be_given_changes_nothing(run, words, told):
    run("create-admin", "--name", "An", "--email", "an@cho.vn")
    make_user(phone="+84912345678")
    before = held()

    answer = run(*words)

    assert answer.exit_code == 1
    assert told in answer.output
    assert held() == before


def test_codes_of_the_demonstration_are_shown_and_of_nobody_else(run, settings, clock):
    with_app(make_user(phone="+84912345678", is_demonstration=True), settings)
    with_app(make_user(phone="+84987654321"), settings)

    shown, refused = run("code", "0912345678"), run("code", "0987654321")

    assert shown.output == f"{app_code()}\n"
    assert refused.exit_code == 1
    clock.move(timedelta(seconds=30))
    assert run("code", "0912345678").output == f"{app_code()}\n"


def test_codes_are_never_shown_in_production(run, app, settings):
    with_app(make_user(phone="+84912345678", is_demonstration=True), settings)
    app.extensions["settings"] = dataclasses.replace(settings, ocop_env=Environment.PRODUCTION)

    answer = run("code", "0912345678")

    assert answer.exit_code == 1
    assert app_code() not in answer.output


def test_a_number_that_is_somebody_elses_is_released(run):
    run("create-admin", "--name", "An", "--email", "an@cho.vn")
    known = {"email": "lan@example.vn", "email_verified_at": present.now()}
    first = make_user(phone="+84912345678", **known).id
    second = make_user(phone="+84987654321").id
    why = ("--reason", "SIM mới", "--by", "an@cho.vn")

    freed, later = run("release-contact", "0912345678", *why), run("release-contact", "0987654321", *why)
    refused = run("release-contact", "an@cho.vn", *why)

    assert freed.output == f"0912345678 was taken off account {first} and is free.\n"
    assert f"account {second}: it is erased on 25.11.2026 10:00" in later.output
    assert (refused.exit_code, fresh(1).email) == (1, "an@cho.vn")
