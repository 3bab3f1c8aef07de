"""One booth at a fair: who stands there, what they show, how to buy it, where it is on the plan."""

from flask import redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from catalog.queries.sellers import find_seller
from core import clock
from core.web.access import public
from promotion.errors.fairs import FairNotFoundError
from promotion.fair_terms import Phase
from promotion.floor_plans import shapes
from promotion.queries.booth_goods import list_booth_goods
from promotion.queries.public_fairs import (
    Exhibitor,
    PublicFair,
    brings_to_point,
    get_booth_head,
    get_fair_head,
    get_public_fair,
    list_shown_lots,
)
from storefront import labels
from storefront.views.fairs.frame import page_of_fair
from storefront.views.frame import local_url


@public
def fair_booth(slug: str, code: str) -> AnyResponse:
    """The booth's page. Of one where nobody stands (any more) the fair's page tells who is there."""
    head = get_fair_head(slug)
    booth = get_booth_head(head.id, code)
    if booth.producer_id is None:
        return redirect(local_url(f"/fairs/{slug}"), 302)
    if booth.code != code:
        return redirect(local_url(f"/fairs/{slug}/booths/{booth.code}"), 302)
    return page_of_fair(head, ("booth", code), lambda phase: _render(slug, code, phase))


def _render(slug: str, code: str, phase: Phase) -> str:
    on = clock.today()
    page = get_public_fair(slug, on)
    exhibitor = next((each for each in page.exhibitors if each.code == code), None)
    if exhibitor is None:  # gone between the two looks
        raise FairNotFoundError(slug=slug, code=code)
    lots = list_shown_lots(page.fair.id, exhibitor.producer_id)
    return render_template(
        "storefront/fair_booth.html",
        here="fairs",
        page=page,
        fair=page.fair,
        phase=phase,
        exhibitor=exhibitor,
        goods=list_booth_goods([product_id for product_id, _ in exhibitor.products], on),
        lots={
            product_id: [lot.code for lot in lots if lot.product_id == product_id]
            for product_id, _ in exhibitor.products
        },
        seller=find_seller(exhibitor.producer_id, on),
        is_pickup_offered=_is_pickup_offered(page, exhibitor, phase),
        points=[each for each in page.programme if each.booth_code == code],
        shapes=shapes(page.booths),
        taken_codes={each.code for each in page.exhibitors},
        labels=labels,
    )


def _is_pickup_offered(page: PublicFair, exhibitor: Exhibitor, phase: Phase) -> bool:
    """Whether the checkout may offer to fetch orders of this producer at the fair."""
    if page.pickup is None or phase in {Phase.CANCELLED, Phase.LAST_CLOSING, Phase.OVER}:
        return False
    return brings_to_point(exhibitor.producer_id, page.pickup.id)
