"""The audit trail: kept with the act, never changed, and found out when somebody rewrites it."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEvent
from accounts.models.audit import AuditHead
from accounts.operations.audit import record_act
from core import clock as present
from core.db import db, transaction
from tests.people import actor, make_administrator, make_user


def act(subject="product:12", by=None, **facts):
    with transaction():
        record_act("catalog.publish_listing", by=by, subject=subject, now=present.now(), **facts)


def rewrite(statement):
    """Change rows as somebody with the database in hand would: triggers switched off first."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
            connection.execute(text("DROP TRIGGER audit_event_refuses_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(statement)
    db.session.rollback()


def verified(runner):
    db.session.rollback()
    told = runner.invoke(args=["verify", "--only", "I20"])
    return told.exit_code, told.output.splitlines()[1:]


def test_an_act_and_its_row_are_kept_together_or_not_at_all(db_session, runner):
    act(before={"price_vnd": 1}, after={"price_vnd": 2, "names": ["Kẹo", None]}, reason="Giá mới")
    with suppress(ZeroDivisionError), transaction():
        record_act("catalog.x", by=None, subject="product:1", now=present.now())
        raise ZeroDivisionError
    act(by=actor(make_administrator()), producer_id=4, province_code="86")

    assert list(db.session.scalars(select(AuditEvent.seq).order_by(AuditEvent.seq))) == [1, 2]
    assert verified(runner) == (0, [])


def test_acts_at_once_never_fork_the_trail(app, db_session, runner):
    def write():
        with app.app_context():
            for _ in range(8):
                act()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)

    assert db.session.scalar(select(func.max(AuditEvent.seq))) == 32
    assert verified(runner) == (0, [])


@pytest.mark.parametrize("statement", [update(AuditEvent).values(reason="x"), delete(AuditEvent)])
def test_a_row_can_be_neither_changed_nor_taken_out(db_session, statement):
    act()

    with pytest.raises(IntegrityError, match="only ever added to"), db.engine.begin() as connection:
        connection.execute(statement)

    assert db.session.scalar(select(AuditEvent.reason)) is None


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (update(AuditEvent).where(AuditEvent.seq == 2).values(reason="x"), [(2, "not the hash of the row")]),
        (
            update(AuditEvent).where(AuditEvent.seq == 2).values(actor_id=None),
            [(2, "not the hash of the row")],
        ),
        (
            update(AuditEvent).where(AuditEvent.seq == 2).values(acted_at=present.now() - timedelta(days=9)),
            [(2, "not the hash of the row")],
        ),
        (
            update(AuditEvent).where(AuditEvent.seq == 2).values(after={"price_vnd": 3}),
            [(2, "not the hash of the row")],
        ),
        (
            update(AuditEvent).where(AuditEvent.seq == 1).values(event_hash="0" * 64),
            [(1, "not the hash of the row"), (2, "does not follow the row before it")],
        ),
        (delete(AuditEvent).where(AuditEvent.seq == 2), [(2, "missing: the next row is 3")]),
        (
            delete(AuditEvent).where(AuditEvent.seq == 3),
            [(2, "the head says that the trail ends at 3")],
        ),
        (update(AuditHead).values(seq=2), [(3, "the head says that the trail ends at 2")]),
    ],
)
def test_whoever_rewrites_the_trail_is_found(db_session, runner, statement, told):
    user = actor(make_administrator())
    for price in (1, 2, 3):
        act(by=user, after={"price_vnd": price})

    rewrite(statement)

    code, lines = verified(runner)
    assert (code, lines) == (1, [f"         {{'seq': {seq}, 'fault': '{fault}'}}" for seq, fault in told])


def test_an_erased_person_leaves_the_trail_whole(db_session, runner):
    user = make_user()
    act(by=actor(user))

    with transaction():
        person = db.session.merge(user)
        person.name = person.phone = person.phone_verified_at = None
        person.erased_at = present.now()

    assert verified(runner) == (0, [])
    assert db.session.scalar(select(AuditEvent.actor_id)) == user.id
