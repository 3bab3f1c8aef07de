"""What is on the shelf, in one tap."""

from typing import Final

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from accounts.errors import NotYoursError
from catalog.amounts_in_words import amount_in_words
from catalog.errors import InvalidFactError, StockClashError
from catalog.operations.stock import set_variant_stock
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.drafts import last_counts
from catalog.queries.workspace_products import get_own_variant, list_own_products
from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd
from catalog.views.workspace.listing_access import Desk, counting_desk, team_desk
from core import clock
from core.db import transaction
from core.i18n import current_language, format_money
from core.text import clean_line

SHOWN_MOST: Final = 200
TYPED_MAX: Final = 40


@needs(can_enter_workspace)
def stock(producer_id: int) -> Response:
    """All packs with what is there of each, and two big buttons."""
    return _page(counting_desk(producer_id), 200)


@needs(can_enter_workspace)
def stock_set(producer_id: int, variant_id: int) -> AnyResponse:
    """Say how many packs are there. Whoever counted meanwhile is told of, not overwritten."""
    desk = counting_desk(producer_id)
    act, typed = request.form.get("act", ""), request.form.get("count", "")[:TYPED_MAX]
    try:
        count = None if act == "none" else typed_count(typed)
        if act == "some" and count == 0:
            raise UnreadableAmountError("missing")
        seen = typed_count(request.form.get("seen", "")[:TYPED_MAX])
    except UnreadableAmountError as error:
        return _page(desk, 422, variant_id, error.reason, typed)
    try:
        with transaction():
            variant = get_own_variant(desk.actor, variant_id)
            if variant.product.producer_id != producer_id:
                raise NotYoursError(variant_id=variant_id)
            if count is None:
                count = variant.reserved  # nothing left to sell: what orders hold is still there
            set_variant_stock(variant, count, by=desk.actor, now=clock.now(), seen=seen)
    except InvalidFactError as error:
        return _page(counting_desk(producer_id), 422, variant_id, str(error.facts["reason"]), typed)
    except StockClashError:
        return _page(counting_desk(producer_id), 409, variant_id, "clash", str(count))
    return redirect(
        url_for("workspace.stock", producer_id=producer_id, done=variant_id, _anchor=f"pack-{variant_id}"),
        303,
    )


@needs(can_enter_workspace)
def amount_words(producer_id: int) -> Response:
    """What an amount that is being typed means: JSON for the page's own script."""
    team_desk(producer_id)
    typed = request.args.get("typed", "")[:TYPED_MAX]
    try:
        amount_vnd = typed_vnd(typed)
    except UnreadableAmountError as error:
        return jsonify(reason=error.reason)
    return jsonify(
        amount_vnd=amount_vnd,
        money=format_money(amount_vnd),
        words=amount_in_words(amount_vnd, current_language()),
    )


def _page(
    desk: Desk, status: int, wrong_id: int | None = None, reason: str = "", typed: str = ""
) -> Response:
    words = clean_line(request.args.get("q", ""))[:100]
    found = list_own_products(desk.actor, desk.producer.id, per_page=SHOWN_MOST, words=words)
    packs = [variant.id for product in found.products for variant in product.variants]
    return make_response(
        render_template(
            "workspace/stock.html",
            desk=desk,
            producer=desk.producer,
            found=found,
            words=words,
            last_counts=last_counts(packs),
            done=request.args.get("done", ""),
            wrong_id=wrong_id,
            reason=reason,
            typed=typed,
        ),
        status,
    )
