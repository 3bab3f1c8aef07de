"""A producer's own listings, published or not: read, made, changed, put into the shop and taken out of it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, cast
from uuid import NAMESPACE_URL, uuid5

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

from accounts.keys import current_caller, needs_key
from accounts.models.keys import Scope
from catalog.api import own_shapes as shapes
from catalog.api.answers import JSON, data_text, site_address
from catalog.api.bodies import read_body
from catalog.api.writing import Made, acting, refuse, writes_once
from catalog.errors import InvalidParameterError
from catalog.groups import group_by_number, group_by_slug
from catalog.models import Product, Variant
from catalog.operations.drafts import create_listing, discard_draft, open_draft
from catalog.operations.listing_fields import VARIANTS_MAX, listing_facts
from catalog.operations.listings import change_listing, lock_listing
from catalog.operations.publishing import missing_for_shop, publish_listing, unpublish_listing
from catalog.queries.workspace import get_own_producer
from catalog.queries.workspace_products import get_own_product, get_own_variant, list_own_products
from core import clock

PER_PAGE: Final = 50
PAGE_MAX: Final = 100_000
VERSION_CHARS: Final = 16


@needs_key(Scope.LISTINGS_READ)
def own_listing_list() -> Response:
    """The producer's listings by name, page by page."""
    page = _page()
    caller = current_caller()
    found = list_own_products(caller.actor, caller.producer_id, page=page, per_page=PER_PAGE)
    data: shapes.OwnListingListJson = {
        "items": [own_listing_json(product) for product in found.products],
        "total": found.total,
        "page": page,
        "per_page": PER_PAGE,
    }
    return Response(data_text(data), content_type=JSON)


@needs_key(Scope.LISTINGS_READ)
def own_listing(listing_id: int) -> Response:
    """One listing, with the version that a change needs."""
    data = own_listing_json(get_own_product(acting(), listing_id))
    return Response(data_text(data), content_type=JSON, headers={"ETag": f'"{data["version"]}"'})


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def own_listing_create() -> Made:
    """Make a listing with its packs; it is not published by that."""
    body = cast("dict[str, Any]", read_body(shapes.NewListingJson))
    packs = body.pop("packs", [])
    name = body.get("name")
    faults = [("/name", "missing")] if not name else []
    refuse(faults + ([("/packs", "too_many")] if len(packs) > VARIANTS_MAX else []))
    now, by = clock.now(), acting()
    producer = get_own_producer(by, current_caller().producer_id)
    key = uuid5(NAMESPACE_URL, f"api:{current_caller().key_id}:{request.headers['Idempotency-Key']}:{now}")
    product = create_listing(producer, str(name), submission_key=str(key), by=by, now=now)
    discard_draft(open_draft(product, by=by, now=now), by=by, now=now)
    wanted = {str(number): pack for number, pack in enumerate(packs)}
    change_listing(product, {**_fields(body), "variants": wanted}, by=by, now=now)
    return 201, own_listing_json(product)


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def own_listing_change(listing_id: int) -> Made:
    """Change some facts of a listing; `If-Match` names the version that was read."""
    body = cast("dict[str, Any]", read_body(shapes.ListingChangesJson))
    product = get_own_product(acting(), listing_id)
    _require_version(product)
    change_listing(product, _fields(body), by=acting(), now=clock.now())
    return 200, own_listing_json(product)


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def publication_put(listing_id: int) -> Made:
    """Offer the listing in the shop, by the same rules as the page: nothing that the shop needs may be missing."""
    product = get_own_product(acting(), listing_id)
    publish_listing(product, by=acting(), now=clock.now())
    return 200, own_listing_json(product)


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def publication_delete(listing_id: int) -> Made:
    """Take the listing off sale."""
    product = get_own_product(acting(), listing_id)
    unpublish_listing(product, by=acting(), now=clock.now())
    return 200, own_listing_json(product)


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def pack_create(listing_id: int) -> Made:
    """Add a pack to a listing."""
    body = cast("dict[str, Any]", read_body(shapes.NewPackJson))
    product = get_own_product(acting(), listing_id)
    lock_listing(product)
    refuse([("/label", "too_many")] if len(product.variants) >= VARIANTS_MAX else [])
    change_listing(product, {"variants": {"new": body}}, by=acting(), now=clock.now())
    return 201, pack_json(product.variants[-1])


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def pack_change(pack_id: int) -> Made:
    """Change what a pack is called, holds and is numbered."""
    body = cast("dict[str, Any]", read_body(shapes.PackChangesJson))
    variant = get_own_variant(acting(), pack_id)
    change_listing(variant.product, {"variants": {pack_id: body}}, by=acting(), now=clock.now())
    return 200, pack_json(variant)


