"""Commands of the shop: `flask demo build`."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup

from core import clock
from core.cli import trouble_told, upgrade_database
from core.config import Settings
from core.db import transaction
from core.files import storage_for
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, speaking
from core.i18n import gettext as _
from storefront.demo.build import DatabaseNotEmptyError, build_demonstration, is_empty, prepared
from storefront.demo.people import sign_in_lines
from storefront.demo.samples import sample_lines
from storefront.demo.seals import sign_and_seal

STAMPS_FILE: Final = "demo-stamps.txt"
SIGN_INS_FILE: Final = "demo-sign-ins.txt"

cli = AppGroup("demo", help="The demonstration: the real register and a shop of fictional producers.")


@cli.command()
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, show_default=True)
def build(language: str) -> None:
    """Build the demonstration into an empty database; ends with code 1 if there is anything in it."""
    with speaking(language), trouble_told():
        upgrade_database(current_app._get_current_object())  # type: ignore[attr-defined]
        try:
            build_and_tell()
        except DatabaseNotEmptyError:
            raise click.ClickException(
                _(
                    "There are producers or products already. The demonstration is built into an empty "
                    "database only; nothing was changed."
                )
            ) from None


def build_if_empty() -> None:
    """What `flask serve` does: build the demonstration unless there is anything, or people rely on this place.

    A production site begins empty; its operator may still say `flask demo build`.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_production and is_empty():
        # Another server that starts at the same moment may have been quicker: then it is built.
        with suppress(DatabaseNotEmptyError):
            build_and_tell()


def build_and_tell() -> None:
    """Build all or nothing, then print sign-ins and codes to try and leave both lists in the data folder.

    Raises DatabaseNotEmptyError.
    """
    settings: Settings = current_app.extensions["settings"]
    now = clock.now()
    if not is_empty():
        raise DatabaseNotEmptyError
    files = storage_for(settings)
    preparation = prepared(now, files=files)
    with transaction():
        samples = build_demonstration(preparation, files=files, keys=settings.keys, now=now)
        # A production site makes its own keys, and keeps the root of them elsewhere.
        sealed = () if settings.is_production else sign_and_seal(settings, now=now)
    stamps = [*sample_lines(samples, settings.public_base_url), *sealed]
    sign_ins = sign_in_lines(preparation.sign_ins, settings.public_base_url)
    _leave_list(settings.instance_dir / STAMPS_FILE, stamps)
    _leave_list(settings.instance_dir / SIGN_INS_FILE, sign_ins)
    click.echo("\n".join((*stamps, *sign_ins)))


def _leave_list(file: Path, lines: Sequence[str]) -> None:
    """For the owner of the data folder alone: one of the lists opens accounts."""
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
