"""The scan of a decision: for officers only while it is proposed, a document of the register once it is released."""

from datetime import datetime
from typing import Final

from accounts.actors import Actor
from catalog.decision_facts import DecisionFault
from catalog.document_files import JPEG, PDF, PNG
from catalog.errors import ChangedPaperError, DecisionFaultsError, EvidenceNotFoundError
from catalog.facts import Refusal
from catalog.models import Document
from catalog.models.evidence import EvidenceFile
from catalog.models.office import Proposal
from catalog.operations.documents import store_document
from catalog.operations.evidence import ReadPaper, keep_evidence, stored_paper
from core.files import Storage

ARCHIVED_TYPES: Final = frozenset({PDF, JPEG, PNG})
"""What the archive of documents takes; pictures of a phone (WebP) are taken for evidence only."""


def keep_decision_paper(
    paper: ReadPaper | bytes | None,
    *,
    title: str,
    province_code: str | None,
    by: Actor,
    files: Storage,
    now: datetime,
) -> EvidenceFile:
    """Keep the scan of a decision where officers alone see it. province_code: where the decision's products lie.

    Raises DecisionFaultsError without a paper, or for one that the archive does not take: what nobody can show is not
    recorded here.
    """
    if not paper:
        raise _refused(Refusal.NO_EVIDENCE)
    evidence = keep_evidence(
        paper,
        title=title,
        producer_id=None,
        by=by,
        files=files,
        now=now,
        province_code=province_code,
        is_for_members=False,
    )
    if evidence.media_type not in ARCHIVED_TYPES:
        raise _refused(Refusal.WRONG_KIND_OF_FILE)
    return evidence


def archive_decision_paper(proposal: Proposal, *, files: Storage, now: datetime) -> Document:
    """The scan as a document of the register, which everybody may read from now on.

    Raises ChangedPaperError if the file is gone or is no longer what it was when the decision was proposed.
    """
    evidence = proposal.evidence
    if evidence.sha256 != proposal.document_sha256:
        raise ChangedPaperError(sha256=proposal.document_sha256)
    try:
        content = stored_paper(evidence, files)
    except EvidenceNotFoundError:
        raise ChangedPaperError(sha256=proposal.document_sha256) from None
    return store_document(content, title=proposal.document_title, files=files, now=now)


def _refused(reason: Refusal) -> DecisionFaultsError:
    return DecisionFaultsError(faults=(DecisionFault(None, "document", None, reason),))
