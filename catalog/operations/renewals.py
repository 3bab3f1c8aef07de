"""Renewal dossiers: filed in their window, and refused. A renewal that is granted is a new certification."""

from datetime import date, datetime

from sqlalchemy import select

from catalog.errors import ContradictingRecordError, InvalidRenewalError
from catalog.facts import Refusal
from catalog.models import Certification, RenewalDossier, RenewalRefusal
from catalog.operations.public_log import enter_refusal, enter_renewal
from catalog.operations.text_checks import optional_line, required_line
from catalog.recognition_rules import renewal_fault
from core.clock import vietnam_date
from core.db import db

NUMBER_MAX = 60


def file_renewal(
    certification: Certification, *, reference: str, filed_on: date, now: datetime
) -> RenewalDossier:
    """Record that a dossier for re-assessment was handed in; a late one (after E-120d) is recorded too.

    The same reference again gives the dossier there is. Raises InvalidRenewalError (reason) before the window opens
    180 days before the last day, after the last day, for a day of the future, and for a recognition that is
    withdrawn or has no last day; ContradictingRecordError for the same reference on another day.
    Source: 26/2026 art. 7(6)(a) and 12(3).
    """
    name = required_line("reference", reference, NUMBER_MAX)
    if certification.expires_on is None or certification.revocation is not None:
        raise InvalidRenewalError(field="certification", value=certification.id, reason=Refusal.NOT_RENEWABLE)
    fault = renewal_fault(certification.expires_on, filed_on, vietnam_date(now))
    if fault is not None:
        raise InvalidRenewalError(field=fault.field, value=fault.value, reason=fault.reason)
    same = (RenewalDossier.certification_id == certification.id, RenewalDossier.reference == name)
    known = db.session.scalar(select(RenewalDossier).where(*same))
    if known is not None:
        if known.filed_on != filed_on:
            raise ContradictingRecordError(field="filed_on", recorded=known.filed_on, stated=filed_on)
        return known
    dossier = RenewalDossier(certification=certification, reference=name, filed_on=filed_on, recorded_at=now)
    db.session.add(dossier)
    db.session.flush()
    enter_renewal(dossier, now)
    db.session.expire(certification, ["dossiers"])
    return dossier


def refuse_renewal(
    dossier: RenewalDossier, *, refused_on: date, decision_number: str | None, now: datetime
) -> RenewalRefusal:
    """Record that `dossier` was decided against on that day. The same again gives the record there is.

    Raises InvalidRenewalError for a day before the filing or in the future, ContradictingRecordError if another
    day is on record.
    """
    number = optional_line("decision_number", decision_number, NUMBER_MAX)
    if refused_on < dossier.filed_on:
        raise InvalidRenewalError(field="refused_on", value=refused_on, reason=Refusal.BEFORE_DECISION)
    if refused_on > vietnam_date(now):
        raise InvalidRenewalError(field="refused_on", value=refused_on, reason=Refusal.IN_THE_FUTURE)
    known = dossier.refusal
    if known is not None:
        if known.refused_on != refused_on:
            raise ContradictingRecordError(field="refused_on", recorded=known.refused_on, stated=refused_on)
        return known
    refusal = RenewalRefusal(dossier=dossier, refused_on=refused_on, decision_number=number, recorded_at=now)
    db.session.add(refusal)
    db.session.flush()
    enter_refusal(refusal, now)
    return refusal
