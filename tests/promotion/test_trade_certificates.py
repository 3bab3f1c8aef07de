"""Certificates before trade buyers: a tick stands only on what an officer compared with its paper."""

from datetime import date
from uuid import uuid4

from catalog.models import Certificate
from catalog.models.evidence import CertificateClaim, CertificateReview, EvidenceFile
from core import clock as present
from promotion.queries.trade_catalogue import GoodsCriteria, HeldCertificate, list_trade_goods
from tests.factories import saved
from tests.people import make_officer
from tests.promotion.trade_shop import hand_of, make_trade_shop

TICKED = '<span class="tag tone-ok">'
PLAIN = '<span class="tag tone-plain">'


def verify(certificate, shop):
    facts = {"kind": certificate.kind, "number": certificate.number, "issued_on": certificate.issued_on}
    evidence = saved(
        EvidenceFile(
            producer_id=shop.producer.id,
            title="GCN",
            is_for_members=True,
            sha256="a" * 64,
            media_type="application/pdf",
            byte_count=1,
            page_count=1,
            kept_by_id=shop.owner.id,
            kept_at=present.now(),
        )
    )
    claim = saved(
        CertificateClaim(
            submission_key=str(uuid4()),
            producer_id=shop.producer.id,
            issuer="Chi cục",
            evidence_id=evidence.id,
            claimed_by_id=shop.owner.id,
            claimed_at=present.now(),
            **facts,
        )
    )
    saved(
        CertificateReview(
            claim_id=claim.id,
            outcome="verified",
            method="original_seen",
            officer_id=make_officer().id,
            reviewed_at=present.now(),
            certificate_id=certificate.id,
        )
    )


def test_a_tick_stands_only_on_what_an_officer_compared(app, db_session):
    shop = make_trade_shop()
    facts = {"issued_on": date(2026, 1, 1), "expires_on": date(2028, 1, 1), "recorded_at": present.now()}
    product_id = shop.variant.product_id
    own = saved(Certificate(kind="vietgap", number="1/GCN", product_id=product_id, **facts))
    saved(Certificate(kind="haccp", number="2/GCN", producer_id=shop.producer.id, **facts))

    def held():
        found = list_trade_goods(GoodsCriteria(), is_verified=True, on=present.today())
        return found.goods[0].certificates

    def page():
        text = hand_of(app, shop.buyer).get("/trade/goods").text
        return text.count(TICKED), text.count(PLAIN)

    assert [each.is_verified for each in held()] == [False, False]
    ticked, plain = page()
    verify(own, shop)
    assert held() == (
        HeldCertificate("vietgap", None, "1/GCN", date(2028, 1, 1), True),
        HeldCertificate("haccp", None, "2/GCN", date(2028, 1, 1), False),
    )
    assert page() == (ticked + 1, plain - 1)
