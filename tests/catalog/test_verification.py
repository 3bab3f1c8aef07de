"""Comparing sellers with their papers, and what shoppers read of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from accounts.errors import NotYoursError
from accounts.models import AuditEvent, Membership, RoleGrant
from accounts.queries.actors import get_actor
from catalog.errors import InvalidClaimError, SellerCheckError
from catalog.models import CatalogChange, Producer
from catalog.models.joining import SellerCheck
from catalog.operations.verification import ask_for_check, refuse_seller, verify_seller
from catalog.queries.sellers import (
    count_office_checks,
    find_seller,
    get_office_check,
    list_office_checks,
)
from core import clock as present
from core.db import db, transaction
from core.files import storage_for
from tests.catalog.test_claims import paper
from tests.factories import make_place, make_producer, make_product, make_register_entry
from tests.people import LAO_CAI, actor, browser_of, make_member, make_officer

TAX_CODE = "0100233488"


@pytest.fixture
def app(app):
    """Forms are sent without fetching their token first."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def producer(app, db_session):
    return make_producer(name="HTX Dừa", tax_code=TAX_CODE, phone="+842753822000")


@pytest.fixture
def owner(producer):
    return make_member(producer)


def ask(app, owner, producer, letter="a"):
    with transaction():
        return ask_for_check(
            db.session.get_one(Producer, producer.id),
            paper(letter),
            by=get_actor(owner.id),
            files=storage_for(app.extensions["settings"]),
            now=present.now(),
        ).id


def verify(officer, check_id, method="business_register", *, has_compared=True):
    with transaction():
        by = get_actor(officer.id)
        asked = get_office_check(by, check_id)
        verify_seller(asked, method, has_compared=has_compared, by=by, now=present.now())


def refuse(officer, check_id, reason="Tên trên giấy khác"):
    with transaction():
        by = get_actor(officer.id)
        refuse_seller(get_office_check(by, check_id), reason, by=by, now=present.now())


def standing(producer, on=None):
    db.session.rollback()
    return find_seller(producer.id, on or present.today()).standing


def states():
    db.session.rollback()
    return list(db.session.scalars(select(SellerCheck.state).order_by(SellerCheck.id)))


def test_nobody_is_verified_by_default(producer):
    assert standing(producer) == "unverified"


def test_a_verification_names_the_office_the_day_and_its_end(app, producer, owner):
    officer = make_officer()
    check_id = ask(app, owner, producer)
    assert standing(producer) == "documents_received"

    verify(officer, check_id)

    seller = find_seller(producer.id, present.today())
    assert (seller.standing, seller.checked_on, seller.until_on) == (
        "verified",
        date(2026, 11, 22),
        date(2028, 11, 21),
    )
    assert seller.office == "cán bộ chương trình OCOP tỉnh Vĩnh Long"
    assert seller.method == "business_register"
    verbs = list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)))
    assert verbs == ["catalog.keep_evidence", "catalog.ask_for_check", "catalog.verify_seller"]


def test_it_holds_through_its_last_day_and_not_longer(app, producer, owner):
    verify(make_officer(), ask(app, owner, producer))

    assert standing(producer, date(2028, 11, 21)) == "verified"
    assert standing(producer, date(2028, 11, 22)) == "lapsed"


@pytest.mark.parametrize("change", [{"name": "HTX Khác"}, {"tax_code": "0100112437"}, {"kind": "farm"}])
def test_it_lapses_at_once_when_the_seller_states_something_else(app, producer, owner, change):
    verify(make_officer(), ask(app, owner, producer))

    with transaction():
        for field, value in change.items():
            setattr(db.session.get_one(Producer, producer.id), field, value)

    assert standing(producer) == "lapsed"


def test_a_refusal_says_why_to_the_owner_and_ends_an_earlier_verification(app, producer, owner):
    officer = make_officer()
    verify(officer, ask(app, owner, producer))

    refuse(officer, ask(app, owner, producer, "b"))

    seller = find_seller(producer.id, present.today())
    assert (seller.standing, seller.reason) == ("refused", "Tên trên giấy khác")


def test_a_verified_seller_stays_verified_while_a_new_request_waits(app, producer, owner):
    verify(make_officer(), ask(app, owner, producer))

    ask(app, owner, producer, "b")

    assert standing(producer) == "verified"
    assert find_seller(producer.id, present.today()).is_being_checked


