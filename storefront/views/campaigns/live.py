"""A live session for those who watch it: what is shown now stands first. Asked for again every ten seconds."""

from flask import Response, render_template

from catalog.queries.columns import get_columns
from core import clock
from core.db import transaction
from core.web.access import public
from promotion.operations.run_sheets import link_of_item
from promotion.queries.run_sheets import LiveHead, get_live_head, in_live_order, list_session_goods
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
    with transaction():
        keys = {
            each.card.id: link_of_item(head.sheet, each.product, by=None, now=clock.now()).key
            for each in goods
        }
    return render_template(
        "storefront/live.html",
        here="live",
        sheet=head.sheet,
        goods=goods,
        current=head.current,
        keys=keys,
    )
