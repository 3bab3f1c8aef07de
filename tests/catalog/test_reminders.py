"""Reminders of what ends: at 180, 120 and 30 days, once for each, also after days on which nothing ran."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from catalog.jobs.reminders import remind_of_endings
from catalog.models import Certificate
from catalog.models.evidence import Reminder
from catalog.queries.certificate_todos import certificate_todos
from catalog.queries.renewals import list_endings, list_renewals
from catalog.reminders import OCOP_MARKS, due_mark, renewal_window
from core.db import db
from core.messages.models import Message
from tests import people
from tests.factories import certify, make_producer, make_product, saved

END = date(2027, 6, 30)


def before(days):
    return END - timedelta(days=days)


@pytest.fixture
def product(db_session):
    product = make_product(certification=None)
    saved(certify(product, decided_on=date(2024, 6, 30), expires_on=END))
    return product


@pytest.fixture
def owner(product):
    return people.make_member(product.producer)


def subjects():
    return db.session.scalars(select(Message.body).order_by(Message.id)).all()


@pytest.mark.parametrize(
    ("days_left", "mark"),
    [(181, None), (180, 180), (121, 180), (120, 120), (31, 120), (30, 30), (1, 30), (0, 30), (-1, None)],
)
def test_the_smallest_mark_reached_speaks(days_left, mark):
    assert due_mark(END, before(days_left), OCOP_MARKS) == mark


def test_the_window_for_filing_is_that_of_the_decision():
    window = renewal_window(END)

    assert (window.opens_on, window.closes_on) == (date(2027, 1, 1), date(2027, 3, 2))


def test_each_mark_is_told_once_to_owners_and_editors_however_often_it_is_asked(product, owner, clock):
    editor = people.make_member(product.producer, "editor", language="en")
    people.make_member(product.producer, "packer")
    told = []
    for days in (200, 181, 180, 179, 121, 120, 119, 31, 30, 29, 0, -1):
        clock.set_vietnam(before(days))
        for _ in range(3):
            remind_of_endings()
        told.append(db.session.scalar(select(func.count()).select_from(Message)))

    assert told == [0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6, 6]
    assert sorted(db.session.scalars(select(Reminder.mark))) == [30, 120, 180]
    first, in_english = subjects()[:2]
    assert "Bạn nộp hồ sơ đề nghị đánh giá lại tại UBND xã từ ngày 01/01/2027 đến ngày 02/03/2027" in first
    assert "between 1 Jan 2027 and 2 Mar 2027" in in_english
    last = subjects()[4]
    assert "thời gian nộp hồ sơ đã hết từ ngày 02/03/2027" in last
    assert {message.recipient for message in db.session.scalars(select(Message))} == {
        owner.phone,
        editor.phone,
    }


def test_after_downtime_only_the_mark_that_speaks_now_is_told(product, owner, clock):
    clock.set_vietnam(before(100))
    remind_of_endings()
    clock.set_vietnam(before(150))  # the clock was set back
    remind_of_endings()

    assert db.session.scalars(select(Reminder.mark)).all() == [120]
    assert len(subjects()) == 1


def test_who_has_filed_was_revoked_or_was_recognised_anew_is_left_alone(db_session, clock):
    producer = make_producer()
    people.make_member(producer)
    facts = {"decided_on": date(2024, 6, 30), "expires_on": END}
    filed = make_product(producer=producer, certification=None)
    saved(certify(filed, **facts, filed_on=before(170)))
    revoked = make_product(producer=producer, certification=None)
    saved(certify(revoked, **facts, revoked_on=before(300)))
    renewed = make_product(producer=producer, certification=None)
    saved(certify(renewed, **facts))
    saved(certify(renewed, decided_on=before(160), expires_on=date(2030, 1, 1)))
    clock.set_vietnam(before(100))

    remind_of_endings()

    assert subjects() == []
    (shown,) = list_renewals(producer.id, before(100))
    assert (shown.product_id, shown.state, shown.is_to_file) == (filed.id, "awaiting_renewal", False)
    assert list(certificate_todos(producer.id, before(100))) == []


def test_other_certificates_have_their_marks(db_session, clock):
    producer = make_producer()
    people.make_member(producer)
    saved(
        Certificate(
            kind="food_safety",
            number="7/ATTP",
            issued_on=date(2024, 6, 30),
            expires_on=END,
            producer_id=producer.id,
            recorded_at=clock.now(),
        )
    )
    counts = []
    for days in (91, 90, 31, 30, 0, -1):
        clock.set_vietnam(before(days))
        remind_of_endings()
        counts.append(len(subjects()))

    assert counts == [0, 1, 1, 2, 2, 2]
    assert "7/ATTP" in subjects()[0]
    assert [(each.days_left, each.mark) for each in list_endings(producer.id, before(30))] == [(30, 30)]


def test_the_workspace_tells_the_same_and_what_to_file(app, product, owner, clock):
    clock.set_vietnam(before(150))
    browser = people.browser_of(app, owner)

    home = browser.get(f"/workspace/{product.producer_id}").text
    page = browser.get(f"/workspace/{product.producer_id}/renewals").text

    assert "sắp hết hạn: nộp hồ sơ đánh giá lại" in home
    assert f'/workspace/{product.producer_id}/renewals"' in home
    assert "Nộp từ ngày 01/01/2027 đến ngày 02/03/2027" in page
    assert "Mẫu số 01" in page
    assert [(todo.kind, todo.by_on) for todo in certificate_todos(product.producer_id, before(150))] == [
        ("renewal_due", date(2027, 3, 2))
    ]
    assert [(todo.kind, todo.by_on) for todo in certificate_todos(product.producer_id, before(119))] == [
        ("renewal_late", END)
    ]


def test_a_crash_between_two_producers_loses_and_repeats_nothing(product, owner, clock, monkeypatch):
    other = make_product(certification=None)
    people.make_member(other.producer)
    saved(certify(other, decided_on=date(2024, 6, 30), expires_on=END))
    clock.set_vietnam(before(180))
    from catalog.jobs import reminders

    real, calls = reminders.remind_producer, []

    def crash_at_second(producer_id, *, now):
        calls.append(producer_id)
        given = real(producer_id, now=now)
        if len(calls) == 2:
            raise RuntimeError("power")
        return given

    monkeypatch.setattr(reminders, "remind_producer", crash_at_second)
    with pytest.raises(RuntimeError):
        remind_of_endings()
    monkeypatch.undo()
    assert len(subjects()) == 1

    remind_of_endings()
    remind_of_endings()

    assert len(subjects()) == 2
