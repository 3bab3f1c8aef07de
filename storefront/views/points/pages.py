"""Points of introduction and sale: the list with its map, and one of them."""

from flask import Response, make_response, render_template, request

from catalog.collation import collation_key
from core import clock
from core.places import Vintage, find_province_by_code, find_province_by_slug, list_provinces
from core.text import clean_line
from core.web.access import public
from promotion.queries.points import get_sales_point, list_held_ids, list_sales_points
from storefront.views.cards import cards_html
from storefront.views.frame import absolute_url

GOODS_SHOWN = 48


@public
def points() -> Response:
    """Points by province: of one province, with one product, or those that are open now."""
    province = find_province_by_slug(request.args.get("province", "")[:60])
    product_slug = clean_line(request.args.get("product", "")[:120]) or None
    is_open_now = request.args.get("open") == "1"
    now = clock.now()
    lines = list_sales_points(
        now,
        province_code=province.code if province else None,
        product_slug=product_slug,
        is_open_now=is_open_now,
    )
    page = render_template(
        "storefront/points.html",
        here="points",
        lines=lines,
        stops=[line.province for line in lines],
        provinces=sorted(
            ((each.slug, each.short_name) for each in list_provinces()), key=lambda row: collation_key(row[1])
        ),
        province=province,
        product_slug=product_slug,
        is_open_now=is_open_now,
        now=now,
    )
    return _fresh(page)


@public
def point(slug: str) -> Response:
    """One point: where, when, who runs it, what it holds, and whether orders can be fetched there."""
    line = get_sales_point(slug, clock.now())
    held = list_held_ids(line.point.id)
    province = find_province_by_code(line.point.province_code, Vintage.SINCE_2025_07)
    page = render_template(
        "storefront/point.html",
        here="points",
        line=line,
        point=line.point,
        province_slug=province.slug if province else "",
        held_count=len(held),
        cards=cards_html(held[:GOODS_SHOWN], clock.today()),
        share_url=absolute_url(f"/points/{slug}"),
    )
    return _fresh(page)


def _fresh(page: str) -> Response:
    """Whether a point is open changes by the minute, and at midnight a star may be over."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
