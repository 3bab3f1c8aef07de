"""Reads about joining: drafts, what stands in the register, who made claims, who is invited."""

from sqlalchemy import select

from accounts.actors import Actor
from catalog.models import Producer, Product
from catalog.models.joining import ProducerDraft
from core.db import db


def find_draft(actor: Actor) -> ProducerDraft | None:
    """What the person has typed of a registration, None if nothing."""
    return db.session.get(ProducerDraft, actor.user_id)


def find_public_slug(producer_id: int) -> str | None:
    """The address part of a producer's public page, None where it shows nothing to the public."""
    listed = select(Product.id).where(Product.producer_id == Producer.id, Product.is_listed)
    return db.session.scalar(select(Producer.slug).where(Producer.id == producer_id, listed.exists()))
