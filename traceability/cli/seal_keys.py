"""`flask traceability seal-keys …`: keys that seal stamps, and the list of them that everybody may read."""

from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app

from core import clock
from core.config import Settings
from core.db import transaction
from core.i18n import gettext
from traceability.cli.group import cli, speaks
from traceability.operations.sealing import (
    add_seal_key,
    create_root_key,
    publish_key_list,
    read_root_key,
    revoke_seal_key,
)
from traceability.queries.sealing import list_seal_keys

root_option = click.option(
    "--root",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file of the root key.",
)
days = click.DateTime(formats=["%Y-%m-%d"])


@cli.group("seal-keys")
def seal_keys() -> None:
    """Keys that seal stamps; private halves stay in STAMP_KEYS_DIR."""


@seal_keys.command("create-root")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@speaks
def create_root_command(file: Path) -> None:
    """Make the root key, which signs the list of keys, and write it to FILE: keep that offline."""
    root = create_root_key(file, _host())
    click.echo(
        gettext("Root key written to %(file)s. Keep it offline. Whoever checks the list needs:", file=file)
    )
    click.echo(root.verifier.text)


@seal_keys.command("add")
@click.option("--from", "first", type=days, help="First day; default: today.")
@click.option("--until", "last", type=days, help="Last day on which its seals count; default: six years.")
@speaks
def add_command(first: datetime | None, last: datetime | None) -> None:
    """Make a further key. It counts once the list is published."""
    click.echo(gettext("Key %(kid)s made. Publish the list.", kid=_add(first, last)))


@seal_keys.command("rotate")
@root_option
@speaks
def rotate_command(root: Path) -> None:
    """Make a new key for new seals and publish it. Seals of older keys go on counting."""
    signing = read_root_key(root)
    kid = _add(None, None)
    with transaction():
        publish_key_list(signing, _host(), now=clock.now())
    click.echo(gettext("Key %(kid)s made and published.", kid=kid))


@seal_keys.command("revoke")
@click.argument("kid", type=int)
@click.option("--reason", required=True)
@speaks
def revoke_command(kid: int, *, reason: str) -> None:
    """No seal of the key KID counts any more. Phones learn it from the published list."""
    with transaction():
        revoke_seal_key(kid, reason=reason, now=clock.now())
    click.echo(gettext("Key %(kid)s revoked. Publish the list.", kid=kid))


@seal_keys.command("publish")
@root_option
@speaks
def publish_command(root: Path) -> None:
    """Sign the list of all keys and show it at /.well-known/ocop-stamp-keys."""
    with transaction():
        published = publish_key_list(read_root_key(root), _host(), now=clock.now())
        number, verifier = published.id, published.root
    click.echo(gettext("List %(number)s published, signed by %(root)s.", number=number, root=verifier))


@seal_keys.command("list")
@speaks
def list_command() -> None:
    """The keys on record: number, days, and the day of revocation."""
    for key in list_seal_keys():
        revoked = key.revoked_on.isoformat() if key.revoked_on else "-"
        click.echo(f"{key.kid}  {key.not_before.isoformat()}  {key.not_after.isoformat()}  {revoked}")


def _add(first: datetime | None, last: datetime | None) -> int:
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        key = add_seal_key(
            settings.stamp_keys_dir,
            not_before=_day(first) or clock.today(),
            not_after=_day(last),
            now=clock.now(),
        )
        return key.kid


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _host() -> str:
    settings: Settings = current_app.extensions["settings"]
    return urlsplit(settings.public_base_url).netloc
