"""What people leave who wanted to sell here: drafts, claims with papers, invitations (`core.personal_data`).

What an officer decided stays with what it rests on: a claim that was approved or refused and its papers, certificates
claimed for a producer. An unfinished registration, an open or withdrawn claim and its papers go.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, union

from accounts.models import User
from accounts.operations.exports import DELETE_FILES_JOB
from catalog.models.evidence import CertificateClaim, EvidenceFile, EvidencePage
from catalog.models.joining import (
    Claim,
    ClaimOutcome,
    ClaimPaper,
    Invitation,
    InvitationOutcome,
    ProducerDraft,
)
from core.db import db
from core.i18n import lazy_gettext as _
from core.jobs.queue import enqueue
from core.personal_data import NoFiles, PersonalFile, personal_data

UNDECIDED = (None, ClaimOutcome.WITHDRAWN.value)


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
        _delete_papers([claim.id for claim in undecided], now)


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


def _delete_papers(claim_ids: list[int], now: datetime) -> None:
    """Take the papers of these claims off the record, unless another claim rests on them."""
    papers = set(db.session.scalars(select(ClaimPaper.evidence_id).where(ClaimPaper.claim_id.in_(claim_ids))))
    db.session.execute(delete(ClaimPaper).where(ClaimPaper.claim_id.in_(claim_ids)))
    papers -= set(
        db.session.scalars(select(ClaimPaper.evidence_id).where(ClaimPaper.evidence_id.in_(papers)))
    )
    claimed = select(CertificateClaim.evidence_id).where(CertificateClaim.evidence_id.in_(papers))
    papers -= set(db.session.scalars(claimed))
    pages = db.session.scalars(select(EvidencePage.sha256).where(EvidencePage.evidence_id.in_(papers)))
    names = sorted(set(pages))
    db.session.execute(delete(EvidencePage).where(EvidencePage.evidence_id.in_(papers)))
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.id.in_(papers)))
    if names:
        enqueue(DELETE_FILES_JOB, now=now, names=names)
