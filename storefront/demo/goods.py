"""Records producers, products, packs, recognitions and certificates of the plans."""

from collections.abc import Sequence
from datetime import timedelta

from catalog.facts import RevocationFacts
from catalog.models import AuthorityLevel, Certification, Producer, Product
from catalog.operations.certificates import record_certificate
from catalog.operations.certifications import record_certification, record_revocation
from catalog.operations.places import record_place
from catalog.operations.producers import record_producer
from catalog.operations.products import record_product
from catalog.operations.renewals import file_renewal
from catalog.operations.variants import record_variant
from storefront.demo.days import COUNCILS, certificate_facts, days_before, decision_number, recognition_facts
from storefront.demo.documents import certificate_paper, decision_paper
from storefront.demo.lots import Grounds, build_areas, build_lot
from storefront.demo.plans import HOME, CertificatePlan, ProducerPlan, ProductPlan, RecognitionPlan
from storefront.demo.site import BuildSite


def build_producer(site: BuildSite, plan: ProducerPlan) -> Producer:
    """Record one producer with everything that it makes."""
    places = {name: record_place(address).place for name, address in plan.places.items()}
    producer = record_producer(plan.facts, place=places[HOME], source=site.source)
    grounds = Grounds(places, build_areas(site, producer, plan, places))
    _build_certificates(site, producer, plan.certificates)
    for product in plan.products:
        _build_product(site, product, producer, grounds)
    return producer


def _build_product(site: BuildSite, plan: ProductPlan, producer: Producer, grounds: Grounds) -> None:
    product = record_product(
        plan.facts, now=site.now, producer=producer, place=grounds.places[HOME], source=site.source
    )
    for variant in plan.variants:
        record_variant(product, variant, now=site.now)
    for recognition in plan.recognitions:
        _build_recognition(site, product, recognition)
    _build_certificates(site, product, plan.certificates)
    for lot in plan.lots:
        build_lot(site, product, lot, grounds)


def _build_recognition(site: BuildSite, product: Product, plan: RecognitionPlan) -> None:
    facts = recognition_facts(plan, site.day)
    document = None
    if plan.has_document and facts.decision_number is not None:
        producer = product.producer.name if product.producer else ""
        document = site.kept(decision_paper(product.name, producer, facts))
    certification = record_certification(product, facts, now=site.now, source=site.source, document=document)
    _file_renewal(site, certification, plan)
    if plan.revocation is not None:
        record_revocation(
            certification,
            RevocationFacts(
                decision_number=decision_number(plan.revocation.number),
                revoked_on=days_before(site.day, plan.revocation.days_ago),
                ground=plan.revocation.ground,
                authority_name=COUNCILS[AuthorityLevel.PROVINCE],
            ),
            now=site.now,
        )


def _file_renewal(site: BuildSite, certification: Certification, plan: RecognitionPlan) -> None:
    if plan.filed_days_before_end is None or certification.expires_on is None:
        return
    filed_on = certification.expires_on - timedelta(days=plan.filed_days_before_end)
    reference = f"HS-{plan.number:03d}/TRÌNH DIỄN"
    file_renewal(certification, reference=reference, filed_on=filed_on, now=site.now)


def _build_certificates(
    site: BuildSite, holder: Producer | Product, plans: Sequence[CertificatePlan]
) -> None:
    for plan in plans:
        facts = certificate_facts(plan, site.day)
        document = site.kept(certificate_paper(holder.name, facts)) if plan.has_document else None
        record_certificate(holder, facts, now=site.now, document=document)
