"""Help from an officer is for what the owner agreed to: the rest of the workspace stays closed, and is not offered."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.operations.roles import HELP_ENDED_JOB, RoleFacts, end_role, grant_role
from accounts.queries.actors import get_actor
from catalog.jobs.assistance import note_help_of_ended_post
from catalog.models import Producer, Variant
from catalog.models.evidence import CertificateClaim, EvidenceFile
from catalog.models.joining import Assistance
from catalog.models.listings import DraftField, ListingDraft
from catalog.operations.assistance import SCOPES, agree_to_help
from catalog.permissions.workspace import (
    can_claim_certificates,
    can_edit_listings,
    can_publish_listings,
    can_see_producer,
    can_set_stock,
)
from catalog.queries.todo import list_todos
from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from core.messages.models import Message
from tests.catalog.test_office_decisions import rows
from tests.claims import send
from tests.factories import make_product
from tests.people import LAO_CAI, actor, browser_of, make_administrator, make_member, make_officer

SOME = [*((scope,) for scope in SCOPES), ("listings", "certificates")]


@pytest.fixture
def product(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = False
    return make_product(slug="keo-dua", variants=[{"on_hand": 3}])


@pytest.fixture
def owner(product):
    return make_member(product.producer)


@pytest.fixture
def helped(product, owner):
    """An officer let in for these things."""

    def make(*scopes):
        officer = make_officer()
        with transaction():
            agree_to_help(
                db.session.get_one(Producer, product.producer_id),
                officer.id,
                scopes,
                ends_on=clock.today() + timedelta(days=30),
                by=get_actor(owner.id),
                now=clock.now(),
            )
        return officer

    return make


def acts(browser, product, base):
    """What each scope opens, tried: the status of every answer by scope."""
    pack = db.session.scalars(select(Variant.id)).one()
    db.session.rollback()
    return {
        "listings": {
            browser.get(f"{base}/products/new").status_code,
            browser.get(f"{base}/products/{product.id}/draft/story").status_code,
            browser.get(f"{base}/products/{product.id}/photos").status_code,
            browser.get(f"{base}/products/{product.id}/preview").status_code,
        },
        "stock": {
            browser.get(f"{base}/stock").status_code,
            browser.get(f"{base}/stock?q=k").status_code,
            browser.post(
                f"{base}/stock/{pack}", data={"act": "count", "count": "x", "seen": "3"}
            ).status_code,
        },
        "certificates": {browser.get(f"{base}/certificates/new").status_code},
    }


@pytest.mark.parametrize("scopes", SOME, ids="+".join)
def test_an_officer_may_do_what_the_owner_agreed_to_and_nothing_else(app, product, helped, scopes):
    officer = helped(*scopes)
    base = f"/workspace/{product.producer_id}"

    answers = acts(browser_of(app, officer), product, base)

    for scope, statuses in answers.items():
        assert (404 in statuses) is (scope not in scopes), (scope, statuses)
        assert scope in scopes or statuses == {404}
    helper = get_actor(officer.id)
    assert (
        can_edit_listings(helper, product.producer_id),
        can_set_stock(helper, product.producer_id),
        can_claim_certificates(helper, product.producer_id),
        can_publish_listings(helper, product.producer_id),
        can_see_producer(helper, product.producer_id),
    ) == ("listings" in scopes, "stock" in scopes, "certificates" in scopes, False, True)


def test_who_was_let_in_for_certificates_changes_neither_stock_nor_drafts(app, product, helped):
    browser = browser_of(app, helped("certificates"))
    base, pack = f"/workspace/{product.producer_id}", product.variants[0].id

    empty = browser.post(f"{base}/stock/{pack}", data={"act": "none", "seen": "3"})
    typed = browser.post(
        f"{base}/products/{product.id}/draft/story", data={"story": "Chuyện của tôi", "version-story": "0"}
    )

    assert (empty.status_code, typed.status_code) == (404, 404)
    assert db.session.get_one(Variant, pack).on_hand == 3
    assert (rows(ListingDraft), rows(DraftField)) == (0, 0)


def test_who_was_let_in_for_stock_claims_no_certificate_in_the_producers_name(app, product, helped):
    browser = browser_of(app, helped("stock"))

    answer = send(browser, product.producer_id, b"%PDF-1.4 %%EOF")

    assert answer.status_code == 404
    assert (rows(CertificateClaim), rows(EvidenceFile)) == (0, 0)


def test_a_place_that_names_nothing_opens_nothing(app, product, helped):
    officer = helped("listings", "stock", "certificates")
    with transaction():
        place = db.session.merge(officer).memberships[0]
        place.assists_with = None

    helper = get_actor(officer.id)

    assert not any(
        may(helper, product.producer_id) for may in (can_edit_listings, can_set_stock, can_claim_certificates)
    )


@pytest.mark.parametrize("who", ["owner", "packer", *SCOPES])
def test_the_workspace_offers_only_what_answers(app, product, helped, who):
    person = helped(who) if who in SCOPES else make_member(product.producer, who)
    browser = browser_of(app, person)
    base = f"/workspace/{product.producer_id}"

    home, one = browser.get(base).text, browser.get(f"{base}/products/{product.id}").text
    offered = sorted(set(re.findall(rf'href="({base}/[^"#]*)"', home + one)))

    refused = [path for path in offered if browser.get(path).status_code not in (200, 302, 303)]
    assert refused == []
    assert (f"{base}/stock" in offered) is (who in {"owner", "editor", "packer", "stock"})
    assert (f"{base}/orders" in offered) is (who in {"owner", "editor", "packer"})


def test_what_waits_is_told_to_who_was_let_in_for_it(product, helped):
    helper, other = helped("stock"), helped("certificates")

    assert [each.kind for each in list_todos(get_actor(helper.id), product.producer_id, clock.today())] == [
        "stock_low"
    ]
    assert list_todos(get_actor(other.id), product.producer_id, clock.today()) == ()


@pytest.mark.parametrize("is_moved", [False, True])
def test_who_is_dismissed_or_moved_elsewhere_helps_nobody_any_more(app, product, owner, helped, is_moved):
    officer, other, administrator = helped("stock"), helped("stock"), make_administrator()
    (post,) = officer.grants
    by = actor(administrator)

    with transaction():
        end_role(post.id, reason="Quyết định 12", by=by, now=clock.now())
        if is_moved:
            elsewhere = RoleFacts("officer", "province", LAO_CAI)
            grant_role(officer.id, elsewhere, reason="Quyết định 13", by=by, now=clock.now())

    assert not can_set_stock(get_actor(officer.id), product.producer_id)
    assert browser_of(app, officer).get(f"/workspace/{product.producer_id}").status_code == 404
    assert can_set_stock(get_actor(other.id), product.producer_id)
    (asked,) = (each.payload for each in db.session.scalars(select(Job)) if each.name == HELP_ENDED_JOB)
    db.session.rollback()
    for _twice in range(2):
        note_help_of_ended_post(**asked)
    ended = [each.officer_id for each in db.session.scalars(select(Assistance)) if each.ended_at is not None]
    assert ended == [officer.id]
    told = [each.recipient for each in db.session.scalars(select(Message)) if "đã kết thúc" in each.body]
    assert told == [owner.phone]


def test_help_is_agreed_to_on_a_page_that_asks_for_the_proof_first(app, product, owner, clock):
    make_officer()
    browser, path = browser_of(app, owner), f"/workspace/{product.producer_id}/team"
    assert 'name="ends_on"' in browser.get(path).text

    clock.move(timedelta(minutes=11))

    page = browser.get(path).text
    assert 'name="ends_on"' not in page
    assert f'href="/sign-in/confirm?next={path}"' in page
