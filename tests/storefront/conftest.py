"""Fixtures for the tests of pages: what `tests.factories` makes, over an empty database."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests import factories

Make = Callable[..., Any]


@pytest.fixture
def make_product(db_session: scoped_session[Session]) -> Make:
    return factories.make_product


@pytest.fixture
def make_producer(db_session: scoped_session[Session]) -> Make:
    return factories.make_producer


@pytest.fixture
def make_register_entry(db_session: scoped_session[Session]) -> Make:
    return factories.make_register_entry
