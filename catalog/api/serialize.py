"""From records to the shapes of the answers. Pure: nothing is read, nothing judged.

`site`: address of the site in the language of the answer, without a slash at the end («https://cho.example/en»).
"""

from datetime import UTC, date
from typing import cast

from catalog.api import shapes
from catalog.groups import group_by_number
from catalog.queries.entries import ProductEntry, entry_of
from catalog.queries.view_models import (
    CertificateView,
    DocumentView,
    OcopCodeView,
    PlaceView,
    ProducerPage,
    ProductCard,
    ProductPage,
    RecognitionView,
    SourceView,
    VariantView,
)


def product_json(entry: ProductEntry, site: str) -> shapes.ProductJson:
    """A product as it stands in a list; `catalog.queries.entries.entry_of` makes the entry from its page."""
    group = group_by_number(entry.group_no) if entry.group_no else None
    maker = entry.producer
    return {
        "slug": entry.slug,
        "name": entry.name,
        "name_en": entry.name_en,
        "url": f"{site}/products/{entry.slug}",
        "group": cast("shapes.GroupSlug | None", group.slug if group else None),
        "stars": cast("shapes.Stars | None", entry.stars),
        "certification": certification_json(entry.recognition, site) if entry.recognition else None,
        "producer": {
            "slug": maker.slug,
            "name": maker.name,
            "kind": cast("shapes.ProducerKindName | None", maker.kind),
        }
        if maker
        else None,
        "place": place_json(entry.origin),
        "price_vnd": entry.price_vnd,
        "in_stock": entry.is_in_stock,
        "is_for_sale": entry.is_for_sale,
        "is_service": entry.is_service,
        "is_demonstration": entry.is_demonstration,
        "group_as_stated": entry.group_as_stated,
    }


def product_detail_json(page: ProductPage, site: str) -> shapes.ProductDetailJson:
    """A product with all that its page says."""
    return {
        **product_json(entry_of(page), site),
        "sub_group": page.sub_group_no,
        "criteria_set": page.criteria_set,
        "summary": page.summary,
        "summary_en": page.summary_en,
        "story": page.story,
        "story_en": page.story_en,
        "ingredients": page.ingredients,
        "ingredients_en": page.ingredients_en,
        "storage": page.storage,
        "storage_en": page.storage_en,
        "history": [certification_json(each, site) for each in page.history],
        "certificates": [certificate_json(each, site) for each in page.certificates],
        "packs": [_pack_json(each) for each in page.variants] if page.is_for_sale else [],
        "ocop_code": _ocop_code_json(page.ocop_code) if page.ocop_code else None,
        "source": source_json(page.source),
        "recorded_at": f"{page.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


def producer_detail_json(page: ProducerPage, site: str) -> shapes.ProducerDetailJson:
    """A producer with all it has listed."""
    producer = page.producer
    return {
        "slug": producer.slug,
        "name": producer.name,
        "kind": cast("shapes.ProducerKindName | None", producer.kind),
        "url": f"{site}/producers/{producer.slug}",
        "place": place_json(producer.place),
        "phone": producer.phone,
        "founded_year": producer.founded_year,
        "is_demonstration": producer.is_demonstration,
        "story": page.story,
        "story_en": page.story_en,
        "source": source_json(page.source),
        "certificates": [certificate_json(each, site) for each in page.certificates],
        "products": [_producer_product_json(each, site) for each in page.products],
    }


def certification_json(recognition: RecognitionView, site: str) -> shapes.CertificationJson:
    """A recognition as recorded, with its state."""
    return {
        "state": cast("shapes.State", recognition.state),
        "stars": cast("shapes.Stars", recognition.stars_recorded),
        "decision_number": recognition.decision_number,
        "decided_on": _day(recognition.decided_on),
        "expires_on": _day(recognition.expires_on),
        "authority": recognition.authority_name,
        "source": source_json(recognition.source),
        "expiry_basis": cast("shapes.ExpiryBasisName | None", recognition.expiry_basis),
        "extended_until": _day(recognition.extended_until),
        "recognised_year": recognition.recognised_year,
        "authority_level": cast("shapes.AuthorityLevelName | None", recognition.authority_level),
        "criteria_version": recognition.criteria_version,
        "evidence_level": cast("shapes.EvidenceLevelName", recognition.evidence_level),
        "score": recognition.score,
        "revoked_on": _day(recognition.revoked_on),
        "renewal_filed_on": _day(recognition.renewal_filed_on),
        "is_replaced": recognition.is_replaced,
        "note": recognition.note,
        "document": document_json(recognition.document, site),
    }


def source_json(source: SourceView | None) -> shapes.SourceJson:
    """A publication; all null for none."""
    return {
        "publisher": source.publisher if source else None,
        "title": source.title if source else None,
        "published_on": _day(source.published_on) if source else None,
        "url": source.url if source else None,
    }


def place_json(place: PlaceView | None) -> shapes.PlaceJson:
    """An address in its two forms; all null for none."""
    return {
        "certified": place.certified if place else None,
        "current": place.current if place else None,
        "province": place.province if place else None,
        "province_slug": place.province_slug if place else None,
        "former_province": place.former_province if place else None,
        "vintage": cast("shapes.VintageName | None", place.vintage if place else None),
    }


def document_json(document: DocumentView | None, site: str) -> shapes.DocumentJson | None:
    """A stored file and its address."""
    if document is None:
        return None
    return {
        "sha256": document.sha256,
        "title": document.title,
        "media_type": document.media_type,
        "url": f"{site}/documents/{document.sha256}",
    }


def certificate_json(certificate: CertificateView, site: str) -> shapes.CertificateJson:
    """A certificate other than OCOP, with its state."""
    return {
        "kind": cast("shapes.CertificateKindName", certificate.kind),
        "standard": certificate.standard,
        "number": certificate.number,
        "issuer": certificate.issuer,
        "issued_on": _day(certificate.issued_on),
        "expires_on": _day(certificate.expires_on),
        "state": cast("shapes.CertificateStateName", certificate.state),
        "is_of_producer": certificate.is_of_producer,
        "document": document_json(certificate.document, site),
    }


def _pack_json(variant: VariantView) -> shapes.PackJson:
    return {
        "label": variant.label,
        "label_en": variant.label_en,
        "net_quantity": variant.net_quantity,
        "net_unit": variant.net_unit,
        "price_vnd": variant.price_vnd,
        "unit_price_vnd": variant.unit_price_vnd,
        "unit_price_per": variant.unit_price_per,
        "in_stock": variant.available > 0,
        "gtin": variant.gtin,
    }


def _ocop_code_json(code: OcopCodeView) -> shapes.OcopCodeJson:
    return {
        "text": code.text,
        "province": code.province,
        "district": code.district,
        "commune": code.commune,
        "ordinal": code.ordinal,
        "year": code.year,
    }


def _producer_product_json(card: ProductCard, site: str) -> shapes.ProducerProductJson:
    return {
        "slug": card.slug,
        "name": card.name,
        "name_en": card.name_en,
        "url": f"{site}/products/{card.slug}",
        "stars": cast("shapes.Stars | None", card.stars),
        "state": cast("shapes.State | None", card.state),
        "price_vnd": card.price_vnd if card.is_for_sale else None,
        "in_stock": card.is_for_sale and card.available > 0 and not card.is_service and card.sale.is_open,
        "is_for_sale": card.is_for_sale,
        "is_demonstration": card.is_demonstration,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