@pytest.mark.parametrize(("fact", "reason"), [("tax_code", "tax_code"), ("place", "place")])
def test_without_a_tax_code_or_an_address_there_is_nothing_to_compare(app, producer, owner, fact, reason):
    with transaction():
        setattr(db.session.get_one(Producer, producer.id), fact, None)

    with pytest.raises(SellerCheckError) as refused:
        ask(app, owner, producer)

    assert (refused.value.reason, states()) == (reason, [])


def test_one_request_waits_at_a_time_and_only_owners_ask(app, producer, owner):
    ask(app, owner, producer)

    with pytest.raises(SellerCheckError):
        ask(app, owner, producer, "b")
    for other in (make_member(producer, "editor"), make_member(make_producer())):
        with pytest.raises(NotYoursError):
            ask(app, other, producer, "c")

    assert states() == ["asked"]


def test_a_request_is_answered_once(app, producer, owner):
    one, two = make_officer(), make_officer("nation")
    check_id = ask(app, owner, producer)
    verify(one, check_id)

    with pytest.raises(SellerCheckError) as refused:
        refuse(two, check_id)
    with pytest.raises(SellerCheckError):
        verify(two, check_id)

    assert refused.value.reason == "answered"
    assert states() == ["asked", "verified"]


def test_the_database_refuses_a_second_answer_whatever_the_program_read(app, producer, owner):
    check_id = ask(app, owner, producer)
    verify(make_officer(), check_id)

    with pytest.raises(Exception, match=r"(?i)unique"), transaction():
        db.session.execute(
            text(
                "INSERT INTO seller_check (producer_id, state, answers_id, told, reason, noted_at)"
                " SELECT producer_id, 'refused', answers_id, told, 'x', noted_at FROM seller_check"
                " WHERE state = 'verified'"
            )
        )

    assert states() == ["asked", "verified"]


def test_what_was_not_compared_is_not_verified(app, producer, owner):
    officer = make_officer()
    check_id = ask(app, owner, producer)

    for terms in ({"has_compared": False}, {"method": "horoscope"}):
        with pytest.raises(InvalidClaimError):
            verify(officer, check_id, **terms)
    with pytest.raises(InvalidClaimError):
        refuse(officer, check_id, "  ")
    with transaction():
        db.session.get_one(Producer, producer.id).name = "HTX Khác"
    with pytest.raises(SellerCheckError) as changed:
        verify(officer, check_id)

    assert changed.value.reason == "changed"
    assert states() == ["asked"]


def test_officers_of_other_areas_communes_and_helpers_of_the_producer_decide_nothing(app, producer, owner):
    check_id = ask(app, owner, producer)
    helper = make_officer()
    with transaction():
        db.session.add(
            Membership(
                user_id=helper.id,
                producer_id=producer.id,
                role="editor",
                is_assisting=True,
                joined_at=present.now(),
            )
        )

    for officer in (
        helper,
        make_officer(province_code=LAO_CAI),
        make_officer("commune", commune_code="28789"),
        owner,
    ):
        with pytest.raises(NotYoursError):
            verify(officer, check_id)

    assert states() == ["asked"]
    assert count_office_checks(actor(make_officer(province_code=LAO_CAI))) == 0
    assert count_office_checks(actor(make_officer())) == 1


def test_a_request_waits_with_the_office_of_the_sellers_own_place_alone(app, producer, owner):
    check_id = ask(app, owner, producer)
    there = make_place(current_province_code=LAO_CAI, current_commune_code="02647")
    make_product(producer=producer, place=there)
    elsewhere, here, nation = make_officer(province_code=LAO_CAI), make_officer(), make_officer("nation")

    def found(officer):
        by = actor(officer)
        rows, total = list_office_checks(by, 1, 50)
        return [each.id for each in rows], total, count_office_checks(by)

    assert (found(elsewhere), found(here), found(nation)) == (
        ([], 0, 0),
        ([check_id], 1, 1),
        ([check_id], 1, 1),
    )
    assert browser_of(app, elsewhere).get(f"/office/verifications/{check_id}").status_code == 404
    both = make_officer(province_code=LAO_CAI)
    with transaction():
        post = {"role": "officer", "level": "commune", "province_code": "86", "commune_code": "28789"}
        db.session.add(RoleGrant(user_id=both.id, granted_at=present.now(), **post))
    assert found(both) == ([], 0, 0)


