"""Inquiries: what a visitor asks of a producer."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.errors import (
    ContradictingRecordError,
    InvalidFactError,
    InvalidInquiryError,
    ProductNotFoundError,
)
from catalog.facts import InquiryFacts, Refusal
from catalog.models import Inquiry, Product
from catalog.operations.text_checks import optional_text, required_line
from catalog.phones import vietnamese_phone
from core.db import db
from core.jobs.queue import enqueue

KEY_MAX = 36
NAME_MAX = 100
MESSAGE_MAX = 2_000
SAID_AGAIN_WITHIN = timedelta(days=1)
_SAID = ("name", "phone", "message")


def record_inquiry(product: Product, facts: InquiryFacts, *, now: datetime) -> Inquiry:
    """Keep a visitor's question and ask for the producer to be told; sent twice, or again within a day, it is one.

    Raises InvalidInquiryError (field, reason) for a missing or too long text or a telephone number that is none;
    ProductNotFoundError for a product that offers no inquiry: an entry of the register is nobody's offer.
    """
    if not (product.is_listed and product.is_for_sale):
        raise ProductNotFoundError(slug=product.slug)
    try:
        checked = _checked(facts)
    except InvalidFactError as error:
        raise InvalidInquiryError(**error.facts) from None
    known = _find(checked["submission_key"]) or _find_said_again(product, checked, now)
    if known is None:
        inquiry = Inquiry(product_id=product.id, created_at=now, **checked)
        try:
            with db.session.begin_nested():
                db.session.add(inquiry)
        except IntegrityError:  # the same form arrived twice at once, and the other was first
            known = _find(checked["submission_key"])
        else:
            enqueue("catalog.announce_inquiry", now=now, key=str(inquiry.id), inquiry_id=inquiry.id)
            return inquiry
    if known is None or known.product_id != product.id:
        recorded = known.product_id if known else None
        raise ContradictingRecordError(field="submission_key", recorded=recorded, stated=product.id)
    return known


def _find(submission_key: str) -> Inquiry | None:
    return db.session.scalar(select(Inquiry).where(Inquiry.submission_key == submission_key))


def _find_said_again(product: Product, checked: dict[str, str], now: datetime) -> Inquiry | None:
    """The same question of the same person about the product within a day: the form was sent again after «back»."""
    same = (Inquiry.product_id == product.id, *(getattr(Inquiry, field) == checked[field] for field in _SAID))
    return db.session.scalar(select(Inquiry).where(*same, Inquiry.created_at > now - SAID_AGAIN_WITHIN))


def _checked(facts: InquiryFacts) -> dict[str, str]:
    message = optional_text("message", facts.message, MESSAGE_MAX)
    if message is None:
        raise InvalidFactError(field="message", value=facts.message, reason=Refusal.MISSING)
    return {
        "submission_key": required_line("submission_key", facts.submission_key, KEY_MAX),
        "name": required_line("name", facts.name, NAME_MAX),
        "phone": vietnamese_phone("phone", facts.phone),
        "message": message,
    }
