"""A listing as shoppers will see it, for those who write it: the shop's own page over the shop's own queries."""

from flask import Response, make_response, url_for

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.operations.drafts import apply_usable, open_draft
from catalog.permissions.workspace import can_edit_listings, can_enter_workspace
from catalog.queries.workspace_products import get_own_product
from core import clock
from core.db import rehearsal
from storefront.views.product import product_html


@needs(can_enter_workspace)
def preview(producer_id: int, product_id: int) -> Response:
    """The page with what is typed so far. Nothing is kept, and nobody else sees it."""
    actor = current_actor()
    if not can_edit_listings(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    back_to = url_for("workspace.draft_step", producer_id=producer_id, product_id=product_id, step="check")
    with rehearsal():
        product = get_own_product(actor, product_id)
        if product.producer_id != producer_id:
            raise NotYoursError(product_id=product_id)
        draft = open_draft(product, by=actor, now=clock.now())
        apply_usable(draft, by=actor, now=clock.now())
        page = product_html(product.slug, back_to=back_to)
    return make_response(page)
