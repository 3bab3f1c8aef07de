"""What a producer says of itself for the targets of the programme: of its own will, each with its own consent.

Shown to nobody but the producer's owners; counted in sums only. Taken back, the row is deleted, and the trail does not
say of which kind it was: who belongs to an ethnic minority is sensitive.
Source: Law 91/2025/QH15 on personal data, articles 2 and 9; decision 0020.
"""

from datetime import datetime

from sqlalchemy import select

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.operations.audit import record_act
from accounts.operations.consents import record_consent
from accounts.purposes import PRODUCER_DECLARATIONS, PURPOSES
from catalog.errors import InvalidDeclarationError
from catalog.facts import Refusal
from catalog.models import Producer
from catalog.models.joining import Declaration, DeclarationKind
from catalog.operations.evidence import ReadPaper, keep_evidence
from catalog.operations.private_papers import delete_papers
from catalog.permissions.workspace import can_manage_team
from catalog.queries.sellers import province_of_producer
from core.db import db
from core.files import Storage


def declare(
    producer: Producer,
    kind: str,
    *,
    share: str = "",
    agrees: bool,
    paper: ReadPaper | None = None,
    by: Actor,
    files: Storage,
    now: datetime,
) -> Declaration:
    """Keep what an owner declares; said again, it is replaced. share: of trained workers, 0 to 100, as typed.

    Raises NotYoursError; InvalidDeclarationError (field «kind», «consent» or «share_percent»); nothing has changed.
    """
    _require_owner(producer, by)
    if kind not in set(DeclarationKind):
        raise InvalidDeclarationError(field="kind", value=kind, reason=Refusal.UNKNOWN_CHOICE)
    if not agrees:
        raise InvalidDeclarationError(field="consent", value="", reason=Refusal.NOT_AGREED)
    percent = _percent(share) if kind == DeclarationKind.TRAINED_WORKERS else None
    evidence_id = None
    if paper is not None:
        title = "Giấy tờ kèm tờ khai"
        evidence_id = keep_evidence(
            paper, title=title, producer_id=None, by=by, files=files, now=now, is_for_members=False
        ).id
    consent = record_consent(by.user_id, PRODUCER_DECLARATIONS, PURPOSES[PRODUCER_DECLARATIONS].version, now)
    _delete(producer, kind, now)
    declared = Declaration(
        producer_id=producer.id,
        kind=kind,
        share_percent=percent,
        evidence_id=evidence_id,
        consent_version=consent.version,
        declared_by_id=by.user_id,
        declared_at=now,
    )
    db.session.add(declared)
    db.session.flush()
    _note("declare", producer, by, now)
    return declared


def take_back(producer: Producer, kind: str, *, by: Actor, now: datetime) -> bool:
    """Withdraw a declaration and delete it, with its paper. Whether there was one. Raises NotYoursError."""
    _require_owner(producer, by)
    if not _delete(producer, kind, now):
        return False
    _note("take_declaration_back", producer, by, now)
    return True


def _require_owner(producer: Producer, by: Actor) -> None:
    if not can_manage_team(by, producer.id):
        raise NotYoursError(producer_id=producer.id)


def _percent(text: str) -> int:
    typed = text.strip().removesuffix("%").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and int(typed) <= 100):
        raise InvalidDeclarationError(field="share_percent", value=text, reason=Refusal.OUT_OF_RANGE)
    return int(typed)


def _delete(producer: Producer, kind: str, now: datetime) -> bool:
    same = (Declaration.producer_id == producer.id, Declaration.kind == kind)
    known = db.session.scalar(select(Declaration).where(*same).with_for_update())
    if known is None:
        return False
    db.session.delete(known)
    db.session.flush()
    if known.evidence_id is not None:
        delete_papers({known.evidence_id}, now)
    return True


def _note(verb: str, producer: Producer, by: Actor, now: datetime) -> None:
    """Without the kind: a trail that cannot be erased must not tell it."""
    record_act(
        f"catalog.{verb}",
        by=by,
        subject=f"producer:{producer.id}",
        producer_id=producer.id,
        province_code=province_of_producer(producer),
        now=now,
    )
