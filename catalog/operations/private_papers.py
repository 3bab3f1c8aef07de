"""What people leave who wanted to sell here: drafts, claims with papers, invitations (`core.personal_data`).

What an officer decided stays with what it rests on: a claim that was approved or refused and its papers, certificates
claimed for a producer. An unfinished registration, an open or withdrawn claim and its papers go.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, union
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.models import User
from accounts.operations.audit import record_act
from accounts.operations.exports import DELETE_FILES_JOB
from accounts.purposes import ASSISTANCE, PRODUCER_DECLARATIONS
from catalog.models.evidence import CertificateClaim, EvidenceFile, EvidencePage
from catalog.models.joining import (
    Assistance,
    Claim,
    ClaimOutcome,
    ClaimPaper,
    Declaration,
    Invitation,
    InvitationOutcome,
    ProducerDraft,
    SellerCheck,
)
from catalog.operations.assistance import end_help
from catalog.permissions.workspace import can_manage_team
from core.db import db
from core.i18n import lazy_gettext as _
from core.jobs.queue import enqueue
from core.personal_data import NoFiles, PersonalFile, personal_data

UNDECIDED: Final = (None, ClaimOutcome.WITHDRAWN.value)

# Columns that name a paper by its number without a foreign key: their tables are older than its own.
_NAMED_BY_NUMBER: Final[tuple[Any, ...]] = (
    ClaimPaper.evidence_id,
    Assistance.evidence_id,
    SellerCheck.evidence_id,
    Declaration.evidence_id,
)


@personal_data("catalog.registration", _("Registration of a producer that is not finished"))
class UnfinishedRegistration(NoFiles):
    def export(self, user_id: int) -> Any:
        draft = db.session.get(ProducerDraft, user_id)
        return dict(draft.facts) if draft else {}

    def erase(self, user_id: int, now: datetime) -> None:
        db.session.execute(delete(ProducerDraft).where(ProducerDraft.user_id == user_id))


@personal_data("catalog.claims", _("Claims of register entries, and papers you handed in"))
class Claims:
    def export(self, user_id: int) -> Any:
        own = select(Claim).where(Claim.claimant_id == user_id).order_by(Claim.id)
        return [
            {
                "statement": each.statement,
                "at": each.claimed_at.isoformat(),
                "outcome": each.outcome,
                "reason": each.reason,
            }
            for each in db.session.scalars(own)
        ]

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        """Papers of the person's claims, and of certificates that the person claimed for a producer."""
        of_claims = select(ClaimPaper.evidence_id).join(Claim).where(Claim.claimant_id == user_id)
        of_producers = select(CertificateClaim.evidence_id).where(CertificateClaim.claimed_by_id == user_id)
        handed_in = select(EvidenceFile).where(EvidenceFile.id.in_(union(of_claims, of_producers)))
        return [PersonalFile(each.sha256, each.title) for each in db.session.scalars(handed_in)]

    def erase(self, user_id: int, now: datetime) -> None:
        own = select(Claim).where(Claim.claimant_id == user_id)
        undecided = [each for each in db.session.scalars(own) if each.outcome in UNDECIDED]
        for claim in undecided:
            claim.statement = ""
            if claim.outcome is None:
                claim.outcome, claim.ended_at = ClaimOutcome.WITHDRAWN.value, now
                claim.ended_by_id = user_id
        db.session.flush()
        of_these = ClaimPaper.claim_id.in_([claim.id for claim in undecided])
        papers = set(db.session.scalars(select(ClaimPaper.evidence_id).where(of_these)))
        db.session.execute(delete(ClaimPaper).where(of_these))
        delete_papers(papers, now)


