"""Asking for events: by parameters, by identity, and along what they say (kinds, steps, places, goods).

Source: EPCIS 2.0, 12.4 (query). Told are events of lots that everybody may read of, without codes of stamps; of others
there is nothing.
"""

from typing import Final

from flask import Response, request
from werkzeug.exceptions import NotFound

from core import clock
from core.limits import rate_limited
from core.web.access import public
from traceability.api.epcis_answers import told, with_next
from traceability.api.epcis_capture import only_paging, paging
from traceability.epcis.documents import query_document
from traceability.epcis.names import EPCIS_CONTEXT
from traceability.epcis.questions import read_question
from traceability.queries.epcis_events import COLLECTIONS, find_events, get_event, list_values
from traceability.queries.told_events import events_told

QUERY_NAME: Final = "SimpleEventQuery"
QUERY_LIMIT: Final = "300/minute"
"""Questions of one network."""


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def event_list() -> Response:
    """Events that the parameters ask for."""
    return _answered()


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def event(event_id: str) -> Response:
    """One event, by its identity or the 64 digits of its hash."""
    # The identity «ni:///sha-256;…?ver=CBV2.0» may come with its question mark as it is.
    version = request.args.get("ver")
    row = get_event(f"{event_id}?ver={version}" if version else event_id)
    content = events_told([row])[0]
    own = content.pop("@context", {})
    meanings = own if isinstance(own, list) else [own]
    return told({"@context": [EPCIS_CONTEXT, *(each for each in meanings if each)], **content})


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def value_list(collection: str) -> Response:
    """What events can be gone through by: kinds, steps, dispositions, places, goods."""
    if collection not in COLLECTIONS:
        raise NotFound
    token, per_page = only_paging(dict(request.args.lists()))
    page = list_values(collection, token=token, per_page=per_page)
    data = {"@context": EPCIS_CONTEXT, "type": "Collection", "member": list(page.values)}
    return with_next(told(data), page.next_token)


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def value_events(collection: str, value: str) -> Response:
    """Events of one kind, step, disposition or place, or that name something."""
    if collection not in COLLECTIONS or "\x00" in value:
        raise NotFound
    return _answered((collection, value))


def _answered(within: tuple[str, str] | None = None) -> Response:
    asked = dict(request.args.lists())
    token, per_page = paging(asked)
    question = read_question(asked)
    if within is not None:
        question = question.within(*within)
    page = find_events(question, token=token, per_page=per_page)
    document = query_document(events_told(page.events), QUERY_NAME, clock.now())
    return with_next(told(document), page.next_token)
