"""How a private paper is shown: our pictures of its pages; the file itself only to be taken away, by officers."""

from typing import Final

from flask import Response, current_app

from catalog.errors import EvidenceNotFoundError
from catalog.models.evidence import EvidenceFile
from catalog.operations.evidence import stored_paper
from core.files import Storage, StoredFileNotFoundError, storage_for
from core.media.errors import InvalidMediaError
from core.media.pictures import render_pages
from core.web.headers import header_set, use_headers

# Whatever comes from outside may neither run nor reach our pages. Source: CSP Level 3, `sandbox`.
SANDBOXED: Final = tuple(
    (
        name,
        "sandbox; default-src 'none'; frame-ancestors 'none'" if name == "Content-Security-Policy" else value,
    )
    for name, value in header_set()
)
WEBP: Final = "image/webp"
_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def files() -> Storage:
    """The storage of the present application."""
    return storage_for(current_app.extensions["settings"])


def page_answer(evidence: EvidenceFile, number: int) -> Response:
    """Page `number` (from 1) as a picture; drawn on the spot where the job has not come to it yet.

    Raises EvidenceNotFoundError.
    """
    kept = next((page for page in evidence.pages if page.number == number), None)
    content = _stored_page(kept.sha256) if kept is not None else None
    if content is None:
        content = _drawn_now(evidence, number)
    use_headers(SANDBOXED)
    return Response(content, content_type=WEBP)


def original_answer(evidence: EvidenceFile) -> Response:
    """The file as it was handed in, as a download. Raises EvidenceNotFoundError."""
    content = stored_paper(evidence, files())
    use_headers(SANDBOXED)
    ending = _ENDINGS.get(evidence.media_type, "bin")
    answer = Response(content, content_type=evidence.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{evidence.sha256[:12]}.{ending}"'
    return answer


def _stored_page(sha256: str) -> bytes | None:
    try:
        with files().open(sha256) as opened:
            return opened.read()
    except (StoredFileNotFoundError, OSError):
        return None


def _drawn_now(evidence: EvidenceFile, number: int) -> bytes:
    if not 1 <= number <= evidence.page_count:
        raise EvidenceNotFoundError(evidence_id=evidence.id, number=number)
    try:
        return render_pages(stored_paper(evidence, files()), number, 1).pages[0].content
    except InvalidMediaError:
        raise EvidenceNotFoundError(evidence_id=evidence.id, number=number) from None
