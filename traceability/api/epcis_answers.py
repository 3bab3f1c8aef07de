"""How questions about events are answered: versions in headers, refusals with their places, links to the next page."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from catalog.api.answers import JSON, data_text, site_address
from core.i18n import LazyText, speaking
from core.i18n import lazy_gettext as _
from core.web.errors import asked_language, problem
from core.web.headers import open_to_all
from traceability.epcis.reading import MalformedJsonError, read_json
from traceability.errors import EventKnownError, InvalidEventsError

PREFIX: Final = "/api/v1/epcis"
LD_JSON: Final = "application/ld+json"
BODY_MAX_BYTES: Final = 2_000_000
VERSIONS: Final = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-Vendor-Version": "1.0.0",
}
"""Source: EPCIS 2.0, 12.5 (discovery of versions by HTTP headers)."""
ERROR_BEHAVIOUR: Final = "GS1-Capture-Error-Behaviour"

REASONS: Final[Mapping[str, LazyText]] = {
    "missing": _("is missing"),
    "unknown_field": _("is not known here"),
    "not_text": _("must be a text"),
    "not_a_number": _("must be a number"),
    "not_a_boolean": _("must be true or false"),
    "not_an_object": _("must be an object"),
    "not_a_list": _("must be a list"),
    "not_a_context": _("must be the address of a context or an object"),
    "not_a_uri": _("must be a whole URI"),
    "not_a_time": _("must be a date and time with its zone: 2026-01-15T07:30:00+07:00"),
    "not_an_offset": _("must be an offset from UTC: +07:00"),
    "not_a_unit": _("must be a unit of UN/ECE Recommendation 20: KGM"),
    "not_hexadecimal": _("must be hexadecimal digits"),
    "out_of_range": _("is outside the range that is possible"),
    "too_long": _("is too long"),
    "too_many": _("holds too many"),
    "repeated": _("is there twice"),
    "unknown_word": _("is no word of the Core Business Vocabulary 2.0"),
    "unknown_type": _("is no kind of document or event that is taken here"),
    "unknown_version": _("must be version 2"),
    "without_namespace": _("needs a namespace: a prefix that the context explains"),
    "unknown_namespace": _("has a prefix that the context does not explain"),
    "only_when_added": _("is for events with the action ADD only"),
    "not_yours": _("must name a lot or product of your producer, and none of another"),
    "wrong_hash": _("has an identity that is not the hash of what it says"),
    "personal": _("holds an e-mail address or telephone number: nothing about people belongs in events"),
    "own_event": _("speaks of an event recorded in the workspace: correct it there"),
    "taken": _("has the identity of another event"),
}


def told(data: Mapping[str, Any], status: int = 200, content_type: str = JSON) -> Response:
    """An answer about events; as JSON-LD for those who ask for it."""
    wants_ld = request.accept_mimetypes.best_match([JSON, LD_JSON]) == LD_JSON
    answer = Response(data_text(data), status, content_type=LD_JSON if wants_ld else content_type)
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Vary"] = "Accept"
    return open_to_all(answer)


def with_next(answer: Response, token: str | None) -> Response:
    """The answer with a link to the page after it, if there is one. Source: RFC 8288; EPCIS 2.0, 12.6."""
    if token is not None:
        asked = [(name, value) for name, value in request.args.items(multi=True) if name != "nextPageToken"]
        address = f"{site_address()}{request.path}?{urlencode([*asked, ('nextPageToken', token)])}"
        answer.headers["Link"] = f'<{address}>; rel="next"'
    return answer


def read_sent() -> Any:
    """The JSON that was sent. Raises UnsupportedMediaType, BadRequest and RequestEntityTooLarge."""
    if request.mimetype not in (JSON, LD_JSON):
        raise UnsupportedMediaType
    request.max_content_length = BODY_MAX_BYTES
    try:
        return read_json(request.get_data(cache=True))
    except MalformedJsonError as error:
        raise BadRequest(str(error)) from None


def fault_rows(faults: Any) -> list[dict[str, str]]:
    """Faults as they are told: place, short word and sentence, in the language that was asked for."""
    with speaking(asked_language()):
        return [
            {
                "pointer": pointer,
                "reason": reason,
                "value": value,
                "detail": f"{pointer} {REASONS.get(reason, REASONS['unknown_field'])}".strip(),
            }
            for pointer, reason, value in faults
        ]


def invalid_events(error: InvalidEventsError) -> Response:
    """422 with everything that is wrong, and where."""
    faults: Any = error.facts["faults"]
    rows = fault_rows((each.pointer, each.reason, each.value) for each in faults)
    return problem(422, detail="; ".join(each["detail"] for each in rows[:3]), facts={"errors": rows})


def event_known(error: EventKnownError) -> Response:
    """409: the event is on record already."""
    return problem(409, facts={"eventID": error.facts["event_id"]})


def name_versions(answer: Response) -> Response:
    """After every request: which versions of EPCIS and CBV are spoken."""
    if request.path.startswith(PREFIX):
        answer.headers.update(VERSIONS)
        answer.headers["Access-Control-Expose-Headers"] = ", ".join(["Link", "Location", *VERSIONS])
    return answer


def kept_faults(text: str) -> list[tuple[str, str, str]]:
    """Faults as they were kept."""
    return [(each["pointer"], each["reason"], each["value"]) for each in json.loads(text)]
