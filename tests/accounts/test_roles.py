"""Roles are given with a reason by somebody else, and the house is never without an administrator."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.errors import RoleConflictError, UserNotFoundError
from accounts.models import AuditEvent, RoleGrant, Session
from accounts.operations import roles
from accounts.operations.roles import RoleFacts, end_role, grant_role
from accounts.queries.directory import find_people
from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from tests.people import (
    actor,
    browser_of,
    make_administrator,
    make_officer,
    make_organiser,
    make_user,
)

PROVINCE = RoleFacts("officer", "province", "86")
REASON = "Quyết định phân công 12/QĐ-SNN"


@pytest.fixture
def administrator(db_session):
    return make_administrator()


def grant(by, user, facts=PROVINCE, reason=REASON):
    who = actor(by)
    with transaction():
        return grant_role(user.id, facts, reason=reason, by=who, now=present.now()).id


def end(by, grant_id, reason=REASON):
    who = actor(by)
    with transaction():
        end_role(grant_id, reason=reason, by=who, now=present.now())


def counts():
    found = tuple(
        db.session.scalar(select(func.count()).select_from(kind)) for kind in (RoleGrant, AuditEvent, Message)
    )
    db.session.rollback()
    return found


def test_a_role_is_given_recorded_with_its_reason_and_told(app, administrator):
    second, user = make_administrator(), make_user()
    browser_of(app, user)

    grant(administrator, user)

    assert actor(user).covers("86")
    assert not actor(user).covers("15")
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.verb, event.actor_id, event.subject) == (
        "accounts.grant_role",
        administrator.id,
        f"user:{user.id}",
    )
    assert event.reason == REASON
    assert event.after == {
        "role": "officer",
        "level": "province",
        "province_code": "86",
        "commune_code": None,
    }
    assert {each.recipient for each in db.session.scalars(select(Message))} == {second.phone, user.phone}
    assert db.session.scalars(select(Session)).one().ended_at == present.now()


@pytest.mark.parametrize(
    ("facts", "reason", "refusal"),
    [
        (RoleFacts("officer", "province", "99"), REASON, "unknown_area"),
        (RoleFacts("officer", "province"), REASON, "unknown_area"),
        (RoleFacts("officer", "commune", "86", "24649"), REASON, "unknown_area"),
        (RoleFacts("officer", "commune", "86"), REASON, "unknown_area"),
        (RoleFacts("officer", "district", "86"), REASON, "unknown_area"),
        (RoleFacts("king"), REASON, "unknown_area"),
        (PROVINCE, "  ", "reason_missing"),
        (PROVINCE, "x" * 501, "reason_missing"),
    ],
)
def test_a_role_without_true_area_or_reason_is_refused_and_nothing_changes(
    administrator, facts, reason, refusal
):
    user, before = make_user(), counts()

    with pytest.raises(RoleConflictError) as refused:
        grant(administrator, user, facts, reason)

    assert refused.value.facts == {"reason": refusal}
    assert counts() == before


def test_nobody_gives_or_ends_a_role_of_ones_own(administrator):
    make_administrator()
    own, before = (
        db.session.scalar(select(RoleGrant.id).where(RoleGrant.user_id == administrator.id)),
        counts(),
    )

    with pytest.raises(RoleConflictError) as given:
        grant(administrator, administrator)
    with pytest.raises(RoleConflictError) as ended:
        end(administrator, own)

    assert given.value.facts == ended.value.facts == {"reason": "to_oneself"}
    assert counts() == before
    assert actor(administrator).is_administrator


@pytest.mark.parametrize(
    ("make", "facts"), [(make_administrator, PROVINCE), (make_officer, RoleFacts("administrator"))]
)
def test_nobody_is_administrator_and_officer_at_once(administrator, make, facts):
    holder = make()

    with pytest.raises(RoleConflictError) as refused:
        grant(administrator, holder, facts)

    assert refused.value.facts == {"reason": "kept_apart"}


def test_the_same_role_is_not_given_twice_but_another_area_is(administrator):
    user = make_user()
    grant(administrator, user)

    with pytest.raises(RoleConflictError) as refused:
        grant(administrator, user)
    grant(administrator, user, RoleFacts("officer", "commune", "68", "24649"))

    assert refused.value.facts == {"reason": "held_already"}
    assert len(actor(user).posts) == 2


def test_the_last_administrator_stays(administrator):
    second = make_administrator()
    of_first, of_second = db.session.scalars(select(RoleGrant.id).order_by(RoleGrant.id))
    end(administrator, of_second)

    with pytest.raises(RoleConflictError) as refused:
        end(second, of_first)

    assert refused.value.facts == {"reason": "last_administrator"}
    assert actor(administrator).is_administrator
    assert not actor(second).is_administrator


def test_ending_twice_is_once(administrator):
    officer = make_officer()
    grant_id = db.session.scalar(select(RoleGrant.id).where(RoleGrant.user_id == officer.id))
    end(administrator, grant_id)
    before = counts()

    end(administrator, grant_id)

    assert counts() == before
    assert not actor(officer).is_officer
    with pytest.raises(UserNotFoundError):
        end(administrator, 9_999)


def test_looking_up_needs_three_letters_and_shows_contacts_masked(administrator):
    make_user(
        name="Nguyễn Văn 100%",
        phone="+84911222333",
        email="van.a@example.vn",
        email_verified_at=present.now(),
    )

    assert find_people("Ng") == []
    assert find_people("%%%") == []
    for words in ("0911 222 333", "VAN.A@example.vn", "Văn 100%"):
        assert [(each.phone, each.email) for each in find_people(words)] == [
            ("••• ••• 333", "va•••@example.vn")
        ]


@pytest.mark.parametrize("make", [make_user, make_officer, make_organiser])
def test_only_administrators_see_the_pages(app, db_session, make):
    browser = browser_of(app, make())

    assert browser.get("/admin/people").status_code == 404
    assert browser.get("/admin/people/1").status_code == 404


def test_signed_out_people_are_led_to_the_sign_in(client, administrator):
    assert client.get("/admin/people").status_code == 303


def test_the_pages_find_give_and_end(app, administrator):
    user = make_user(name='<script>alert("x")</script>')
    browser = browser_of(app, administrator)
    app.config["WTF_CSRF_ENABLED"] = False
    page = f"/admin/people/{user.id}"

    found = browser.get("/admin/people", query_string={"q": user.phone})
    refused = browser.post(f"{page}/roles", data={"role": "officer", "level": "province", "reason": "<b>"})
    given = browser.post(
        f"{page}/roles",
        data={"role": "officer", "level": "province", "province_code": "86", "reason": REASON},
    )
    shown = browser.get(page)
    grant_id = actor_grant(user)
    ended = browser.post(f"{page}/roles/{grant_id}/ending", data={"reason": REASON})

    assert "<script>alert" not in found.text
    assert page in found.text
    assert (refused.status_code, "&lt;b&gt;" in refused.text) == (409, True)
    assert (given.status_code, given.location) == (303, page)
    assert "Vĩnh Long" in shown.text
    assert ended.status_code == 303
    assert not actor(user).is_officer
    assert browser.post(f"{page}/roles/1/ending", data={"reason": REASON}).status_code == 404


def actor_grant(user):
    found = db.session.scalar(select(RoleGrant.id).where(RoleGrant.user_id == user.id))
    db.session.rollback()
    return found


def test_of_two_roles_that_exclude_each_other_given_at_once_one_is_given(app, administrator, monkeypatch):
    second, user_id, now = make_administrator(), make_user().id, present.now()
    both_read, read = threading.Barrier(2), roles._list_held

    def read_together(asked_id):
        found = read(asked_id)
        with contextlib.suppress(threading.BrokenBarrierError):
            both_read.wait(timeout=0.3)  # whoever waits for the other's end does not come here
        return found

    monkeypatch.setattr(roles, "_list_held", read_together)

    def give(by, facts):
        with app.app_context():
            try:
                with transaction():
                    grant_role(user_id, facts, reason=REASON, by=by, now=now)
                return None
            except RoleConflictError as refused:
                return refused.reason
            finally:
                db.session.remove()

    acts = [(actor(administrator), PROVINCE), (actor(second), RoleFacts("administrator"))]
    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda act: give(*act), acts))

    assert set(outcomes) == {None, "kept_apart"}
    held = (RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
    assert db.session.scalar(select(func.count()).where(*held)) == 1


def test_roles_are_given_on_a_page_that_asks_for_the_proof_first(app, administrator, clock):
    user = make_officer()
    browser, path = browser_of(app, administrator), f"/admin/people/{user.id}"
    assert 'name="reason"' in browser.get(path).text

    clock.move(timedelta(minutes=11))

    page = browser.get(f"/en{path}").text
    assert 'name="reason"' not in page
    assert f'href="/en/sign-in/confirm?next=/en{path}"' in page
