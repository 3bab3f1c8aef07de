"""Registering a producer: step by step, kept as typed, never twice, never what is on record."""

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEvent, Membership
from catalog.errors import InvalidFactError, ProducerOnRecordError, TooManyProducersError
from catalog.models import Place, Producer
from catalog.models.joining import ProducerDraft, Registration
from catalog.operations.joining import RegistrationFacts, check_answer, register_producer, save_draft
from core import clock
from core.db import db, transaction
from tests.factories import make_place, make_producer, make_product
from tests.people import actor, browser_of, make_member, make_user

TAX_CODE = "0100233488"
GOOD = {
    "name": "HTX Miến dong Bình Minh",
    "kind": "cooperative",
    "tax_code": TAX_CODE,
    "phone": "0912 345 678",
    "province": "86",
    "commune": "83-28780-28789",
    "street": "Ấp 3",
    "agrees_to_publish": True,
    "speaks_for_it": True,
}


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first; that one is needed is tested once."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def register(user, **facts):
    with transaction():
        return register_producer(RegistrationFacts(**(GOOD | facts)), by=actor_in(user), now=clock.now()).id


def actor_in(user):
    from accounts.queries.actors import get_actor

    return get_actor(user.id)


def counts():
    db.session.rollback()
    tables = (Producer, Membership, Registration, AuditEvent, Place)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_whoever_registers_a_producer_owns_it_and_the_address_keeps_both_names(app, db_session):
    user = make_user()

    producer_id = register(user)

    producer = db.session.get_one(Producer, producer_id)
    assert (producer.name, producer.kind, producer.tax_code) == (GOOD["name"], "cooperative", TAX_CODE)
    assert producer.phone == "+84912345678"
    place = producer.place
    assert place is not None
    assert (place.vintage, place.commune, place.district, place.province) == (
        "before_2025_07",
        "Phường 7",
        "Thành phố Bến Tre",
        "Tỉnh Bến Tre",
    )
    assert (place.current_commune, place.current_province, place.street) == (
        "Phường Bến Tre",
        "Tỉnh Vĩnh Long",
        "Ấp 3",
    )
    assert actor(user).role_at(producer_id) == "owner"
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.verb, event.actor_id, event.producer_id, event.province_code) == (
        "catalog.register_producer",
        user.id,
        producer_id,
        "86",
    )
    assert GOOD["name"] not in str(event.after)


def test_the_part_of_a_split_commune_that_was_chosen_is_stored_as_a_choice(app, db_session):
    from core.commune_search import _entries
    from core.places import Vintage, find_province_by_code

    province = find_province_by_code("86", Vintage.SINCE_2025_07)
    split = [each.choice for each in _entries(province) if each.choice.is_split]
    parts = [each for each in split if each.old == split[0].old]
    user = make_user()

    producer_id = register(user, commune=parts[1].key)

    place = db.session.get_one(Producer, producer_id).place
    assert place is not None
    assert (place.conversion, place.current_commune_code) == ("chosen", parts[1].commune.code)
    assert place.commune == parts[1].old.commune


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "  ", "missing"),
        ("name", "x" * 201, "too_long"),
        ("kind", "emperor", "unknown_choice"),
        ("tax_code", "0100233489", "wrong_check_digit"),
        ("tax_code", "12345", "wrong_length"),
        ("tax_code", "'; DROP TABLE producer", "wrong_length"),
        ("phone", "123", "not_a_phone"),
        ("phone", "", "missing"),
        ("province", "83", "missing"),
        ("commune", "26740", "missing"),
        ("agrees_to_publish", False, "not_agreed"),
        ("speaks_for_it", False, "not_agreed"),
    ],
)
def test_a_wrong_answer_is_refused_and_nothing_is_kept(app, db_session, field, value, reason):
    user = make_user()
    before = counts()

    with pytest.raises(InvalidFactError) as refused:
        register(user, **{field: value})

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert counts() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0100233488", TAX_CODE), ("01 0023 3488", TAX_CODE), ("0100233488-001", "0100233488-001")],
)
def test_tax_codes_are_taken_as_people_write_them(typed, kept):
    assert check_answer("tax_code", typed) == kept
    assert check_answer("tax_code", "") is None


def test_a_tax_code_on_record_is_not_registered_again_and_says_nothing_of_its_holder(app, db_session):
    make_producer(name="Bí mật", tax_code=TAX_CODE)
    user = make_user()
    before = counts()

    with pytest.raises(ProducerOnRecordError) as refused:
        register(user)

    assert refused.value.facts == {"reason": "tax_code", "slug": None}
    assert counts()[:4] == before[:4]


@pytest.mark.parametrize("spelling", ["Hợp tác xã Hoà Bình", "HTX HÒA BÌNH"])
def test_another_spelling_of_a_name_on_record_in_the_province_is_not_registered_again(
    app, db_session, spelling
):
    first = make_user()
    register(first, name="HTX Hòa Bình", tax_code="")
    before = counts()

    with pytest.raises(ProducerOnRecordError) as refused:
        register(make_user(), name=spelling, tax_code="")

    assert refused.value.facts == {"reason": "name", "slug": None}
    assert counts() == before


def test_of_a_name_on_record_only_its_public_page_is_told(app, db_session):
    place = make_place()
    make_product(producer=make_producer(name="HTX Hòa Bình", slug="hop-tac-xa-hoa-binh", place=place))

    with pytest.raises(ProducerOnRecordError) as refused:
        register(make_user(), name="HTX Hòa Bình", tax_code="")

    assert refused.value.slug == "hop-tac-xa-hoa-binh"


