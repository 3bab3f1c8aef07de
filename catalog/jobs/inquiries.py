"""Inquiries of visitors, made known."""

import logging

from catalog.models import Inquiry
from core.db import db
from core.jobs.registry import job

log = logging.getLogger(__name__)


@job("catalog.announce_inquiry")
def announce_inquiry(inquiry_id: int) -> None:
    """Tell the operator that an inquiry waits: by its number, for the log holds nobody's name or telephone."""
    inquiry = db.session.get(Inquiry, inquiry_id)
    if inquiry is not None:
        log.info("inquiry %s waits for an answer", inquiry.id, extra={"product": inquiry.product.slug})
