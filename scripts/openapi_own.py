"""What the OpenAPI document says of a producer's own systems: addresses that need a key. Used by `openapi.py`."""

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

REFERENCE: Final = "#/components/schemas/{model}"
NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
SECURITY: Final = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by an owner on the page «API keys» of the workspace: `ocop_‹8›_‹43›`.",
    }
}
PROBLEMS: Final = {
    "400": "The body is no JSON, or `Idempotency-Key` is missing.",
    "401": "The key is missing, unknown, wrong, revoked or has ended: told alike.",
    "403": "The key does not have the scope that `scope` names.",
    "404": "Your producer has no such thing.",
    "409": "It contradicts what is on record, or the `Idempotency-Key` stood for another request.",
    "412": "Somebody changed it since the version in `If-Match`.",
    "415": "The body is not `application/json`.",
    "422": "Something cannot be used; nothing was changed. `errors` lists every place as RefusalJson.",
    "428": "`If-Match` is missing.",
    "429": "More than 300 requests a minute by this key; see `Retry-After`.",
    "503": "The database is busy or away; see `Retry-After`.",
}
READ: Final = ("401", "403", "429", "503")
WRITE: Final = (*READ, "400", "404", "409", "415", "422")


def own_operations() -> Json:
    """Every address for keys, with what is sent there and answered."""
    listing, pack = _number("listing_id", "Number of the listing."), _number("pack_id", "Number of the pack.")
    page = {
        "name": "page",
        "in": "query",
        "description": "Number of the page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100_000},
    }
    version = {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The `ETag` of the listing as it was read, or `*`.",
        "schema": {"type": "string", "pattern": r'^(\*|"[0-9a-f]{16}")$'},
    }
    one, write = "/api/v1/listings/{listing_id}", "listings:write"
    return {
        "/api/v1/listings": {
            "get": _op("own_listing_list", "Your listings, published or not", "listings:read", "OwnListingListJson",
                       parameters=[page], problems=(*READ, "422")),
            "post": _op("own_listing_create", "Make a listing; it is not published by that", write, "OwnListingJson",
                        body="NewListingJson", status="201"),
        },
        one: {
            "get": _op("own_listing", "One listing and its version", "listings:read", "OwnListingJson",
                       parameters=[listing], problems=(*READ, "404")),
            "patch": _op("own_listing_change", "Change some facts of a listing", write, "OwnListingJson",
                         parameters=[listing, version], body="ListingChangesJson", problems=(*WRITE, "412", "428")),
        },
        f"{one}/publication": {
            "put": _op("publication_put", "Offer the listing in the shop", write, "OwnListingJson",
                       parameters=[listing]),
            "delete": _op("publication_delete", "Take the listing off sale", write, "OwnListingJson",
                          parameters=[listing]),
        },
        f"{one}/packs": {
            "post": _op("pack_create", "Add a pack", write, "OwnPackJson",
                        parameters=[listing], body="NewPackJson", status="201"),
        },
        "/api/v1/packs/{pack_id}": {
            "patch": _op("pack_change", "Change what a pack is called, holds and is numbered", write, "OwnPackJson",
                         parameters=[pack], body="PackChangesJson"),
            "delete": _op("pack_delete", "Take a pack off its listing", write, None, parameters=[pack], status="204"),
        },
        "/api/v1/packs/{pack_id}/stock": {
            "put": _op("stock_put", "Say how many packs are there", "stock:write", "OwnPackJson",
                       parameters=[pack], body="StockJson"),
        },
        "/api/v1/packs/{pack_id}/price": {
            "put": _op("price_put", "Set the price of a pack", "prices:write", "OwnPackJson",
                       parameters=[pack], body="PriceJson"),
        },
        "/api/v1/stock": {
            "post": _op("stock_list", "Set the stock of many packs: all or none", "stock:write", "PackListJson",
                        body="StockListJson"),
        },
        "/api/v1/prices": {
            "post": _op("price_list", "Set many prices: all or none", "prices:write", "PackListJson",
                        body="PriceListJson"),
        },
    }  # fmt: skip


def _op(
    name: str,
    summary: str,
    scope: str,
    shape: str | None,
    *,
    parameters: list[Json] | None = None,
    body: str | None = None,
    status: str = "200",
    problems: tuple[str, ...] = WRITE,
) -> Json:
    described: Json = {
        "operationId": name,
        "summary": summary,
        "description": f"Scope: `{scope}`.",
        "security": [{"key": []}],
        "parameters": list(parameters or ()),
        "responses": {status: _answer(shape), **{each: _problem(each) for each in sorted(set(problems))}},
    }
    if name.endswith(("_create", "_list")) and body is not None:
        described["parameters"].append(_idempotency_key())
    if body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(body)}},
        }
    return described


def _answer(shape: str | None) -> Json:
    if shape is None:
        return {"description": "Done."}
    return {
        "description": "What is on record now.",
        "headers": {
            each: {"description": words, "schema": {"type": "string"}}
            for each, words in (
                ("RateLimit-Limit", "Requests a minute."),
                ("RateLimit-Remaining", "Requests left."),
                ("RateLimit-Reset", "Seconds until there is room again."),
            )
        },
        "content": {"application/json": {"schema": _reference(shape)}},
    }


def _problem(status: str) -> Json:
    return {
        "description": PROBLEMS[status],
        "content": {"application/problem+json": {"schema": _reference("ProblemJson")}},
    }


def _idempotency_key() -> Json:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A name of your own for this request, such as a UUID. Sent again within a day, nothing is done "
        "again and the answer is the same.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
    }


def _number(name: str, description: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": dict(NUMBER)}


def _reference(shape: str) -> Mapping[str, str]:
    return {"$ref": REFERENCE.format(model=shape)}
