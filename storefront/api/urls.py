"""Which address leads to what machines read."""

from flask import Blueprint

from storefront.api.openapi import openapi
from storefront.api.robots import robots
from storefront.api.sitemap import sitemap, sitemap_fairs, sitemap_part

blueprint = Blueprint("storefront_api", __name__)

blueprint.add_url_rule("/api/v1/openapi.json", view_func=openapi)
blueprint.add_url_rule("/sitemap.xml", view_func=sitemap)
blueprint.add_url_rule("/sitemap-fairs.xml", view_func=sitemap_fairs)
blueprint.add_url_rule("/sitemap-<int:number>.xml", view_func=sitemap_part)
blueprint.add_url_rule("/robots.txt", view_func=robots)
