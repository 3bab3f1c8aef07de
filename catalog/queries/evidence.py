"""Private papers, found only by those who may see them."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.models.evidence import EvidenceFile
from catalog.models.joining import Declaration
from catalog.queries.office_scope import producers_of
from catalog.queries.workspace import get_own_producer
from core.db import db


def get_office_evidence(actor: Actor, evidence_id: int) -> EvidenceFile:
    """The paper with its pages, if it lies in the area of `actor`, or `actor` handed it in. Raises NotYoursError.

    A paper lies where its producer is or makes something; one without a producer in the province it was kept for,
    which the officers of that province (and of the nation) see. What belongs to a declaration only its giver sees.
    """
    provinces = {post.province_code for post in actor.posts if post.level == "province"}
    is_national = any(post.level == "nation" for post in actor.posts)
    in_area = select(Producer.id).where(producers_of(actor)).correlate(None)
    declared = select(Declaration.id).where(Declaration.evidence_id == EvidenceFile.id).exists()
    found = db.session.scalar(
        select(EvidenceFile)
        .where(
            EvidenceFile.id == evidence_id,
            or_(~declared, EvidenceFile.kept_by_id == actor.user_id),
            or_(
                EvidenceFile.producer_id.in_(in_area),
                and_(
                    EvidenceFile.producer_id.is_(None),
                    EvidenceFile.id == evidence_id
                    if is_national
                    else EvidenceFile.province_code.in_(provinces),
                ),
                EvidenceFile.kept_by_id == actor.user_id,
            ),
        )
        .options(selectinload(EvidenceFile.pages))
    )
    if found is None:
        raise NotYoursError(evidence_id=evidence_id)
    return found


def get_own_evidence(actor: Actor, producer_id: int, evidence_id: int) -> EvidenceFile:
    """The paper with its pages, if it is of a producer that `actor` works for and meant for members.

    Raises NotYoursError.
    """
    producer = get_own_producer(actor, producer_id)
    found = db.session.scalar(
        select(EvidenceFile)
        .where(
            EvidenceFile.id == evidence_id,
            EvidenceFile.producer_id == producer.id,
            EvidenceFile.is_for_members,
        )
        .options(selectinload(EvidenceFile.pages))
    )
    if found is None:
        raise NotYoursError(evidence_id=evidence_id)
    return found
