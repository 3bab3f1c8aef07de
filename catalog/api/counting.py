"""Stock and prices, one pack at a time or many: of many, all are set or none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from accounts.errors import NotYoursError
from accounts.keys import needs_key
from accounts.models.keys import Scope
from catalog.api import own_shapes as shapes
from catalog.api.bodies import read_body
from catalog.api.listings import pack_json
from catalog.api.writing import Made, acting, refuse, writes_once
from catalog.errors import InvalidFactError, InvalidListingError, StockClashError
from catalog.models import Variant
from catalog.operations.listings import change_listing
from catalog.operations.stock import set_variant_stock
from catalog.queries.workspace_products import get_own_variant
from core import clock

ITEMS_MAX: Final = 500


@needs_key(Scope.STOCK_WRITE)
@writes_once
def stock_put(pack_id: int) -> Made:
    """Say how many packs are there. With `seen`, only if nobody counted meanwhile (409)."""
    body = read_body(shapes.StockJson)
    variant = get_own_variant(acting(), pack_id)
    set_variant_stock(variant, body["on_hand"], by=acting(), now=clock.now(), seen=body.get("seen"))
    return 200, pack_json(variant)


@needs_key(Scope.PRICES_WRITE)
@writes_once
def price_put(pack_id: int) -> Made:
    """Set the price of a pack."""
    body = read_body(shapes.PriceJson)
    variant = get_own_variant(acting(), pack_id)
    change_listing(variant.product, {"variants": {pack_id: dict(body)}}, by=acting(), now=clock.now())
    return 200, pack_json(variant)


@needs_key(Scope.STOCK_WRITE)
@writes_once
def stock_list() -> Made:
    """Say of many packs how many are there: all are set or none, and every item that cannot be is named."""
    items = read_body(shapes.StockListJson)["items"]
    variants = _variants(items)
    now, faults = clock.now(), []
    for number, (item, variant) in enumerate(zip(items, variants, strict=True)):
        try:
            set_variant_stock(variant, item["on_hand"], by=acting(), now=now, seen=item.get("seen"))
        except InvalidFactError as error:
            faults.append((f"/items/{number}/on_hand", str(error.facts["reason"])))
        except StockClashError:
            faults.append((f"/items/{number}/seen", "changed_meanwhile"))
    refuse(faults)
    return 200, {"items": [pack_json(variant) for variant in variants]}


@needs_key(Scope.PRICES_WRITE)
@writes_once
def price_list() -> Made:
    """Set many prices: all are set or none, and every item that cannot be is named."""
    items = read_body(shapes.PriceListJson)["items"]
    variants = _variants(items)
    places = {item["pack_id"]: number for number, item in enumerate(items)}
    by_product: defaultdict[int, list[Variant]] = defaultdict(list)
    for variant in variants:
        by_product[variant.product_id].append(variant)
    now, faults = clock.now(), []
    for own in by_product.values():
        wanted = {each.id: {"price_vnd": items[places[each.id]]["price_vnd"]} for each in own}
        try:
            change_listing(own[0].product, {"variants": wanted}, by=acting(), now=now)
        except InvalidListingError as error:
            faults += [
                (f"/items/{places[fault.variant]}/price_vnd", str(fault.reason))
                for fault in cast("Any", error.facts["faults"])
            ]
    refuse(sorted(faults))
    return 200, {"items": [pack_json(variant) for variant in variants]}


def _variants(items: Sequence[Mapping[str, Any]]) -> list[Variant]:
    """The packs of `items`, each the caller's own and there once."""
    if not items or len(items) > ITEMS_MAX:
        refuse([("/items", "missing" if not items else "too_many")])
    faults, found, seen = [], [], set()
    for number, item in enumerate(items):
        pack_id = item["pack_id"]
        if pack_id in seen:
            faults.append((f"/items/{number}/pack_id", "repeated"))
        seen.add(pack_id)
        try:
            found.append(get_own_variant(acting(), pack_id))
        except NotYoursError:
            faults.append((f"/items/{number}/pack_id", "not_yours"))
    refuse(faults)
    return found
