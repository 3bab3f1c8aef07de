"""Which address leads to which page of the officers' workspace; all of them stand under `/office`."""

from flask import Blueprint

from catalog.views.office import (
    certificates_urls,
    decisions_urls,
    joining_urls,
    questions_urls,
    register_urls,
)
from catalog.views.routes import add_routes

blueprint = Blueprint("office", __name__)

add_routes(
    blueprint,
    certificates_urls.ROUTES,
    decisions_urls.ROUTES,
    joining_urls.ROUTES,
    register_urls.ROUTES,
    questions_urls.ROUTES,
)
