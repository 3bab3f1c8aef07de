"""A live session for those who watch it: what is shown now stands first. Asked for again every ten seconds."""

from collections.abc import Sequence

from flask import Response, render_template

from catalog.queries.columns import get_columns
from core import clock
from core.db import transaction
from core.web.access import public
from promotion.operations.run_sheets import link_of_item
from promotion.queries.links import find_live_keys
from promotion.queries.run_sheets import (
    LiveHead,
    SessionGoods,
    get_live_head,
    in_live_order,
    list_session_goods,
)
from storefront.views.frame import page_of_version


@public
def live(slug: str) -> Response:
    """The page of a session, kept until the host turns to other goods or something shown changes."""
    head = get_live_head(slug)
    on = clock.today()
    return page_of_version((get_columns(on).seq, head.version), ("live", slug), lambda: _render(head))


def _render(head: LiveHead) -> str:
    on = clock.today()
    goods = in_live_order(list_session_goods(head.sheet, on), head.current)
    return render_template(
        "storefront/live.html",
        here="live",
        sheet=head.sheet,
        goods=goods,
        current=head.current,
        keys=_keys(head, goods),
    )


def _keys(head: LiveHead, goods: Sequence[SessionGoods]) -> dict[int, str]:
    """Keys of the short links of the goods, by product.

    Goods get theirs when they are put in. Only one whose address changed since is written here: every sale makes a
    new page, and a thousand viewers must not wait for each other to write nothing.
    """
    keys = find_live_keys(head.sheet.id, [each.product for each in goods])
    missing = [each.product for each in goods if each.card.id not in keys]
    if missing:
        with transaction():
            for product in missing:
                keys[product.id] = link_of_item(head.sheet, product, by=None, now=clock.now()).key
    return keys
