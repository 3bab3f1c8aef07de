"""Questions to producers: everybody reads them once they are answered, and nobody learns who asked."""

import importlib
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from accounts.models import AuditEvent
from catalog.errors import (
    InvalidQuestionError,
    ProductNotFoundError,
    QuestionNotFoundError,
    TooManyQuestionsError,
)
from catalog.models import CatalogChange
from catalog.models.shoppers import Question, QuestionReport
from catalog.operations.questions import ask_question, hide_question
from catalog.questions import check_question, holds_contact
from core import clock as present
from core.db import db, transaction
from core.jobs.worker import Worker
from core.messages.models import Message
from tests.factories import make_product, make_register_entry
from tests.people import LAO_CAI, actor, browser_of, make_member, make_officer, make_user

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def product(db_session, app):
    app.config["WTF_CSRF_ENABLED"] = False
    for module in app.extensions["job_modules"]:
        importlib.import_module(module)
    return make_product()


def ask(user, product, text="Kẹo có hạt không?", key=None):
    who = actor(user)
    with transaction():
        return ask_question(product, text, key or str(uuid4()), by=who, now=present.now()).id


def questions():
    found = [(each.text, each.answer, each.hidden_at) for each in db.session.scalars(select(Question))]
    db.session.rollback()
    return found


def changes():
    found = len(db.session.scalars(select(CatalogChange)).all())
    db.session.rollback()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Gọi tôi 0912 345 678",
        "0912.345.678",
        "+84 912-345-678",
        "(091) 2345678 nhé",
        "Viết cho lan@example.vn",
    ],
)
def test_a_question_that_tells_a_number_or_an_address_is_refused(text):
    with pytest.raises(InvalidQuestionError) as refused:
        check_question(text)

    assert refused.value.facts == {"field": "text", "reason": "contact"}


@pytest.mark.parametrize(
    "text",
    ["Gói 500 g giá 125.000 ₫ phải không?", "Hạn dùng 12/11/2026?", "Mua 10, 20, 30 hộp?", "Mã 8931234?"],
)
def test_prices_dates_and_counts_are_no_telephone_numbers(text):
    assert not holds_contact(text)


def test_sent_twice_it_is_one_question_and_its_key_opens_nothing_to_others(product):
    asker, other, key = make_user(), make_user(), str(uuid4())

    assert ask(asker, product, key=key) == ask(asker, product, key=key)
    with pytest.raises(QuestionNotFoundError):
        ask(other, product, key=key)

    assert len(questions()) == 1


def test_five_a_day_are_taken(product, clock):
    asker = make_user()
    for _number in range(5):
        ask(asker, product)

    with pytest.raises(TooManyQuestionsError):
        ask(asker, product)

    assert len(questions()) == 5
    clock.move(timedelta(days=1))
    ask(asker, product)


def test_an_entry_of_the_register_has_nobody_to_ask(product):
    with pytest.raises(ProductNotFoundError):
        ask(make_user(), make_register_entry())

    assert questions() == []


def test_asked_answered_shown_reported_hidden(app, product):
    asker, reader = make_user(name="Bí Mật Tên Tôi"), app.test_client()
    owner, officer = make_member(product.producer), make_officer()
    address, before = f"/products/{product.slug}", changes()
    workspace = f"/workspace/{product.producer_id}/questions"
    page = reader.get(address).data

    sent = browser_of(app, asker).post(f"{address}/questions", data={"text": f"Có hạt không? {HOSTILE}"})
    assert (sent.status_code, sent.location) == (303, "/account/questions")
    assert reader.get(address).data == page
    assert changes() == before

    question_id = db.session.scalars(select(Question.id)).one()
    answered = browser_of(app, owner).post(
        f"{workspace}/{question_id}/answer", data={"answer": f"Có. {HOSTILE}"}
    )
    assert answered.status_code == 303
    shown = reader.get(address).text
    assert "Có hạt không? &lt;script&gt;" in shown
    assert "Có. &lt;script&gt;" in shown
    assert HOSTILE not in shown
    assert "Bí Mật Tên Tôi" not in shown + browser_of(app, owner).get(workspace).text

    report = {"text": f"Thô tục {HOSTILE}"}
    reporting = browser_of(app, make_user())
    assert [
        reporting.post(f"/questions/{question_id}/reports", data=report).status_code for _ in range(2)
    ] == [303] * 2
    report_id = db.session.scalars(select(QuestionReport.id)).one()
    office = browser_of(app, officer)
    assert HOSTILE not in office.get("/office/questions").text
    settled = office.post(
        f"/office/questions/{report_id}/settlement", data={"choice": "hide", "reason": "Thô tục"}
    )
    assert settled.status_code == 303
    assert "Có hạt không?" not in reader.get(address).text
    assert (
        office.post(f"/office/questions/{report_id}/settlement", data={"choice": "keep"}).status_code == 404
    )
    verbs = db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)).all()
    assert verbs == ["catalog.answer_question", "catalog.hide_question", "catalog.settle_question_report"]


