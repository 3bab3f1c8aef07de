"""A producer with its certificates and all it has listed."""

from flask import Response, render_template

from catalog.queries.producer import get_producer_page
from catalog.queries.sellers import find_seller
from core import clock
from core.web.access import public
from promotion.queries.elsewhere import list_stalls
from promotion.queries.share_subjects import subject_of_page
from promotion.views.share_refs import share_ref_of
from storefront import labels
from storefront.structured_data import producer_data, script_text
from storefront.views.cards import cards_html
from storefront.views.frame import absolute_url, page_of_catalogue


@public
def producer(slug: str) -> Response:
    """The page of one producer."""
    return page_of_catalogue(("producer", slug), lambda: _render(slug))


def _render(slug: str) -> str:
    on = clock.today()
    page = get_producer_page(slug, on)
    shared = subject_of_page(page)
    return render_template(
        "storefront/producer.html",
        here="producers",
        page=page,
        producer=page.producer,
        producer_kind=labels.label_of(labels.PRODUCER_KINDS, page.producer.kind),
        is_seller=any(card.is_for_sale for card in page.products),
        seller=find_seller(page.producer.id, on),
        cards=cards_html([card.id for card in page.products], on),
        labels=labels,
        stalls=list_stalls(page.producer.id),
        share_image_ref=share_ref_of(shared) if shared else None,
        structured_data=[script_text(producer_data(page, absolute_url(f"/producers/{slug}")))],
    )
