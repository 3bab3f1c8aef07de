"""Browsers that fill in the forms of signing in, and a gateway that remembers what was sent."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from accounts.hashing import hasher
from accounts.models import User
from accounts.operations.second_factor import set_second_factor
from accounts.totp import code_at
from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.worker import Worker
from core.messages import jobs as _jobs
from tests.fakes.gateway import FakeGateway, fake_gateway

assert _jobs  # registers the job that sends

PASSWORD = "con trâu đi trước cái cày"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass
class Visitor:
    """A browser whose forms carry the CSRF token of the page they stand on."""

    client: FlaskClient
    address: str = "203.0.113.7"

    def get(self, path: str, **options: Any) -> Any:
        self._as_by_itself()
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **options)

    def send(self, path: str, form: dict[str, str] | None = None, *, page: str | None = None) -> Any:
        """POST `form` to `path`, with the token that stands on the page `page` (by default the one at `path`)."""
        pages = (page or path, "/sign-out", "/sign-in", "/sign-in/forgotten")
        tokens = (re.search(r'name="csrf_token" value="([^"]+)"', self.get(each).text) for each in pages)
        token = next(found[1] for found in tokens if found)
        data = {"csrf_token": token, **(form or {})}
        self._as_by_itself()
        return self.client.post(path, data=data, environ_base={"REMOTE_ADDR": self.address})

    @staticmethod
    def _as_by_itself() -> None:
        """In production each request has a context and a session of its own; here `db_session` lends them all one."""
        for name in ("_login_user", "csrf_token"):
            g.pop(name, None)
        db.session.rollback()

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def is_signed_in(self) -> bool:
        return self.get("/account/security").status_code == 200


@pytest.fixture
def visitor(app: Flask, db_session: Any) -> Visitor:
    """A browser without any cookie."""
    return Visitor(app.test_client())


@pytest.fixture
def new_visitor(app: Flask, db_session: Any) -> Callable[..., Visitor]:
    """Further browsers: `new_visitor()`, or from another address."""
    return lambda address="203.0.113.7": Visitor(app.test_client(), address)


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    """Everything that is sent."""
    with fake_gateway() as fake:
        yield fake


@pytest.fixture
def last_code(gateway: FakeGateway) -> Callable[[], str]:
    """Lets the worker send what waits, and reads the code of the last message."""

    def read() -> str:
        Worker().run_until_empty()
        return gateway.last().values["otp"]

    return read


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Computed once: a hash costs 40 ms."""
    return hasher.hash(PASSWORD)


def with_app(user: User, settings: Settings) -> User:
    """Give `user` a confirmed authenticator app with the secret SECRET."""
    with transaction():
        set_second_factor(user.id, SECRET, settings.keys, now=clock.now())
    return db.session.get_one(User, user.id)


def app_code() -> str:
    """What an app with SECRET shows now."""
    return code_at(SECRET, clock.now())


def fresh(user_id: int) -> User:
    """The person as the database knows it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(User, user_id)
