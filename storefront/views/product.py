"""One product: what it is, which stars it holds today, where it comes from, who makes it."""

from flask import Response, current_app, render_template

from catalog.errors import ProductNotFoundError
from catalog.groups import criteria_set_by_number, group_by_number
from catalog.groups import label as class_label
from catalog.queries.columns import get_columns
from catalog.queries.product import get_product_page
from catalog.queries.questions import list_answered_questions
from catalog.queries.sale_terms import UNRULED, get_sale_terms
from catalog.queries.sellers import find_seller
from catalog.queries.view_models import ProductPage, VariantView
from catalog.sale_rules import ruled_sets
from core import clock
from core.i18n import current_language
from core.web.access import public
from orders.queries.reviews import NONE, ProductReviews, get_product_reviews
from promotion.queries.points import count_points_with
from promotion.views.share_refs import share_ref
from storefront import labels
from storefront.structured_data import breadcrumbs_data, product_data, script_text
from storefront.views.frame import absolute_url, page_of_product
from traceability.queries.lots import origin_summary


@public
def product(slug: str) -> Response:
    """The page of one listed product, kept until something shown on it changes or the day ends."""
    product_id = get_columns().find_id(slug)
    if product_id is None:
        raise ProductNotFoundError(slug=slug)
    return page_of_product(product_id, ("product", slug), lambda: product_html(slug))


def product_html(slug: str, *, back_to: str = "") -> str:
    """The page of the product. back_to: the address that a producer's preview leads back to, none for shoppers."""
    on = clock.today()
    page = get_product_page(slug, on)
    group = group_by_number(page.group_no) if page.group_no else None
    criteria_set = criteria_set_by_number(page.criteria_set) if page.criteria_set else None
    language = current_language()
    reviews = get_product_reviews(page.id) if page.is_for_sale else NONE
    is_ruled = page.is_for_sale and page.criteria_set in ruled_sets()
    goods = get_sale_terms(page.id, on) if is_ruled else UNRULED
    lots = origin_summary(page.id, on)
    return render_template(
        "storefront/product.html",
        here="products",
        back_to=back_to,
        packs=_packs(page) if goods.is_sellable and not lots.is_recalled else (),
        goods=goods,
        product=page,
        group=group,
        group_name=class_label(group, language) if group else page.group_as_stated,
        criteria_set_name=class_label(criteria_set, language) if criteria_set else None,
        producer_kind=labels.label_of(labels.PRODUCER_KINDS, page.producer.kind) if page.producer else "",
        seller=find_seller(page.producer.id, on) if page.producer and page.is_for_sale else None,
        labels=labels,
        lots=lots,
        reviews=reviews,
        questions=list_answered_questions(page.id) if page.is_for_sale else (),
        points_count=count_points_with(page.id),
        share_url=absolute_url(f"/products/{slug}"),
        share_image_ref=share_ref("product", slug),
        structured_data=_structured_data(page, reviews, is_recalled=lots.is_recalled),
    )


def _packs(page: ProductPage) -> tuple[VariantView, ...]:
    """Packs that can be put into a basket on the day of the page: with a price, in stock, in season."""
    if page.is_service or not (page.is_for_sale and page.sale.is_open):
        return ()
    return tuple(each for each in page.variants if each.price_vnd is not None and each.available > 0)


def _structured_data(page: ProductPage, reviews: ProductReviews, *, is_recalled: bool) -> list[str]:
    url = absolute_url(f"/products/{page.slug}")
    name = page.name_en or page.name if current_language() == "en" else page.name
    crumbs = (("Chợ OCOP", absolute_url("/")), (name, url))
    rating = (reviews.average_tenths, reviews.count)
    facts = product_data(page, url, _images(page), rating=rating, is_recalled=is_recalled)
    return [script_text(facts), script_text(breadcrumbs_data(crumbs))]


def _images(page: ProductPage) -> list[str]:
    """Addresses of the photographs, the same in every language."""
    base: str = current_app.extensions["settings"].public_base_url
    return [f"{base}{picture.largest_url}" for picture in page.pictures]
