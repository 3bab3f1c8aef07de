"""People as tests need them, written straight into the database, and their browsers.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

from itertools import count
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.actors import Actor
from accounts.models import Membership, RoleGrant, User
from accounts.operations.sessions import open_session
from accounts.queries.actors import get_actor
from core import clock
from core.db import db, transaction
from tests.factories import saved

VINH_LONG = "86"
"""The province of today in which `tests.factories.make_producer` puts its producers."""
LAO_CAI = "15"

_numbers = count(1)


def make_user(**facts: Any) -> User:
    """A person with a verified telephone number of its own."""
    number = next(_numbers)
    values = {
        "name": "Người Mua Thử",
        "phone": f"+8491{number:07d}",
        "phone_verified_at": clock.now(),
        "created_at": clock.now(),
    }
    return saved(User(**(values | facts)))


def make_member(producer: Any, role: str = "owner", **facts: Any) -> User:
    """A person who works for `producer`."""
    user = make_user(**facts)
    saved(Membership(user_id=user.id, producer_id=producer.id, role=role, joined_at=clock.now()))
    return user


def make_officer(level: str = "province", province_code: str | None = VINH_LONG, **facts: Any) -> User:
    """An officer; of a province unless `level` says «nation» or «commune» (then with `commune_code`)."""
    commune_code = facts.pop("commune_code", None)
    user = make_user(**({"name": "Cán Bộ Thử"} | facts))
    area = None if level == "nation" else province_code
    _grant(user, role="officer", level=level, province_code=area, commune_code=commune_code)
    return user


def make_organiser(**facts: Any) -> User:
    """An organiser of fairs."""
    return _grant(make_user(**facts), role="organiser")


def make_administrator(**facts: Any) -> User:
    """Someone who keeps the house."""
    return _grant(make_user(**facts), role="administrator")


def actor(user: User) -> Actor:
    """`user` as one who acts, freshly read."""
    db.session.rollback()
    return get_actor(user.id)


def browser_of(app: Flask, user: User, *, second_factor: bool = True) -> FlaskClient:
    """A browser in which `user` has just signed in. second_factor: whether it was passed, where a role asks for it."""
    with transaction():
        person = get_actor(user.id)
        passed_at = clock.now() if second_factor and person.needs_second_factor else None
        _session, token = open_session(
            db.session.get_one(User, user.id),
            now=clock.now(),
            is_official=person.needs_second_factor,
            second_factor_at=passed_at,
        )
    client = _Browser(app, app.response_class, use_cookies=True)
    client.set_cookie("sid", token)
    return client


class _Browser(FlaskClient):
    """Within `db_session` all requests of a test share one `g`; who came and the form's token are forgotten there."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for kept in ("_login_user", "csrf_token", "csrf_valid"):
            g.pop(kept, None)
        return super().open(*args, **kwargs)


def _grant(user: User, **facts: Any) -> User:
    saved(RoleGrant(user_id=user.id, granted_at=clock.now(), **facts))
    return user
