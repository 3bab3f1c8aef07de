"""The group of commands, the language they speak, and refusals as sentences."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any, Final, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup

from catalog.cli.sentences import refusal_sentence
from core.cli import trouble_told
from core.config import Settings
from core.errors import AppError
from core.files import Storage, storage_for
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, speaking

cli = AppGroup("catalog", help="The register and the shop window.")

Command = TypeVar("Command", bound=Callable[..., Any])


class DayType(click.ParamType[date]):
    """A date as 2026-11-22 or 22/11/2026."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        pieces = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})", str(value))
        try:
            if pieces:
                year, month, day, *local = (int(piece or 0) for piece in pieces.groups())
                return date(year, month, day) if year else date(*reversed(local))
        except ValueError:
            pass
        raise click.BadParameter(f"{value!r} is not a date like 2026-11-22 or 22/11/2026", ctx, param)


DAY: Final = DayType()


def speaks(command: Command) -> Command:
    """Decorator: the command has `--language` and answers in it; refusals become one line and code 1."""

    @click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, show_default=True)
    @wraps(command)
    def run(*args: Any, language: str, **options: Any) -> Any:
        with speaking(language), trouble_told(), _refusals_told():
            return command(*args, **options)

    return run  # type: ignore[return-value]


def files() -> Storage:
    """Where documents are kept."""
    settings: Settings = current_app.extensions["settings"]
    return storage_for(settings)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except AppError as error:
        raise click.ClickException(refusal_sentence(error)) from None
