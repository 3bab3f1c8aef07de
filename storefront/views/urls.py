"""Which address leads to which of the shopper's pages."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint

from catalog.views.routes import add_routes
from storefront.views.about import about
from storefront.views.account import urls as account_urls
from storefront.views.basket import urls as basket_urls
from storefront.views.campaigns import urls as campaigns_urls
from storefront.views.checkout import urls as checkout_urls
from storefront.views.components import components
from storefront.views.fairs import urls as fairs_urls
from storefront.views.group import group
from storefront.views.help_page import help_page
from storefront.views.home import home
from storefront.views.inquiry import inquiry, inquiry_create, inquiry_sent
from storefront.views.orders import pay_urls
from storefront.views.orders import urls as orders_urls
from storefront.views.place import place
from storefront.views.places import places
from storefront.views.points import urls as points_urls
from storefront.views.preview import preview
from storefront.views.privacy import privacy
from storefront.views.producer import producer
from storefront.views.producers import producers
from storefront.views.product import product
from storefront.views.products import products
from storefront.views.rules import urls as rules_urls
from storefront.views.suggest import suggest
from storefront.views.worker import manifest, offline, worker

blueprint = Blueprint("storefront", __name__)

PAGES: Final[tuple[tuple[str, Callable[..., Any]], ...]] = (
    ("/", home),
    ("/products", products),
    ("/products/<slug>", product),
    ("/products/<slug>/inquiries", inquiry),
    ("/products/<slug>/inquiries/sent", inquiry_sent),
    ("/producers", producers),
    ("/producers/<slug>", producer),
    ("/places", places),
    ("/places/<slug>", place),
    ("/groups/<slug>", group),
    ("/suggest", suggest),
    ("/about", about),
    ("/help", help_page),
    ("/privacy", privacy),
    ("/components", components),
    ("/offline", offline),
    ("/manifest.webmanifest", manifest),
    ("/sw.js", worker),
)

for _address, _view in PAGES:
    blueprint.add_url_rule(_address, view_func=_view, methods=["GET"])
blueprint.add_url_rule("/products/<slug>/inquiries", view_func=inquiry_create, methods=["POST"])
blueprint.add_url_rule("/workspace/<int:producer_id>/products/<int:product_id>/preview", view_func=preview)
add_routes(blueprint, account_urls.ROUTES, basket_urls.ROUTES, checkout_urls.ROUTES, orders_urls.ROUTES)
add_routes(blueprint, pay_urls.ROUTES, rules_urls.ROUTES)
add_routes(blueprint, fairs_urls.ROUTES, campaigns_urls.ROUTES, points_urls.ROUTES)
