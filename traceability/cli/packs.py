"""Lists of codes for use without a network."""

import click
from flask import current_app

from core import clock
from core.db import transaction
from core.i18n import gettext
from traceability.cli.group import cli, speaks
from traceability.operations.packs import make_pack, plan_pack
from traceability.queries.lots import get_lot


@cli.command("make-pack")
@click.argument("name")
@click.option("--title", required=True, help="What people read: the fair and its days.")
@click.option(
    "--lot", "lots", multiple=True, required=True, help="product-slug/lot-code, or a number; again for more."
)
@speaks
def make_pack_command(name: str, *, title: str, lots: tuple[str, ...]) -> None:
    """Make the list NAME of the lots' codes in force, for /api/v1/offline-packs/NAME; the worker renews it hourly."""
    folder = current_app.extensions["settings"].stamp_keys_dir
    with transaction():
        pack = make_pack(plan_pack(name, title, map(get_lot, lots)), folder, now=clock.now())
        facts = {"name": pack.name, "count": pack.code_count, "kilobytes": -(-pack.byte_count // 1024)}
    click.echo(gettext("List %(name)s: %(count)s codes, %(kilobytes)s KB.", **facts))