def test_whoever_works_for_the_seller_reads_the_request_and_is_told_that_another_decides(
    app, producer, owner
):
    check_id, helper = ask(app, owner, producer), make_officer()
    place = {"role": "editor", "is_assisting": True, "joined_at": present.now()}
    with transaction():
        db.session.add(Membership(user_id=helper.id, producer_id=producer.id, **place))
    desk = browser_of(app, helper)

    page = desk.get(f"/office/verifications/{check_id}")

    assert page.status_code == 200
    assert "Bạn thuộc cơ sở này: cán bộ khác sẽ quyết định." in page.text
    assert f"/{check_id}/decision" not in page.text
    assert (
        f"/{check_id}/decision"
        in browser_of(app, make_officer()).get(f"/office/verifications/{check_id}").text
    )


def test_shoppers_read_it_at_once_on_every_page_of_the_producer(app, client, producer, owner):
    product = make_product(producer=producer)
    pages = (f"/products/{product.slug}", f"/producers/{producer.slug}")
    for path in pages:
        assert "Chưa được xác minh." in client.get(path).text
    seen = db.session.scalar(select(func.max(CatalogChange.seq)))

    verify(make_officer(), ask(app, owner, producer))

    db.session.rollback()
    changed = set(db.session.scalars(select(CatalogChange.product_id).where(CatalogChange.seq > seen)))
    assert changed == {0, product.id}
    for path in pages:
        told = client.get(path).text
        assert "Đã đối chiếu đăng ký kinh doanh ngày 22/11/2026, bởi" in told
        assert "cán bộ chương trình OCOP tỉnh Vĩnh Long" in told
        assert "Người Mua" not in told


def test_the_producers_page_says_who_sells_and_where_to_complain(client, producer):
    make_product(producer=producer)

    page = client.get(f"/producers/{producer.slug}").text

    assert TAX_CODE in page
    assert "Khiếu nại" in page
    assert "+842753822000" in page


def test_a_register_entry_has_no_seller_and_says_so(client, db_session):
    entry = make_register_entry()

    assert "Người bán: chưa có. Đây là một mục của sổ đăng ký." in client.get(f"/products/{entry.slug}").text
    assert TAX_CODE not in client.get(f"/producers/{entry.producer.slug}").text


def test_asking_and_deciding_in_the_browser(app, producer, owner):
    from tests.catalog.test_claim_pages import pdf

    page, officer = f"/workspace/{producer.id}/about", make_officer()
    browser, desk = browser_of(app, owner), browser_of(app, officer)
    none = browser.post(f"{page}/verification", data={}, content_type="multipart/form-data")
    assert (none.status_code, "<title>Lỗi:" in none.text) == (422, True)
    sent = browser.post(f"{page}/verification", data={"paper": pdf()}, content_type="multipart/form-data")
    assert sent.status_code == 303
    check_id = db.session.scalars(select(SellerCheck.id)).one()

    assert "HTX Dừa" in desk.get("/office/verifications").text
    assert desk.get(f"/office/verifications/{check_id}").status_code == 200
    address = f"/office/verifications/{check_id}/decision"
    assert desk.post(address, data={"verdict": "approve"}).status_code == 422
    assert desk.post(address, data={"verdict": "refuse"}).status_code == 422
    good = {"verdict": "approve", "compared": "1", "method": "paper_seen"}
    assert desk.post(address, data=good).status_code == 303
    assert desk.post(address, data=good).status_code == 409
    assert browser.get(page).status_code == 200
    other = browser_of(app, make_member(make_producer()))
    assert other.get(page).status_code == 404
    assert other.post(f"{page}/verification", data={}).status_code == 404
    assert other.get(f"/office/verifications/{check_id}").status_code == 404
    stranger = browser_of(app, make_officer(province_code=LAO_CAI))
    assert stranger.post(address, data=good).status_code == 404
    assert states() == ["asked", "verified"]


def test_a_verification_that_is_about_to_end_is_a_thing_to_do(app, producer, owner):
    verify(make_officer(), ask(app, owner, producer))

    seller = find_seller(producer.id, present.today() + timedelta(days=729))

    assert seller.is_verified
