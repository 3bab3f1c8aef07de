"""In which state another certificate (food safety, VietGAP, organic, HACCP, ISO, collective mark) is on a day.

OCOP recognitions have rules of their own: see `catalog.stars`.
"""

from datetime import date
from enum import StrEnum


class CertificateState(StrEnum):
    """What a certificate is on one day. Only `in_force` may be shown as held."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    INCOMPLETE = "incomplete"


def certificate_state(
    issued_on: date | None, expires_on: date | None, number: str | None, day: date
) -> CertificateState:
    """The state of a certificate on `day`; `expires_on` is the last day in force. None is what is not stated.

    An end that has passed and a beginning still to come are told even where the record has gaps. Otherwise
    nothing is claimed without a number, by which anyone can ask the issuer, and one date: a certificate without
    a stated end (a geographical indication has none) is in force if its day of issue is stated.
    """
    if expires_on is not None and expires_on < day:
        return CertificateState.EXPIRED
    if issued_on is not None and day < issued_on:
        return CertificateState.NOT_YET
    if not number or (issued_on is None and expires_on is None):
        return CertificateState.INCOMPLETE
    return CertificateState.IN_FORCE
