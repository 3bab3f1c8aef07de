"""Limits: they hold, they forget addresses, and they never stand in the way of a page."""

import dataclasses
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.db import brief_transaction, db, transaction
from core.limits import (
    address_prefix,
    count_attempt,
    delete_old_attempts,
    hash_address,
    is_over_limit,
    rate_limited,
)
from core.rate_models import AttemptCount
from core.web.access import public

MINUTE = timedelta(minutes=1)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(AttemptCount)))


def attempt(clock, address="203.0.113.7", limit=3):
    return count_attempt("unknown codes", address, limit=limit, window=MINUTE, now=clock.now())


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_counts_with_its_network(address, prefix):
    assert address_prefix(address) == prefix


def test_attempts_beyond_the_limit_are_told_apart_until_the_minute_is_over(db_session, clock):
    assert [attempt(clock) for _ in range(5)] == [True, True, True, False, False]
    assert is_over_limit("unknown codes", "203.0.113.200", limit=3, now=clock.now())
    assert not is_over_limit("unknown codes", "198.51.100.1", limit=3, now=clock.now())
    assert not is_over_limit("other", "203.0.113.7", limit=3, now=clock.now())

    clock.move(MINUTE)
    assert not is_over_limit("unknown codes", "203.0.113.7", limit=3, now=clock.now())
    assert attempt(clock)


def test_no_address_is_stored(db_session, clock):
    attempt(clock)

    (row,) = rows()
    assert len(row.who) == 16
    assert {column.name for column in AttemptCount.__table__.columns} == {
        "name",
        "who",
        "ends_at",
        "attempts",
    }


def test_the_hash_changes_with_the_day_and_with_the_key(make_app, settings, clock):
    with make_app().app_context():
        today = hash_address("203.0.113.7", now=clock.now())
        tomorrow = hash_address("203.0.113.7", now=clock.now() + timedelta(days=1))
    with make_app(
        dataclasses.replace(settings, secret_key="another key that is long enough too")
    ).app_context():
        elsewhere = hash_address("203.0.113.7", now=clock.now())

    assert len({today, tomorrow, elsewhere}) == 3


def test_counts_are_forgotten_when_their_window_is_over(db_session, clock):
    attempt(clock)
    delete_old_attempts()
    assert len(rows()) == 1

    clock.move(2 * MINUTE)
    delete_old_attempts()
    assert rows() == []


@pytest.mark.sqlite
def test_a_busy_database_lets_the_attempt_pass_at_once(app, db_session, clock, settings):
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL locks rows, not the database")
    path = settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [attempt(clock, limit=1) for _ in range(3)] == [True, True, True]

    assert rows() == []


def test_a_brief_write_is_all_or_nothing_and_leaves_the_connection_as_it_was(db_session, clock):
    values = {"name": "x", "who": b"y" * 16, "ends_at": clock.now(), "attempts": 1}

    def act():
        with brief_transaction() as connection:
            connection.execute(AttemptCount.__table__.insert().values(values))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert rows() == []

    with brief_transaction() as connection:
        connection.execute(AttemptCount.__table__.insert().values(values))
    assert len(rows()) == 1
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


@pytest.mark.sqlite
def test_a_brief_write_gives_up_inside_a_transaction_of_its_own_process(db_session, clock):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    with transaction(), pytest.raises(OperationalError), brief_transaction():
        pass


def test_a_guarded_view_answers_429_with_the_time_to_wait(app, client):
    app.add_url_rule("/try", "try", public(rate_limited("2/minute")(lambda: "ok")))

    codes = [client.get("/try").status_code for _ in range(3)]

    assert codes == [200, 200, 429]
    assert 1 <= int(client.get("/try").headers["Retry-After"]) <= 60
    assert client.get("/try", environ_base={"REMOTE_ADDR": "198.51.100.1"}).status_code == 200


def test_views_may_share_one_count(app, client):
    guard = rate_limited("1/minute", name="both")
    app.add_url_rule("/a", "a", public(guard(lambda: "ok")))
    app.add_url_rule("/b", "b", public(guard(lambda: "ok")))

    assert client.get("/a").status_code == 200
    assert client.get("/b").status_code == 429


def test_when_redis_is_away_each_process_counts_alone(make_app, settings):
    app = make_app(dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0"))
    app.add_url_rule("/try", "try", public(rate_limited("1/minute")(lambda: "ok")))
    client = app.test_client()

    assert [client.get("/try").status_code for _ in range(2)] == [200, 429]
