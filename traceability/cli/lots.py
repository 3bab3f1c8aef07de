"""Lots, their journeys, recalls."""

from datetime import date

import click

from catalog.cli.group import DAY
from catalog.queries.records import get_document, get_product
from core import clock
from core.db import transaction
from core.i18n import gettext
from traceability.cli.group import cli, speaks
from traceability.models import TraceStep
from traceability.operations.lots import open_lot, record_trace_event
from traceability.operations.recalls import close_recall, recall_lot
from traceability.queries.lots import get_lot, list_lots


@cli.command("lots")
@click.argument("product", required=False)
@speaks
def lots_command(product: str | None) -> None:
    """List lots, newest first: all, or those of the PRODUCT with that slug."""
    for lot in list_lots(product):
        click.echo(
            gettext(
                "%(id)6s  %(name)s  %(quantity)s packs, %(issued)s unit codes, best before %(day)s%(recalled)s",
                id=lot.id,
                name=f"{lot.product_slug}/{lot.code}",
                quantity=lot.quantity,
                issued=lot.unit_stamp_count,
                day=lot.expires_on or gettext("not stated"),
                recalled=gettext(", being recalled") if lot.is_recalled else "",
            )
        )


@cli.command("open-lot")
@click.argument("product")
@click.argument("code")
@click.argument("quantity", type=int)
@click.option("--produced-on", type=DAY)
@click.option("--expires-on", type=DAY, help="The last good day.")
@speaks
def open_lot_command(
    product: str, code: str, quantity: int, *, produced_on: date | None, expires_on: date | None
) -> None:
    """Open the lot CODE with QUANTITY packs of the PRODUCT with that slug."""
    with transaction():
        lot = open_lot(
            get_product(product),
            code,
            quantity,
            now=clock.now(),
            produced_on=produced_on,
            expires_on=expires_on,
        )
        number = lot.id
    click.echo(gettext("Opened lot %(name)s (number %(number)s).", name=f"{product}/{code}", number=number))


@cli.command("record-event")
@click.argument("lot")
@click.argument("step", type=click.Choice([step.value for step in TraceStep]))
@click.argument("day", type=DAY)
@click.option("--note", help="In Vietnamese.")
@click.option("--note-en", help="In English.")
@click.option("--document", metavar="SHA256", help="Evidence, kept before by `flask catalog store-document`.")
@speaks
def record_event_command(
    lot: str, step: str, day: date, *, note: str | None, note_en: str | None, document: str | None
) -> None:
    """Record that STEP happened to LOT on DAY. It stays for ever."""
    with transaction():
        record_trace_event(
            get_lot(lot),
            TraceStep(step),
            day,
            now=clock.now(),
            note=note,
            note_en=note_en,
            document=get_document(document) if document else None,
        )
    click.echo(gettext("Recorded."))


@cli.command("recall-lot")
@click.argument("lot")
@click.option("--reason", required=True, help="Why, for the people who bought it.")
@click.option("--instruction", required=True, help="What they shall do with it.")
@click.option("--contact", required=True, help="Whom they can ask.")
@speaks
def recall_lot_command(lot: str, *, reason: str, instruction: str, contact: str) -> None:
    """Recall LOT: from now on every stamp of it says so first."""
    with transaction():
        recall_lot(get_lot(lot), reason=reason, instruction=instruction, contact=contact, now=clock.now())
    click.echo(gettext("The recall of %(lot)s is open.", lot=lot))


@cli.command("close-recall")
@click.argument("lot")
@speaks
def close_recall_command(lot: str) -> None:
    """Close the recall of LOT. It stays on record."""
    with transaction():
        close_recall(get_lot(lot), now=clock.now())
    click.echo(gettext("The recall of %(lot)s is closed.", lot=lot))