@personal_data("catalog.invitations", _("Invitations to a producer's team"))
class Invitations(NoFiles):
    """Found by the number, if the person proved that it is theirs."""

    def export(self, user_id: int) -> Any:
        return [
            {"producer": each.producer.name, "role": each.role, "at": each.invited_at.isoformat()}
            for each in db.session.scalars(self._own(user_id))
        ]

    def erase(self, user_id: int, now: datetime) -> None:
        for each in list(db.session.scalars(self._own(user_id))):
            each.phone, each.outcome, each.ended_at = None, InvitationOutcome.DECLINED.value, now
        db.session.flush()

    def _own(self, user_id: int) -> Any:
        user = db.session.get_one(User, user_id)
        phone = user.phone if user.phone and user.phone_verified_at is not None else ""
        return select(Invitation).where(Invitation.phone == phone).order_by(Invitation.id)


@personal_data("catalog.declarations", _("What you declared of a producer for the programme"))
class Declarations:
    """Rest on the consent of whoever declared them, and go with the person."""

    def export(self, user_id: int) -> Any:
        return [
            {"kind": each.kind, "share_percent": each.share_percent, "at": each.declared_at.isoformat()}
            for each in _list_declarations(user_id)
        ]

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        ids = [each.evidence_id for each in _list_declarations(user_id) if each.evidence_id]
        papers = db.session.scalars(select(EvidenceFile).where(EvidenceFile.id.in_(ids)))
        return [PersonalFile(each.sha256, each.title) for each in papers]

    def erase(self, user_id: int, now: datetime) -> None:
        delete_declarations(user_id, now)


def end_what_rests_on(purpose: str, *, by: Actor, now: datetime) -> None:
    """Carry out what taking a consent back means here: declarations are deleted, help of officers ends.

    Source: Law 91/2025/QH15, article 10 (processing stops when consent is taken back).
    """
    if purpose == PRODUCER_DECLARATIONS:
        for producer_id in sorted(delete_declarations(by.user_id, now)):
            record_act(
                "catalog.take_declaration_back",
                by=by,
                subject=f"producer:{producer_id}",
                producer_id=producer_id,
                now=now,
            )
    elif purpose == ASSISTANCE:
        agreed = (
            Assistance.agreed_by_id == by.user_id,
            Assistance.ended_at.is_(None),
            Assistance.ends_at > now,
        )
        for assistance in list(db.session.scalars(select(Assistance).where(*agreed))):
            if can_manage_team(by, assistance.producer_id):
                end_help(assistance, by=by, now=now)


def delete_declarations(user_id: int, now: datetime) -> set[int]:
    """Delete what the person declared of producers, and the papers with it; of which producers it was."""
    declared = _list_declarations(user_id)
    for each in declared:
        db.session.delete(each)
    db.session.flush()
    delete_papers({each.evidence_id for each in declared if each.evidence_id}, now)
    return {each.producer_id for each in declared}


def _list_declarations(user_id: int) -> list[Declaration]:
    own = select(Declaration).where(Declaration.declared_by_id == user_id).order_by(Declaration.id)
    return list(db.session.scalars(own))


def delete_papers(evidence_ids: Iterable[int], now: datetime) -> None:
    """Take papers off the record and out of the storage, but for those on which something else rests."""
    papers = set(evidence_ids)
    for column in _NAMED_BY_NUMBER:
        papers -= set(db.session.scalars(select(column).where(column.in_(papers))))
    names: set[str] = set()
    for number in sorted(papers):
        files = set(db.session.scalars(select(EvidencePage.sha256).where(EvidencePage.evidence_id == number)))
        files |= set(db.session.scalars(select(EvidenceFile.sha256).where(EvidenceFile.id == number)))
        try:
            with db.session.begin_nested():
                db.session.execute(delete(EvidencePage).where(EvidencePage.evidence_id == number))
                db.session.execute(delete(EvidenceFile).where(EvidenceFile.id == number))
        except IntegrityError:  # a certificate or a decision rests on it
            continue
        names |= files
    if names:
        enqueue(DELETE_FILES_JOB, now=now, names=sorted(names))
