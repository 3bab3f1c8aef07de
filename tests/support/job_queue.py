"""A queue with handlers that remember what they were called with; and a look at its rows."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.jobs import queue
from core.jobs.models import Job
from core.jobs.registry import handlers


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the handlers "test.note" and "test.fail" were called with."""
    calls: list[dict[str, Any]] = []

    def fail(**payload: Any) -> NoReturn:
        calls.append(payload)
        raise LookupError("no such thing")

    monkeypatch.setitem(handlers, "test.note", lambda **payload: calls.append(payload))
    monkeypatch.setitem(handlers, "test.fail", fail)
    return calls


@pytest.fixture
def ask(db_session: Any, clock: Any) -> Callable[..., None]:
    """Ask for the job "test.note" or another."""

    def ask(name: str = "test.note", **wanted: Any) -> None:
        with transaction():
            queue.enqueue(name, now=clock.now(), **wanted)

    return ask


def jobs() -> list[Job]:
    """All jobs as they stand, the oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def claim(clock: Any) -> tuple[int, int] | None:
    """Number and try of the job that is due longest, running from now on."""
    with transaction():
        claimed = queue.claim(clock.now())
        return (claimed.id, claimed.attempts) if claimed else None
