"""Migrations: one line of them, and a database that is up to date is left alone."""

import sys
import threading

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from core.cli import latest_revision, trouble_told, upgrade_database
from core.config import ROOT
from core.db import db
from core.i18n import speaking


def test_file_names_tell_the_latest_revision():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))

    assert ScriptDirectory.from_config(config).get_heads() == [latest_revision(ROOT / "migrations")]


def test_a_database_that_is_up_to_date_needs_no_alembic(app, monkeypatch):
    monkeypatch.setitem(sys.modules, "flask_migrate", None)

    upgrade_database(app)


def test_models_and_migrations_agree(app, runner):
    told = runner.invoke(args=["db", "check"])

    assert told.exit_code == 0, told.output


def test_every_migration_can_be_taken_back(app, runner, db_session):
    assert runner.invoke(args=["db", "downgrade", "base"]).exit_code == 0
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0

    assert runner.invoke(args=["db", "check"]).exit_code == 0
    assert db.engine.dialect.name in {"sqlite", "postgresql"}


@pytest.mark.parametrize("command", [["verify"], ["jobs", "list"], ["jobs", "work", "--until-empty"]])
def test_a_database_without_tables_is_told_in_a_sentence(runner, db_session, command):
    assert runner.invoke(args=["db", "downgrade", "base"]).exit_code == 0

    told = runner.invoke(args=command)
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0

    assert told.exit_code == 1
    assert "flask db upgrade" in told.output
    assert "Traceback" not in told.output
    assert runner.invoke(args=command).exit_code == 0


def test_trouble_with_the_database_ends_a_command_with_a_sentence(app, runner):
    @app.cli.command("try-database")
    def try_database():
        with speaking("en"), trouble_told():
            raise OperationalError("UPDATE x", {"name": "Somebody"}, Exception("database is\nlocked"))

    told = runner.invoke(args=["try-database"])

    assert told.exit_code == 1
    assert told.output == (
        "Error: The database cannot be used now (database is locked). Nothing was changed; try again later.\n"
    )


def test_machines_that_start_at_once_upgrade_one_after_the_other(app, db_session):
    if db.engine.dialect.name != "postgresql":
        return  # SQLite has one writer: BEGIN IMMEDIATE
    upgrade = threading.Thread(target=lambda: app.test_cli_runner().invoke(args=["db", "upgrade"]))
    with db.engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(3099)")
        upgrade.start()
        upgrade.join(3)
        assert upgrade.is_alive()

    upgrade.join(30)

    assert not upgrade.is_alive()
