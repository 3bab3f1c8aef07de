"""Asking a producer."""

import re

import pytest
from sqlalchemy import delete, func, select

from catalog.models import Inquiry
from core.db import db, transaction
from promotion.models.reach import InquirySource
from promotion.operations.links import make_link

TYPED = {"name": "Lê An", "phone": "0912 345 678", "message": "Còn 20 hộp không?"}


def stored() -> list[Inquiry]:
    db.session.rollback()
    return list(db.session.scalars(select(Inquiry).order_by(Inquiry.id)))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page))


@pytest.fixture
def form(client, make_product):
    """The hidden fields of the form of `keo-dua`, as a browser would send them back."""
    make_product(slug="keo-dua", name="Kẹo dừa")
    return hidden(client.get("/products/keo-dua/inquiries").text)


def test_the_form_stands_on_a_page_of_its_own_that_nobody_keeps(client, make_product):
    make_product(slug="keo-dua", name="Kẹo dừa")

    answer = client.get("/products/keo-dua/inquiries")

    assert "<h1>Hỏi về Kẹo dừa</h1>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" in answer.headers


def test_a_question_is_recorded_and_answered_by_another_page(client, form):
    answer = client.post("/products/keo-dua/inquiries", data=form | TYPED)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/products/keo-dua/inquiries/sent"
    [inquiry] = stored()
    assert (inquiry.name, inquiry.phone, inquiry.message) == ("Lê An", "+84912345678", "Còn 20 hộp không?")
    assert "Cảm ơn bạn" in client.get("/products/keo-dua/inquiries/sent").text


def test_in_english_the_answer_stays_english(client, form):
    answer = client.post("/en/products/keo-dua/inquiries", data=form | TYPED)

    assert answer.headers["Location"] == "/en/products/keo-dua/inquiries/sent"


def test_sending_twice_is_one_question(client, form):
    first = client.post("/products/keo-dua/inquiries", data=form | TYPED)
    second = client.post("/products/keo-dua/inquiries", data=form | TYPED)

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(stored()) == 1


def test_an_empty_form_comes_back_with_a_summary_and_records_nothing(client, form):
    answer = client.post("/products/keo-dua/inquiries", data=form)

    assert answer.status_code == 422
    assert "<title>Lỗi: Hỏi về Kẹo dừa" in answer.text
    assert 'role="alert"' in answer.text
    for field in ("name", "phone", "message"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-wrong"' in answer.text
    assert stored() == []


def test_what_was_typed_stays_when_one_field_is_wrong(client, form):
    answer = client.post("/products/keo-dua/inquiries", data=form | TYPED | {"phone": "12345"})

    assert answer.status_code == 422
    assert 'value="Lê An"' in answer.text
    assert 'value="12345"' in answer.text
    assert ">Còn 20 hộp không?</textarea>" in answer.text
    assert 'href="#phone"' in answer.text
    assert 'href="#name"' not in answer.text
    assert hidden(answer.text)["submission_key"] == form["submission_key"]
    assert stored() == []


@pytest.mark.parametrize("phone", ["0912.345.678", "+84 912 345 678", "(024) 3825 1234", "0084912345678"])
def test_telephone_numbers_are_taken_as_people_write_them(client, form, phone):
    assert client.post("/products/keo-dua/inquiries", data=form | TYPED | {"phone": phone}).status_code == 303


def test_a_question_without_the_token_of_the_form_is_refused(client, form):
    answer = client.post("/products/keo-dua/inquiries", data=TYPED)

    assert answer.status_code == 400
    assert stored() == []


def test_hostile_words_come_back_as_text(client, form):
    evil = '"><script>alert(1)</script>'

    page = client.post("/products/keo-dua/inquiries", data=form | {"name": evil, "message": evil}).text

    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["", "/sent"])
def test_an_entry_of_the_register_takes_no_questions(client, make_register_entry, path):
    make_register_entry(slug="ca-phe")

    assert client.get(f"/products/ca-phe/inquiries{path}").status_code == 404


def test_a_question_about_an_entry_of_the_register_is_refused(client, form, make_register_entry):
    make_register_entry(slug="ca-phe")

    assert client.post("/products/ca-phe/inquiries", data=form | TYPED).status_code == 404
    assert stored() == []


def test_a_flood_of_questions_is_told_to_wait(client, form):
    answers = [client.post("/products/keo-dua/inquiries", data=form | TYPED).status_code for _ in range(11)]

    assert answers[-1] == 429
    assert db.session.scalar(select(func.count()).select_from(Inquiry)) == 1


def test_the_short_link_that_led_here_is_noted_and_goes_with_the_question(client, form, clock):
    with transaction():
        link = make_link("card", 1, "/products/keo-dua", by=None, now=clock.now())
        key, number = link.key, link.id
    client.get(f"/s/{key}", headers={"User-Agent": "Mozilla/5.0 Chrome/120 Mobile"})

    client.post("/products/keo-dua/inquiries", data=form | TYPED)

    [inquiry] = stored()
    assert db.session.execute(select(InquirySource.inquiry_id, InquirySource.link_id)).all() == [
        (inquiry.id, number)
    ]
    with transaction():
        db.session.execute(delete(Inquiry))
    assert db.session.scalars(select(InquirySource)).all() == []
