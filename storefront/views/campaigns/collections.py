"""Featured collections: what there is, and one with the rule by which its goods are in it."""

from flask import Response, make_response, render_template, request

from catalog.groups import group_by_number, label
from core import clock
from core.i18n import current_language
from core.web.access import public
from promotion.queries.collections import get_collection_page, list_collections
from promotion.views.office_names import province_name
from promotion.views.share_refs import share_ref
from storefront.forms import page_number
from storefront.views.cards import cards_html
from storefront.views.frame import local_url


@public
def collections() -> Response:
    """Every collection that is shown, the newest first."""
    page = render_template(
        "storefront/collections.html",
        here="collections",
        collections=list_collections(),
        province_name=province_name,
    )
    return make_response(page)


@public
def collection(slug: str) -> Response:
    """The goods that the rule takes today, with the rule, the order and who made it."""
    on = clock.today()
    page = get_collection_page(slug, on, page_number(request.args.get("page", "")))
    group = group_by_number(page.rule.group_no) if page.rule.group_no else None
    html = render_template(
        "storefront/collection.html",
        here="collections",
        page=page,
        collection=page.collection,
        rule=page.rule,
        province=province_name(page.rule.province_code),
        group=label(group, current_language()) if group else "",
        today=on,
        cards=cards_html(page.product_ids, on),
        url_before_page=local_url(f"/collections/{slug}", "page="),
        province_name=province_name,
        share_image_ref=share_ref("collection", slug),
    )
    return make_response(html)
