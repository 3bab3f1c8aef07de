"""What people who looked at a stamp want to tell."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from core.db import db
from core.files import Storage
from core.media.kinds import picture_kind
from core.media.pictures import render_pages
from core.text import clean_line
from traceability.models import StampReport
from traceability.operations.texts import optional_line, required_text

CODE_KEPT_CHARS: Final = 40
MESSAGE_MAX: Final = 2_000
CONTACT_MAX: Final = 100


def draw_report_photo(content: bytes, *, files: Storage) -> str:
    """Draw a photograph anew, without what the camera wrote beside it, and store it; its SHA-256. Outside transactions.

    Raises InvalidMediaError, OSError if the storage does not take it. Without a row it is cleared away after a day.
    """
    picture_kind(content)
    return files.put(render_pages(content).pages[0].content)


def record_stamp_report(
    *,
    submission_key: str,
    code: str,
    message: str,
    now: datetime,
    contact: str | None = None,
    photo_sha256: str | None = None,
) -> StampReport:
    """Keep what a person tells of a stamp. The same `submission_key` again changes nothing.

    submission_key: 36 characters, made with the form. code: as it stood on the page, known here or not.
    contact: how to answer, given freely. photo_sha256: of `draw_report_photo`.
    Raises InvalidTextError for a message that is empty or too long.
    """
    before = db.session.scalar(select(StampReport).where(StampReport.submission_key == submission_key))
    if before is not None:
        return before
    report = StampReport(
        submission_key=submission_key,
        code=clean_line(code)[:CODE_KEPT_CHARS],
        message=required_text("message", message, MESSAGE_MAX),
        contact=optional_line("contact", contact, CONTACT_MAX),
        created_at=now,
        photo_sha256=photo_sha256,
    )
    db.session.add(report)
    db.session.flush()
    return report
