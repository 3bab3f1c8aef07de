"""Addresses: old names resolve and ask where several communes may be meant; each person has one's own only."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from accounts.addresses import AddressFacts, check_address
from accounts.errors import AddressNotFoundError, InvalidPersonalFactError, TooManyAddressesError
from accounts.models.personal import UserAddress
from accounts.operations.addresses import add_address, change_address, delete_address, make_default_address
from accounts.queries.addresses import list_addresses
from core import clock as present
from core.db import db, transaction
from tests.people import actor, browser_of, make_user

FACTS = AddressFacts(name="Lan", phone="0912 345 678", province="vinh-long", commune="Phường Bến Tre")
HOSTILE = '<script>alert("x")</script>'


def add(who, facts=FACTS, key=None, **more):
    with transaction():
        return add_address(facts, key or str(uuid4()), by=who, now=present.now(), **more).id


def test_a_commune_of_before_becomes_the_one_of_today():
    old = replace(FACTS, province="ben-tre", commune="Phường 7, Thành phố Bến Tre")

    checked = check_address(old)

    assert (checked.province_code, checked.commune_code, checked.phone) == ("86", "28789", "+84912345678")


def test_where_several_communes_may_be_meant_the_person_is_asked():
    many = replace(FACTS, province="ho-chi-minh", commune="Phường 1")

    with pytest.raises(InvalidPersonalFactError) as asked:
        check_address(many)

    candidates = asked.value.facts["candidates"]
    assert (asked.value.facts["field"], asked.value.facts["reason"]) == ("commune", "ambiguous")
    assert len(candidates) == 10
    chosen = check_address(replace(many, commune_code=candidates[3].code))
    assert chosen.commune_code == candidates[3].code
    with pytest.raises(InvalidPersonalFactError):
        check_address(replace(many, commune_code="00001"))


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"name": " "}, "name", "missing"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"phone": ""}, "phone", "missing"),
        ({"phone": "12"}, "phone", "not_a_phone"),
        ({"phone": "+1 212 555 0100"}, "phone", "not_a_phone"),
        ({"province": ""}, "province", "missing"),
        ({"province": "atlantis"}, "province", "unknown"),
        ({"commune": ""}, "commune", "missing"),
        ({"commune": "Xã Không Có"}, "commune", "unknown"),
        ({"street": "x" * 201}, "street", "too_long"),
        ({"landmark": "x" * 201}, "landmark", "too_long"),
    ],
)
def test_what_cannot_be_used_is_told_by_field_and_reason(change, field, reason):
    with pytest.raises(InvalidPersonalFactError) as refused:
        check_address(replace(FACTS, **change))

    assert (refused.value.facts["field"], refused.value.facts["reason"]) == (field, reason)


def test_the_first_address_is_the_usual_one_and_there_is_never_another(db_session):
    who = actor(make_user())
    first, second = add(who), add(who)
    with transaction():
        make_default_address(second, by=who)

    assert [(each.address.id, each.address.is_default) for each in list_addresses(who.user_id)] == [
        (second, True),
        (first, False),
    ]
    with transaction():
        delete_address(second, by=who)
    assert [(each.address.id, each.address.is_default) for each in list_addresses(who.user_id)] == [
        (first, True)
    ]


def test_a_form_sent_twice_is_one_address_and_its_key_opens_nothing_to_others(db_session):
    one, other, key = actor(make_user()), actor(make_user()), str(uuid4())

    assert add(one, key=key) == add(one, key=key)
    with pytest.raises(AddressNotFoundError):
        add(other, key=key)

    assert len(db.session.scalars(select(UserAddress)).all()) == 1


def test_there_are_at_most_twenty(db_session):
    who = actor(make_user())
    for _number in range(20):
        add(who)

    with pytest.raises(TooManyAddressesError) as refused:
        add(who)

    assert refused.value.facts == {"most": 20}
    assert len(list_addresses(who.user_id)) == 20


def test_an_address_of_somebody_else_is_not_found_and_stays_as_it_is(db_session):
    owner, stranger = actor(make_user()), actor(make_user())
    number = add(owner)

    for act in (
        lambda: change_address(number, replace(FACTS, name="Kẻ trộm"), by=stranger),
        lambda: make_default_address(number, by=stranger),
        lambda: delete_address(number, by=stranger),
    ):
        with pytest.raises(AddressNotFoundError), transaction():
            act()

    assert [each.address.name for each in list_addresses(owner.user_id)] == ["Lan"]


def test_pages_add_ask_change_and_delete(app, db_session):
    user = make_user()
    browser = browser_of(app, user)
    app.config["WTF_CSRF_ENABLED"] = False
    typed = {
        "name": HOSTILE,
        "phone": "0912345678",
        "province": "ho-chi-minh",
        "commune": "Phường 1",
        "street": HOSTILE,
    }

    asked = browser.post("/account/addresses", data=typed)

    assert asked.status_code == 422
    assert HOSTILE.encode() not in asked.data
    assert asked.data.count(b'name="commune_code"') == 10
    assert "Lỗi:" in asked.text
    code = asked.text.split('name="commune_code" value="')[1][:5]
    kept = browser.post("/account/addresses", data=typed | {"commune_code": code})
    assert (kept.status_code, kept.location) == (303, "/account/addresses")
    shown = browser.get("/account/addresses")
    assert HOSTILE not in shown.text
    assert "&lt;script&gt;" in shown.text
    number = db.session.scalars(select(UserAddress.id)).one()
    db.session.rollback()
    page = browser.get(f"/account/addresses/{number}")
    assert f'name="commune_code" value="{code}"' in page.text
    changed = browser.post(f"/account/addresses/{number}", data=typed | {"commune_code": code, "name": "Lan"})
    assert changed.status_code == 303
    assert browser.post(f"/account/addresses/{number}/deletion").status_code == 303
    assert db.session.scalars(select(UserAddress)).all() == []


def test_pages_of_others_addresses_are_not_there(app, db_session):
    number = add(actor(make_user()))
    browser = browser_of(app, make_user())
    app.config["WTF_CSRF_ENABLED"] = False

    answers = [
        browser.get(f"/account/addresses/{number}"),
        browser.post(f"/account/addresses/{number}", data=vars_of(FACTS)),
        browser.post(f"/account/addresses/{number}/default"),
        browser.post(f"/account/addresses/{number}/deletion"),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert db.session.scalars(select(UserAddress.name)).all() == ["Lan"]


def vars_of(facts):
    return {"name": "X", "phone": facts.phone, "province": facts.province, "commune": facts.commune}
