"""Entries as tests need them, and what somebody with the database in hand may do."""

from contextlib import suppress
from datetime import date

from sqlalchemy import text

from catalog.facts import CertificationFacts
from catalog.operations.certifications import record_certification
from core import clock as present
from core.db import db, transaction
from tests.factories import make_register_entry
from transparency.operations import append


def enter(count, kind="made.up", start=0):
    with transaction():
        for number in range(start, start + count):
            append(kind, f"thing:{number}", {"number": number}, present.now())


def append_in_vain():
    with suppress(ZeroDivisionError), transaction():
        append("made.up", "thing:2", {}, present.now())
        raise ZeroDivisionError


def certified(**facts):
    product = make_register_entry(certification=None)
    values = {
        "stars": 4,
        "decision_number": "5/QĐ-UBND",
        "decided_on": date(2025, 6, 1),
        "expiry_basis": "law",
        "authority_level": "province",
        "authority_name": "UBND tỉnh Bến Tre",
        "evidence_level": "B",
    }
    with transaction():
        return record_certification(
            product, CertificationFacts(**(values | facts)), now=present.now(), source=product.source
        )


def rewrite(statement):
    """Change rows as somebody with the database in hand would: triggers switched off first."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in [each for each in names if "_refuses_" in each]:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(statement)
    db.session.rollback()


def verified(runner, *arguments):
    db.session.rollback()
    told = runner.invoke(args=["transparency", "verify", *arguments])
    return told.exit_code, told.output.splitlines()
