"""Labels as files: sheets as PDF, commands for printers of rolls, the page to measure a printer by."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

import click
from flask import current_app

from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import AppError
from core.i18n import gettext
from traceability.cli.group import cli, speaks
from traceability.errors import InvalidSheetError
from traceability.models import SheetPrint, StampKind, StampRun
from traceability.operations.sealing import sealed_addresses
from traceability.operations.states import reason_to_print, record_print
from traceability.press.bitmaps import DOTS_PER_INCH
from traceability.press.calibration import correction_of, write_calibration
from traceability.press.layouts import LAYOUTS
from traceability.press.rolls import ROLL_LANGUAGES
from traceability.press.sheets import write_labels
from traceability.printed import LabelFacts
from traceability.queries.runs import get_run
from traceability.queries.stamp_states import count_codes, iter_codes
from transparency.queries.checkpoints import short_checkpoint

FILE: Final = click.Path(dir_okay=False, path_type=Path)


without_seal_option: Final = click.option(
    "--without-seal",
    is_flag=True,
    help="Leave the seals of a sealed run out: its key is gone, or revoked, or over.",
)


def sheet_options(command: Any) -> Any:
    """How a sheet is laid out."""
    options = (
        click.option("--layout", type=click.Choice(list(LAYOUTS)), default="3x8", show_default=True),
        click.option("--start", type=int, default=1, show_default=True, help="First free label, by rows."),
        click.option("--skip", type=int, multiple=True, help="A spoiled label of the first sheet; may be repeated."),
        click.option(
            "--measured", "measured_mm", type=(float, float, float, float), metavar="LEFT TOP ACROSS ALONG",
            help="Millimetres measured on the calibration page.",
        ),
        click.option(
            "--dots", type=click.Choice([str(dots) for dots in DOTS_PER_INCH]), default="203", show_default=True,
            help="Dots per inch of a printer of rolls (FILE.zpl, FILE.tspl).",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@cli.command("stamp-sheet")
@click.argument("run", type=int)
@click.argument("file", type=FILE)
@click.option(
    "--copies", type=click.IntRange(1), default=1, show_default=True, help="Labels of the code of a lot."
)
@click.option("--reason", help="Why again, where labels of the run were made before.")
@without_seal_option
@sheet_options
@speaks
def stamp_sheet_command(run: int, file: Path, *, copies: int, **sheet_facts: Any) -> None:
    """Write the labels of RUN to FILE: .pdf, or .zpl and .tspl for printers of rolls; withdrawn stamps are left out.

    That they were made stands on the run's page, as if its producer had printed them.
    """
    write_sheet(get_run(run), file, copies=copies, **sheet_facts)


@cli.command("calibration-page")
@click.argument("layout", type=click.Choice(list(LAYOUTS)))
@click.argument("file", type=FILE)
@speaks
def calibration_page_command(layout: str, file: Path) -> None:
    """Write a page to FILE (PDF) that shows how far a printer is off: measure, and print with --measured."""
    write_whole(file, lambda out: write_calibration(out, layout))
    click.echo(gettext("%(file)s: measure, then print with --measured.", file=file))


def write_sheet(
    run: StampRun,
    file: Path,
    *,
    copies: int,
    reason: str | None = None,
    **sheet: Any,
) -> None:
    """Write the labels of a run to `file`, and note that they were made. sheet: options of `stamp-sheet`.

    Raises InvalidSheetError, InvalidTextError where labels were made before and no reason is given,
    SealingNotOfferedError; then there is no file.
    """
    if copies > 1 and run.kind != StampKind.LOT:
        raise InvalidSheetError(field="copies", value=copies, reason="copies")
    whole = (1, run.stamp_count)
    made = SheetPrint(
        first=1,
        last=run.stamp_count,
        layout=sheet["layout"],
        start=1 if _is_roll(file) else sheet["start"],
        spoiled=0 if _is_roll(file) else len(set(sheet["skip"])),
        label_count=count_codes(run.id, whole) * copies,
        reason=reason_to_print(run, whole, reason),
    )
    told = _write_labels(run, file, copies=copies, **sheet)
    try:
        with transaction():
            record_print(get_run(run.id), made, by_id=None, now=clock.now())
    except AppError:
        file.unlink()  # somebody else printed them meanwhile
        raise
    click.echo(told)


def _is_roll(file: Path) -> bool:
    return file.suffix.lower().lstrip(".") in ROLL_LANGUAGES


def _write_labels(
    run: StampRun,
    file: Path,
    *,
    copies: int,
    dots: str,
    measured_mm: tuple[float, float, float, float] | None,
    without_seal: bool = False,
    **sheet: Any,
) -> str:
    """What the file is called says in which form. Answers what to tell. sheet: as `write_labels` has it."""
    facts = LabelFacts(
        product_name=run.lot.product.name,
        lot_code=run.lot.code,
        produced_on=run.lot.produced_on,
        expires_on=run.lot.expires_on,
        gtin=run.gtin,
        host=urlsplit(_settings().public_base_url).netloc,
        is_lot_code=run.kind == StampKind.LOT,
        is_demonstration=run.lot.product.is_demonstration,
    )
    labels = _labels(run, copies, without_seal=without_seal)
    if _is_roll(file):
        speak = ROLL_LANGUAGES[file.suffix.lower().lstrip(".")]
        commands = speak(facts, labels, layout=sheet["layout"], dots_per_inch=int(dots))
        write_whole(file, lambda out: out.writelines(commands))
        return gettext("%(file)s: send it to the printer as it is.", file=file)
    offset_mm, scale = correction_of(sheet["layout"], measured_mm or (None, None, None, None))
    note = short_checkpoint(_settings().public_base_url)
    count = 0

    def write(out: IO[bytes]) -> None:
        nonlocal count
        count = write_labels(out, facts, labels, margin_note=note, offset_mm=offset_mm, scale=scale, **sheet)

    write_whole(file, write)
    return gettext("%(file)s: %(count)s sheets.", file=file, count=count)


def write_whole(file: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write `file` wholly or not at all: half a sheet must not be printed."""
    draft = file.with_name(f".{file.name}.new")
    try:
        with draft.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _labels(run: StampRun, copies: int, *, without_seal: bool) -> Iterator[tuple[str, str]]:
    """Code and address of each label, read as they are printed: a run may have a million."""
    codes = iter_codes(run.id, (1, run.stamp_count))
    settings = _settings()
    for code, url in sealed_addresses(
        run,
        codes,
        settings.public_base_url,
        settings.stamp_keys_dir,
        on=clock.today(),
        without_seal=without_seal,
    ):
        for _ in range(copies):
            yield code, url


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
