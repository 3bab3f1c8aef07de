"""Which address leads to which page of this package."""

from typing import cast

from flask import Blueprint, Flask

from catalog.views.routes import add_routes
from promotion.api import booth_urls as api_urls
from promotion.sources import set_up_visits
from promotion.views import (
    booth_urls,
    campaigns_urls,
    channels_urls,
    counter_urls,
    fairs_urls,
    reach_urls,
    trade_urls,
)

blueprint = Blueprint("promotion", __name__)
organiser = Blueprint("organiser", __name__)
desk = Blueprint("promotion_desk", __name__)
office = Blueprint("promotion_office", __name__)
admin = Blueprint("promotion_admin", __name__)
trade = Blueprint("trade", __name__)
trade_desk = Blueprint("trade_desk", __name__)
booth = Blueprint("booth", __name__)

blueprint.record_once(lambda state: set_up_visits(cast("Flask", state.app)))
add_routes(blueprint, channels_urls.ROUTES, campaigns_urls.ROUTES, reach_urls.ROUTES)
add_routes(organiser, fairs_urls.ORGANISER_ROUTES, reach_urls.ORGANISER_ROUTES)
add_routes(desk, fairs_urls.DESK_ROUTES, counter_urls.DESK_ROUTES, channels_urls.DESK_ROUTES)
add_routes(desk, campaigns_urls.DESK_ROUTES, reach_urls.DESK_ROUTES)
add_routes(office, trade_urls.OFFICE_ROUTES, channels_urls.OFFICE_ROUTES, campaigns_urls.OFFICE_ROUTES)
add_routes(office, reach_urls.OFFICE_ROUTES)
add_routes(admin, campaigns_urls.ADMIN_ROUTES, reach_urls.ADMIN_ROUTES)
add_routes(trade, trade_urls.ROUTES)
add_routes(trade_desk, trade_urls.DESK_ROUTES)
add_routes(booth, counter_urls.ROUTES, api_urls.ROUTES, booth_urls.ROUTES)
