"""Prepared statements: the same answers as the session gives, within its transaction, with its errors."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import JSON, Date, bindparam, insert, literal, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound

from core import clock
from core.db import db, transaction
from core.jobs.models import Job, JobState
from core.prepared import Prepared, values_of

JOBS = Job.__table__
FOUND = select(JOBS.c.name, JOBS.c.payload, JOBS.c.created_at, JOBS.c.state).where(
    JOBS.c.name == bindparam("of_name"), JOBS.c.state.in_(["pending", "done"])
)
BY_NAME = Prepared(FOUND.order_by(JOBS.c.id))
INSERT = Prepared(insert(JOBS).values(values_of(JOBS)).returning(JOBS.c.id))


def job(name="a", **facts):
    values = {
        "name": name,
        "key": None,
        "payload": {"chữ": "Phở"},
        "state": JobState.PENDING.value,
        "attempts": 0,
        "created_at": clock.now(),
        "run_after_at": clock.now(),
        "locked_until_at": None,
        "ended_at": None,
        "last_error": None,
    }
    return values | facts


def test_values_go_in_and_come_out_by_the_types_of_their_columns(db_session):
    with transaction():
        number = INSERT.one(job()).id

    (found,) = BY_NAME.all({"of_name": "a"})
    assert found == ("a", {"chữ": "Phở"}, clock.now(), "pending")
    assert isinstance(found.created_at, datetime)
    assert found.created_at.utcoffset() == timedelta(0)
    assert db_session.get_one(Job, number).payload == {"chữ": "Phở"}
    assert BY_NAME.all({"of_name": "b"}) == []
    assert BY_NAME.first({"of_name": "b"}) is None
    with pytest.raises(NoResultFound):
        BY_NAME.one({"of_name": "b"})


def test_days_come_back_as_days(db_session):
    asked = Prepared(select(bindparam("on", type_=Date).label("on"), literal(7).label("fixed")))

    assert asked.one({"on": date(2026, 11, 22)}) == (date(2026, 11, 22), 7)


def test_what_is_written_belongs_to_the_transaction(db_session):
    def lose():
        with transaction():
            INSERT.one(job())
            assert len(BY_NAME.all({"of_name": "a"})) == 1
            raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        lose()
    assert BY_NAME.all({"of_name": "a"}) == []


def test_what_the_session_has_not_written_yet_is_seen(db_session):
    with transaction():
        db_session.add(Job(**job()))
        assert BY_NAME.one({"of_name": "a"}).payload == {"chữ": "Phở"}


def test_rows_met_are_counted_and_many_are_written_at_once(db_session):
    done = Prepared(
        update(JOBS).where(JOBS.c.name == bindparam("of_name")).values(values_of(JOBS, "state", "ended_at"))
    )
    with transaction():
        Prepared(insert(JOBS).values(values_of(JOBS))).run_each([job("a"), job("a"), job("b")])
        assert done.run({"of_name": "a", "state": "done", "ended_at": clock.now()}) == 2
        assert done.run({"of_name": "c", "state": "done", "ended_at": clock.now()}) == 0

    assert [each.state for each in BY_NAME.all({"of_name": "a"})] == ["done", "done"]


def test_none_is_null_in_columns_of_json_too(db_session):
    column = JSON(none_as_null=True)
    asked = Prepared(select(bindparam("given", type_=column).is_(None).label("is_null")))

    assert bool(asked.one({"given": None}).is_null) is True


def test_an_error_of_the_driver_is_told_as_the_session_tells_it_without_what_was_typed(db_session):
    with transaction():
        INSERT.one(job(key="k"))
    with pytest.raises(IntegrityError) as caught, transaction():
        INSERT.one(job(key="k", payload={"điện thoại": "0912345678"}))
    assert "0912345678" not in str(caught.value)
    with pytest.raises(DBAPIError):
        Prepared(text("SELECT nothing FROM nowhere").columns()).all({})
    assert len(BY_NAME.all({"of_name": "a"})) == 1


def test_a_connection_is_given_back(db_session):
    for _ in range(50):
        BY_NAME.all({"of_name": "a"})
    assert db.engine.pool.checkedout() == 0
