"""Triggers: a change that any page shows moves the change number on, also for a producer without products."""

import pytest
from sqlalchemy import text

from catalog.queries.change_feed import last_seq
from core.db import db, transaction


@pytest.fixture
def idle_producer(db_session):
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO producer (id, slug, name, is_demonstration) VALUES (1, 'to-may', 'Tổ Mây', false)"
            )
        )


def test_a_producer_without_products_moves_the_number_on(idle_producer):
    before = last_seq(db.engine)

    with transaction():
        db.session.execute(text("UPDATE producer SET name = 'Tổ Mưa' WHERE id = 1"))

    assert last_seq(db.engine) == before + 1
