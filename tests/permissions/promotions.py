"""What stands in the shopper's basket, and vouchers and hampers of our producer and of the market."""

from typing import Any

from accounts.queries.actors import get_actor
from core import clock
from core.db import transaction
from orders.bundle_terms import BundleFacts
from orders.models.vouchers import Bearer
from orders.operations.bundles import make_bundle, publish_bundle
from orders.operations.cart import Holder, add_to_cart
from orders.operations.vouchers import make_voucher
from orders.queries.basket import get_basket
from orders.voucher_terms import VoucherFacts


def promotion_things(product: Any, people: dict[str, Any]) -> dict[str, str | int]:
    """What addresses call them."""
    day, now, variant_id = clock.today(), clock.now(), product.variants[0].id
    owner, house = get_actor(people["owner"].id), get_actor(people["administrator"].id)
    days = {"percent": 10, "from_on": day, "until_on": day}
    hamper = BundleFacts(name="Giỏ quà", items=((variant_id, 2),))
    with transaction():
        cart_id = add_to_cart(Holder(people["shopper"].id), variant_id, 1, now=now)
        own = make_voucher(
            VoucherFacts(producer_id=product.producer_id, **days), Bearer.PRODUCER, by=owner, now=now
        )
        market = make_voucher(VoucherFacts(**days), Bearer.PLATFORM, by=house, now=now)
        own_hamper = make_bundle(hamper, product.producer_id, by=owner, now=now)
        market_hamper = make_bundle(hamper, None, by=house, now=now)
        publish_bundle(market_hamper, now=now)
    return {
        "cart_line": get_basket(cart_id, on=day).lines[0].line_id,
        "own_voucher": own.id,
        "market_voucher": market.id,
        "own_hamper": own_hamper.id,
        "market_hamper": market_hamper.id,
        "hamper_slug": market_hamper.slug,
    }
