"""Questions kept under a name: kept and dropped by key, listed and asked by everybody. Source: EPCIS 2.0, 12.4.3."""

import json
from typing import Any

from flask import Response, request

from accounts.keys import current_caller, needs_key
from accounts.models.keys import Scope
from catalog.api.answers import site_address
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.web.access import public
from traceability.api.epcis_answers import PREFIX, read_sent, told, with_next
from traceability.api.epcis_capture import only_paging, sent_object
from traceability.api.epcis_events import QUERY_LIMIT
from traceability.epcis.documents import query_document
from traceability.epcis.hidden_codes import codes_in, masked
from traceability.epcis.questions import read_query
from traceability.models.epcis import EpcisQuery
from traceability.operations.epcis_queries import drop_query, keep_query
from traceability.queries.epcis_events import find_events, get_named_query, list_named_queries
from traceability.queries.told_events import events_told, lots_of_codes


@needs_key(Scope.EVENTS_WRITE)
def query_create() -> Response:
    """Keep a question: `{"name": …, "query": {…}}`."""
    sent = sent_object(read_sent())
    with transaction():
        row = keep_query(
            sent.get("name"), sent.get("query"), producer_id=current_caller().producer_id, now=clock.now()
        )
        data = _query_json(row)
    answer = told(data, 201)
    answer.headers["Location"] = f"{site_address()}{PREFIX}/queries/{data['name']}"
    return answer


@needs_key(Scope.EVENTS_WRITE)
def query_delete(name: str) -> Response:
    """Keep it no longer."""
    with transaction():
        drop_query(name, producer_id=current_caller().producer_id)
    return Response(status=204)


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def query_list() -> Response:
    """Questions that are kept."""
    token, per_page = only_paging(dict(request.args.lists()))
    rows, following = list_named_queries(token=token, per_page=per_page)
    return with_next(told({"queries": [_query_json(row) for row in rows]}), following)


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def query(name: str) -> Response:
    """One of them."""
    return told(_query_json(get_named_query(name)))


@public
@rate_limited(QUERY_LIMIT, name="epcis")
def query_events(name: str) -> Response:
    """The events that it asks for, as they are now."""
    token, per_page = only_paging(dict(request.args.lists()))
    kept = get_named_query(name)
    page = find_events(read_query(json.loads(kept.query)), token=token, per_page=per_page)
    document = query_document(events_told(page.events), kept.name, clock.now())
    return with_next(told(document), page.next_token)


def _query_json(row: EpcisQuery) -> dict[str, Any]:
    query = json.loads(row.query)
    return {"name": row.name, "query": masked(query, lots_of_codes(codes_in(query)))}
