"""Complaints: taken down once with a last day, answered once, read by whoever made them."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEvent
from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from orders.complaint_terms import ComplaintKind, due_on, list_complaint_terms
from orders.errors import ComplaintStateError
from orders.models.complaints import Complaint, ComplaintStep
from orders.operations.complaints import ComplaintFacts, answer_complaint, file_complaint
from tests.people import actor, browser_of, make_administrator, make_user

TYPED = {
    "kind": "order",
    "order_code": "oc k7m2 q9xtr",
    "text": "Thiếu một gói",
    "name": "Người Mua Thử",
    "phone": "0912 345 678",
    "submission_key": "11111111-1111-4111-8111-111111111111",
}


def send(browser, path, fields, *, page="/complaints"):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)[1]
    return browser.post(path, data=fields | {"csrf_token": token})


def filed(**facts):
    values = {
        "kind": ComplaintKind.ORDER,
        "name": "Người Mua Thử",
        "phone": "+84912345678",
        "text": "Thiếu một gói",
        "language": "vi",
    }
    with transaction():
        return file_complaint(
            ComplaintFacts(**(values | facts)), TYPED["submission_key"], by=None, now=present.now()
        )


@pytest.mark.parametrize(
    ("kind", "on", "due"),
    [
        (ComplaintKind.ORDER, date(2026, 11, 22), date(2026, 12, 1)),
        (ComplaintKind.PRIVACY, date(2026, 11, 20), date(2026, 11, 24)),
        (ComplaintKind.LISTING, date(2026, 12, 31), date(2027, 1, 6)),
    ],
)
def test_the_last_day_counts_working_days_only(kind, on, due):
    assert due_on(kind, on) == due


def test_every_kind_has_a_term_with_a_source():
    assert {term.kind for term in list_complaint_terms()} == set(ComplaintKind)
    assert all(term.source for term in list_complaint_terms())


def test_sent_twice_it_is_one_complaint_with_a_number_and_a_last_day(client, db_session):
    answers = [send(client, "/complaints", TYPED) for _ in range(2)]

    complaint = db.session.scalars(select(Complaint)).one()
    assert [each.status_code for each in answers] == [200, 200]
    assert all(complaint.reference in each.text for each in answers)
    assert (complaint.order_code, complaint.phone) == ("OCK7M2Q9XTR", "+84912345678")
    assert complaint.due_on == date(2026, 12, 1)
    assert db.session.scalar(select(func.count()).select_from(ComplaintStep)) == 1


def test_what_is_missing_is_named_and_nothing_typed_is_lost(client, db_session):
    answer = send(client, "/complaints", TYPED | {"kind": "", "phone": "1", "text": ""})

    assert answer.status_code == 422
    for field in ("kind", "text", "phone"):
        assert f'href="#{field}"' in answer.text
    assert 'value="Người Mua Thử"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_only_number_and_telephone_together_show_a_complaint(client, db_session):
    complaint = filed()
    asked = {"reference": complaint.reference.lower()}

    found = send(client, "/complaints/lookups", asked | {"lookup_phone": "0912345678"})
    other = send(client, "/complaints/lookups", asked | {"lookup_phone": "0987654321"})

    assert "Thiếu một gói" in found.text
    assert other.status_code == 404
    assert "Thiếu một gói" not in other.text


def test_an_answer_is_given_once_noted_and_told(db_session):
    complaint = filed(email="thu@example.vn")
    admin = actor(make_administrator())
    with transaction():
        answer_complaint(complaint.id, "Đã gửi bù một gói.", by=admin, now=present.now())

    with pytest.raises(ComplaintStateError), transaction():
        answer_complaint(complaint.id, "Khác", by=admin, now=present.now())

    steps = db.session.scalars(select(ComplaintStep).order_by(ComplaintStep.id)).all()
    assert [(each.state, each.text) for each in steps] == [
        ("received", None),
        ("answered", "Đã gửi bù một gói."),
    ]
    assert db.session.scalars(select(Message.recipient)).all() == ["thu@example.vn"]
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.verb.like("orders.%"))).all()
    assert verbs == ["orders.answer_complaint"]


def test_administrators_see_what_is_due_and_answer_it_and_others_do_not(app, db_session):
    complaint = filed()
    admin = browser_of(app, make_administrator())
    page = f"/admin/complaints/{complaint.id}"

    listed = admin.get("/admin/complaints?state=open")
    empty = send(admin, f"{page}/answer", {"answer": " "}, page=page)
    taken = send(admin, f"{page}/taking", {}, page=page)
    answered = send(admin, f"{page}/answer", {"answer": "Xong"}, page=page)

    assert complaint.reference in listed.text
    assert [each.status_code for each in (empty, taken, answered)] == [422, 303, 303]
    assert browser_of(app, make_user()).get(page).status_code == 404


def test_terms_and_returns_name_their_version_and_the_rules_with_their_sources(client):
    terms, returns = client.get("/terms").text, client.get("/returns-policy").text

    assert "2026-11-22" in terms
    assert "2026-11-22" in returns
    assert "Law 44/2019/QH14" in terms
