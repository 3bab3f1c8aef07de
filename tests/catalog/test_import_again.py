"""What a later publication changes of what is on record, and what it does not."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.facts import RevocationFacts
from catalog.models import Product
from catalog.operations.certifications import record_revocation
from core import clock as present
from core.db import db, transaction
from tests.catalog.conftest import count_rows, last_change
from tests.catalog.test_import import GOOD, record, shown_stars


def test_a_second_publication_does_not_bring_a_withdrawn_star_back(db_session: Session) -> None:
    record(GOOD.encode())
    product = db.session.scalars(select(Product)).one()
    facts = RevocationFacts(
        decision_number="9/QĐ-BNNMT",
        revoked_on=date(2026, 11, 1),
        ground="not_produced",
        authority_name="Bộ Nông nghiệp và Môi trường",
    )
    with transaction():
        record_revocation(product.certifications[0], facts, now=present.now())
    fuller = GOOD.replace("source_key\n", "source_key,authority_name\n").replace(
        "B,S8\n", "B,S9,Bộ Nông nghiệp và Môi trường\n"
    )
    other = "Trà móc câu,HTX Phú Lương,Thái Nguyên,5,2361/QĐ-BNNMT,26/6/2025,ministry,B,S9,\n"

    report = record((fuller + other).encode(), skip_bad=True)
    before, seq = count_rows(), last_change()
    again = record((fuller + other).encode(), skip_bad=True)
    same = record(GOOD.encode())

    (error,) = [each for each in report.messages if each.level == "error"]
    assert (error.line, error.field, error.code) == (2, "decision_number", "already_revoked")
    assert (report.ok_count, report.failed_count, report.added["certification"]) == (1, 1, 1)
    assert [shown_stars(each) for each in db.session.scalars(select(Product).order_by(Product.id))] == [
        None,
        5,
    ]
    assert (again.ok_count, again.failed_count, again.added) == (1, 1, {})
    assert (same.unchanged_count, same.added) == (1, {})
    assert (count_rows(), last_change()) == (before, seq)
