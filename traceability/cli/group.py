"""The group of commands, the language they speak, and refusals as sentences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import AppGroup

from catalog.cli.sentences import refusal_sentence as catalog_sentence
from core.cli import trouble_told
from core.errors import AppError
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, speaking
from traceability.cli.sentences import refusal_sentence

cli = AppGroup("traceability", help="Lots, stamps and recalls.")

Command = TypeVar("Command", bound=Callable[..., Any])


def speaks(command: Command) -> Command:
    """Decorator: the command has `--language` and answers in it; refusals become one line and code 1."""

    @click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, show_default=True)
    @wraps(command)
    def run(*args: Any, language: str, **options: Any) -> Any:
        with speaking(language), trouble_told(), _refusals_told():
            return command(*args, **options)

    return run  # type: ignore[return-value]


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except AppError as error:
        raise click.ClickException(refusal_sentence(error) or catalog_sentence(error)) from None
