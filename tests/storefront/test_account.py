"""The account's pages: what they lead to, what they ask before something cannot be undone, and whose they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import User
from accounts.models.personal import DataExport, ErasureRequest
from core import clock as present
from core.db import db
from core.messages.models import Message
from tests.factories import make_producer, make_product
from tests.people import browser_of, make_administrator, make_member, make_officer, make_user

HOSTILE = '<script>alert("x")</script>'
PAGES = (
    "/account",
    "/account/profile",
    "/account/privacy",
    "/account/addresses",
    "/account/addresses/new",
    "/account/data",
    "/account/erasure",
    "/account/favourites",
    "/account/follows",
    "/account/questions",
)


@pytest.fixture
def app(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def user(db_session):
    return make_user(name=HOSTILE)


def requests_of_erasure():
    found = [(each.withdrawn_at, each.done_at) for each in db.session.scalars(select(ErasureRequest))]
    db.session.rollback()
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_account_is_for_its_person_and_kept_nowhere(app, client, user, path):
    page = browser_of(app, user).get(path)
    stranger = client.get(path)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert HOSTILE not in page.text
    assert (stranger.status_code, stranger.location) == (303, f"/sign-in?next={path}")


def test_the_home_leads_to_what_the_person_is(app, db_session):
    shopper, member = make_user(), make_member(make_producer())
    officer, administrator = make_officer(), make_administrator()

    ways = {
        who.id: [way for way in ("/workspace", "/office", "/admin/people") if f'href="{way}"' in page]
        for who in (shopper, member, officer, administrator)
        for page in [browser_of(app, who).get("/account").text]
    }

    assert ways == {
        shopper.id: ["/workspace"],
        member.id: ["/workspace"],
        officer.id: ["/workspace", "/office"],
        administrator.id: ["/workspace", "/admin/people"],
    }


def test_the_way_to_the_account_is_the_same_for_everybody(app, client, user):
    product = make_product()

    for path in ("/", f"/products/{product.slug}"):
        alone, known = client.get(path), browser_of(app, user).get(path)
        assert 'href="/account"' in alone.text
        assert alone.data == known.data
        assert "Set-Cookie" not in known.headers


def test_name_and_language_are_put_right(app, user):
    browser = browser_of(app, user)

    refused = browser.post("/account/profile", data={"name": " ", "language": "en"})
    kept = browser.post("/account/profile", data={"name": "  Trần   Thị  Mai ", "language": "en"})
    browser.post("/account/profile", data={"name": "Trần Thị Mai", "language": "xx", "is_administrator": "1"})

    assert (refused.status_code, "Lỗi:" in refused.text) == (422, True)
    assert kept.status_code == 303
    row = db.session.scalars(select(User)).one()
    assert (row.name, row.language, row.grants) == ("Trần Thị Mai", "en", [])


def test_erasure_is_asked_for_knowingly_told_by_a_message_and_taken_back(app, user):
    browser = browser_of(app, user)

    unsure = browser.post("/account/erasure", data={})
    assert (unsure.status_code, requests_of_erasure()) == (422, [])
    asked = [browser.post("/account/erasure", data={"is_sure": "1"}).status_code for _ in range(2)]
    assert (asked, requests_of_erasure()) == ([303, 303], [(None, None)])
    home = browser.get("/account").text
    assert "Tài khoản sẽ bị xóa vào 25/11/2026 lúc 10:00." in home
    told = db.session.scalars(select(Message)).all()
    assert [(each.recipient, each.subject) for each in told] == [
        (user.phone, "Tài khoản của bạn sẽ bị xóa sau ba ngày")
    ]
    db.session.rollback()
    assert browser.post("/account/erasure/withdrawal").status_code == 303

    assert requests_of_erasure() == [(present.now(), None)]
    assert "sắp bị xóa" not in browser.get("/account").text


def test_erasure_needs_a_fresh_proof_and_taking_it_back_does_not(app, user, clock):
    browser = browser_of(app, user)
    browser.post("/account/erasure", data={"is_sure": "1"})
    clock.move(timedelta(minutes=11))

    page = browser.get("/account/erasure")
    taken_back = browser.post("/account/erasure/withdrawal")
    asked = browser.post("/account/erasure", data={"is_sure": "1"})

    assert (page.status_code, page.location) == (303, "/sign-in/confirm?next=/account/erasure")
    assert (taken_back.status_code, taken_back.location) == (303, "/account")
    assert (asked.status_code, asked.location.partition("?")[0]) == (303, "/sign-in/confirm")
    assert len(requests_of_erasure()) == 1
    assert requests_of_erasure()[0][0] is not None


def test_the_only_owner_and_an_officer_read_what_must_be_settled_first(app, db_session):
    producer = make_producer(name=f"HTX {HOSTILE}")
    owner, officer = make_member(producer), make_officer()

    pages = [browser_of(app, who).post("/account/erasure", data={"is_sure": "1"}) for who in (owner, officer)]

    assert [page.status_code for page in pages] == [409, 409]
    assert f"/workspace/{producer.id}/team" in pages[0].text
    assert HOSTILE not in pages[0].text
    assert "Quản trị viên phải kết thúc chức trách trước" in pages[1].text
    assert requests_of_erasure() == []


def test_asking_for_data_over_and_over_is_told_in_words(app, user):
    browser = browser_of(app, user)
    with app.app_context():
        for _number in range(3):
            db.session.add(DataExport(user_id=user.id, asked_at=present.now(), deleted_at=present.now()))
        db.session.commit()

    refused = browser.post("/account/data/exports")

    assert refused.status_code == 409
    assert "Bạn đã yêu cầu 3 bản sao trong một ngày." in refused.text


def test_forms_without_their_token_change_nothing(app, user):
    app.config["WTF_CSRF_ENABLED"] = True
    browser = browser_of(app, user)

    answers = [
        browser.post(path, data={"is_sure": "1", "name": "X"})
        for path in (
            "/account/erasure",
            "/account/profile",
            "/account/consents/marketing",
            "/account/data/exports",
        )
    ]

    assert [each.status_code for each in answers] == [400] * 4
    assert requests_of_erasure() == []
    assert db.session.scalars(select(User.name)).one() == HOSTILE
