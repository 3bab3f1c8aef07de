"""Producers, products, packs, places, certificates, documents and inquiries."""

import threading
import unicodedata
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import (
    ContradictingRecordError,
    InvalidDocumentError,
    InvalidFactError,
    InvalidInquiryError,
    ProductNotFoundError,
)
from catalog.facts import (
    CertificateFacts,
    InquiryFacts,
    PlaceFacts,
    ProducerFacts,
    ProductFacts,
    VariantFacts,
)
from catalog.illustrations import illustration_for
from catalog.models import Certification, Place, Product
from catalog.operations.certificates import record_certificate
from catalog.operations.documents import store_document
from catalog.operations.inquiries import record_inquiry
from catalog.operations.places import record_place
from catalog.operations.producers import record_producer
from catalog.operations.products import record_product
from catalog.operations.variants import record_variant
from core import clock as present
from core.config import ROOT, Settings
from core.db import db, transaction
from core.files import storage_for
from core.jobs.models import Job
from tests.catalog.conftest import Make

HOSTILE = '=HYPERLINK("x") <script>alert(1)</script>\x00\u202e\u200b {{7*7}}'


def nam_dong(**changes: Any) -> Place:
    facts = PlaceFacts(commune="xã Nam Dong", district="Cư Jút", province="Đắk Nông")
    return record_place(replace(facts, **changes)).place


def test_spellings_of_one_name_in_one_province_are_one_producer(writing: Session) -> None:
    place = nam_dong()
    first = record_producer(ProducerFacts(name="HTX Hoà Bình"), place=place)

    others = [
        record_producer(ProducerFacts(name=name), place=place)
        for name in (
            "Hợp tác xã Hòa Bình",
            "HỢP TÁC XÃ HOÀ BÌNH",
            unicodedata.normalize("NFD", "HTX  Hoà Bình"),
        )
    ]

    assert others == [first, first, first]
    assert first.slug == "hop-tac-xa-hoa-binh"


def test_another_tone_another_province_and_a_demonstration_are_other_producers(writing: Session) -> None:
    place = nam_dong()
    names = ("Hộ kinh doanh Nguyễn Thị Hoa", "Hộ kinh doanh Nguyễn Thị Hòa")
    producers = [record_producer(ProducerFacts(name=name), place=place) for name in names]
    producers.append(
        record_producer(
            ProducerFacts(name=names[0]), place=nam_dong(commune=None, district=None, province="Huế")
        )
    )
    producers.append(record_producer(ProducerFacts(name=names[0], is_demonstration=True), place=place))

    base = "ho-kinh-doanh-nguyen-thi-hoa"
    assert [each.slug for each in producers] == [base, f"{base}-2", f"{base}-3", f"{base}-4"]


def test_two_producers_cannot_share_a_tax_code(writing: Session) -> None:
    record_producer(ProducerFacts(name="Một", tax_code="0100233488"))

    with pytest.raises(ContradictingRecordError) as refused:
        record_producer(ProducerFacts(name="Hai", tax_code="0100233488"))

    assert refused.value.field == "tax_code"


def test_hostile_text_is_stored_as_plain_text_without_what_nobody_sees(make_product: Make) -> None:
    product = make_product(HOSTILE, story=HOSTILE)

    assert product.name == '=HYPERLINK("x") <script>alert(1)</script> {{7*7}}'
    assert product.story == product.name
    assert product.slug == "hyperlink-x-script-alert-1-script-7-7"


def test_products_of_one_name_have_slugs_of_their_own(make_product: Make) -> None:
    assert [make_product("Chanh dây sấy dẻo").slug for _ in range(3)] == [
        "chanh-day-say-deo",
        "chanh-day-say-deo-2",
        "chanh-day-say-deo-3",
    ]


def test_the_searched_text_holds_both_addresses_and_the_group_in_two_languages(make_product: Make) -> None:
    product = make_product(group_no=3)

    assert product.search_text == (
        "|tinh bot nghe|co so hai hoa|xa nam dong|cu jut|tinh dak nong|tinh lam dong|duoc lieu|herbal products|"
    )


def test_a_product_of_a_key_is_completed_and_never_moved_to_another_group(make_product: Make) -> None:
    first = make_product(register_key="k")
    record_product(ProductFacts(name="TINH BỘT NGHỆ", register_key="k", group_no=3), now=present.now())

    with pytest.raises(ContradictingRecordError) as refused:
        record_product(ProductFacts(name="Tinh bột nghệ", register_key="k", group_no=1), now=present.now())

    assert (first.group_no, first.name) == (3, "Tinh bột nghệ")
    assert refused.value.field == "group_no"


