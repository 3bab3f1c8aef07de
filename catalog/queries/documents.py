"""Stored files by their hash."""

import re
from typing import Final

from sqlalchemy import select

from catalog.models import Document
from catalog.queries.recognitions import document_view
from catalog.queries.view_models import DocumentView
from core.db import db

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def find_document(sha256: str) -> DocumentView | None:
    """The document with that hash (64 lower-case hex digits), or None, also for what is no hash at all."""
    if not _SHA256.fullmatch(sha256):
        return None
    return document_view(db.session.scalar(select(Document).where(Document.sha256 == sha256)))
