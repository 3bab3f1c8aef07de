"""Campaigns: those that run, and one of them with its hampers, codes and goods."""

from flask import Response, make_response, render_template

from core import clock
from core.web.access import public
from promotion.campaign_terms import Phase
from promotion.queries.campaigns import get_campaign_page, list_campaigns
from promotion.views.office_names import province_name
from promotion.views.share_refs import share_ref
from storefront.views.cards import cards_html


@public
def campaigns() -> Response:
    """What runs today, and what is over."""
    lists = list_campaigns(clock.today())
    return make_response(
        render_template(
            "storefront/campaigns.html", here="campaigns", lists=lists, province_name=province_name
        )
    )


@public
def campaign(slug: str) -> Response:
    """A campaign on its days; afterwards a page that says it is over."""
    on = clock.today()
    page = get_campaign_page(slug, on)
    is_running = page.phase is Phase.RUNNING
    html = render_template(
        "storefront/campaign.html",
        here="campaigns",
        page=page,
        campaign=page.campaign,
        is_running=is_running,
        cards=cards_html(page.product_ids, on, eager_count=0),
        province_name=province_name,
        share_image_ref=share_ref("campaign", slug),
    )
    return make_response(html)
