"""Renewal dossiers as officers note them: the rules are those of `renewals`, the act stands in the trail."""

from datetime import date, datetime

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import OwnProducerError
from catalog.models import Certification, RenewalDossier, RenewalRefusal
from catalog.operations.renewals import file_renewal, refuse_renewal
from catalog.permissions.office import has_part
from catalog.queries.office_scope import province_of


def note_renewal(
    certification: Certification, *, reference: str, filed_on: date, by: Actor, now: datetime
) -> RenewalDossier:
    """Note a dossier received. Raises as `file_renewal` does, and OwnProducerError; then nothing has changed."""
    _require_no_part(certification, by)
    known_ids = [each.id for each in certification.dossiers]
    dossier = file_renewal(certification, reference=reference, filed_on=filed_on, now=now)
    if dossier.id not in known_ids:
        product = certification.product
        record_act(
            "catalog.file_renewal",
            by=by,
            subject=f"product:{product.id}",
            before={"dossiers": known_ids},
            after={
                "certification": certification.id,
                "dossier": dossier.id,
                "filed_on": filed_on.isoformat(),
            },
            producer_id=product.producer_id,
            province_code=province_of(product),
            now=now,
        )
    return dossier


def note_refusal(
    dossier: RenewalDossier, *, refused_on: date, decision_number: str | None, by: Actor, now: datetime
) -> RenewalRefusal:
    """Note that a renewal was decided against. Raises as `refuse_renewal` does, and OwnProducerError; then nothing has
    changed."""
    _require_no_part(dossier.certification, by)
    is_known = dossier.refusal is not None
    refusal = refuse_renewal(dossier, refused_on=refused_on, decision_number=decision_number, now=now)
    if not is_known:
        product = dossier.certification.product
        record_act(
            "catalog.refuse_renewal",
            by=by,
            subject=f"product:{product.id}",
            before={"refused_on": None},
            after={"dossier": dossier.id, "refused_on": refused_on.isoformat()},
            producer_id=product.producer_id,
            province_code=province_of(product),
            now=now,
        )
    return refusal


def _require_no_part(certification: Certification, by: Actor) -> None:
    if has_part(by, certification.product.producer_id):
        raise OwnProducerError(subject=f"product:{certification.product_id}")