@pytest.mark.parametrize(
    ("facts", "conversion", "commune", "old_code"),
    [
        (
            PlaceFacts(commune="xã Nam Dong", district="Cư Jút", province="Đắk Nông"),
            "whole",
            "Xã Nam Dong",
            "67",
        ),
        (
            PlaceFacts(commune="Phường Dịch Vọng", district="Cầu Giấy", province="Hà Nội"),
            "ambiguous",
            None,
            "01",
        ),
        (
            PlaceFacts(
                commune="Phường Dịch Vọng",
                district="Cầu Giấy",
                province="Hà Nội",
                stated_current_commune="phường Nghĩa Đô",
            ),
            "chosen",
            "Phường Nghĩa Đô",
            "01",
        ),
        (
            PlaceFacts(commune="phường Phan Thiết", province="Lâm Đồng", vintage="since_2025_07"),
            "unchanged",
            "Phường Phan Thiết",
            None,
        ),
        (PlaceFacts(province="Bình Dương"), "whole", None, "74"),
        (PlaceFacts(commune="xã Không Có", province="Bình Dương"), "unknown", None, "74"),
        (PlaceFacts(province="Atlantis"), "unknown", None, None),
    ],
)
def test_an_address_is_kept_as_certified_with_the_one_of_today(
    writing: Session, facts: PlaceFacts, conversion: str, commune: str | None, old_code: str | None
) -> None:
    place = record_place(facts).place

    assert (place.commune, place.district, place.province) == (facts.commune, facts.district, facts.province)
    assert (place.conversion, place.current_commune, place.old_province_code) == (
        conversion,
        commune,
        old_code,
    )


def test_an_ambiguous_address_names_its_candidates(writing: Session) -> None:
    recorded = record_place(PlaceFacts(commune="Phường Dịch Vọng", district="Cầu Giấy", province="Hà Nội"))

    assert [commune.name for commune in recorded.candidates] == ["Phường Cầu Giấy", "Phường Nghĩa Đô"]


def test_a_commune_of_today_that_is_not_there_is_refused(writing: Session) -> None:
    with pytest.raises(InvalidFactError) as refused:
        nam_dong(stated_current_commune="xã Nghĩa Đô")

    assert refused.value.reason == "not_a_candidate"


def test_one_address_in_two_spellings_is_one_place(writing: Session) -> None:
    assert nam_dong(province="Thanh Hoá", commune=None, district=None) is nam_dong(
        province=unicodedata.normalize("NFD", "Thanh Hóa"), commune=None, district=None
    )


@pytest.mark.parametrize(
    ("gtin", "reason"),
    [
        ("9521234500019", "wrong_check_digit"),
        ("2000000000008", "reserved_number"),
        ("0200000000004", "reserved_number"),
        ("95212345", "wrong_check_digit"),
        ("95212345000１8", "not_a_number"),
        ("123", "not_a_number"),
    ],
)
def test_a_wrong_gtin_is_refused(make_product: Make, gtin: str, reason: str) -> None:
    with pytest.raises(InvalidFactError) as refused:
        record_variant(make_product(), VariantFacts(label="1", gtin=gtin), now=present.now())

    assert refused.value.reason == reason


def test_a_service_has_no_stock(make_product: Make) -> None:
    with pytest.raises(InvalidFactError) as refused:
        record_variant(make_product(group_no=6), VariantFacts(label="Một đêm", on_hand=1), now=present.now())

    assert refused.value.reason == "service_has_no_stock"


def test_a_certificate_is_recorded_once(make_product: Make) -> None:
    product = make_product()
    facts = CertificateFacts(kind="food_safety", number="01/2025", issued_on=date(2025, 1, 2))

    first = record_certificate(product, facts, now=present.now())

    assert record_certificate(product, facts, now=present.now()) is first
    with pytest.raises(ContradictingRecordError):
        record_certificate(product, replace(facts, expires_on=date(2028, 1, 2)), now=present.now())
    with pytest.raises(InvalidFactError):
        record_certificate(product, replace(facts, issued_on=date(2026, 11, 23)), now=present.now())


PDF = b"%PDF-1.4\n1 0 obj << /Type /Pages >> 2 0 obj << /Type /Page >> 3 0 obj << /Type /Page >>\n%%EOF\n"


