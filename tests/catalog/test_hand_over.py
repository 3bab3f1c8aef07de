"""A product that changes hands takes none of the old seller's open matters along: sale, draft, certificates."""

import pytest
from sqlalchemy import select

from accounts.models import AuditEvent
from catalog.errors import InvalidFactError
from catalog.models import Certificate, Product, Variant
from catalog.models.evidence import CertificateClaim, CertificateReview
from catalog.models.listings import DraftField, ListingDraft, ProductChange
from catalog.operations.certificate_states import verify_claim
from catalog.operations.drafts import Typed, open_draft, save_draft
from core import clock
from core.db import db, transaction
from tests.catalog.test_claims import claim, decide
from tests.catalog.test_office_decisions import rows
from tests.claims import claimed
from tests.claims import decide as review
from tests.factories import make_place, make_producer, make_register_entry
from tests.people import actor, make_member, make_officer


@pytest.fixture
def entry(app, db_session):
    """An entry that its holder sells: 30 packs in the shop."""
    app.config["WTF_CSRF_ENABLED"] = False
    found = make_register_entry(producer=make_producer(name="HTX Cũ", place=make_place()))
    with transaction():
        product = db.session.get_one(Product, found.id)
        product.is_for_sale = True
        product.variants.append(Variant(label="500 g", price_vnd=90_000, on_hand=30, position=1))
    return found


@pytest.fixture
def holder(entry):
    return make_member(entry.producer)


@pytest.fixture
def hand_over(app, entry):
    """The product goes to another producer after a dispute; its id."""

    def run():
        mine = make_producer(name="HTX Mới", place=make_place())
        claim_id = claim(app, make_member(mine), product_id=entry.id, for_producer_id=mine.id)
        decide(make_officer(), claim_id, replaces=True)
        db.session.rollback()
        return mine.id

    return run


def test_it_is_off_sale_until_its_new_producer_publishes_it(client, entry, holder, hand_over):
    old_id = entry.producer_id

    new_id = hand_over()

    product = db.session.get_one(Product, entry.id)
    assert (product.producer_id, product.is_for_sale, product.is_listed) == (new_id, False, True)
    change = db.session.scalars(select(ProductChange)).one()
    assert (change.kind, change.after["is_for_sale"]) == ("unpublish", False)
    verbs = select(AuditEvent.verb).where(AuditEvent.producer_id == old_id).order_by(AuditEvent.seq)
    assert db.session.scalars(verbs).all() == ["catalog.unpublish_listing"]


def test_the_open_draft_of_the_old_seller_is_closed(entry, holder, hand_over):
    by = actor(holder)
    with transaction():
        draft = open_draft(db.session.get_one(Product, entry.id), by=by, now=clock.now())
        save_draft(draft, {"story": Typed("Của nhà cũ", 0)}, by=by, now=clock.now())

    hand_over()

    assert db.session.scalars(select(ListingDraft.closed_at)).one() is not None
    assert rows(DraftField) == 1


def test_waiting_certificates_of_the_old_seller_for_it_are_taken_back(
    app, settings, entry, holder, hand_over
):
    of_product = claimed(settings, entry, holder, key="product")
    of_producer = claimed(settings, entry.producer, holder, key="producer")

    hand_over()

    withdrawn = dict(db.session.execute(select(CertificateClaim.id, CertificateClaim.withdrawn_at)).all())
    assert (withdrawn[of_product] is not None, withdrawn[of_producer]) == (True, None)
    late = review(app, make_officer(), of_product, outcome="verified", method="original_seen")
    assert late.status_code == 409
    assert (rows(Certificate), rows(CertificateReview)) == (0, 0)


def test_a_claim_for_a_product_that_another_producer_makes_is_not_verified(app, settings, entry, holder):
    number = claimed(settings, entry, holder)
    officer, other = make_officer(), make_producer()
    with transaction():
        db.session.get_one(Product, entry.id).producer_id = other.id

    answer = review(app, officer, number, outcome="verified", method="original_seen")

    assert answer.status_code == 422
    assert "nay thuộc cơ sở khác" in answer.text
    by = actor(officer)
    found = db.session.get_one(CertificateClaim, number)
    with pytest.raises(InvalidFactError) as refused:
        verify_claim(found, "original_seen", by=by, now=clock.now())
    assert (refused.value.field, refused.value.reason) == ("product", "another_holder")
    assert (rows(Certificate), rows(CertificateReview)) == (0, 0)
