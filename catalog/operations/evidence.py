"""Papers that are handed in: kept privately, shown as pictures of their pages.

Reading a paper takes a second or more, so it comes before the transaction:

    paper = read_paper(content, files=files)
    with transaction():
        evidence = keep_evidence(paper, title=…, producer_id=…, by=actor, files=files, now=now)
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import EvidenceNotFoundError
from catalog.models import Producer
from catalog.models.evidence import EvidenceFile, EvidencePage
from catalog.operations.text_checks import required_line
from core.db import db
from core.files import Storage, StoredFileNotFoundError
from core.jobs.queue import enqueue
from core.media.pictures import Pages, render_pages

TITLE_MAX: Final = 200
FIRST_PAGES: Final = 3
PAGES_JOB: Final = "catalog.draw_evidence_pages"


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page drawn and stored, which no row names yet. sha256: of its picture."""

    number: int
    width: int
    height: int
    byte_count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper that was read and stored, which no row names yet. pages: the first few; page_count: of all."""

    sha256: str
    media_type: str
    byte_count: int
    page_count: int
    pages: tuple[KeptPage, ...]


def read_paper(content: bytes, *, files: Storage) -> ReadPaper:
    """Draw the first pages of a PDF, JPEG, PNG or WebP in a process of its own, and store all. Outside transactions.

    Raises InvalidMediaError (reason: `core.media.errors.MediaFault`); nothing was stored then. What is stored without
    becoming a row (the form had another fault, the power failed) is cleared away after a day.
    """
    drawn = render_pages(content, count=FIRST_PAGES)
    files.put(content)
    return ReadPaper(
        sha256(content).hexdigest(),
        drawn.media_type,
        len(content),
        drawn.page_count,
        _stored(drawn, files),
    )


def keep_evidence(
    content: ReadPaper | bytes,
    *,
    title: str,
    producer_id: int | None,
    by: Actor | None,
    files: Storage,
    now: datetime,
    province_code: str | None = None,
    is_for_members: bool = True,
) -> EvidenceFile:
    """Keep a private paper of a producer, in the caller's transaction. It is at no public address.

    content: what `read_paper` made (bytes are read here and now: for commands and tests, not for pages).
    producer_id: whose paper it is; None where no producer is on record yet, then province_code says where it lies.
    is_for_members: whether members of the producer may see it, which they may not where a stranger claims an entry.
    The same paper again gives the row there is, if producer, giver and audience are the same; a row of somebody else
    is never told of. Raises InvalidMediaError (bytes only), InvalidFactError for a title that is missing or too long.
    """
    clean_title = required_line("title", title, TITLE_MAX)
    paper = read_paper(content, files=files) if isinstance(content, bytes) else content
    giver_id = by.user_id if by else None
    known = _known(paper, producer_id, giver_id, is_for_members=is_for_members)
    if known is not None:
        return known
    evidence = _evidence_of(paper)
    evidence.title, evidence.is_for_members = clean_title, is_for_members
    evidence.producer_id, evidence.province_code = producer_id, province_code
    evidence.kept_by_id, evidence.kept_at = giver_id, now
    db.session.add(evidence)
    db.session.flush()
    if paper.page_count > len(paper.pages):
        enqueue(PAGES_JOB, now=now, key=str(evidence.id), evidence_id=evidence.id)
    record_act(
        "catalog.keep_evidence",
        by=by,
        subject=f"evidence:{evidence.id}",
        after={"sha256": paper.sha256, "media_type": paper.media_type, "page_count": paper.page_count},
        producer_id=producer_id,
        province_code=province_code or _province_of(producer_id),
        now=now,
    )
    return evidence


def draw_more_pages(content: bytes, first: int, *, files: Storage) -> tuple[KeptPage, ...]:
    """The next pages of a paper from `first` on, drawn and stored. Outside transactions. Raises InvalidMediaError."""
    return _stored(render_pages(content, first), files)


def note_pages(evidence_id: int, pages: tuple[KeptPage, ...]) -> None:
    """Put down pages that were drawn; those on record already are left as they are."""
    known = set(
        db.session.scalars(select(EvidencePage.number).where(EvidencePage.evidence_id == evidence_id))
    )
    for each in pages:
        if each.number not in known:
            db.session.add(_page(each, evidence_id=evidence_id))
    db.session.flush()


def stored_paper(evidence: EvidenceFile, files: Storage) -> bytes:
    """The file as it was handed in. Raises EvidenceNotFoundError if it is lost or is not what it was."""
    try:
        with files.open(evidence.sha256) as opened:
            content = opened.read()
    except (StoredFileNotFoundError, OSError):
        raise EvidenceNotFoundError(evidence_id=evidence.id) from None
    if sha256(content).hexdigest() != evidence.sha256:
        raise EvidenceNotFoundError(evidence_id=evidence.id)
    return content


def _known(
    paper: ReadPaper, producer_id: int | None, giver_id: int | None, *, is_for_members: bool
) -> EvidenceFile | None:
    """Compared by all that decides who sees it, so that nobody learns what somebody else handed in."""
    return db.session.scalar(
        select(EvidenceFile)
        .where(
            EvidenceFile.sha256 == paper.sha256,
            EvidenceFile.producer_id.is_not_distinct_from(producer_id),
            EvidenceFile.kept_by_id.is_not_distinct_from(giver_id),
            EvidenceFile.is_for_members == is_for_members,
        )
        .order_by(EvidenceFile.id)
        .limit(1)
    )


def _evidence_of(paper: ReadPaper) -> EvidenceFile:
    return EvidenceFile(
        sha256=paper.sha256,
        media_type=paper.media_type,
        byte_count=paper.byte_count,
        page_count=paper.page_count,
        pages=[_page(each) for each in paper.pages],
    )


def _province_of(producer_id: int | None) -> str | None:
    producer = db.session.get(Producer, producer_id) if producer_id is not None else None
    return producer.place.current_province_code if producer is not None and producer.place else None


def _stored(drawn: Pages, files: Storage) -> tuple[KeptPage, ...]:
    return tuple(
        KeptPage(page.number, page.width, page.height, len(page.content), files.put(page.content))
        for page in drawn.pages
    )


def _page(page: KeptPage, **owner: int) -> EvidencePage:
    return EvidencePage(
        number=page.number,
        width=page.width,
        height=page.height,
        byte_count=page.byte_count,
        sha256=page.sha256,
        **owner,
    )
