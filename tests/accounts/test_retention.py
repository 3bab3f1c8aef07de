"""What has an end goes at its end, and what was forgotten is found (I21)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.invariants.personal import personal_data_past_its_limit
from accounts.jobs.personal import delete_what_is_over
from accounts.models import Session, User
from accounts.models.personal import ErasureRequest
from accounts.operations.sessions import open_session
from catalog.models import Inquiry
from core import clock as present
from core import personal_data
from core.db import db, transaction
from core.personal_data import NoFiles
from tests.factories import make_product
from tests.people import make_user
from traceability.models import StampReport


def make_rows():
    """An inquiry, a report about a stamp, a session: all of now."""
    product, user = make_product(), make_user()
    with transaction():
        now = present.now()
        text = {"name": "Lan", "phone": "+84912345678", "message": "Còn không?"}
        db.session.add(Inquiry(submission_key="i", product_id=product.id, created_at=now, **text))
        db.session.add(
            StampReport(submission_key="s", code="X", message="Tem mờ", contact="0912", created_at=now)
        )
        open_session(db.session.get_one(User, user.id), now=now, is_official=False)


def left():
    found = [len(db.session.scalars(select(kind)).all()) for kind in (Inquiry, Session)] + [
        len([each for each in db.session.scalars(select(StampReport)) if each.contact])
    ]
    db.session.rollback()
    return found


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (120, [1, 1, 1]),  # a session unused for 30 days has ended; 90 days later it goes
        (121, [1, 0, 1]),
        (396, [1, 0, 1]),
        (397, [0, 0, 0]),
    ],
)
def test_each_kind_goes_at_its_end_and_not_before(app, db_session, clock, days, expected):
    make_rows()
    clock.move(timedelta(days=days))

    delete_what_is_over()

    assert left() == expected
    assert [each.message for each in db.session.scalars(select(StampReport))] == ["Tem mờ"]


def test_what_nobody_deleted_is_named(app, db_session, clock):
    make_rows()
    clock.move(timedelta(days=397))
    assert list(personal_data_past_its_limit()) == [{"term": "accounts.sessions", "rows": 1}]
    clock.move(timedelta(days=1))

    assert list(personal_data_past_its_limit()) == [
        {"term": "accounts.sessions", "rows": 1},
        {"term": "catalog.inquiries", "rows": 1},
        {"term": "traceability.contacts", "rows": 1},
    ]
    delete_what_is_over()
    assert list(personal_data_past_its_limit()) == []


def test_a_wish_that_was_not_carried_out_and_rows_of_erased_people_are_named(app, db_session, clock):
    user, gone = make_user(), make_user()
    with transaction():
        now = present.now()
        db.session.add(ErasureRequest(user_id=user.id, asked_at=now, due_at=now + timedelta(days=3)))
        open_session(db.session.get_one(User, gone.id), now=now, is_official=False)
        row = db.session.get_one(User, gone.id)
        row.name = row.phone = None
        row.erased_at = now
    clock.move(timedelta(days=4, minutes=1))

    found = list(personal_data_past_its_limit())

    assert found == [
        {"erasure_request_id": 1, "fault": "not carried out"},
        {"user_id": gone.id, "fault": "erased, and has rows in session"},
    ]


def test_every_area_tells_and_forgets_a_person_of_whom_nothing_is_held(app, db_session):
    user = make_user()
    personal_data.load(app.extensions["personal_data_modules"])

    for area in personal_data.list_areas():
        told = area.holding.export(user.id)
        assert isinstance(told, dict | list), area.name
        assert list(area.holding.files(user.id)) == [], area.name
        with transaction():
            area.holding.erase(user.id, present.now())
            area.holding.erase(user.id, present.now())

    assert len(personal_data.list_areas()) >= 18


def test_two_areas_of_one_name_are_refused():
    class One(NoFiles):
        def export(self, user_id):
            return {}

        def erase(self, user_id, now):
            pass

    known = personal_data.list_areas()[0].name if personal_data.list_areas() else "accounts.person"
    personal_data.load(["accounts.operations.personal_facts"])

    with pytest.raises(ValueError, match="two areas"):
        personal_data.personal_data(known, "x")(One)
