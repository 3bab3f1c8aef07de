"""Keeping pictures for sharing: one row for each subject, language and shape, the file in the storage."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from core.db import db
from promotion.models.campaigns import ShareImage
from promotion.models.reach import ShortLink
from promotion.operations.links import make_link
from promotion.queries.share_subjects import ShareSubject, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnImage:
    """A picture that was drawn and put into the storage under `sha256`. version: of `share_images.captions`."""

    kind: str
    subject_id: int
    language: str
    shape: str
    version: str
    sha256: str
    byte_count: int


def find_kept_image(kind: str, subject_id: int, language: str, shape: str) -> ShareImage | None:
    """The latest picture of that subject, whatever its version."""
    return db.session.scalar(
        select(ShareImage).where(
            ShareImage.kind == kind,
            ShareImage.subject_id == subject_id,
            ShareImage.language == language,
            ShareImage.shape == shape,
        )
    )


def share_link(subject: ShareSubject, *, by: Actor | None, now: datetime) -> ShortLink:
    """The short link of the share kit and of the pictures: always the same one for the same subject."""
    is_campaign = subject.kind is SubjectKind.CAMPAIGN
    is_collection = subject.kind is SubjectKind.COLLECTION
    return make_link(
        "campaign" if is_campaign else "collection" if is_collection else "share",
        subject.id,
        subject.path,
        by=by,
        now=now,
        producer_id=subject.producer_id,
        product_id=subject.id if subject.kind is SubjectKind.PRODUCT else None,
        fair_id=subject.id if subject.kind is SubjectKind.FAIR else None,
        campaign_id=subject.id if is_campaign else None,
    )


def keep_image(drawn: DrawnImage, *, now: datetime) -> None:
    """Note the picture in place of the one before, whose file is then swept away. Harmless when two draw at once."""
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    fresh = {
        "version": drawn.version,
        "sha256": drawn.sha256,
        "byte_count": drawn.byte_count,
        "made_at": now,
    }
    key = {
        "kind": drawn.kind,
        "subject_id": drawn.subject_id,
        "language": drawn.language,
        "shape": drawn.shape,
    }
    row = of_dialect.insert(ShareImage.__table__).values(**key, **fresh)
    db.session.execute(row.on_conflict_do_update(index_elements=list(key), set_=fresh))
