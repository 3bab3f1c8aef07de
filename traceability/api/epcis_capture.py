"""Handing in events by key: documents (202, with a record of what became of them) and single events (201).

Source: EPCIS 2.0, 12.3 (capture). A document is taken in before it is answered, so its record is always finished.
"""

from datetime import UTC, datetime
from typing import Any, Final

from flask import Response, request

from accounts.keys import current_caller, needs_key
from accounts.models.keys import Scope
from catalog.api.answers import site_address
from catalog.errors import InvalidParameterError
from core import clock
from core.db import transaction
from traceability.api.epcis_answers import (
    ERROR_BEHAVIOUR,
    PREFIX,
    fault_rows,
    kept_faults,
    read_sent,
    told,
    with_next,
)
from traceability.epcis.field_rules import Fault
from traceability.epcis.questions import PER_PAGE, PER_PAGE_MAX, one_number
from traceability.errors import CaptureNotFoundError, InvalidEventsError
from traceability.models.epcis import EpcisCapture
from traceability.operations.epcis_capture import PROCEED, ROLLBACK, capture_document, capture_event
from traceability.queries.epcis_events import find_capture, list_captures

BEHAVIOURS: Final = (ROLLBACK, PROCEED)
PAGING: Final = ("perPage", "nextPageToken")


@needs_key(Scope.EVENTS_WRITE)
def capture_create() -> Response:
    """Take in a document of events."""
    behaviour = request.headers.get(ERROR_BEHAVIOUR, ROLLBACK)
    if behaviour not in BEHAVIOURS:
        raise InvalidParameterError(
            parameter=ERROR_BEHAVIOUR, value=behaviour[:40], reason="value", allowed=BEHAVIOURS
        )
    document = sent_object(read_sent())
    with transaction():
        capture = capture_document(document, behaviour, caller=current_caller(), now=clock.now())
        data = _capture_json(capture)
    answer = told(data, 202)
    answer.headers["Location"] = f"{site_address()}{PREFIX}/capture/{data['captureID']}"
    return answer


@needs_key(Scope.EVENTS_WRITE)
def event_create() -> Response:
    """Take in one event."""
    event = sent_object(read_sent())
    with transaction():
        row = capture_event(event, caller=current_caller(), now=clock.now())
        name, digest = row.event_name, row.event_hash
    answer = told({"eventID": name}, 201)
    answer.headers["Location"] = f"{site_address()}{PREFIX}/events/{digest}"
    return answer


@needs_key(Scope.EVENTS_WRITE)
def capture_list() -> Response:
    """Documents that the producer handed in, the latest first."""
    token, per_page = only_paging(dict(request.args.lists()))
    rows, following = list_captures(current_caller().producer_id, token=token, per_page=per_page)
    return with_next(told({"captures": [_capture_json(row) for row in rows]}), following)


@needs_key(Scope.EVENTS_WRITE)
def capture(capture_id: str) -> Response:
    """What became of a document."""
    row = find_capture(current_caller().producer_id, capture_id)
    if row is None:
        raise CaptureNotFoundError(capture_id=capture_id[:40])
    return told(_capture_json(row))


def only_paging(asked: dict[str, list[str]]) -> tuple[str | None, int]:
    """Token and size of the page that is wanted, where nothing else may be asked for."""
    for name in asked:
        if name not in PAGING:
            raise InvalidParameterError(
                parameter=name[:40], value="", reason="unknown_parameter", allowed=PAGING
            )
    return paging(asked)


def paging(asked: dict[str, list[str]]) -> tuple[str | None, int]:
    """Token and size of the page that is wanted, taken out of `asked`."""
    tokens, sizes = asked.pop("nextPageToken", []), asked.pop("perPage", [])
    if len(tokens) > 1:
        raise InvalidParameterError(parameter="nextPageToken", value="", reason="repeated")
    per_page = one_number("perPage", sizes, PER_PAGE_MAX) if sizes else PER_PAGE
    return (tokens[0] if tokens else None), per_page


def sent_object(sent: Any) -> dict[str, Any]:
    """What was sent, if it is an object. Raises InvalidEventsError."""
    if not isinstance(sent, dict):
        raise InvalidEventsError(faults=(Fault("", "not_an_object"),))
    return sent


def _capture_json(row: EpcisCapture) -> dict[str, Any]:
    errors = fault_rows(kept_faults(row.errors))
    return {
        "captureID": row.key,
        "createdAt": _time(row.created_at),
        "finishedAt": _time(row.created_at),
        "running": False,
        "success": not errors,
        "captureErrorBehaviour": row.error_behaviour,
        "eventCount": row.event_count,
        "capturedCount": row.captured_count,
        "errors": errors,
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