def test_a_document_is_kept_under_its_hash_once(writing: Session, settings: Settings) -> None:
    files = storage_for(settings)
    first = store_document(PDF, title="Quyết định 1", files=files, now=present.now())

    again = store_document(PDF, title="Quyết định 2", files=files, now=present.now())

    assert again is first
    assert (first.sha256, first.media_type, first.page_count) == (
        sha256(PDF).hexdigest(),
        "application/pdf",
        2,
    )
    with files.open(first.sha256) as kept:
        assert kept.read() == PDF


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing"),
        (b"<svg onload=alert(1)>", "wrong_kind_of_file"),
        (b"GIF89a%PDF-1.4 %%EOF", "wrong_kind_of_file"),
        (b"%PDF-1.4 cut off", "wrong_kind_of_file"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024) + b"%%EOF", "too_long"),
    ],
    ids=["empty", "svg", "two kinds", "torn", "too big"],
)
def test_another_file_is_refused_and_not_kept(
    writing: Session, settings: Settings, content: bytes, reason: str
) -> None:
    files = storage_for(settings)
    before = list(files.list_kept())

    with pytest.raises(InvalidDocumentError) as refused:
        store_document(content, title="x", files=files, now=present.now())

    assert refused.value.reason == reason
    assert list(files.list_kept()) == before


def test_an_uploaded_document_makes_no_star(make_product: Make, settings: Settings, writing: Session) -> None:
    product = make_product()
    document = store_document(PDF, title="OCOP 5 sao", files=storage_for(settings), now=present.now())

    record_certificate(product, CertificateFacts(kind="food_safety"), now=present.now(), document=document)

    assert list(writing.scalars(select(Certification))) == []


INQUIRY = InquiryFacts(
    submission_key="k-1", name=" Lan ", phone="0912 345 678", message="Còn hàng không?\r\n"
)


def test_an_inquiry_sent_twice_is_one_and_asks_for_one_announcement(
    make_product: Make, writing: Session
) -> None:
    product = make_product(is_for_sale=True)
    first = record_inquiry(product, INQUIRY, now=present.now())

    again = record_inquiry(product, INQUIRY, now=present.now())

    assert again is first
    assert (first.name, first.phone, first.message) == ("Lan", "+84912345678", "Còn hàng không?")
    assert [job.payload for job in writing.scalars(select(Job))] == [{"inquiry_id": first.id}]


def test_one_form_sent_twice_at_the_same_moment_is_one_inquiry(app: Flask, db_session: Session) -> None:
    with transaction():
        product_id = record_product(ProductFacts(name="Trà", is_for_sale=True), now=present.now()).id
    both = threading.Barrier(2)
    numbers: list[int] = []

    def send() -> None:
        with app.app_context():
            both.wait()
            with transaction():
                product = db.session.get_one(Product, product_id)
                numbers.append(record_inquiry(product, INQUIRY, now=present.now()).id)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(numbers) == 2
    assert len(set(numbers)) == 1


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"phone": "+1 212 555 0100"}, "phone", "not_a_phone"),
        ({"phone": "0912"}, "phone", "not_a_phone"),
        ({"phone": "gọi sau"}, "phone", "not_a_phone"),
        ({"name": "\u200b "}, "name", "missing"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"message": "\n"}, "message", "missing"),
        ({"message": "x" * 2001}, "message", "too_long"),
    ],
)
def test_a_wrong_inquiry_is_refused_and_nothing_is_asked_for(
    make_product: Make, writing: Session, changes: dict[str, str], field: str, reason: str
) -> None:
    with pytest.raises(InvalidInquiryError) as refused:
        record_inquiry(make_product(is_for_sale=True), replace(INQUIRY, **changes), now=present.now())

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert list(writing.scalars(select(Job))) == []


def test_an_entry_of_the_register_takes_no_inquiry(make_product: Make) -> None:
    with pytest.raises(ProductNotFoundError):
        record_inquiry(make_product(), INQUIRY, now=present.now())


@pytest.mark.parametrize(
    ("name", "group_no", "key"),
    [
        ("Nước mắm Cá Đen", 1, "fish-sauce"),
        ("NUOC MAM CA COM", None, "fish-sauce"),
        ("Mận hậu sấy", 1, "plum"),
        ("Trà Bí đao", 2, "herbal-tea"),
        ("Gạo nếp", None, "rice"),
        ("Hill coffee", 2, "coffee"),
        ("Cao Atiso Hoàng An", 3, "herbal-box"),
        ("Ninh Bình - Trà xanh", None, "tea"),
        ("Bưởi da xanh bonsai", 5, "bonsai"),
        ("Không rõ là gì", 4, "basket"),
        ("Không rõ là gì", None, "basket"),
    ],
)
def test_a_drawing_is_chosen_by_the_words_of_the_name(name: str, group_no: int | None, key: str) -> None:
    assert illustration_for(name, group_no) == key
    assert (ROOT / "static" / "img" / "goods" / f"{key}.svg").is_file()
