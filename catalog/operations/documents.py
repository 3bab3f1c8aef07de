"""Stored files: scans of decisions and certificates."""

from datetime import datetime

from sqlalchemy import select

from catalog.document_files import checked_file
from catalog.models import Document
from catalog.operations.text_checks import required_line
from core.db import db
from core.files import Storage

TITLE_MAX = 200


def store_document(content: bytes, *, title: str, files: Storage, now: datetime) -> Document:
    """Keep `content` in `files` and its row; the same bytes again give the document there is, with its first title.

    Raises InvalidDocumentError unless it is a PDF, JPEG or PNG of at most 20 MB. The file is written first: without
    its row (a crash, a transaction given up) it is an orphan, which the check of files finds.
    """
    checked = checked_file(content)
    clean_title = required_line("title", title, TITLE_MAX)
    files.put(content)
    known = db.session.scalar(select(Document).where(Document.sha256 == checked.sha256))
    if known is not None:
        return known
    document = Document(
        sha256=checked.sha256,
        title=clean_title,
        media_type=checked.media_type,
        byte_count=checked.byte_count,
        page_count=checked.page_count,
        stored_at=now,
    )
    db.session.add(document)
    db.session.flush()
    return document