def test_the_same_name_in_another_province_is_another_producer(app, db_session):
    register(make_user(), name="HTX Hòa Bình", tax_code="")

    register(make_user(), name="HTX Hòa Bình", tax_code="", province="79", commune="79-26740-26740")

    assert db.session.scalar(select(func.count()).select_from(Producer)) == 2


def test_one_person_registers_at_most_five(app, db_session):
    user = make_user()
    for number in range(5):
        register(user, name=f"Hộ số {number}", tax_code="")
    before = counts()

    with pytest.raises(TooManyProducersError) as refused:
        register(user, name="Hộ thứ sáu", tax_code="")

    assert refused.value.most == 5
    assert counts() == before


def test_a_draft_keeps_what_was_typed_for_its_own_person_only(app, db_session):
    one, other = make_user(), make_user()
    with transaction():
        save_draft({"name": "HTX A", "hack": "x", "phone": "0" * 900}, by=actor_in(one), now=clock.now())
        save_draft({"name": "HTX B"}, by=actor_in(other), now=clock.now())
        save_draft({"kind": "farm"}, by=actor_in(one), now=clock.now())

    drafts = {each.user_id: each.facts for each in db.session.scalars(select(ProducerDraft))}
    assert drafts == {
        one.id: {"name": "HTX A", "phone": "0" * 500, "kind": "farm"},
        other.id: {"name": "HTX B"},
    }


def test_registering_on_two_telephones_step_by_step(app, db_session):
    user = make_user()
    first = browser_of(app, user)
    steps = [
        ("name", {"name": GOOD["name"]}, "kind"),
        ("kind", {"kind": "cooperative"}, "tax-code"),
        ("tax-code", {"tax_code": ""}, "phone"),
    ]
    assert first.get("/workspace/new").headers["Location"] == "/workspace/new/name"
    for step, typed, following in steps:
        answer = first.post(f"/workspace/new/{step}", data=typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/workspace/new/{following}")

    second = browser_of(app, user)
    assert second.get("/workspace/new").headers["Location"] == "/workspace/new/phone"
    second.post("/workspace/new/phone", data={"phone": "0912345678"})
    found = second.post(
        "/workspace/new/place", data={"province": "86", "q": "phuong 7", "street": "Ấp 3", "find": "1"}
    )
    assert found.headers["Location"] == "/workspace/new/place?q=phuong+7#commune"
    page = second.get("/workspace/new/place?q=phuong+7").text
    assert 'value="83-28780-28789"' in page
    assert " checked" not in page
    assert 'value="Ấp 3"' in page
    second.post(
        "/workspace/new/place", data={"province": "86", "commune": "83-28780-28789", "street": "Ấp 3"}
    )
    check = second.get("/workspace/new/check").text
    assert "Phường Bến Tre" in check
    assert "checked" not in check

    refused = second.post("/workspace/new", data={})
    assert refused.status_code == 422
    done = second.post("/workspace/new", data={"speaks_for_it": "1", "agrees_to_publish": "1"})

    (producer,) = db.session.scalars(select(Producer))
    assert (done.status_code, done.headers["Location"]) == (303, f"/workspace/{producer.id}?new=1")
    again = second.post("/workspace/new", data={"speaks_for_it": "1", "agrees_to_publish": "1"})
    assert (again.status_code, again.headers["Location"]) == (303, "/workspace")
    assert db.session.scalar(select(func.count()).select_from(Producer)) == 1


def test_a_refused_step_keeps_everything_typed_and_says_so_in_the_title(app, db_session):
    browser = browser_of(app, make_user())

    page = browser.post("/workspace/new/tax-code", data={"tax_code": "<script>alert(1)</script>"})

    assert page.status_code == 422
    assert "<title>Lỗi:" in page.text
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page.text
    assert "<script>alert" not in page.text


def test_autosaving_keeps_without_judging(app, db_session):
    user = make_user()

    answer = browser_of(app, user).post("/workspace/new/phone", data={"phone": "09", "autosave": "1"})

    assert (answer.status_code, answer.text) == (204, "")
    assert db.session.get_one(ProducerDraft, user.id).facts == {"phone": "09"}


def test_the_workspace_is_for_its_own_people(app, db_session):
    mine, other = make_producer(), make_producer()
    browser = browser_of(app, make_member(mine))

    assert browser.get(f"/workspace/{mine.id}").status_code == 200
    assert browser.get(f"/workspace/{other.id}").status_code == 404
    assert browser.get("/workspace/999").status_code == 404
    assert browser.get("/workspace").headers["Location"] == f"/workspace/{mine.id}"
    assert app.test_client().get(f"/workspace/{mine.id}").headers["Location"].startswith("/sign-in?next=")
    assert browser.get(f"/workspace/{mine.id}").headers["Cache-Control"] == "no-store"


def test_communes_are_suggested_as_json(client):
    answer = client.get("/suggest/communes?q=Ph%C6%B0%E1%BB%9Dng%207%20b%E1%BA%BFn%20tre&province=86")

    assert answer.json == {
        "items": [
            {
                "key": "83-28780-28789",
                "code": "28789",
                "label": "Phường Bến Tre",
                "old": "Phường 7, Thành phố Bến Tre",
                "is_split": False,
            }
        ]
    }


def test_a_form_without_its_token_is_refused(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = True
    user = make_user()

    assert browser_of(app, user).post("/workspace/new/name", data={"name": "x"}).status_code == 400
    assert db.session.get(ProducerDraft, user.id) is None
