"""`flask transparency …`: the public log, from the command line."""

import re
import sys
from typing import Final

import click
from flask.cli import AppGroup

from core import clock
from core.cli import trouble_told
from core.db import transaction
from transparency.errors import RootNotFoundError
from transparency.invariants import import_sources
from transparency.operations import catch_up
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
