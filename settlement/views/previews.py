"""«The buyer pays, you get»: what a producer sees beside a price that it types. Templates of the catalogue ask for it.

The catalogue stands below the settlement and may not know it, so the program hands this to all templates by name.
"""

from flask import g

from catalog.models import Producer
from catalog.typed_amounts import UnreadableAmountError, typed_vnd
from core import clock
from settlement.queries.rules import PreviewRules, TakeHomePreview, get_preview_rules

TYPED_MAX = 40


def take_home_of(producer: Producer, group_no: int | None, price: str | int | None) -> TakeHomePreview | None:
    """What stays of `price`, dong or as typed; None for none, or one that cannot be read.

    The rules are read once for a page, however many prices stand on it.
    """
    try:
        price_vnd = typed_vnd(price[:TYPED_MAX]) if isinstance(price, str) else price
    except UnreadableAmountError:
        return None
    if not price_vnd:
        return None
    rules: PreviewRules | None = g.get("take_home_rules")
    if rules is None or rules.producer_id != producer.id:
        rules = g.take_home_rules = get_preview_rules(producer, clock.now())
    return rules.preview(group_no, price_vnd)