@needs_key(Scope.LISTINGS_WRITE)
@writes_once
def pack_delete(pack_id: int) -> Made:
    """Take a pack off the listing; what was sold of it stays on record."""
    variant = get_own_variant(acting(), pack_id)
    change_listing(variant.product, {"variants": {pack_id: None}}, by=acting(), now=clock.now())
    return 204, {}


def own_listing_json(product: Product) -> shapes.OwnListingJson:
    """A listing as its producer sees it."""
    facts = listing_facts(product)
    group = group_by_number(facts["group_no"]) if facts["group_no"] else None
    texts = {name: facts[name] for name in _SAME_NAMES}
    told = {
        "id": product.id,
        "version": version_of(product),
        "is_published": product.is_listed and product.is_for_sale,
        "url": f"{site_address()}/products/{product.slug}" if product.is_listed else None,
        "missing": list(missing_for_shop(product)),
        "group": group.slug if group else None,
        "sub_group": facts["sub_group_no"],
        "criteria_set": facts["criteria_set"],
        **texts,
        "packs": [pack_json(variant) for variant in product.variants],
    }
    return cast("shapes.OwnListingJson", told)


def pack_json(variant: Variant) -> shapes.OwnPackJson:
    """A pack as its producer sees it."""
    return {
        "id": variant.id,
        "label": variant.label,
        "label_en": variant.label_en,
        "net_quantity": variant.net_quantity,
        "net_unit": cast("shapes.Unit | None", variant.net_unit),
        "price_vnd": variant.price_vnd,
        "gtin": variant.gtin,
        "on_hand": variant.on_hand,
        "reserved": variant.reserved,
    }


def version_of(product: Product) -> str:
    """Names the present facts of a listing and its packs, without stock, which moves all the time."""
    told = json.dumps(listing_facts(product), sort_keys=True, ensure_ascii=False)
    return sha256(told.encode()).hexdigest()[:VERSION_CHARS]


_SAME_NAMES: Final = tuple(
    name
    for name in shapes.ListingChangesJson.__annotations__
    if name not in {"group", "sub_group", "criteria_set"}
)


def _fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as `change_listing` names things."""
    fields = {name: value for name, value in body.items() if name not in {"group", "sub_group"}}
    if "sub_group" in body:
        fields["sub_group_no"] = body["sub_group"]
    if "group" in body:
        group = group_by_slug(body["group"])
        fields["group_no"] = group.number if group else None
    return fields


def _require_version(product: Product) -> None:
    """Source: RFC 9110, 13.1.1 (If-Match), RFC 6585, 3 (428)."""
    if not request.if_match:
        raise PreconditionRequired
    lock_listing(product)
    if not request.if_match.contains(version_of(product)):
        raise PreconditionFailed


def _page() -> int:
    for name in request.args:
        if name != "page":
            raise InvalidParameterError(
                parameter=name, value=request.args[name], reason="unknown_parameter", allowed=("page",)
            )
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit():
        raise InvalidParameterError(parameter="page", value=text, reason="not_a_number")
    if len(text) > 6 or not 1 <= int(text) <= PAGE_MAX:
        raise InvalidParameterError(parameter="page", value=text, reason="out_of_range", most=PAGE_MAX)
    return int(text)
