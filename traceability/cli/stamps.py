"""Stamps: issue, draw, activate, check, withdraw."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import current_app

from core import clock
from core.config import Settings
from core.db import transaction
from core.i18n import gettext
from traceability.cli.group import cli, speaks
from traceability.cli.sheets import FILE, sheet_options, without_seal_option, write_sheet, write_whole
from traceability.errors import StampNotFoundError
from traceability.models import StampKind, StampRun
from traceability.operations.sealing import sealed_addresses
from traceability.operations.stamps import RunOrder, activate_stamps, issue_run, withdraw_stamp
from traceability.qr_images import qr_png, qr_svg
from traceability.queries.lots import get_lot
from traceability.queries.runs import get_run, get_stamp, list_codes
from traceability.queries.scan import get_scan_page
from traceability.stamp_codes import grouped, parse

IMAGE_MODULE_MM = 0.508  # six dots at 300 dpi, see traceability.press.layouts
IMAGE_MODULE_DOTS = 12
IMAGE_DOTS_PER_INCH = 600


@cli.command("issue-stamps")
@click.argument("lot")
@click.argument("count", type=int)
@click.option("--lot-code", is_flag=True, help="One code for the whole lot; COUNT labels of it on the sheet.")
@click.option("--sealed", is_flag=True, help="With a signature in the printed address (seal-keys).")
@click.option("--inactive", is_flag=True, help="Not in force before `activate-stamps`.")
@click.option(
    "--gtin", help="Which GTIN of the product the address carries; default: its first, if it has one."
)
@click.option("--sheet", type=FILE, help="Write the labels to this file, see stamp-sheet.")
@sheet_options
@speaks
def issue_stamps_command(
    lot: str,
    count: int,
    *,
    lot_code: bool,
    inactive: bool,
    sealed: bool,
    gtin: str | None,
    sheet: Path | None,
    **sheet_facts: Any,
) -> None:
    """Issue COUNT stamps for LOT (product-slug/lot-code, or its number)."""
    kind = StampKind.LOT if lot_code else StampKind.UNIT
    with transaction():
        run = issue_run(
            get_lot(lot),
            1 if lot_code and count > 0 else count,
            RunOrder(kind=kind, is_active=not inactive, is_sealed=sealed, gtin=gtin),
            by_id=None,
            now=clock.now(),
        )
        number = run.id
    click.echo(
        gettext(
            "Run %(run)s: %(count)s stamps for %(lot)s.", run=number, count=1 if lot_code else count, lot=lot
        )
    )
    if sheet is not None:
        write_sheet(get_run(number), sheet, copies=count if lot_code else 1, **sheet_facts)
        return
    run = get_run(number)
    for code, url in _addresses(run, list_codes(number)):
        click.echo(f"{grouped(code)}  {url}")


@cli.command("stamp-image")
@click.argument("code")
@click.argument("file", type=FILE)
@without_seal_option
@speaks
def stamp_image_command(code: str, file: Path, *, without_seal: bool) -> None:
    """Write the QR of CODE to FILE, whose name ends in .svg or .png."""
    known = _known_code(code)
    ((_code, url),) = _addresses(get_stamp(known).run, [known], without_seal=without_seal)
    if file.suffix.lower() == ".svg":
        content = qr_svg(url, IMAGE_MODULE_MM).encode()
    elif file.suffix.lower() == ".png":
        content = qr_png(url, IMAGE_MODULE_DOTS, IMAGE_DOTS_PER_INCH)
    else:
        raise click.UsageError(gettext("The file name must end in .svg or .png."))
    write_whole(file, lambda out: out.write(content))
    click.echo(url)


@cli.command("activate-stamps")
@click.argument("run", type=int)
@speaks
def activate_stamps_command(run: int) -> None:
    """Put the stamps of RUN in force that are not yet."""
    with transaction():
        count = activate_stamps(get_run(run), now=clock.now())
    click.echo(gettext("%(count)s stamps are now in force.", count=count))


@cli.command("withdraw-stamp")
@click.argument("code")
@click.option("--reason", required=True, help="What its page will tell.")
@speaks
def withdraw_stamp_command(code: str, *, reason: str) -> None:
    """Take the stamp CODE out of circulation. Its page stays and tells the reason."""
    with transaction():
        withdraw_stamp(_known_code(code), reason=reason, now=clock.now())
    click.echo(gettext("Withdrawn."))


@cli.command("check-stamp")
@click.argument("codes", nargs=-1, required=True)
@speaks
def check_stamp_command(codes: tuple[str, ...]) -> None:
    """Say the verdict on each of CODES. For your own tests: it does not count as a look."""
    for typed in codes:
        page = get_scan_page(typed, on=clock.today(), now=clock.now())
        click.echo(f"{page.code}  {page.verdict}")


def _addresses(run: StampRun, codes: list[str], *, without_seal: bool = False) -> Iterator[tuple[str, str]]:
    settings: Settings = current_app.extensions["settings"]
    return sealed_addresses(
        run, codes, _base_url(), settings.stamp_keys_dir, on=clock.today(), without_seal=without_seal
    )


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.public_base_url


def _known_code(typed: str) -> str:
    code = parse(typed).code
    if code is None:
        raise StampNotFoundError(code=typed)
    return code
