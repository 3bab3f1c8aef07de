"""A producer with its owner, for tests of teams; whoever is invited has the number PHONE."""

import pytest

from tests.factories import make_producer
from tests.people import make_member

PHONE = "+84912000777"


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def producer(app, db_session):
    return make_producer(name="HTX Dừa")


@pytest.fixture
def owner(producer):
    return make_member(producer)
