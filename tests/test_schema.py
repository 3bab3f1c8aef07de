"""Tables as the models know them and as the migrations make them: what `flask db check` does not look at."""

import re
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, func, inspect, select, text

from catalog.models import CatalogChange, Certification, Product
from core.db import Model, db
from tests.factories import make_product

FIRST_RELEASE = "0003"
"""The last revision of the first release: databases in use stand there."""


def spaceless(condition: str) -> str:
    return re.sub(r"\s+", "", condition)


def made_checks(connection: Connection) -> dict[str, str]:
    inspector = inspect(connection)
    return {
        str(check["name"]): spaceless(check["sqltext"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def known_checks(connection: Connection) -> dict[str, str]:
    return {
        connection.dialect.identifier_preparer.format_constraint(check) or "": spaceless(str(check.sqltext))
        for table in Model.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }


def schema(connection: Connection) -> list[Any]:
    """Every table, index, trigger and function as the database tells it, without the order in which they came."""
    if connection.dialect.name == "sqlite":
        told = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY type, name"))
        return [tuple(row) for row in told]
    columns = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    asked = (
        f"{columns} WHERE table_schema = 'public' ORDER BY 1, 2",
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        ),
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        (
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal ORDER BY 1, 2"
        ),
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    )
    return [tuple(row) for query in asked for row in connection.execute(text(query))]


def test_the_database_refuses_what_the_models_say_it_refuses(app, db_session):
    with db.engine.connect() as connection:
        made, known = made_checks(connection), known_checks(connection)
        is_sqlite = connection.dialect.name == "sqlite"  # PostgreSQL keeps its own wording of a condition

    assert set(made) == set(known)
    assert not is_sqlite or made == known


def test_a_missing_check_would_be_noticed(app, db_session):
    table = Model.metadata.tables["variant"]
    extra = CheckConstraint("price_vnd < 7", name="made_up")
    table.append_constraint(extra)
    try:
        with db.engine.connect() as connection:
            assert set(known_checks(connection)) - set(made_checks(connection)) == {"ck_variant_made_up"}
    finally:
        table.constraints.remove(extra)


@pytest.mark.slow
def test_taking_migrations_back_and_on_again_gives_the_same_schema(app, runner, db_session):
    with db.engine.connect() as connection:
        before = schema(connection)

    down = runner.invoke(args=["db", "downgrade", FIRST_RELEASE])
    up = runner.invoke(args=["db", "upgrade"])

    assert (down.exit_code, up.exit_code) == (0, 0), (down.output, up.output)
    with db.engine.connect() as connection:
        assert schema(connection) == before


@pytest.mark.slow
def test_a_database_of_the_first_release_keeps_its_rows_and_its_change_feed(app, runner, db_session):
    product_id = make_product(name="Kẹo dừa").id
    db_session.rollback()  # a read that is still open would keep PostgreSQL from altering its tables
    assert runner.invoke(args=["db", "downgrade", FIRST_RELEASE]).exit_code == 0
    with db.engine.connect() as connection:
        count_before = connection.scalar(select(func.count()).select_from(CatalogChange))

    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0

    db_session.rollback()
    assert db_session.get_one(Product, product_id).name == "Kẹo dừa"
    assert db_session.scalar(select(func.count()).select_from(Certification)) == 1
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE certification SET note = 'x'"))
    with db.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(CatalogChange)) > (count_before or 0)
