"""Documents, and certificates other than the recognition."""

from pathlib import Path
from typing import Any

import click

from catalog.cli.group import DAY, cli, files, speaks
from catalog.document_files import BYTES_MAX
from catalog.facts import CertificateFacts
from catalog.models import CertificateKind
from catalog.operations.certificates import record_certificate
from catalog.operations.documents import store_document
from catalog.queries.records import get_document, get_producer, get_product
from core import clock
from core.db import transaction
from core.i18n import gettext


@cli.command("store-document")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", required=True)
@speaks
def store_document_command(file: Path, *, title: str) -> None:
    """Keep FILE (PDF, JPEG or PNG) under its hash, and print the hash."""
    with file.open("rb") as opened:
        content = opened.read(BYTES_MAX + 1)
    with transaction():
        document = store_document(content, title=title, files=files(), now=clock.now())
        sha256 = document.sha256
    click.echo(sha256)


@cli.command("record-certificate")
@click.option("--product", metavar="SLUG", help="The product that it is for …")
@click.option("--producer", metavar="SLUG", help="… or the producer, for all that it makes.")
@click.option("--kind", type=click.Choice([each.value for each in CertificateKind]), required=True)
@click.option("--standard", help="For example ISO 22000:2018.")
@click.option("--number")
@click.option("--issuer")
@click.option("--issued-on", type=DAY)
@click.option("--expires-on", type=DAY)
@click.option("--document", help="SHA-256 of the stored certificate (see store-document).")
@speaks
def record_certificate_command(
    *, product: str | None, producer: str | None, document: str | None, **stated: Any
) -> None:
    """Record a food safety, VietGAP, organic or other certificate."""
    if (product is None) == (producer is None):
        raise click.UsageError(gettext("Name either a product or a producer."))
    with transaction():
        holder = get_product(product) if product is not None else get_producer(producer or "")
        record_certificate(
            holder,
            CertificateFacts(**stated),
            now=clock.now(),
            document=get_document(document) if document else None,
        )
    click.echo(gettext("Recorded."))
