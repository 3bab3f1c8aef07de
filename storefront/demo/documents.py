"""Which demonstration documents the plans ask for, and what stands in them. Pure: no database, no clock."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from catalog.facts import CertificateFacts, CertificationFacts
from storefront.demo.days import certificate_facts, days_before, recognition_facts
from storefront.demo.papers import Paper, day_text
from storefront.demo.plans import EventPlan, LotPlan, ProducerPlan, ProductPlan

CERTIFICATE_NAMES: Final = {
    "food_safety": ("an toàn thực phẩm", "food safety"),
    "vietgap": ("VietGAP", "VietGAP"),
    "globalgap": ("GlobalG.A.P.", "GlobalG.A.P."),
    "organic": ("hữu cơ", "organic farming"),
    "haccp": ("HACCP", "HACCP"),
    "iso": ("ISO", "ISO"),
    "geographical_indication": ("chỉ dẫn địa lý", "geographical indication"),
    "collective_mark": ("nhãn hiệu tập thể", "collective mark"),
    "alcohol_licence": ("sản xuất, kinh doanh rượu", "making and selling spirits"),
    "advert_confirmation": ("nội dung quảng cáo", "advertising content"),
}


def papers_of(plans: Sequence[ProducerPlan], day: date) -> Iterator[Paper]:
    """Every document that a build on `day` will store."""
    for producer in plans:
        for certificate in producer.certificates:
            if certificate.has_document:
                yield certificate_paper(producer.facts.name, certificate_facts(certificate, day))
        for product in producer.products:
            yield from _papers_of_product(producer, product, day)


def decision_paper(product: str, producer: str, facts: CertificationFacts) -> Paper:
    """The decision of a fictional council about one product."""
    return Paper(
        "quyết định",
        "decision",
        f"Quyết định trình diễn số {facts.decision_number}: {product}",
        "Demonstration decision",
        (
            ("Sản phẩm · Product", product),
            ("Chủ thể · Producer", producer),
            ("Hạng · Rank", f"{facts.stars} sao · {facts.stars} stars"),
            ("Điểm · Score", "—" if facts.score is None else f"{facts.score}".replace(".", ",")),
            ("Cơ quan · Authority", facts.authority_name or "—"),
            ("Bộ tiêu chí · Criteria", facts.criteria_version or "—"),
            ("Ngày quyết định · Decided on", day_text(facts.decided_on)),
            ("Hiệu lực đến hết · Last day", day_text(facts.expires_on)),
        ),
    )


def certificate_paper(holder: str, facts: CertificateFacts) -> Paper:
    """A certificate of a fictional body."""
    name_vi, name_en = CERTIFICATE_NAMES[facts.kind]
    return Paper(
        "giấy chứng nhận",
        "certificate",
        f"Giấy chứng nhận trình diễn về {name_vi}: {holder}",
        f"Demonstration certificate: {name_en}",
        (
            ("Cấp cho · Holder", holder),
            ("Số · Number", facts.number or "—"),
            ("Tiêu chuẩn · Standard", facts.standard or "—"),
            ("Nơi cấp · Issuer", facts.issuer or "—"),
            ("Ngày cấp · Issued on", day_text(facts.issued_on)),
            ("Hiệu lực đến hết · Last day", day_text(facts.expires_on)),
        ),
    )


def event_paper(product: str, lot: LotPlan, event: EventPlan, day: date) -> Paper:
    """The evidence of one step in the life of a lot."""
    return Paper(
        "phiếu ghi",
        "record",
        f"Phiếu ghi trình diễn, lô {lot.code}: {product}",
        "Demonstration record of a lot",
        (
            ("Sản phẩm · Product", product),
            ("Lô · Lot", lot.code),
            ("Ngày · Date", day_text(days_before(day, event.days_ago))),
            ("Việc đã làm", event.note),
            ("What was done", event.note_en),
        ),
    )


def _papers_of_product(producer: ProducerPlan, product: ProductPlan, day: date) -> Iterator[Paper]:
    name = product.facts.name
    for recognition in product.recognitions:
        if recognition.has_document and recognition.number is not None:
            yield decision_paper(name, producer.facts.name, recognition_facts(recognition, day))
    for certificate in product.certificates:
        if certificate.has_document:
            yield certificate_paper(name, certificate_facts(certificate, day))
    for lot in product.lots:
        for event in lot.events:
            if event.has_document:
                yield event_paper(name, lot, event, day)
