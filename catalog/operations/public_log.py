"""Entering events of the register into the public log, in the transaction that records them."""

from datetime import datetime

from catalog.models import Certification, RenewalDossier, RenewalRefusal, Revocation
from catalog.queries import logged
from transparency.operations import append


def enter_certification(row: Certification, now: datetime) -> None:
    """Tell the log of a recognition."""
    append(logged.CERTIFICATION, *logged.certification_entry(row), now)


def enter_revocation(row: Revocation, now: datetime) -> None:
    """Tell the log of a withdrawal."""
    append(logged.REVOCATION, *logged.revocation_entry(row), now)


def enter_renewal(row: RenewalDossier, now: datetime) -> None:
    """Tell the log of a dossier for renewal."""
    append(logged.RENEWAL_FILED, *logged.renewal_entry(row), now)


def enter_refusal(row: RenewalRefusal, now: datetime) -> None:
    """Tell the log of a refused renewal."""
    append(logged.RENEWAL_REFUSED, *logged.refusal_entry(row), now)
