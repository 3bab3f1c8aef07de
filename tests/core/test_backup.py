"""A backup holds what a market needs to stand up again, and a market stands up from it."""

import dataclasses
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from core.backup import Backup, back_up
from core.db import db, transaction
from core.files import LocalStorage, storage_for

CONTENT = b"a decision"


@pytest.fixture
def market(db_session, settings, tmp_path):
    """Settings of a market with a file, a key in the usual place and one elsewhere."""
    usual, elsewhere = settings.instance_dir / "keys" / "stamps" / "stamp-1.key", tmp_path / "vault" / "log"
    for key in (usual, elsewhere):
        key.parent.mkdir(parents=True)
        key.write_text(f"private: {key.name}", encoding="ascii")
    log = dataclasses.replace(settings.log, log_key_file=elsewhere)
    storage_for(settings).put(CONTENT)
    return dataclasses.replace(settings, log=log)


@pytest.mark.sqlite
def test_a_market_stands_up_from_its_backup(market, make_app, runner, tmp_path):
    with transaction():
        db.session.execute(text("CREATE TABLE kept (word TEXT)"))
        db.session.execute(text("INSERT INTO kept VALUES ('đặc sản')"))

    told = runner.invoke(args=["backup", str(tmp_path / "copy")])

    assert told.exit_code == 0, told.output
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    back = dataclasses.replace(
        market,
        database_url=f"sqlite:///{tmp_path / 'copy' / 'market.sqlite3'}",
        storage_url=f"file://{tmp_path / 'copy' / 'files'}",
    )
    with make_app(back).app_context():
        assert db.session.scalar(text("SELECT word FROM kept")) == "đặc sản"
        with storage_for(back).open(storage_for(back).put(CONTENT)) as file:
            assert file.read() == CONTENT
    assert make_app(back).test_cli_runner().invoke(args=["verify"]).exit_code == 0


def test_a_second_backup_copies_what_is_new_and_takes_away_what_is_gone(market, tmp_path):
    storage, copy = storage_for(market), LocalStorage(tmp_path / "copy" / "files")
    (first,) = [each.name for each in storage.list_kept()]
    has_database = market.database_url.startswith("sqlite:")

    made = back_up(market, tmp_path / "copy")
    assert made == Backup(has_database=has_database, keys=2, added=1, removed=0, damaged=())
    assert {
        str(each.relative_to(tmp_path / "copy" / "keys")): each.read_text(encoding="ascii")
        for each in (tmp_path / "copy" / "keys").rglob("*.key")
    } == {"stamps/stamp-1.key": "private: stamp-1.key", "log.key": "private: log"}

    second = storage.put(b"another")
    storage.delete(first)
    made = back_up(market, tmp_path / "copy")

    assert made == Backup(has_database=has_database, keys=2, added=1, removed=1, damaged=())
    assert [each.name for each in copy.list_kept()] == [second]


@pytest.mark.sqlite
def test_a_damaged_file_is_told_and_never_copied(market, runner, tmp_path):
    (name,) = [each.name for each in storage_for(market).list_kept()]
    LocalStorage(market.instance_dir / "files")._path(name).write_bytes(b"a decisiom")

    told = runner.invoke(args=["backup", str(tmp_path / "copy")])

    assert told.exit_code == 1
    assert name in told.output
    assert list(LocalStorage(tmp_path / "copy" / "files").list_kept()) == []


@pytest.mark.sqlite
def test_a_backup_that_breaks_off_leaves_the_earlier_copy(market, tmp_path, monkeypatch):
    back_up(market, tmp_path / "copy")
    earlier = (tmp_path / "copy" / "market.sqlite3").read_bytes()
    with transaction():
        db.session.execute(text("CREATE TABLE later (word TEXT)"))

    class Breaking(sqlite3.Connection):
        def execute(self, *_arguments):
            raise sqlite3.OperationalError("disk I/O error")

    connect = sqlite3.connect
    monkeypatch.setattr(
        "core.backup.sqlite3.connect", lambda *args, **options: connect(*args, factory=Breaking, **options)
    )
    with pytest.raises(sqlite3.OperationalError):
        back_up(market, tmp_path / "copy")

    assert (tmp_path / "copy" / "market.sqlite3").read_bytes() == earlier
    monkeypatch.undo()
    back_up(market, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy" / "market.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM later").fetchone() == (0,)
