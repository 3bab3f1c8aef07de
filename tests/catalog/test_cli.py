"""Commands of officers and producers."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from catalog.facts import InquiryFacts, ProducerFacts, ProductFacts, VariantFacts
from catalog.models import Certificate, Inquiry, Product, Variant
from catalog.operations.inquiries import record_inquiry
from catalog.operations.producers import record_producer
from catalog.operations.products import record_product
from catalog.operations.variants import record_variant
from catalog.stars import stars_on, state_on
from core import clock as present
from core.db import db, transaction

CERTIFY = (
    *("record-certification", "gao-st25", "--stars", "4", "--decision-number", "12/QĐ-UBND"),
    *(
        "--decided-on",
        "20/4/2024",
        "--authority-level",
        "province",
        "--authority-name",
        "UBND tỉnh Sóc Trăng",
    ),
    *("--evidence-level", "A", "--source-key", "congbao", "--source-publisher", "Công báo"),
)


@pytest.fixture
def shop(app: Flask) -> None:
    with app.app_context(), transaction():
        producer = record_producer(ProducerFacts(name="HTX A"))
        facts = ProductFacts(name="Gạo ST25", is_for_sale=True)
        product = record_product(facts, now=present.now(), producer=producer)
        record_variant(product, VariantFacts(label="5 kg", price_vnd=200_000), now=present.now())
        record_variant(product, VariantFacts(label="1 kg", price_vnd=45_000), now=present.now())
        record_inquiry(
            product,
            InquiryFacts(submission_key="k", name="Lan", phone="0912345678", message="Còn không?"),
            now=present.now(),
        )


@pytest.fixture
def run(runner: FlaskCliRunner, shop: None) -> "Run":
    return Run(runner)


class Run:
    """`run("set-price", …)` gives what the command said in English."""

    def __init__(self, runner: FlaskCliRunner) -> None:
        self._runner = runner

    def __call__(self, *args: str) -> Result:
        return self._runner.invoke(args=["catalog", *args, "--language", "en"])


def product() -> Product:
    return db.session.scalars(select(Product)).one()


def test_a_recognition_is_recorded_withdrawn_and_told(run: Run, app: Flask) -> None:
    recorded = run(*CERTIFY)
    with app.app_context():
        shown = stars_on([each.facts for each in product().certifications], present.today())
    revoked = run(
        *["revoke-certification", "gao-st25", "--decision-number", "9/QĐ", "--revoked-on", "2026-11-22"],
        *["--ground", "not_produced", "--authority-name", "UBND"],
    )

    assert (recorded.output, shown) == ("Recorded: 4 stars until 20 Apr 2027.\n", 4)
    assert revoked.output == "Withdrawn from 22 Nov 2026 on.\n"
    with app.app_context():
        assert stars_on([each.facts for each in product().certifications], present.today()) is None


def test_a_renewal_is_filed_and_refused(run: Run, app: Flask) -> None:
    run(*CERTIFY)

    filed = run(*["file-renewal", "gao-st25", "--reference", "HS-1", "--filed-on", "2026-11-20"])
    refused = run(*["refuse-renewal", "gao-st25", "HS-1", "--refused-on", "2026-11-21"])

    assert filed.output == "Recorded. State today: awaiting_renewal\n"
    assert refused.output == "Recorded: refused on 21 Nov 2026.\n"
    with app.app_context():
        (certification,) = product().certifications
        assert state_on(certification.facts, present.today()) == "renewal_due"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("set-price", "khong-co", "1"), "Error: Nothing on record under: khong-co"),
        (("set-price", "gao-st25", "1"), "Error: Nothing on record under: gao-st25"),
        (
            ("set-price", "gao-st25", "--pack", "5 kg", "--", "-1"),
            "Error: price_vnd «-1»: is less than 500 đồng",
        ),
        (
            ("file-renewal", "gao-st25", "--reference", "x", "--filed-on", "2026-11-20"),
            "Error: Nothing on record",
        ),
        ((*CERTIFY, "--expires-on", "2027-04-21"), "Error: expires_on «2027-04-21»: is later than 36 months"),
    ],
)
def test_a_refusal_is_one_sentence(
    runner: FlaskCliRunner, shop: None, args: tuple[str, ...], said: str
) -> None:
    answer = runner.invoke(args=["catalog", args[0], "--language", "en", *args[1:]])

    assert answer.exit_code == 1
    assert said in answer.output


def test_price_and_stock_of_one_pack_are_changed(run: Run, app: Flask) -> None:
    said = [
        run("set-price", "gao-st25", "48000", "--pack", "1 kg").output,
        run("set-stock", "gao-st25", "12", "--pack", "1 kg").output,
    ]

    assert said == ["1 kg: 48,000 đồng\n", "1 kg: 12 in stock\n"]
    with app.app_context():
        packs = db.session.scalars(select(Variant).order_by(Variant.position))
        assert [(pack.price_vnd, pack.on_hand) for pack in packs] == [(200_000, 0), (48_000, 12)]


def test_a_document_is_stored_and_a_certificate_rests_on_it(run: Run, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "giay.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")

    sha256 = run("store-document", str(tmp_path / "giay.pdf"), "--title", "Giấy chứng nhận").output.strip()
    said = run(
        *[
            "record-certificate",
            "--product",
            "gao-st25",
            "--kind",
            "food_safety",
            "--number",
            "1/ATTP",
            "--document",
        ],
        sha256,
    )

    assert said.output == "Recorded.\n"
    with app.app_context():
        certificate = db.session.scalars(select(Certificate)).one()
        assert certificate.document is not None
        assert certificate.document.sha256 == sha256


def test_inquiries_are_listed_with_how_to_answer(run: Run, app: Flask) -> None:
    said = run("inquiries").output

    with app.app_context():
        number = db.session.scalars(select(Inquiry.id)).one()
    assert said == f"{number} · 22 Nov 2026 10:00 · Gạo ST25\n  Lan · +84912345678\n  Còn không?\n"


def test_a_job_announces_an_inquiry_without_naming_anyone(
    run: Run, runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="catalog.jobs.inquiries"):
        runner.invoke(args=["jobs", "work", "--until-empty"])

    (line,) = [record.getMessage() for record in caplog.records if record.name == "catalog.jobs.inquiries"]
    assert line == "inquiry 1 waits for an answer"
