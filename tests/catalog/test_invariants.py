"""What `flask verify` finds in the register when someone has written past the operations."""

import os
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.facts import CertificationFacts
from catalog.invariants.register import files_and_rows, stars_without_ground, unclear_recognitions
from catalog.models import Certification, Document, Product, Source
from catalog.operations.certifications import record_certification
from catalog.operations.documents import store_document
from core import clock as present
from core.config import Settings
from core.files import LocalStorage, storage_for
from tests.catalog.conftest import Make

PDF = b"%PDF-1.4\n%%EOF\n"
FACTS = CertificationFacts(
    stars=4,
    evidence_level="A",
    decision_number="858/QĐ-UBND",
    decided_on=date(2025, 6, 19),
    authority_level="province",
    authority_name="UBND tỉnh Đắk Nông",
    expires_on=date(2028, 6, 19),
)


@pytest.fixture
def product(make_product: Make) -> Product:
    product: Product = make_product()
    return product


@pytest.fixture
def document(writing: Session, settings: Settings) -> Document:
    return store_document(PDF, title="858/QĐ-UBND", files=storage_for(settings), now=present.now())


def record(product: Product, **evidence: Any) -> Certification:
    return record_certification(product, FACTS, now=present.now(), **evidence)


def write(session: Session, statement: str, **values: Any) -> None:
    session.flush()
    session.execute(text(statement), values)
    session.expire_all()


def test_stars_with_their_ground_are_in_order(product: Product, source: Source, document: Document) -> None:
    record(product, source=source, document=document)

    assert [list(stars_without_ground()), list(unclear_recognitions()), list(files_and_rows())] == [
        [],
        [],
        [],
    ]


def test_stars_of_an_authority_that_could_not_give_them_are_found(
    product: Product, source: Source, writing: Session
) -> None:
    certification = record(product, source=source)
    write(writing, "UPDATE certification SET authority_level = 'district'")

    assert list(stars_without_ground()) == [
        {
            "certification_id": certification.id,
            "product_id": product.id,
            "fault": "district cannot give 4 stars on 2025-06-19",
        }
    ]


def test_a_claim_that_shows_stars_is_found(product: Product, source: Source, writing: Session) -> None:
    record(product, source=source)
    write(writing, "UPDATE certification SET evidence_level = 'C'")

    assert [each["fault"] for each in stars_without_ground()] == ["a claim of the holder"]


def test_a_source_that_names_nothing_is_no_evidence(
    product: Product, source: Source, writing: Session
) -> None:
    record(product, source=source)
    write(writing, "UPDATE source SET publisher = NULL")

    assert [each["fault"] for each in stars_without_ground()] == ["neither document nor publication"]


def test_a_record_that_shows_no_star_needs_no_ground(
    product: Product, source: Source, writing: Session
) -> None:
    record(product, source=source)
    write(writing, "UPDATE certification SET authority_level = 'district', expires_on = '2026-11-21'")

    assert list(stars_without_ground()) == []


def tamper(settings: Settings, document: Document) -> None:
    """Write other bytes over the stored file."""
    name = document.sha256
    path = settings.instance_dir / "files" / name[:2] / name[2:4] / name
    path.write_bytes(b"%PDF-1.4 edited\n%%EOF\n")


needs_folder = pytest.mark.skipif(
    os.environ.get("STORAGE_URL", "").startswith("s3://"),
    reason="files lie in S3: nothing to tamper with here",
)


@needs_folder
def test_an_edited_document_is_found_and_grounds_no_star(
    product: Product, document: Document, settings: Settings
) -> None:
    record(product, document=document)
    tamper(settings, document)

    assert [each["fault"] for each in stars_without_ground()] == ["document: the file has another content"]
    assert list(files_and_rows()) == [{"sha256": document.sha256, "fault": "the file has another content"}]


@needs_folder
def test_a_lost_document_is_found_but_a_cited_publication_still_grounds_the_star(
    product: Product, source: Source, document: Document, settings: Settings
) -> None:
    record(product, source=source, document=document)
    name = document.sha256
    (settings.instance_dir / "files" / name[:2] / name[2:4] / name).unlink()

    assert list(stars_without_ground()) == []
    assert list(files_and_rows()) == [{"sha256": name, "fault": "the file is missing"}]


@needs_folder
@pytest.mark.parametrize(("hours", "found"), [(23, 0), (25, 1)])
def test_a_file_without_a_row_is_found_after_a_day(
    writing: Session, settings: Settings, hours: int, found: int
) -> None:
    files = LocalStorage(settings.instance_dir / "files")
    name = files.put(b"nobody's")
    kept_at = (present.now() - timedelta(hours=hours)).timestamp()
    os.utime(settings.instance_dir / "files" / name[:2] / name[2:4] / name, (kept_at, kept_at))

    assert len(list(files_and_rows())) == found


def test_two_ranks_of_one_day_are_found(product: Product, source: Source, writing: Session) -> None:
    record(product, source=source)
    write(
        writing,
        "INSERT INTO certification (product_id, record_key, stars, decision_number, decided_on, expires_on,"
        " expiry_basis, authority_level, evidence_level, source_id, recorded_at)"
        " SELECT product_id, 'by hand', 3, 'x', decided_on, expires_on, expiry_basis, authority_level,"
        " evidence_level, source_id, recorded_at FROM certification",
    )

    assert [each["product_id"] for each in unclear_recognitions()] == [product.id]


def test_verify_runs_them_all(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["verify"])

    assert said.exit_code == 0
    assert [
        line.split()[:2] for line in said.output.splitlines() if line.startswith(("I9", "I10", "I16"))
    ] == [
        ["I9", "ok"],
        ["I9b", "ok"],
        ["I10", "ok"],
        ["I16", "ok"],
    ]
