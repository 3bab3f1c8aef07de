"""Telling us something about a stamp. A page of its own, so that the stamp's page needs no cookie."""

import logging
from typing import Final

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from catalog.views.papers import files
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.web.access import public, takes_files
from core.web.headers import header_set, with_headers
from traceability.errors import InvalidTextError
from traceability.forms import CONTACT_MAX, MESSAGE_MAX, ReportForm
from traceability.operations.reports import draw_report_photo, record_stamp_report
from traceability.stamp_codes import TYPED_MAX_LENGTH, normalise

log = logging.getLogger("traceability")

UNAVAILABLE: Final = "unavailable"
REPORT_HEADERS: Final = header_set(referrer="same-origin")


@public
@with_headers(REPORT_HEADERS)
def report(code: str) -> Response:
    """The empty form, or thanks after it was sent."""
    return _page(code, ReportForm.empty(), is_sent="sent" in request.args)


@public
@with_headers(REPORT_HEADERS)
@takes_files
@rate_limited("10/minute", name="traceability.report")
def report_create(code: str) -> AnyResponse:
    """Keep the report, then show thanks. Sending twice keeps it once."""
    form = ReportForm.parse(request.form)
    try:
        photo_sha256 = _photo()
        with transaction():
            record_stamp_report(
                submission_key=form.submission_key,
                code=_shown(code),
                message=form.message,
                contact=form.contact,
                photo_sha256=photo_sha256,
                now=clock.now(),
            )
    except InvalidTextError as error:
        return _page(code, form, error=error)
    except InvalidMediaError as error:
        return _page(code, form, photo_fault=str(error.reason))
    except OSError as error:
        log.error("a photograph could not be kept", exc_info=error)
        return _page(code, form, photo_fault=UNAVAILABLE)
    return redirect(url_for("traceability.report", code=code, sent=1), 303)


def _photo() -> str | None:
    """The SHA-256 of the photograph that was sent, drawn anew and stored; None if none was."""
    sent = request.files.get("photo")
    content = sent.read() if sent else b""
    return draw_report_photo(content, files=files()) if content else None


def _page(
    code: str,
    form: ReportForm,
    *,
    error: InvalidTextError | None = None,
    photo_fault: str = "",
    is_sent: bool = False,
) -> Response:
    text = render_template(
        "traceability/report.html",
        code=_shown(code),
        form=form,
        error=error,
        photo_fault=photo_fault,
        is_sent=is_sent,
        message_max=MESSAGE_MAX,
        contact_max=CONTACT_MAX,
    )
    answer = Response(text, 422 if error or photo_fault else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(code: str) -> str:
    return normalise(code)[:TYPED_MAX_LENGTH]