def test_people_of_another_producer_and_packers_answer_nothing(app, product):
    asker, question_id = make_user(), None
    question_id = ask(asker, product)
    stranger, packer = make_member(make_product().producer), make_member(product.producer, role="packer")
    address = f"/workspace/{product.producer_id}/questions/{question_id}"
    elsewhere = f"/workspace/{actor(stranger).teams[0].producer_id}/questions/{question_id}"

    answers = [
        browser_of(app, stranger).post(f"{address}/answer", data={"answer": "x"}),
        browser_of(app, stranger).post(f"{elsewhere}/answer", data={"answer": "x"}),
        browser_of(app, stranger).post(f"{elsewhere}/hiding"),
        browser_of(app, packer).post(f"{address}/answer", data={"answer": "x"}),
        browser_of(app, packer).post(f"{address}/hiding"),
    ]

    assert [each.status_code for each in answers] == [404] * 5
    assert questions() == [("Kẹo có hạt không?", None, None)]
    assert "Kẹo có hạt" not in browser_of(app, stranger).get(elsewhere.rpartition("/")[0]).text


def test_an_officer_of_another_province_and_one_of_a_commune_settle_nothing(app, product):
    question_id = ask(make_user(), product)
    owner = make_member(product.producer)
    browser_of(app, owner).post(
        f"/workspace/{product.producer_id}/questions/{question_id}/answer", data={"answer": "Có."}
    )
    browser_of(app, make_user()).post(f"/questions/{question_id}/reports", data={"text": "Thô tục"})
    officers = (make_officer(province_code=LAO_CAI), make_officer("commune", commune_code="28789"))

    answers = [
        browser_of(app, each).post("/office/questions/1/settlement", data={"choice": "hide", "reason": "x"})
        for each in officers
    ]

    assert [each.status_code for each in answers] == [404, 404]
    assert questions() == [("Kẹo có hạt không?", "Có.", None)]
    assert "Thô tục" not in browser_of(app, officers[0]).get("/office/questions").text


def test_producer_and_asker_hear_of_each_other_without_names(app, product):
    asker, owner = make_user(), make_member(product.producer)
    make_member(product.producer, role="packer")
    question_id = ask(asker, product)
    importlib.import_module("catalog.jobs.shoppers").announce_question(question_id)
    assert [each.recipient for each in db.session.scalars(select(Message))] == [owner.phone]

    browser_of(app, owner).post(
        f"/workspace/{product.producer_id}/questions/{question_id}/answer", data={"answer": "Có."}
    )
    importlib.import_module("catalog.jobs.shoppers").announce_answer(question_id)

    assert [each.recipient for each in db.session.scalars(select(Message))] == [owner.phone, asker.phone]
    Worker().run_until_empty()


def test_a_hidden_question_is_not_answered_any_more(app, product):
    question_id, owner = ask(make_user(), product), make_member(product.producer)
    who = actor(owner)
    with transaction():
        hide_question(db.session.get_one(Question, question_id), by=who, now=present.now())

    answer = browser_of(app, owner).post(
        f"/workspace/{product.producer_id}/questions/{question_id}/answer", data={"answer": "Có."}
    )

    assert answer.status_code == 404
    assert questions() == [("Kẹo có hạt không?", None, present.now())]


def test_a_form_that_needs_another_look_comes_back_as_typed(app, product):
    browser = browser_of(app, make_user())

    sent = browser.post(f"/products/{product.slug}/questions", data={"text": "Gọi 0912345678 <b>"})

    assert sent.status_code == 422
    assert "Gọi 0912345678 &lt;b&gt;" in sent.text
    assert "Lỗi:" in sent.text
    assert questions() == []
