"""The first page of a workspace: what is to be done, the first days, guides, and what a producer says of itself."""

import pytest
from sqlalchemy import select

from accounts.models import AuditEvent
from catalog.models import Producer
from catalog.queries.joining_todos import list_first_tasks
from catalog.queries.todo import list_todos
from catalog.views.workspace.guides import GUIDES
from core import clock as present
from core.assets import STATIC_FOLDER
from core.db import db
from tests.factories import make_producer, make_product
from tests.people import actor, browser_of, make_member


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def producer(app, db_session):
    return make_producer(name="HTX Dừa", tax_code="0100233488", phone="+84912345678")


@pytest.fixture
def owner(producer):
    return make_member(producer)


def test_a_new_producer_has_four_tasks_and_is_asked_to_be_verified(producer, owner):
    tasks = list_first_tasks(producer.id, present.today())
    todos = list_todos(actor(owner), producer.id, present.today())

    assert [(each.name, each.is_done) for each in tasks] == [
        ("papers", False),
        ("product", False),
        ("photos", False),
        ("certificates", False),
    ]
    assert [(each.kind, each.path) for each in todos] == [("not_verified", "/about")]


def test_a_task_is_done_when_its_thing_is_there(producer, owner):
    make_product(producer=producer)

    done = {each.name for each in list_first_tasks(producer.id, present.today()) if each.is_done}

    assert done == {"product"}


def test_packers_are_told_of_what_they_can_do_only(app, producer, owner):
    packer = make_member(producer, "packer")

    assert list_todos(actor(packer), producer.id, present.today()) == ()
    page = browser_of(app, packer).get(f"/workspace/{producer.id}").text
    assert "Những ngày đầu" not in page
    assert "Hiện không có việc nào chờ bạn." in page


def test_the_three_ways_and_help_are_on_the_page(app, producer, owner):
    page = browser_of(app, owner).get(f"/workspace/{producer.id}").text

    for way in ("products", "stock", "certificates", "team", "guides", "about"):
        assert f'href="/workspace/{producer.id}/{way}"' in page
    assert 'href="/help"' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("name", [guide.name for guide in GUIDES])
def test_every_guide_has_its_drawings_and_words(app, producer, owner, name):
    page = browser_of(app, owner).get(f"/workspace/{producer.id}/guides/{name}")

    guide = next(each for each in GUIDES if each.name == name)
    assert page.status_code == 200
    for number, step in enumerate(guide.steps, start=1):
        assert (STATIC_FOLDER / "img" / "guides" / f"{name}-{number}.svg").is_file()
        assert str(step.title) in page.text


def test_guides_that_are_none_and_guides_of_others_are_not_found(app, producer, owner):
    browser = browser_of(app, owner)

    assert browser.get(f"/workspace/{producer.id}/guides").status_code == 200
    assert browser.get(f"/workspace/{producer.id}/guides/magic").status_code == 404
    assert (
        browser_of(app, make_member(make_producer())).get(f"/workspace/{producer.id}/guides").status_code
        == 404
    )


def test_an_owner_corrects_what_the_producer_states(app, producer, owner):
    answer = browser_of(app, owner).post(
        f"/workspace/{producer.id}/about",
        data={"name": "HTX Dừa Mới", "kind": "farm", "tax_code": "0100112437", "phone": "0912 345 679"},
    )

    db.session.rollback()
    changed = db.session.get_one(Producer, producer.id)
    assert answer.status_code == 303
    assert (changed.name, changed.kind, changed.tax_code, changed.phone) == (
        "HTX Dừa Mới",
        "farm",
        "0100112437",
        "+84912345679",
    )
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.verb, event.after) == (
        "catalog.change_producer",
        {"fields": ["kind", "name", "phone", "tax_code"]},
    )


@pytest.mark.parametrize(
    ("typed", "status"),
    [({"tax_code": "0100112438"}, 422), ({"phone": "<b>"}, 422), ({"tax_code": "0100112437"}, 409)],
)
def test_a_correction_that_cannot_be_changes_nothing(app, producer, owner, typed, status):
    make_producer(name="Khác", tax_code="0100112437")

    answer = browser_of(app, owner).post(f"/workspace/{producer.id}/about", data=typed)

    db.session.rollback()
    kept = db.session.get_one(Producer, producer.id)
    assert answer.status_code == status
    assert (kept.tax_code, kept.phone) == ("0100233488", "+84912345678")


def test_editors_and_strangers_correct_nothing(app, producer, owner):
    for other in (make_member(producer, "editor"), make_member(make_producer())):
        answer = browser_of(app, other).post(f"/workspace/{producer.id}/about", data={"name": "Chiếm"})
        assert answer.status_code == 404

    db.session.rollback()
    assert db.session.get_one(Producer, producer.id).name == "HTX Dừa"
