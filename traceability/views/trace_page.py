"""How a page about a stamp is put together and sent: made once for a lot, filled in for each stamp.

Such a page sets no cookie, asks for no style sheet and no font, is not kept by anybody between us and the reader, and
is not indexed. Its one sheet stands in the page and is allowed by its hash.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote

from flask import Response, current_app, render_template, request
from markupsafe import Markup, escape

from core.assets import STATIC_FOLDER
from core.clock import VIETNAM
from core.i18n import current_language, format_date, gettext
from core.pages import accepts_gzip
from core.web.headers import HeaderSet, header_set, use_headers
from traceability.pieced_page import PiecedPage
from traceability.queries.lot_depth import get_lot_depth
from traceability.queries.recently_read import RecentlyRead
from traceability.queries.view_models import FirstLook, LotPage, ScanPage
from traceability.stamp_codes import CODE_LENGTH, grouped
from traceability.verdicts import HTTP_STATUS, Verdict
from traceability.views.opening import MAY_BE_OPENED

KEPT_PAGES: Final = 1_000

# Stand for the code, the code in groups and the sentence about looks while a page is made for all stamps of a lot.
# The letter U is in no code, private characters are in no text.
CODE_GAP: Final = "U" * CODE_LENGTH
GROUPED_GAP: Final = grouped(CODE_GAP)
SENTENCE_GAP: Final = "\ue000sentence\ue000"
GAPS: Final = (GROUPED_GAP, CODE_GAP, SENTENCE_GAP)

VERDICTS_WITH_LOOKS: Final = frozenset(
    {
        Verdict.VALID_FIRST,
        Verdict.VALID_AGAIN,
        Verdict.PAST_DATE,
        Verdict.RANK_LAPSED,
        Verdict.CHECK_FURTHER,
    }
)

_EXTENSION: Final = "traceability.pages"


@dataclass(frozen=True, slots=True)
class _KeptPage:
    """made_for: the very object of the lot that was shown; a changed lot is another object."""

    made_for: LotPage | None
    pieces: PiecedPage


def answer_stamp(page: ScanPage) -> Response:
    """The page of a code, with its verdict before anything else."""
    sentence = _sentence(page)
    pieces = _pieces(page, has_sentence=sentence is not None)
    filling = {
        CODE_GAP: quote(page.code, safe=""),
        GROUPED_GAP: str(escape(page.code if page.verdict is Verdict.MISTYPED else grouped(page.code))),
        SENTENCE_GAP: str(escape(sentence or "")),
    }
    status = HTTP_STATUS.get(page.verdict, 200)
    if not accepts_gzip():
        return _answer(pieces.plain(filling), status)
    answer = _answer(pieces.gzipped(filling), status)
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def answer_could_not_check(status: int, wait_seconds: int) -> Response:
    """The page that says that nothing was found out, which is no verdict. status: 503 or 429."""
    answer = answer_page("traceability/could_not_check.html", wait_seconds=wait_seconds)
    answer.status_code = status
    answer.headers["Retry-After"] = str(wait_seconds)
    return answer


def answer_page(template: str, **facts: object) -> Response:
    """A page in the look of the stamps' pages that is the same for everybody."""
    return _answer(render_template(template, sheet=sheet(), **facts).encode(), 200)


@cache
def sheet() -> Markup:
    """The style sheet of these pages as it stands in them."""
    text = (STATIC_FOLDER / "css" / "trace.css").read_text(encoding="utf-8").strip()
    if "<" in text:
        raise ValueError("trace.css could end the <style> element that it stands in")
    # Our own file, and it holds no «<».
    return Markup(text)  # noqa: S704


@cache
def trace_headers() -> HeaderSet:
    """Headers of safety with the hash of the sheet."""
    digest = base64.b64encode(hashlib.sha256(sheet().encode()).digest()).decode("ascii")
    return header_set(more_sources={"style-src": f"'sha256-{digest}'"}, referrer="same-origin")


def _answer(body: bytes, status: int) -> Response:
    use_headers(trace_headers())
    headers = [
        ("Cache-Control", "private, no-cache"),
        ("X-Robots-Tag", "noindex"),
        ("Vary", "Accept-Encoding"),
    ]
    return Response(body, status, headers=headers, content_type="text/html; charset=utf-8")


def _pieces(page: ScanPage, *, has_sentence: bool) -> PiecedPage:
    """The page of all stamps of a lot that have the same to say; made anew when the lot, its product or the day is."""
    kept_pages: RecentlyRead[tuple[object, ...], _KeptPage] = current_app.extensions.setdefault(
        _EXTENSION, RecentlyRead(KEPT_PAGES)
    )
    key = (
        page.lot.id if page.lot else None,
        page.verdict,
        page.is_unit,
        page.scanned_before is None,
        page.recall,
        page.doubt,
        page.copied_at,
        page.seal,
        page.is_sealed,
        has_sentence,
        current_language(),
    )
    kept = kept_pages.get(
        key, lambda: _KeptPage(page.lot, _make(page, has_sentence)), lambda kept: kept.made_for is page.lot
    )
    return kept.pieces


def _make(page: ScanPage, has_sentence: bool) -> PiecedPage:
    # Links of the frame repeat the address: it must be everybody's, not that of the one who came first.
    asked_for = request.path, request.query_string
    request.path, request.query_string = f"/T/{CODE_GAP}", b""
    try:
        text = render_template(
            "traceability/stamp.html",
            page=page,
            lot=page.lot,
            depth=get_lot_depth(page.lot) if page.lot else None,
            may_be_opened=page.is_unit and page.verdict in MAY_BE_OPENED,
            code=CODE_GAP,
            grouped_code=GROUPED_GAP,
            sentence=SENTENCE_GAP if has_sentence else "",
            sheet=sheet(),
        )
    finally:
        request.path, request.query_string = asked_for
    return PiecedPage(text, GAPS)


def _sentence(page: ScanPage) -> str | None:
    """What differs from stamp to stamp: why one was withdrawn, what is on record of its parcel and of earlier looks."""
    if page.verdict is Verdict.WITHDRAWN and page.withdrawn_at is not None:
        return gettext(
            "Withdrawn on %(day)s. Reason: %(reason)s",
            day=format_date(page.withdrawn_at),
            reason=page.withdrawn_reason,
        )
    if page.verdict not in VERDICTS_WITH_LOOKS or not page.is_unit:
        return None
    told = [_look_sentence(page)]
    if page.sold_at is not None:
        told.append(gettext("Its parcel was sent to a buyer on %(day)s.", day=format_date(page.sold_at)))
    if page.opened is not None:
        told.append(
            gettext("Somebody said that they opened it on %(day)s.", day=format_date(page.opened.hour_at))
        )
    return " ".join(sentence for sentence in told if sentence) or None


def _look_sentence(page: ScanPage) -> str | None:
    if page.scanned_before is None:
        return None
    if not page.scanned_before:
        return gettext("This is the first look-up on record.")
    return _first_look_sentence(page.first_look)


def _first_look_sentence(look: FirstLook | None) -> str:
    if look is None:
        return gettext("This code was looked up before.")
    moment = look.hour_at.astimezone(VIETNAM)
    facts = {"hour": moment.hour, "day": format_date(moment)}
    if look.province is None:
        return gettext("First look-up: hour %(hour)s, %(day)s.", **facts)
    return gettext("First look-up: hour %(hour)s, %(day)s, %(province)s.", province=look.province, **facts)
