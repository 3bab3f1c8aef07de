"""`flask ledger`: looking at the books from the command line."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from core import clock
from core.cli import require_migrated, trouble_told
from core.db import transaction
from core.i18n import gettext
from ledger.looking import look
from ledger.operations import note_look

cli = AppGroup("ledger", help="Money: whether the books are whole.")


@cli.command("verify")
def verify() -> None:
    """Check every rule of money, stock and orders, keep the result, and end with code 1 if one is broken."""
    require_migrated()
    with trouble_told():
        results = look(current_app.extensions["invariant_modules"])
        with transaction():
            is_whole = note_look(results, now=clock.now())
    for result in results:
        click.echo(f"{result.name:<6} {'ok' if not result.violations else 'VIOLATED':<9} {result.rule}")
        for facts in result.violations:
            click.echo(f"         {dict(facts)}")
    click.echo(gettext("The books are whole.") if is_whole else gettext("The books are not whole."))
    sys.exit(0 if is_whole else 1)
