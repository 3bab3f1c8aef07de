"""Certificates from their holder's word to the public record, and no further: no upload becomes a badge."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from accounts.models import AuditEvent, Membership
from accounts.queries.actors import get_actor
from catalog.errors import ClaimDecidedError, InvalidFactError, OwnClaimError
from catalog.facts import Refusal
from catalog.models import Certificate, CertificateKind, Certification
from catalog.models.evidence import (
    CertificateClaim,
    CertificatePage,
    CertificateReview,
    EvidenceFile,
    ReviewMethod,
    ReviewOutcome,
)
from catalog.operations.certificate_claims import CLAIM_KINDS, ClaimFacts, claim_certificate
from catalog.operations.certificate_states import refuse_claim, verify_claim
from catalog.queries.certificate_claims import get_office_claim
from catalog.queries.product import get_product_page
from core import clock
from core.db import db, transaction
from core.messages.models import Message
from tests import people
from tests.claims import claimed, count, decide, send
from tests.factories import make_producer, make_product
from tests.papers import a_pdf
from transparency.models import LogEntry


@pytest.fixture(autouse=True)
def _without_tokens(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def product():
    return make_product(slug="keo-dua", certification=None)


@pytest.fixture
def owner(product):
    return people.make_member(product.producer)


@pytest.fixture
def officer():
    return people.make_officer()


# From the upload to the public record


def test_the_whole_way(app, client, product, owner, officer):
    browser = people.browser_of(app, owner)

    answer = send(browser, product.producer_id, a_pdf(2))

    assert (answer.status_code, answer.location) == (
        303,
        f"/workspace/{product.producer_id}/certificates?done=claimed",
    )
    claim = db.session.scalars(select(CertificateClaim)).one()
    assert (claim.issued_on, claim.expires_on) == (date(2026, 3, 1), date(2029, 3, 1))
    assert count(Certificate) == 0
    assert "123/2026/ATTP" not in client.get("/products/keo-dua").text
    assert "123/2026/ATTP" not in client.get("/producers/" + claim.producer.slug).text
    assert "123/2026/ATTP" in people.browser_of(app, officer).get("/office/certificates").text

    answer = decide(app, officer, claim.id, outcome="verified", method="issuer_register", public_pages=["2"])

    assert (answer.status_code, answer.location) == (303, "/office/certificates?done=verified")
    certificate = db.session.scalars(select(Certificate)).one()
    assert (certificate.producer_id, certificate.product_id, certificate.number, certificate.document_id) == (
        product.producer_id,
        None,
        "123/2026/ATTP",
        None,
    )
    page = client.get("/products/keo-dua").text
    assert "123/2026/ATTP" in page
    assert "Cán bộ đã đối chiếu ngày 22/11/2026" in page
    assert f"/certificates/{certificate.id}/pages/1" in page
    picture = client.get(f"/certificates/{certificate.id}/pages/1")
    assert (picture.status_code, picture.content_type) == (200, "image/webp")
    second = db.session.scalars(select(CertificatePage)).one()
    assert second.sha256 == claim.evidence.pages[1].sha256
    assert client.get(f"/certificates/{certificate.id}/pages/2").status_code == 404
    assert client.get(f"/documents/{claim.evidence.sha256}").status_code == 404
    assert "Đã xác minh" in browser.get(f"/workspace/{product.producer_id}/certificates").text
    verbs = db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)).all()
    assert verbs == ["catalog.keep_evidence", "catalog.claim_certificate", "catalog.verify_certificate"]
    entry = db.session.scalars(select(LogEntry)).one()
    assert (entry.kind, entry.subject) == ("certificate.verified", f"certificate_review:{claim.review.id}")
    assert [message.recipient for message in db.session.scalars(select(Message))] == [owner.phone]


def test_what_turned_out_false_is_shown_by_no_page_any_more(app, client, product, owner, officer, settings):
    number = claimed(settings, product.producer, owner)
    decide(app, officer, number, outcome="verified", method="original_seen", public_pages=["1"])
    certificate = db.session.scalars(select(Certificate)).one()
    assert "123/2026/ATTP" in client.get("/products/keo-dua").text
    assert "keo-dua" in client.get("/products?certificate=food_safety").text
    browser = people.browser_of(app, officer)

    without = browser.post(f"/office/certificates/{number}/withdrawal", data={"reason": " "})
    answer = browser.post(f"/office/certificates/{number}/withdrawal", data={"reason": "Nơi cấp báo giả"})

    assert (without.status_code, answer.status_code) == (422, 303)
    assert "123/2026/ATTP" not in client.get("/products/keo-dua").text
    assert "/products/keo-dua" not in client.get("/products?certificate=food_safety").text
    assert client.get(f"/certificates/{certificate.id}/pages/1").status_code == 404
    again = browser.post(f"/office/certificates/{number}/withdrawal", data={"reason": "lần nữa"})
    assert again.status_code == 409
    assert [each.kind for each in db.session.scalars(select(LogEntry).order_by(LogEntry.seq))] == [
        "certificate.verified",
        "certificate.withdrawn",
    ]
    later = claimed(settings, product.producer, owner, key="later")
    refused = decide(app, officer, later, outcome="verified", method="original_seen")
    assert refused.status_code == 409
    assert "123/2026/ATTP" not in client.get("/products/keo-dua").text


# No path from an upload to a badge


@pytest.mark.parametrize("kind", CLAIM_KINDS)
def test_no_upload_and_no_decision_about_it_ever_becomes_a_badge(app, client, product, owner, officer, kind):
    browser = people.browser_of(app, owner)
    claim = {"kind": kind, "standard": "OCOP 5 sao", "product": str(product.id)}
    send(browser, product.producer_id, a_pdf(), number="5 sao", **claim)
    evidence = db.session.scalar(select(EvidenceFile.id))
    ways = [(outcome, method) for outcome in ReviewOutcome for method in ("original_seen", "")]
    for turn in range(101, 100 + len(ways)):
        key = f"2b6d4f3e-0000-4000-8000-{turn:012d}"
        send(
            browser,
            product.producer_id,
            evidence=str(evidence),
            number=f"{turn}",
            submission_key=key,
            **claim,
        )

    numbers = db.session.scalars(select(CertificateClaim.id)).all()
    assert len(numbers) == len(ways) == 6
    for number, (outcome, method) in zip(numbers, ways, strict=True):
        decide(app, officer, number, outcome=outcome, method=method, reason="x", public_pages=["1"])

    assert count(Certification) == 0
    page = get_product_page("keo-dua", clock.today())
    assert (page.stars, page.recognition) == (None, None)
    assert 'class="plate' not in client.get("/products/keo-dua").text
    assert 'class="plate' not in client.get("/products").text
    assert len(page.certificates) == count(Certificate) == (0 if kind == "ocop" else 1)
    assert {each.kind for each in page.certificates} <= set(CertificateKind)


def test_an_ocop_certificate_cannot_be_verified_and_says_why(app, product, owner, officer):
    send(people.browser_of(app, owner), product.producer_id, a_pdf(), kind="ocop")
    number = db.session.scalar(select(CertificateClaim.id))

    refused = decide(app, officer, number, outcome="verified", method="original_seen")
    noted = decide(app, officer, number, outcome="noted", reason="Đã xem")

    assert refused.status_code == 422
    assert "công nhận chỉ được ghi theo quyết định" in refused.text
    assert noted.status_code == 303
    assert (count(Certificate), count(LogEntry)) == (0, 0)


def test_a_number_of_another_producer_cannot_be_verified_but_a_shared_indication_can(
    app, product, owner, officer, settings
):
    other = make_producer()
    other_owner = people.make_member(other)
    shared = ClaimFacts(
        kind="geographical_indication", number="00012", issuer="Cục SHTT", issued_on=date(2020, 1, 1)
    )
    first = claimed(settings, other, other_owner, key="1")
    decide(app, officer, first, outcome="verified", method="own_files")
    copied = claimed(settings, product.producer, owner, key="2")

    answer = decide(app, officer, copied, outcome="verified", method="own_files")

    assert answer.status_code == 422
    assert "Số này đã được ghi cho cơ sở khác" in answer.text
    assert count(Certificate) == 1
    for holder, member, key in ((other, other_owner, "3"), (product.producer, owner, "4")):
        number = claimed(settings, holder, member, shared, key)
        assert decide(app, officer, number, outcome="verified", method="own_files").status_code == 303


def test_the_second_officer_is_told_and_changes_nothing(app, product, owner, officer, settings):
    number = claimed(settings, product.producer, owner)
    colleague = people.make_officer()
    decide(app, officer, number, outcome="refused", reason="Giấy mờ, không đọc được số")

    late = decide(app, colleague, number, outcome="verified", method="original_seen")

    assert late.status_code == 409
    assert "Đã có người quyết định trước bạn" in late.text
    assert "Giấy mờ, không đọc được số" in late.text
    assert (count(CertificateReview), count(Certificate)) == (1, 0)
    assert db.session.scalar(select(CertificateReview.officer_id)) == officer.id


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "verified"}, "method"),
        ({"outcome": "verified", "method": "guessed"}, "method"),
        ({"outcome": "verified", "method": "own_files", "public_pages": ["7"]}, "public_pages"),
        ({"outcome": "refused", "reason": "  "}, "reason"),
        ({"outcome": "refused", "reason": "x" * 1001}, "reason"),
        ({"outcome": "noted", "reason": "x"}, "kind"),
    ],
)
def test_a_decision_that_lacks_something_is_none(app, product, owner, officer, settings, typed, field):
    number = claimed(settings, product.producer, owner)

    answer = decide(app, officer, number, **typed)

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert (count(CertificateReview), count(Certificate)) == (0, 0)


def test_who_may_decide(app, product, owner, settings):
    number = claimed(settings, product.producer, owner)
    outside = people.make_officer(province_code=people.LAO_CAI)
    commune = people.make_officer("commune", commune_code="28789")
    nation = people.make_officer("nation")

    for person in (outside, commune, owner, people.make_administrator(), people.make_user()):
        answer = decide(app, person, number, outcome="verified", method="own_files")
        assert answer.status_code == 404
    assert people.browser_of(app, outside).get(f"/office/certificates/{number}").status_code == 404
    assert (
        "Cán bộ tỉnh quyết định" in people.browser_of(app, commune).get(f"/office/certificates/{number}").text
    )
    assert count(CertificateReview) == 0
    assert decide(app, nation, number, outcome="verified", method="own_files").status_code == 303


def test_nobody_decides_about_the_certificate_of_a_producer_they_work_for(app, product, owner, settings):
    number = claimed(settings, product.producer, owner)
    both = people.make_officer()
    with transaction():
        db.session.add(
            Membership(user_id=both.id, producer_id=product.producer_id, role="packer", joined_at=clock.now())
        )

    answer = decide(app, both, number, outcome="verified", method="own_files")

    assert answer.status_code == 403
    assert count(CertificateReview) == 0
    with pytest.raises(OwnClaimError), transaction():
        refuse_claim(
            db.session.get_one(CertificateClaim, number), "x", by=get_actor(both.id), now=clock.now()
        )


def test_claims_of_others_are_not_found(app, product, owner, settings):
    number = claimed(settings, product.producer, owner)
    rival = make_producer()
    stranger = people.browser_of(app, people.make_member(rival))
    packer = people.browser_of(app, people.make_member(product.producer, "packer"))

    for producer_id in (product.producer_id, rival.id):
        home = f"/workspace/{producer_id}/certificates"
        assert stranger.get(f"{home}/{number}").status_code == 404
        assert stranger.post(f"{home}/{number}/withdrawal").status_code == 404
        assert stranger.get(f"{home}/new?replaces={number}").status_code == 404
    assert packer.get(f"/workspace/{product.producer_id}/certificates/{number}").status_code == 200
    assert (
        packer.post(f"/workspace/{product.producer_id}/certificates/{number}/withdrawal").status_code == 404
    )
    assert send(packer, product.producer_id, a_pdf()).status_code == 404
    assert db.session.get_one(CertificateClaim, number).withdrawn_at is None


def test_hostile_words_are_only_words(app, product, owner, officer, settings):
    evil = "<script>alert(1)</script>"
    send(people.browser_of(app, owner), product.producer_id, a_pdf(), number=evil, issuer=evil, standard=evil)
    claim = db.session.scalars(select(CertificateClaim)).one()

    pages = [
        people.browser_of(app, officer).get(f"/office/certificates/{claim.id}").text,
        people.browser_of(app, officer).get("/office/certificates").text,
        people.browser_of(app, owner).get(f"/workspace/{product.producer_id}/certificates/{claim.id}").text,
    ]

    for page in pages:
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_decision_half_way_leaves_nothing(app, product, owner, officer, settings, monkeypatch):
    number = claimed(settings, product.producer, owner)

    def crash(*arguments, **facts):
        raise RuntimeError("power")

    monkeypatch.setattr("catalog.operations.certificate_states.tell_members", crash)
    with pytest.raises(RuntimeError), transaction():
        verify_claim(
            db.session.get_one(CertificateClaim, number),
            ReviewMethod.OWN_FILES,
            public_pages=(1,),
            by=get_actor(officer.id),
            now=clock.now(),
        )

    assert [count(each) for each in (Certificate, CertificateReview, CertificatePage, LogEntry)] == [
        0,
        0,
        0,
        0,
    ]


def test_the_operation_itself_refuses_a_second_decision_and_an_unknown_kind(
    product, owner, officer, settings
):
    number = claimed(settings, product, owner)
    act = {"by": people.actor(officer), "now": clock.now()}
    with transaction():
        verify_claim(db.session.get_one(CertificateClaim, number), "own_files", **act)
    assert db.session.scalars(select(Certificate.product_id)).one() == product.id

    with pytest.raises(ClaimDecidedError) as late, transaction():
        refuse_claim(db.session.get_one(CertificateClaim, number), "x", **act)
    assert late.value.outcome == "verified"
    with pytest.raises(InvalidFactError) as unknown, transaction():
        claim_certificate(
            product,
            ClaimFacts(kind="5 sao", number="1", issuer="x", issued_on=date(2026, 1, 1)),
            evidence=db.session.scalars(select(EvidenceFile)).one(),
            submission_key="z",
            **act,
        )
    assert unknown.value.reason == Refusal.UNKNOWN_CHOICE


def test_of_two_officers_at_the_same_moment_one_decides(app, product, owner, officer, settings):
    number = claimed(settings, product.producer, owner)
    deciders = [people.actor(officer), people.actor(people.make_officer())]
    both_ready, outcomes = Barrier(2), []

    def act(actor):
        with app.app_context():
            both_ready.wait(10)
            try:
                with transaction():
                    claim = get_office_claim(actor, number)
                    verify_claim(claim, ReviewMethod.OWN_FILES, by=actor, now=clock.now())
                outcomes.append("decided")
            except ClaimDecidedError:
                outcomes.append("told")

    threads = [Thread(target=act, args=(each,)) for each in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    db.session.rollback()  # what was read before the race began is over
    assert sorted(outcomes) == ["decided", "told"]
    assert (count(CertificateReview), count(Certificate), count(LogEntry)) == (1, 1, 1)
