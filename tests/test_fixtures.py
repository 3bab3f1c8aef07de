"""What other tests stand on holds: databases are empty, the clock stands, the machine is not left."""

import socket
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core.db import transaction
from tests.support.network import LeftTheMachineError


@pytest.mark.parametrize("round_number", [1, 2, 3])
def test_each_test_meets_an_empty_database(db_session, round_number):
    count_before = db_session.scalar(text("SELECT count(*) FROM source"))

    with transaction():
        db_session.execute(text("INSERT INTO source (key, title) VALUES ('S1', 'Decision')"))

    assert count_before == 0
    assert db_session.scalar(text("SELECT id FROM source")) == 1


def test_the_clock_stands_until_it_is_moved(clock):
    before = clock.now()

    clock.move(timedelta(days=3))

    assert clock.now() - before == timedelta(days=3)


def test_the_clock_can_be_set_to_midnight_in_vietnam(clock):
    clock.set_vietnam(date(2026, 12, 31))

    assert clock.today() == date(2026, 12, 31)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.vn"])
def test_a_connection_off_this_machine_is_refused(host):
    with pytest.raises(LeftTheMachineError):
        socket.create_connection((host, 80), timeout=0.1)


def test_a_request_is_answered(client):
    assert client.get("/healthz").status_code == 200
