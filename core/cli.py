"""Commands of the house itself: `flask db`, `flask prepare`, `flask serve`, `flask verify`, `flask backup`."""

import importlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from core.config import Settings
from core.db import db
from core.i18n import gettext
from core.jobs.cli import cli as jobs_cli

MIGRATIONS_FOLDER: Final = "migrations"


def register_commands(app: Flask) -> None:
    """Give `app` the commands of this module and of the job queue."""
    jobs_cli.callback = with_appcontext(require_migrated)  # before any command of the group
    for command in (database, jobs_cli, prepare, serve, verify, backup):
        app.cli.add_command(command)


@contextmanager
def trouble_told() -> Iterator[None]:
    """Around a command: a database or a file that cannot be used ends it with a sentence and code 1."""
    try:
        yield
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        raise click.ClickException(
            gettext(
                "The database cannot be used now (%(reason)s). Nothing was changed; try again later.",
                reason=reason,
            )
        ) from error
    except OSError as error:
        # What the command had told by then is done: stamps stay issued when their sheet could not be written.
        raise click.ClickException(
            gettext("A file could not be read or written (%(reason)s).", reason=error)
        ) from error


def require_migrated() -> None:
    """End a command that needs the tables of today with a sentence and code 1, if the database has not got them."""
    with trouble_told():
        revision, latest = _recorded_revision(), latest_revision(Path(_folder(_app())))
    if revision != latest:
        raise click.ClickException(
            gettext(
                "The database is at revision %(revision)s, this program needs %(latest)s. Bring it up to date with "
                "`flask db upgrade`, or start the program once with `flask serve`.",
                revision=revision or "-",
                latest=latest,
            )
        )


def upgrade_database(app: Flask) -> None:
    """Bring the database of `app` to the latest revision. Does nothing if it is there already."""
    with app.app_context():
        if _recorded_revision() == latest_revision(Path(_folder(app))):
            return
        import flask_migrate  # only now: Alembic costs a start half a second

        _prepare_migrate(app)
        flask_migrate.upgrade(directory=_folder(app))


def latest_revision(folder: Path) -> str:
    """The number of the last migration in `folder`: files are called `0001_what_it_does.py`, and so on."""
    return max(file.name.partition("_")[0] for file in (folder / "versions").glob("[0-9]*.py"))


@click.command("db", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_appcontext
def database(arguments: tuple[str, ...]) -> None:
    """Migrations of the database (Flask-Migrate): upgrade, current, migrate, …"""
    # Imported only here: Alembic costs a second and 20 MB, which no web process should pay.
    import flask_migrate.cli

    _prepare_migrate(_app())
    flask_migrate.cli.db.main(list(arguments), prog_name="flask db")


@click.command()
@with_appcontext
def prepare() -> None:
    """Ready the data folder and the database as `flask serve` does, for another server."""
    _prepare(_app())


@click.command()
@with_appcontext
def serve() -> None:
    """Prepare the data folder and the database, then serve on HOST:PORT until stopped."""
    from core.server import AddressTakenError, require_free_address, run_aside, serve_until_stopped

    app = _app()
    settings: Settings = app.extensions["settings"]
    try:
        require_free_address(settings.host, settings.port)
    except AddressTakenError as error:
        raise click.ClickException(
            f"HOST and PORT: cannot listen on {error}. Is it running already?"
        ) from error
    run_aside(lambda: _prepare(app))
    serve_until_stopped(settings)


@click.command()
@click.option("--only", metavar="NAME", multiple=True, help="Check this invariant alone; may be repeated.")
@with_appcontext
def verify(only: tuple[str, ...]) -> None:
    """Check what must always be true of the data; ends with code 1 if something is not."""
    from core.invariants import UnknownInvariantError, check_all

    require_migrated()
    for module in current_app.extensions["invariant_modules"]:
        importlib.import_module(module)
    is_whole = True
    try:
        results = list(check_all(only))
    except UnknownInvariantError as error:
        raise click.UsageError(f"no invariant is called {error}") from None
    for result in results:
        is_whole = is_whole and not result.violations
        click.echo(f"{result.name:<6} {'ok' if not result.violations else 'VIOLATED':<9} {result.rule}")
        for facts in result.violations:
            click.echo(f"         {facts}")
    sys.exit(0 if is_whole else 1)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy database, files and private keys into FOLDER, while the market runs; again, only what changed."""
    from core.backup import back_up

    require_migrated()
    try:
        made = back_up(_app().extensions["settings"], folder.absolute())
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(gettext("The backup is not whole (%(reason)s).", reason=error)) from error
    if not made.has_database:
        click.echo(gettext("The database is not in it: back PostgreSQL up with pg_dump."))
    click.echo(
        gettext(
            "Copied: %(added)d new files (%(removed)d gone), %(keys)d private keys. SECRET_KEY is not in it: "
            "keep it too.",
            added=made.added,
            removed=made.removed,
            keys=made.keys,
        )
    )
    if made.damaged:
        raise click.ClickException(
            gettext("Damaged files, not copied: %(names)s.", names=", ".join(made.damaged))
        )


def _recorded_revision() -> str | None:
    """The revision that the database says it is at; None if it says nothing."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def _prepare(app: Flask) -> None:
    """Ready the data. A database or disk that cannot be used ends the process with a line and code 1."""
    try:
        upgrade_database(app)
        ready: Callable[[Flask], None] | None = app.extensions.get("prepare")
        if ready is not None:
            ready(app)
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:
            raise  # a fault of ours, which its traceback tells best
        _stop(f"the database (DATABASE_URL, INSTANCE_DIR) cannot be used: {error.orig}")
    except OSError as error:
        _stop(f"the data folder (INSTANCE_DIR, STORAGE_URL) cannot be used: {error}")


def _stop(reason: str) -> NoReturn:
    click.echo(f"Cannot start: {' '.join(reason.split())}", err=True)
    raise SystemExit(1)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


def _prepare_migrate(app: Flask) -> None:
    import flask_migrate

    if "migrate" not in app.extensions:
        flask_migrate.Migrate(directory=_folder(app)).init_app(app, db)


def _folder(app: Flask) -> str:
    return f"{app.root_path}/{MIGRATIONS_FOLDER}"
