"""`flask transparency …`: the public log, from the command line."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup

from core import clock
from core.cli import trouble_told
from core.config import Settings
from core.db import transaction
from transparency.errors import ForkedLogError, KeyFileExistsError, RootNotFoundError, UnreadableKeyError
from transparency.invariants import import_sources
from transparency.jobs import sign_now
from transparency.key_files import add_key, read_keys, write_key
from transparency.notes import KeyKind, MalformedKeyError, new_key
from transparency.operations import catch_up
from transparency.queries.checkpoints import default_origin, latest_checkpoint
from transparency.queries.faults import Fault, list_faults, root_fault
from transparency.queries.proofs import get_root

cli = AppGroup("transparency", help="The public log.")

NOTED: Final = re.compile(r"(\d{1,15}):([0-9a-f]{64})")


class NotedRootType(click.ParamType[tuple[int, bytes]]):
    """A size and a root as `flask transparency root` and the page of the log tell them: 12:5a1c…"""

    name = "size:root"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, bytes]:
        found = NOTED.fullmatch(str(value))
        if found is None:
            raise click.BadParameter(f"{value!r} is not a size and a root like 12:5a1c…", ctx, param)
        return int(found[1]), bytes.fromhex(found[2])


@cli.command()
def root() -> None:
    """Size and root of the log now, to be noted down elsewhere."""
    with trouble_told():
        now = get_root()
    click.echo(f"{now.size}:{now.root.hex()}")


@cli.command("create-key")
@click.option("--witness", is_flag=True, help="The key with which logs of others are cosigned.")
@click.option("--add", is_flag=True, help="Another key below the one there is: both sign from now on.")
@click.option(
    "--name", default="", help="Name of the key; by default the host of PUBLIC_BASE_URL, with /log."
)
def create_key(witness: bool, add: bool, name: str) -> None:
    """Make the private key of the log, in the file of LOG_KEY_FILE (or WITNESS_KEY_FILE), and print the public one."""
    settings: Settings = current_app.extensions["settings"]
    file = settings.log.witness_key_file if witness else settings.log.log_key_file
    with trouble_told(), _mistakes_told():
        known = read_keys(file)
        default = default_origin(settings.public_base_url)
        made = new_key(
            name or (known[0].name if known else f"{default}{'/witness' if witness else ''}"),
            KeyKind.COSIGNATURE if witness else KeyKind.SIGNATURE,
        )
        (add_key if add else write_key)(file, made)
    click.echo(f"Private key written to {file}: keep a copy outside this machine. Public key:", err=True)
    click.echo(made.verifier.text)


@cli.command()
def sign() -> None:
    """Sign the log as it is now, as the worker does every minute, and print the newest checkpoint."""
    settings: Settings = current_app.extensions["settings"]
    import_sources()
    with trouble_told(), _mistakes_told():
        sign_now()
        latest = latest_checkpoint(settings.public_base_url)
    click.echo(latest.note, nl=False)
    if not latest.is_signed:
        click.echo(f"Not signed: there is no key in {settings.log.log_key_file}.", err=True)
        sys.exit(1)


@contextmanager
def _mistakes_told() -> Iterator[None]:
    """Around a command: a key or a log that cannot be used ends it with a sentence and code 1."""
    try:
        yield
    except UnreadableKeyError as error:
        raise click.ClickException(
            f"{error.facts['file']} holds no private keys: {error.facts['reason']}"
        ) from error
    except KeyFileExistsError as error:
        raise click.ClickException(
            f"{error.facts['file']} exists already; --add puts a key below it"
        ) from error
    except ForkedLogError as error:
        raise click.ClickException(
            f"The log does not begin with what was signed at {error.facts['size']} entries. Nothing was signed; "
            "see «Restoring» in docs/transparency.md."
        ) from error
    except MalformedKeyError as error:
        raise click.ClickException(str(error)) from error


@cli.command("catch-up")
def catch_up_now() -> None:
    """Enter what was on record before the log knew its kind. Happens at a start by itself, once for each kind."""
    with trouble_told():
        count = catch_up_once()
    click.echo("Done before: nothing was entered." if count is None else f"Entries added: {count}")


def catch_up_once() -> int | None:
    """Let the log catch up with what was on record before it. Returns the number of entries; None if it had already."""
    import_sources()
    with transaction():
        return catch_up(clock.now())


@cli.command()
@click.option(
    "--noted",
    type=NotedRootType(),
    multiple=True,
    help="A size and root noted down earlier; may be repeated.",
)
def verify(noted: tuple[tuple[int, bytes], ...]) -> None:
    """Compute the log anew and compare it with what is on record; ends with code 1 if anything differs."""
    import_sources()
    with trouble_told():
        faults = list(list_faults())
        faults += [fault for size, root in noted if (fault := _noted_fault(size, root))]
        now = get_root()
    for fault in faults:
        click.echo(", ".join(f"{name} {value}" for name, value in fault.items()))
    click.echo(f"{now.size} entries, root {now.root.hex()}: {f'{len(faults)} faults' if faults else 'whole'}")
    sys.exit(1 if faults else 0)


def _noted_fault(size: int, root: bytes) -> Fault | None:
    try:
        return root_fault(size, root)
    except RootNotFoundError as error:
        return {"size": size, "fault": f"the log has only {error.facts['most']} entries"}
