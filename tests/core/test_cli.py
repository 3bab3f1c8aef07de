"""Migrations: one line of them, and a database that is up to date is left alone."""

import sys

from alembic.config import Config
from alembic.script import ScriptDirectory

from core.cli import latest_revision, upgrade_database
from core.config import ROOT
from core.db import db


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
