"""Make `storefront/api/openapi.json` from the code: addresses and their docstrings, parameters, and types of answers.

Run it after a change to `*/api/`; a test compares the file with what this script makes. `--check` only compares.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter
from typing_extensions import is_typeddict

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalog.api import own_shapes  # noqa: E402
from catalog.api import shapes as catalog_shapes  # noqa: E402
from catalog.api.parameters import PARAMETERS, Parameter  # noqa: E402
from scripts.openapi_events import event_operations  # noqa: E402
from scripts.openapi_own import SECURITY, own_operations  # noqa: E402
from storefront.api.openapi import DOCUMENT  # noqa: E402
from traceability.api import shapes as traceability_shapes  # noqa: E402
from transparency.api import shapes as transparency_shapes  # noqa: E402

Json = dict[str, Any]

REFERENCE: Final = "#/components/schemas/{model}"
SLUG: Final = {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": 120}

INTRODUCTION: Final = (
    "What is public is read without a key and open to every site; a producer's own systems write by key. Days are "
    "dates in Vietnam (UTC+7), money is whole đồng. null is "
    "«not stated», «not known» or «does not apply», never a guess. Stars and states are those of the day of the "
    "answer; a recognition that ends at midnight has no stars in the next answer. Ask again with `If-None-Match` to "
    "get 304 while nothing has changed. Errors are problem+json (RFC 9457) in the language of `Accept-Language` "
    "(vi, en) or, under `/en/api/v1`, in English."
)


def operations() -> Json:
    """Every address with what may be asked there and what it answers."""
    return {
        "/api/v1/products": _read(
            "product_list",
            "Products that match words and choices, with counts of all further choices",
            "ProductListJson",
            parameters=[_query_parameter(each) for each in PARAMETERS],
            problems=(422, 429),
        ),
        "/api/v1/products/{slug}": _read(
            "product",
            "One product with all that is recorded of it",
            "ProductDetailJson",
            parameters=[_path_parameter("slug", "Name of the product in addresses.", SLUG)],
            problems=(404, 429),
        ),
        "/api/v1/producers/{slug}": _read(
            "producer",
            "One producer with all it has listed",
            "ProducerDetailJson",
            parameters=[_path_parameter("slug", "Name of the producer in addresses.", SLUG)],
            problems=(404, 429),
        ),
        "/api/v1/stamps/{code}": _stamp(),
        "/api/v1/recalls": _recalls(),
        "/api/v1/offline-packs/{name}": _pack(),
        "/api/v1/openapi.json": _document(),
        **_log_operations(),
        **own_operations(),
        **event_operations(),
    }


def _log_operations() -> Json:
    number = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
    start = {"name": "start", "in": "query", "description": "The first entry wanted.", "schema": number}
    entry = _path_parameter("seq", "Number of the entry, from 0.", number)
    old_size = _path_parameter("old_size", "The earlier size, at least 1.", number)
    return {
        "/api/v1/log/root": _read(
            "log_root", "Size and root of the public log", "LogRootJson", parameters=[], problems=(429,)
        ),
        "/api/v1/log/entries": _read(
            "log_entries",
            "Entries of the public log in their order",
            "LogEntriesJson",
            parameters=[start],
            problems=(422, 429),
        ),
        "/api/v1/log/entries/{seq}": _read(
            "log_entry",
            "One entry with the proof that it is in the log",
            "InclusionProofJson",
            parameters=[entry],
            problems=(404, 429),
        ),
        "/api/v1/log/consistency/{old_size}": _read(
            "consistency",
            "Proof that the log begins with what it was at an earlier size",
            "ConsistencyProofJson",
            parameters=[old_size],
            problems=(404, 429),
        ),
    }


def document() -> Json:
    """The whole document. The address of the site is put in when it is served."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chợ OCOP", "version": "1", "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "paths": operations(),
        "components": {"schemas": schemas(), "securitySchemes": SECURITY},
    }


def schemas() -> Json:
    """JSON Schema of every shape, with the texts that stand under its fields."""
    found = _shapes()
    for shape in found.values():
        # The types themselves know nothing of pydantic: the program that serves them does without it.
        shape.__pydantic_config__ = ConfigDict(
            use_attribute_docstrings=True, extra="allow" if _is_open(shape) else "forbid"
        )
    inputs = [(TypeAdapter(shape), "serialization") for shape in found.values()]
    _, made = TypeAdapter.json_schemas(
        [(index, mode, adapter) for index, (adapter, mode) in enumerate(inputs)],  # type: ignore[misc]
        ref_template=REFERENCE,
    )
    schemas: Json = made["$defs"]
    for name, shape in found.items():
        _inherit_texts(schemas, name, shape)
    schemas["StampProblemJson"] = _both(schemas["ProblemJson"], schemas["StampJson"])
    return {name: _without_titles(schema) for name, schema in sorted(schemas.items())}


