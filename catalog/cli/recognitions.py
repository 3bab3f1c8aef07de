"""Recognitions: record, withdraw, renew."""

from datetime import date
from decimal import Decimal, InvalidOperation

import click

from catalog.cli.group import DAY, cli, speaks
from catalog.errors import InvalidCertificationError
from catalog.facts import CertificationFacts, Refusal, RevocationFacts, SourceFacts
from catalog.models import AuthorityLevel, EvidenceLevel, ExpiryBasis, RevocationGround
from catalog.operations.certifications import record_certification, record_revocation
from catalog.operations.renewals import file_renewal, refuse_renewal
from catalog.operations.sources import record_source
from catalog.queries.records import get_certification, get_document, get_product, get_renewal
from catalog.recognition_rules import criteria_version_on, is_late_renewal
from catalog.stars import state_on
from core import clock
from core.db import transaction
from core.i18n import format_date, gettext


@cli.command("record-certification")
@click.argument("slug")
@click.option("--stars", type=click.IntRange(3, 5), required=True)
@click.option("--decision-number", required=True)
@click.option("--decided-on", type=DAY, required=True)
@click.option(
    "--expires-on", type=DAY, help="The last day in force; without it the term of the law, 36 months."
)
@click.option("--authority-level", type=click.Choice([each.value for each in AuthorityLevel]), required=True)
@click.option("--authority-name", required=True)
@click.option("--evidence-level", type=click.Choice([EvidenceLevel.A, EvidenceLevel.B]), required=True)
@click.option("--score", help="The council's mean, 0 to 100.")
@click.option("--note")
@click.option("--document", help="SHA-256 of the stored decision (see store-document).")
@click.option("--source-key", help="Short stable name of the publication.")
@click.option("--source-publisher")
@click.option("--source-title")
@click.option("--source-published-on", type=DAY)
@click.option("--source-url")
@speaks
def record_certification_command(slug: str, *, document: str | None, **stated: object) -> None:
    """Record that the product SLUG was recognised, resting on a document or a publication."""
    facts, source_facts = _certification_facts(stated), _source_facts(stated)
    with transaction():
        source = record_source(source_facts) if source_facts else None
        certification = record_certification(
            get_product(slug),
            facts,
            now=clock.now(),
            source=source,
            document=get_document(document) if document else None,
        )
        expires_on = certification.expires_on
    click.echo(
        gettext("Recorded: %(stars)s stars until %(day)s.", stars=facts.stars, day=format_date(expires_on))
    )


@cli.command("revoke-certification")
@click.argument("slug")
@click.option("--recognition", help="Number of the decision that recognised; without it the one in effect.")
@click.option("--decision-number", required=True, help="Number of the decision that withdraws.")
@click.option("--revoked-on", type=DAY, required=True, help="The first day without effect.")
@click.option("--ground", type=click.Choice([each.value for each in RevocationGround]), required=True)
@click.option("--authority-name", required=True)
@speaks
def revoke_certification(slug: str, *, recognition: str | None, revoked_on: date, **stated: str) -> None:
    """Record that a recognition of the product SLUG was withdrawn."""
    facts = RevocationFacts(revoked_on=revoked_on, **stated)
    with transaction():
        certification = get_certification(get_product(slug), recognition, clock.today())
        record_revocation(certification, facts, now=clock.now())
    click.echo(gettext("Withdrawn from %(day)s on.", day=format_date(revoked_on)))


@cli.command("file-renewal")
@click.argument("slug")
@click.option("--recognition", help="Number of the decision that recognised; without it the one in effect.")
@click.option("--reference", required=True, help="Number under which the dossier was received.")
@click.option("--filed-on", type=DAY, required=True)
@speaks
def file_renewal_command(slug: str, *, recognition: str | None, reference: str, filed_on: date) -> None:
    """Record that a dossier for the re-assessment of the product SLUG was handed in."""
    with transaction():
        certification = get_certification(get_product(slug), recognition, clock.today())
        file_renewal(certification, reference=reference, filed_on=filed_on, now=clock.now())
        state, expires_on = state_on(certification.facts, clock.today()), certification.expires_on
    if expires_on is not None and is_late_renewal(expires_on, filed_on):
        click.echo(
            gettext("Filed later than 120 days before the last day, %(day)s.", day=format_date(expires_on))
        )
    click.echo(gettext("Recorded. State today: %(state)s", state=state.value))


@cli.command("refuse-renewal")
@click.argument("slug")
@click.argument("reference")
@click.option("--refused-on", type=DAY, required=True)
@click.option("--decision-number")
@speaks
def refuse_renewal_command(
    slug: str, reference: str, *, refused_on: date, decision_number: str | None
) -> None:
    """Record that the dossier REFERENCE of the product SLUG was decided against."""
    with transaction():
        dossier = get_renewal(get_product(slug), reference)
        refuse_renewal(dossier, refused_on=refused_on, decision_number=decision_number, now=clock.now())
    click.echo(gettext("Recorded: refused on %(day)s.", day=format_date(refused_on)))


def _certification_facts(stated: dict[str, object]) -> CertificationFacts:
    named = {name: value for name, value in stated.items() if not name.startswith("source_")}
    score, decided_on = named.pop("score"), named["decided_on"]
    basis = ExpiryBasis.SOURCE if named["expires_on"] else ExpiryBasis.LAW
    version = criteria_version_on(decided_on) if isinstance(decided_on, date) else None
    return CertificationFacts(
        score=_score(str(score)) if score is not None else None,
        criteria_version=version,
        expiry_basis=basis.value,
        **named,  # type: ignore[arg-type]
    )


def _score(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise InvalidCertificationError(field="score", value=text, reason=Refusal.NOT_A_NUMBER) from None


def _source_facts(stated: dict[str, object]) -> SourceFacts | None:
    named = {
        name.removeprefix("source_"): value for name, value in stated.items() if name.startswith("source_")
    }
    return SourceFacts(**named) if named["key"] else None  # type: ignore[arg-type]
