"""Reads about claims: entries that can be claimed, one's own claims, and the queue of the office."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import Membership
from catalog.models import Producer, Product
from catalog.models.evidence import EvidenceFile
from catalog.models.joining import Claim
from catalog.permissions.office import DECIDING
from core.db import db
from core.text import fold

FOUND_MOST: Final = 20
WORDS_MAX: Final = 8


def search_entries(
    text: str, *, is_demonstration: bool = False, limit: int = FOUND_MOST
) -> Sequence[Product]:
    """Listed entries of the register with all the words of `text`, tones or not, with their producers.

    is_demonstration: whether made-up entries are meant, which made-up people claim, or real ones.
    """
    asked = fold(text).split()[:WORDS_MAX]
    if not asked:
        return ()
    return db.session.scalars(
        select(Product)
        .where(
            Product.is_listed,
            Product.source_id.is_not(None),
            Product.is_demonstration == is_demonstration,
            *(Product.search_text.contains(word, autoescape=True) for word in asked),
        )
        .options(joinedload(Product.producer), joinedload(Product.place))
        .order_by(Product.slug)
        .limit(limit)
    ).all()


def find_producer_by_tax_code(tax_code: str) -> Producer | None:
    """The producer of that tax code, «0100233488»: only that there is one may be told."""
    return db.session.scalar(select(Producer).where(Producer.tax_code == tax_code))


def get_claimable(producer_id: int | None, product_id: int | None) -> Producer | Product | None:
    """The entry that a form names: a listed product of the register, or a producer; None if there is none."""
    if product_id is not None:
        product = db.session.get(Product, product_id)
        return (
            product if product is not None and product.is_listed and product.source_id is not None else None
        )
    return db.session.get(Producer, producer_id) if producer_id is not None else None


def entry_name(claim: Claim) -> str:
    """What is claimed, by its name."""
    if claim.product_id is not None:
        return db.session.get_one(Product, claim.product_id).name
    return db.session.get_one(Producer, claim.producer_id).name


def list_holder_ids(claim: Claim) -> list[int]:
    """Who works now for the claimed producer, or for the producer of the claimed product; never who only assists."""
    holder_id = claim.producer_id
    if claim.product_id is not None:
        holder_id = db.session.scalar(select(Product.producer_id).where(Product.id == claim.product_id))
    present = (
        Membership.producer_id == holder_id,
        Membership.ended_at.is_(None),
        Membership.is_assisting.is_(False),
        Membership.user_id != claim.claimant_id,
    )
    return list(db.session.scalars(select(Membership.user_id).where(*present).order_by(Membership.id)))


def get_own_claim(actor: Actor, claim_id: int) -> Claim:
    """A claim that `actor` made. Raises NotYoursError."""
    found = db.session.scalar(_claims().where(Claim.id == claim_id, Claim.claimant_id == actor.user_id))
    if found is None:
        raise NotYoursError(claim_id=claim_id)
    return found


def list_own_claims(actor: Actor) -> Sequence[Claim]:
    """All claims of `actor`, the latest first."""
    return db.session.scalars(
        _claims().where(Claim.claimant_id == actor.user_id).order_by(Claim.id.desc()).limit(50)
    ).all()


def get_office_claim(actor: Actor, claim_id: int) -> Claim:
    """A claim in an area where `actor` decides, ended or not. Raises NotYoursError."""
    found = db.session.scalar(_claims().where(Claim.id == claim_id, claims_of(actor)))
    if found is None:
        raise NotYoursError(claim_id=claim_id)
    return found


def list_office_claims(actor: Actor, page: int, per_page: int) -> tuple[Sequence[Claim], int]:
    """Open claims in the area, the oldest first, and how many there are."""
    waiting = (Claim.outcome.is_(None), claims_of(actor))
    total = db.session.scalar(select(func.count()).select_from(Claim).where(*waiting)) or 0
    rows = db.session.scalars(
        _claims().where(*waiting).order_by(Claim.id).offset((page - 1) * per_page).limit(per_page)
    ).all()
    return rows, total


def count_office_claims(actor: Actor) -> int:
    """How many claims wait in the area."""
    waiting = (Claim.outcome.is_(None), claims_of(actor))
    return db.session.scalar(select(func.count()).select_from(Claim).where(*waiting)) or 0


def list_rival_claims(claim: Claim) -> Sequence[Claim]:
    """Other open claims to the same entry."""
    entry = (
        Claim.product_id == claim.product_id if claim.product_id else Claim.producer_id == claim.producer_id
    )
    return db.session.scalars(
        _claims().where(entry, Claim.id != claim.id, Claim.outcome.is_(None)).order_by(Claim.id)
    ).all()


def list_papers(claim: Claim) -> Sequence[EvidenceFile]:
    """The papers handed in with a claim, with their pages."""
    return db.session.scalars(
        select(EvidenceFile)
        .where(EvidenceFile.id.in_([each.evidence_id for each in claim.papers]))
        .options(selectinload(EvidenceFile.pages))
        .order_by(EvidenceFile.id)
    ).all()


def claims_of(actor: Actor) -> ColumnElement[bool]:
    """Whether a claim lies where `actor` decides; what lies nowhere known is the nation's."""
    posts = [post for post in actor.posts if post.level in DECIDING]
    if any(post.level == "nation" for post in posts):
        return true()
    return or_(false(), *(Claim.province_code == post.province_code for post in posts))


def _claims() -> Select[Claim]:
    return select(Claim).options(
        joinedload(Claim.producer).joinedload(Producer.place),
        joinedload(Claim.product).joinedload(Product.producer),
        joinedload(Claim.for_producer),
        joinedload(Claim.claimant),
        selectinload(Claim.papers),
    )