def text() -> str:
    """The file as it should be."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _shapes() -> dict[str, Any]:
    modules = (catalog_shapes, own_shapes, traceability_shapes, transparency_shapes)
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if is_typeddict(value) and value.__module__ == module.__name__
    }


def _is_open(shape: Any) -> bool:
    """Problems carry facts of their own beside what all have."""
    return shape is catalog_shapes.ProblemJson


def _inherit_texts(schemas: Json, name: str, shape: Any) -> None:
    """Texts of fields that `shape` has from another shape: only its own are read off its source."""
    for base in getattr(shape, "__orig_bases__", ()):
        for field, schema in schemas.get(getattr(base, "__name__", ""), {}).get("properties", {}).items():
            schemas[name]["properties"][field] = schema


def _without_titles(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_titles(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if key != "title" or not isinstance(value, str)
    }


def _read(name: str, summary: str, shape: str, *, parameters: list[Json], problems: tuple[int, ...]) -> Json:
    answers: Json = {
        "200": {
            "description": "What was asked for.",
            "headers": {"ETag": {"description": "Names this answer.", "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": _reference(shape)}},
        },
        "304": {"description": "Nothing has changed since the answer named in If-None-Match."},
    }
    answers |= {str(status): _problem(status) for status in (*problems, 503)}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def _stamp() -> Json:
    """A code is judged whatever it is: what is not known has a verdict too."""
    verdict = _reference("StampProblemJson")
    refused = {
        "404": "No stamp with this code was issued here (`unknown`), or it is no whole code (`mistyped`).",
        "410": "The stamp was withdrawn (`withdrawn`).",
    }
    answers: Json = {
        "200": {
            "description": "The verdict.",
            "content": {"application/json": {"schema": _reference("StampJson")}},
        },
        **{
            status: {"description": words, "content": {"application/problem+json": {"schema": verdict}}}
            for status, words in refused.items()
        },
        "429": _problem(429),
        "503": _problem(503),
    }
    code = _path_parameter(
        "code",
        "The 13 characters of a stamp; spaces, hyphens and case do not matter.",
        {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[0-9A-Za-z -]+$"},
    )
    return {
        "get": {
            "operationId": "stamp",
            "summary": "What can be said of the code of a stamp today",
            "description": "An answer is a look at the stamp and recorded as one, without anything about who looked.",
            "parameters": [code],
            "responses": answers,
        }
    }


def _pack() -> Json:
    return {
        "get": {
            "operationId": "pack",
            "summary": "A list of codes for use without a network, signed",
            "description": "Text of a signed note (C2SP), then JSON: lots, recalls and a Golomb-coded set of codes for "
            "each lot. It says when it was made.",
            "parameters": [_path_parameter("name", "Name of the list.", {**SLUG, "maxLength": 60})],
            "responses": {
                "200": {
                    "description": "The file.",
                    "content": {"application/octet-stream": {"schema": {"type": "string"}}},
                },
                **{str(status): _problem(status) for status in (404, 429)},
            },
        }
    }


def _recalls() -> Json:
    gtin = {"type": "string", "pattern": "^[0-9]{14}$"}
    lot = {"type": "string", "minLength": 1, "maxLength": 20}
    return _read(
        "recalls",
        "Recalls that are open, the newest first",
        "RecallListJson",
        parameters=[
            {"name": "gtin", "in": "query", "description": "Only of goods with this GTIN.", "schema": gtin},
            {"name": "lot", "in": "query", "description": "Only those that concern this lot.", "schema": lot},
        ],
        problems=(422, 429),
    )


def _document() -> Json:
    return {
        "get": {
            "operationId": "openapi",
            "summary": "This document",
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "304": {"description": "Nothing has changed."},
            },
        }
    }


def _both(problem: Json, stamp: Json) -> Json:
    """A problem that carries a verdict."""
    return {
        "type": "object",
        "description": "A verdict on a code that is no answer about goods: a problem with all that the verdict says.",
        "properties": {**problem["properties"], **stamp["properties"]},
        "required": [*problem["required"], *stamp["required"]],
        "additionalProperties": False,
    }


def _problem(status: int) -> Json:
    words = {
        404: "There is no such thing.",
        422: "A parameter cannot be used; `parameter` names it and `detail` says what it takes.",
        429: "Too many requests from one network; `Retry-After` says how many seconds to wait.",
        503: "The data cannot be read just now; ask again after `Retry-After` seconds.",
    }
    return {
        "description": words[status],
        "content": {"application/problem+json": {"schema": _reference("ProblemJson")}},
    }


def _query_parameter(parameter: Parameter) -> Json:
    schema: Json = dict(parameter.schema)
    if parameter.is_list:
        schema = {"type": "array", "items": schema}
    return {"name": parameter.name, "in": "query", "description": parameter.description, "schema": schema}


def _path_parameter(name: str, description: str, schema: Mapping[str, Any]) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": dict(schema)}


def _reference(shape: str) -> Json:
    return {"$ref": REFERENCE.format(model=shape)}


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` say whether it is up to date."""
    made = text()
    if "--check" in arguments:
        return 0 if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == made else 1
    DOCUMENT.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
