"""Which address leads to which page of a producer's workspace; all of them stand under `/workspace`."""

from flask import Blueprint

from catalog.views.routes import add_routes
from catalog.views.workspace import exchange_urls, joining_urls, listings_urls, pictures_urls, questions_urls

blueprint = Blueprint("workspace", __name__)

add_routes(
    blueprint,
    joining_urls.ROUTES,
    listings_urls.ROUTES,
    pictures_urls.ROUTES,
    exchange_urls.ROUTES,
    questions_urls.ROUTES,
)
