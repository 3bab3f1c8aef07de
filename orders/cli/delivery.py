"""`flask orders …`: loading what the operator sets in bulk: fees of delivery, and carriers' lists of places."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup, with_appcontext

from catalog.errors import RegisterFileError
from catalog.spreadsheets import Table, read_table
from core import clock
from core.carrier_settings import CODES
from core.cli import require_migrated, trouble_told
from core.db import transaction
from core.i18n import gettext
from orders.errors import InvalidRatesError
from orders.operations.bookings import load_places
from orders.operations.delivery import RateTableFacts, record_rates
from orders.rate_sheets import read_rates

orders = AppGroup("orders", help="Delivery: fees and carriers' lists of places.")
orders.callback = with_appcontext(require_migrated)

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY: Final = click.DateTime(formats=["%Y-%m-%d"])


@orders.command("load-rates")
@click.argument("file", type=_FILE)
@click.option("--from", "valid_from", type=_DAY, help="First day; today if it is left out.")
@click.option("--to", "valid_to", type=_DAY, help="Last day, if it ends.")
@click.option("--try", "is_trial", is_flag=True, help="Only look whether the sheet can be used.")
def load_rates(file: Path, valid_from: datetime | None, valid_to: datetime | None, is_trial: bool) -> None:
    """Let the fees of a sheet count from a day on; the same sheet a second time changes nothing."""
    table = _table(file)
    steps, faults = read_rates(table.header.cells, [(row.line, row.cells) for row in table.rows])
    for fault in faults:
        click.echo(f"{file.name}:{fault.line}: {fault.column}: {fault.reason}", err=True)
    if faults:
        raise click.ClickException(gettext("The sheet was not used."))
    if is_trial:
        click.echo(gettext("The sheet can be used: %(count)s rows.", count=len(steps)))
        return
    facts = RateTableFacts(
        producer_id=None, valid_from_on=_day(valid_from) or clock.today(), valid_to_on=_day(valid_to)
    )
    with trouble_told():
        try:
            with transaction():
                _table_row, is_new = record_rates(steps, facts, by=None, now=clock.now())
        except InvalidRatesError:
            raise click.ClickException(gettext("The sheet was not used.")) from None
    click.echo(gettext("The fees are kept.") if is_new else gettext("These fees counted already."))


@orders.command("load-carrier-places")
@click.argument("carrier", type=click.Choice(CODES))
@click.argument("file", type=_FILE)
@click.option("--version", required=True, help="What the carrier calls this state of its list.")
@click.option("--from", "valid_from", type=_DAY, help="First day; today if it is left out.")
def load_carrier_places(carrier: str, file: Path, version: str, valid_from: datetime | None) -> None:
    """Keep what a carrier calls places of today: two columns, our code and the carrier's, with a heading."""
    codes = [(row.cells[0].strip(), row.cells[1].strip()) for row in _table(file).rows if len(row.cells) > 1]
    with trouble_told():
        try:
            with transaction():
                count = load_places(
                    carrier,
                    version[:40],
                    codes,
                    valid_from_on=_day(valid_from) or clock.today(),
                    by=None,
                    now=clock.now(),
                )
        except InvalidRatesError as error:
            raise click.ClickException(
                gettext("The list was not used (%(reason)s).", reason=error.facts["reason"])
            ) from None
    click.echo(gettext("%(count)s places kept.", count=count))


def _table(file: Path) -> Table:
    try:
        return read_table(file.read_bytes())
    except RegisterFileError as error:
        raise click.ClickException(
            gettext("The file cannot be read as a table (%(reason)s).", reason=error.facts["reason"])
        ) from None


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant else None
