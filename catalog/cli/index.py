"""The search index."""

import click

from catalog.cli.group import cli, speaks
from catalog.operations.indexing import count_listed, rebuild_index
from catalog.search.folders import IndexBusyError
from core.db import db
from core.i18n import gettext, ngettext


@cli.command("reindex")
@click.option("--wait", "wait_seconds", type=click.FloatRange(0), default=60, show_default=True)
@speaks
def reindex(*, wait_seconds: float) -> None:
    """Build the search index anew from the database. It can be done at any time; nobody notices.

    Another process that builds is waited for, --wait seconds at most.
    """
    total = count_listed()
    db.session.rollback()
    with click.progressbar(length=total, label=gettext("Search index")) as bar:
        try:
            count = rebuild_index(wait_seconds=wait_seconds, on_entry=lambda: bar.update(1))
        except IndexBusyError:
            raise click.ClickException(gettext("Another process is building the index.")) from None
    click.echo(ngettext("%(count)s product indexed.", "%(count)s products indexed.", count))
