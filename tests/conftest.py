"""Fixtures for every test.

`app`, `client`, `runner` and `db_session` come with an empty migrated database and data folder of their own. The clock
stands still (`clock` moves it), and a connection to anything but this machine fails.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session

from core.cli import upgrade_database
from core.config import Settings, load_settings
from core.db import db
from storefront.app import create_app
from tests.support.clocks import FrozenClock, standing_clock
from tests.support.databases import Databases, databases, memory_folder
from tests.support.network import stay_on_this_machine
from tests.support.quick_routes import register_routes_once, share_routes
from tests.support.quick_rules import compile_rules_once
from tests.support.quick_statements import compile_statements_once
from tests.support.vectors import cases_run

MakeApp = Callable[..., Flask]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cases-each",
        type=int,
        default=sys.maxsize,
        metavar="N",
        help="of cases that differ only in what is typed or sent, run the first N",
    )


def pytest_configure(config: pytest.Config) -> None:
    stay_on_this_machine()
    compile_rules_once()
    register_routes_once()
    compile_statements_once()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out cases beyond those asked for, and, on a database server, what asks for no database."""
    most = config.getoption("cases_each")
    is_server = bool(os.environ.get("DATABASE_URL"))
    seen: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        seen[test] += 1
        is_idle = is_server and "_databases" not in getattr(item, "fixturenames", ())
        (left_out if is_idle or seen[test] > most else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def pytest_collection_finish() -> None:
    """What the tests' modules hold stays until the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: everything that tests need can be installed there."""
    if os.environ.get("CI") and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if os.environ.get("CI") and _skipped(config):
        terminalreporter.section("skipped tests fail in CI", red=True, bold=True)
    if run := cases_run():
        counts = ", ".join(f"{folder} {count:,}" for folder, count in run.items())
        terminalreporter.write_line(f"published cases run: {counts}")


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0


class _CompiledTemplates(FileSystemBytecodeCache):
    """Keeps the templates of each language apart: they hold its messages."""

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        return super().get_bucket(environment, f"{environment.language}:{name}", filename, source)


# How long an example takes says how busy the machine is, not whether the rule holds.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    """The clock, standing at 22 November 2026, 10:00 in Vietnam, until the test moves it."""
    with standing_clock() as frozen:
        yield frozen


@pytest.fixture(scope="session")
def _databases() -> Iterator[Databases]:
    with databases(migrate) as ready:
        yield ready


@pytest.fixture(scope="session")
def _compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once in a run, not once in each test."""
    return _CompiledTemplates(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def instance_dir() -> Iterator[Path]:
    """A folder in memory for the data of one test."""
    folder = Path(tempfile.mkdtemp(prefix="market-test-", dir=memory_folder()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(_databases: Databases, instance_dir: Path) -> Settings:
    """Settings with an empty migrated database; Redis, emptied, and a folder of S3 where the environment names them."""
    _empty_redis()
    return settings_for(_databases.fresh(instance_dir), instance_dir)


@pytest.fixture
def make_app(settings: Settings, _compiled_templates: FileSystemBytecodeCache) -> Iterator[MakeApp]:
    """Builds applications over the same database: `make_app()`, or `make_app(other_settings)`."""
    with ExitStack() as stack:

        def make(other: Settings | None = None) -> Flask:
            app = share_routes(create_app(other or settings))
            app.jinja_env.bytecode_cache = _compiled_templates
            stack.callback(close_connections, app)
            return app

        yield make


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The program, as production builds it, with an empty database."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen, without cookies at first."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """The command line: `runner.invoke(args=["catalog", "reindex"])`."""
    return app.test_cli_runner()


@pytest.fixture
def db_session(app: Flask) -> Iterator[Session]:
    """The session, inside an application context. Write in `with transaction():`; requests see what is committed."""
    with app.app_context():
        yield db.session()


def _empty_redis() -> None:
    """Every test begins with nothing counted."""
    if os.environ.get("REDIS_URL"):
        from redis import Redis

        with Redis.from_url(os.environ["REDIS_URL"]) as server:
            server.flushdb()


def settings_for(database_url: str, instance_dir: Path) -> Settings:
    """Settings of a test, on top of nothing but what names servers."""
    servers = {name: os.environ[name] for name in ("REDIS_URL", "STORAGE_URL") if os.environ.get(name)}
    if servers.get("STORAGE_URL", "").startswith("s3://"):
        # No test sees the files of another.
        servers["STORAGE_URL"] = servers["STORAGE_URL"].replace("?", f"/{instance_dir.name}?", 1)
    return load_settings(
        {
            "OCOP_ENV": "testing",
            "SECRET_KEY": "a key for tests only, long enough to be taken",
            "DATABASE_URL": database_url,
            "INSTANCE_DIR": str(instance_dir),
            "PUBLIC_BASE_URL": "http://market.test",
            "LOG_LEVEL": "WARNING",
            **servers,
        }
    )


def migrate(database_url: str) -> None:
    """Bring the database up to date, as `flask serve` does."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(database_url, Path(folder)))
        upgrade_database(app)
        close_connections(app)


def close_connections(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
