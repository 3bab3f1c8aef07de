"""What the OpenAPI document says of events (EPCIS 2.0), lots and passports. Used by `openapi.py`."""

from typing import Any, Final

from traceability.epcis.questions import PARAMETERS, PER_PAGE_MAX

Json = dict[str, Any]

NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
EVENT: Final = "https://ref.gs1.org/standards/epcis/2.0.1/epcis-json-schema.json"
LD_JSON: Final = "application/ld+json"
OBJECT: Final = {"type": "object"}
VERSIONS: Final = {
    name: {"description": "Version that is spoken.", "schema": {"type": "string"}}
    for name in ("GS1-EPCIS-Version", "GS1-CBV-Version")
}
PROBLEMS: Final = {
    "400": "The body is no JSON that is taken: a name twice in an object, a number too large, nested too deeply.",
    "401": "The key is missing, unknown, wrong, revoked or has ended: told alike.",
    "403": "The key does not have the scope `events:write`.",
    "404": "There is no such thing that everybody, or your producer, may read.",
    "409": "The event is on record already.",
    "413": "More than 2 MB.",
    "415": "The body is neither `application/json` nor `application/ld+json`.",
    "422": "A parameter, the document or an event cannot be used; `parameter` or `errors` name the place.",
    "429": "Too many requests; see `Retry-After`.",
    "503": "The database is busy or away; see `Retry-After`.",
}
COLLECTIONS: Final = ["eventTypes", "bizSteps", "dispositions", "readPoints", "bizLocations", "epcs"]
TEXTS: Final = {
    "eventType": "Kinds of events.",
    "EXISTS_errorDeclaration": "`true`: only events that were declared to be wrong; `false`: only others.",
    "orderBy": "`eventTime` or `recordTime`.",
    "orderDirection": "`ASC` or `DESC` (the latest first).",
    "eventCountLimit": "No more than so many events altogether.",
}


def event_operations() -> Json:
    """Every address about events and lots."""
    lot = _path("lot_id", "Number of the lot.", NUMBER)
    return {
        "/api/v1/lots/{lot_id}/epcis": {
            "get": _op("lot_epcis", "A lot with all its events as an EPCIS document", [lot], form=LD_JSON)
        },
        "/api/v1/lots/{lot_id}/dataset": {
            "get": _op("lot_dataset", "Data set of article 23(5) of Decree 37/2026/NĐ-CP", [lot])
        },
        "/api/v1/lots/{lot_id}/dataset.csv": {
            "get": _op("lot_dataset_csv", "The same as a table", [lot], form="text/csv")
        },
        "/api/v1/dpp/{lot_id}": {
            "get": _op("lot_passport", "Digital product passport, article 32", [lot], form=LD_JSON)
        },
        **_capture_operations(),
        **_query_operations(),
    }


def _capture_operations() -> Json:
    behaviour = {
        "name": "GS1-Capture-Error-Behaviour",
        "in": "header",
        "description": "`rollback` (all or nothing) or `proceed` (what can be taken).",
        "schema": {"type": "string", "enum": ["rollback", "proceed"], "default": "rollback"},
    }
    name = _path("capture_id", "`captureID` of the document.", {"type": "string", "maxLength": 36})
    return {
        "/api/v1/epcis/capture": {
            "post": _keyed("capture_create", "Hand in a document of events", [behaviour], status="202"),
            "get": _keyed("capture_list", "Documents that your producer handed in", _paging()),
        },
        "/api/v1/epcis/capture/{capture_id}": {
            "get": _keyed("capture", "What became of a document", [name]),
        },
    }


def _query_operations() -> Json:
    collection = _path("collection", "What to go through events by.", {"type": "string", "enum": COLLECTIONS})
    value = _path("value", "One of its values, percent-encoded.", {"type": "string", "minLength": 1})
    event = _path("event_id", "`eventID`, percent-encoded, or the 64 digits of the hash.", {"type": "string"})
    name = _path("name", "Name of the question.", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$"})
    asked = [*_paging(), *(_query(each) for each in PARAMETERS)]
    return {
        "/api/v1/epcis/events": {
            "get": _op("event_list", "Events that the parameters ask for", asked),
            "post": _keyed("event_create", "Hand in one event", [], status="201"),
        },
        "/api/v1/epcis/events/{event_id}": {"get": _op("event", "One event", [event])},
        "/api/v1/epcis/queries": {
            "get": _op("query_list", "Questions kept under a name", _paging()),
            "post": _keyed("query_create", "Keep a question: `name` and `query`", [], status="201"),
        },
        "/api/v1/epcis/queries/{name}": {
            "get": _op("query", "A question kept under a name", [name]),
            "delete": _keyed("query_delete", "Keep it no longer", [name], status="204"),
        },
        "/api/v1/epcis/queries/{name}/events": {
            "get": _op("query_events", "The events that it asks for", [name, *_paging()])
        },
        "/api/v1/epcis/{collection}": {
            "get": _op("value_list", "Values that events have", [collection, *_paging()])
        },
        "/api/v1/epcis/{collection}/{value}/events": {
            "get": _op("value_events", "Events under one value", [collection, value, *asked])
        },
    }


def _op(name: str, summary: str, parameters: list[Json], *, form: str = "application/json") -> Json:
    schema: Json = {"type": "string"} if form == "text/csv" else OBJECT
    problems = ("404", "422", "429", "503")
    return {
        "operationId": name,
        "summary": summary,
        "description": f"Events are those of the EPCIS JSON schema: {EVENT}",
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "What was asked for.",
                "headers": VERSIONS,
                "content": {form: {"schema": schema}},
            },
            **{status: _problem(status) for status in problems},
        },
    }


def _keyed(name: str, summary: str, parameters: list[Json], *, status: str = "200") -> Json:
    made = _op(name, summary, parameters)
    made["description"] = f"Scope: `events:write`. {made['description']}"
    made["security"] = [{"key": []}]
    made["responses"] = {
        status: {
            "description": "What is on record now.",
            "content": {"application/json": {"schema": OBJECT}},
        },
        **{each: _problem(each) for each in PROBLEMS},
    }
    if status == "204":
        made["responses"][status] = {"description": "Done."}
    elif status != "200":
        content = {form: {"schema": OBJECT} for form in ("application/json", LD_JSON)}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _problem(status: str) -> Json:
    schema = {"$ref": "#/components/schemas/ProblemJson"}
    return {"description": PROBLEMS[status], "content": {"application/problem+json": {"schema": schema}}}


def _paging() -> list[Json]:
    size = {"type": "integer", "minimum": 1, "maximum": PER_PAGE_MAX, "default": 30}
    return [
        {"name": "perPage", "in": "query", "description": "Size of a page.", "schema": size},
        {
            "name": "nextPageToken",
            "in": "query",
            "description": 'Of the header `Link` (`rel="next"`) of the page before.',
            "schema": {"type": "string"},
        },
    ]


def _query(name: str) -> Json:
    text = TEXTS.get(name, "As in EPCIS 2.0, 8.2.7; several values between commas mean «one of these».")
    return {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}


def _path(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}
