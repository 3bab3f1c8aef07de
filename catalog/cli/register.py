"""Bringing a register file in."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import click

from catalog.cli.group import cli, speaks
from catalog.cli.sentences import LEVELS, added_sentence, message_sentence
from catalog.errors import RegisterImportError
from catalog.operations.register_import import import_register
from catalog.register.layouts import parse_table
from catalog.register.own_layout import HEADINGS
from catalog.register.report import ImportReport
from catalog.register.rows import Level, ParsedRow, RowMessage
from catalog.spreadsheets import FILE_BYTES_MAX, Table, read_table, write_table
from core import clock
from core.db import transaction
from core.i18n import gettext


class _DryRunEndsError(Exception):
    """Thrown to give a dry run's transaction up."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


@cli.command("import-register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--skip-bad", is_flag=True, help="Keep the good rows where others are wrong.")
@click.option("--quiet", is_flag=True, help="Tell errors and warnings only, no notes.")
@speaks
def import_register_command(file: Path, *, dry_run: bool, skip_bad: bool, quiet: bool) -> None:
    """Record the products and recognitions of FILE (CSV or XLSX), all or none."""
    with file.open("rb") as opened:
        table = read_table(opened.read(FILE_BYTES_MAX + 1))
    header_messages, rows = parse_table(table)
    report = _import(table, rows, dry_run=dry_run, skip_bad=skip_bad)
    report.file_messages, report.encoding = header_messages, table.encoding
    _tell_messages(report.messages, quiet=quiet)
    _tell_summary(report, dry_run=dry_run)
    sys.exit(1 if report.failed_count and not skip_bad else 0)


@cli.command("register-template")
@click.argument("file", type=click.Path(exists=False, dir_okay=False, path_type=Path))
@speaks
def register_template(file: Path) -> None:
    """Write an empty register to FILE, as .csv or .xlsx: headings in Vietnamese and nothing else."""
    write_table(file, [list(HEADINGS.values())])
    click.echo(gettext("Written: %(file)s", file=file))


def _import(table: Table, rows: Iterable[ParsedRow], *, dry_run: bool, skip_bad: bool) -> ImportReport:
    with click.progressbar(length=len(table.rows), label=gettext("Rows"), file=sys.stderr) as bar:
        try:
            with transaction():
                report = import_register(rows, now=clock.now(), skip_bad=skip_bad, progress=bar.update)
                if dry_run:
                    raise _DryRunEndsError(report)
        except _DryRunEndsError as end:
            return end.report
        except RegisterImportError as error:
            return cast(ImportReport, error.facts["report"])
    report.is_kept = True
    return report


def _tell_messages(messages: Iterable[RowMessage], *, quiet: bool) -> None:
    for message in messages:
        if not quiet or message.level is not Level.NOTE:
            click.echo(message_sentence(message))


def _tell_summary(report: ImportReport, *, dry_run: bool) -> None:
    click.echo(
        gettext(
            "%(rows)s rows: %(ok)s good (%(unchanged)s brought nothing new), %(failed)s bad.",
            rows=report.row_count,
            ok=report.ok_count,
            unchanged=report.unchanged_count,
            failed=report.failed_count,
        )
    )
    counts = " · ".join(f"{LEVELS[level]}: {report.count_of(level)}" for level in Level)
    click.echo(counts)
    added = added_sentence(report.added)
    if report.is_kept:
        click.echo(gettext("Recorded: %(added)s", added=added))
    elif dry_run:
        click.echo(gettext("Dry run, nothing was changed. It would record: %(added)s", added=added))
    else:
        click.echo(gettext("Nothing was recorded, because some rows are bad (see --skip-bad)."))
